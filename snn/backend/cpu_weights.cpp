// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "snn/backend/cpu_backend.hpp"

/// Synapses that can be read and set between runs.
namespace snn {

std::size_t CpuBackend::plastic_fan_out(std::int32_t q) const {
  for (std::size_t f = 0; f < network_.fan_outs.size(); ++f) {
    if (network_.fan_outs[f].plastic && network_.fan_outs[f].projections.front() == q) return f;
  }
  throw ConfigError(
      "projection \"" + network_.projections.at(static_cast<std::size_t>(q)).name + "\"",
      "plasticity", "none", "a projection whose weights may change");
}

std::vector<SynapseNow> CpuBackend::synapses(std::int32_t q) {
  const CompiledProjection& projection = network_.projections.at(static_cast<std::size_t>(q));
  const CompiledPopulation& target =
      network_.populations[static_cast<std::size_t>(projection.target)];
  const float unit =
      std::ldexp(1.0f, -target.scale_log2[static_cast<std::size_t>(projection.receptor)]);
  std::vector<SynapseNow> found;
  found.reserve(static_cast<std::size_t>(projection.synapses));
  for (std::size_t f = 0; f < network_.fan_outs.size(); ++f) {
    const FanOut& fan_out = network_.fan_outs[f];
    if (std::count(fan_out.projections.begin(), fan_out.projections.end(), q) == 0) continue;
    std::vector<float> weights(fan_out.weights.size());
    for_shares(f, [&](auto& share, FanOut& plastic, Tick tick, const auto& parts) {
      share.look(plastic, tick, parts, weights);
    });
    for (std::int64_t k = 0; k < fan_out.sources; ++k) {
      for (std::size_t d = 0; d < fan_out.delays.size(); ++d) {
        const FanOut::Part part = fan_out.part(k, d);
        std::int64_t s = part.begin;
        fan_out.each(part, [&](std::int64_t n, std::int32_t fixed) {
          const auto at = static_cast<std::size_t>(s++);
          if (n < target.first || n >= target.first + target.size) return;
          const float weight = fan_out.plastic
                                   ? std::copysign(weights[at], static_cast<float>(fan_out.scale))
                                   : static_cast<float>(fixed) * unit;
          found.push_back({static_cast<std::int32_t>(k),
                           static_cast<std::int32_t>(n - target.first), fan_out.delays[d], weight});
        });
      }
    }
  }
  for (std::size_t k = 0; projection.graded && k + 1 < projection.values.row.size(); ++k) {
    for (auto s = static_cast<std::size_t>(projection.values.row[k]);
         s < static_cast<std::size_t>(projection.values.row[k + 1]); ++s)
      found.push_back({static_cast<std::int32_t>(k), projection.values.target_of[s], 0,
                       projection.values.weight[s]});
  }
  return found;
}

std::vector<float> CpuBackend::weights(std::int32_t q, std::span<const std::int64_t> synapses) {
  const std::size_t f = plastic_fan_out(q);
  FanOut& fan_out = network_.fan_outs[f];
  const auto sign = static_cast<float>(fan_out.scale);
  std::vector<float> found;
  found.reserve(synapses.size());
  if (synapses.size() > fan_out.weights.size() / 16) {  // looking at all is faster than searching
    std::vector<float> all(fan_out.weights.size());
    for_shares(f, [&](auto& share, FanOut& plastic, Tick tick, const auto& parts) {
      share.look(plastic, tick, parts, all);
    });
    for (const std::int64_t s : synapses)
      found.push_back(std::copysign(all[static_cast<std::size_t>(s)], sign));
    return found;
  }
  const std::int64_t* row = fan_out.row.data();
  std::int64_t k = 0;  // most lists ascend: the row is often the one before
  for (const std::int64_t s : synapses) {
    if (s < row[k] || s >= row[k + 1])
      k = std::upper_bound(row, row + fan_out.sources + 1, s) - row - 1;
    std::size_t d = 0;
    while (s >= fan_out.part(k, d).end) ++d;
    fan_out.each({s, s + 1}, [&](std::int64_t n, std::int32_t) {
      const auto owner = std::find_if(workers_.begin(), workers_.end(), [&](const Worker& worker) {
        const Range mine = target_range(worker, fan_out);
        return n >= mine.begin && n < mine.end;
      });
      float weight = 0;
      std::visit(
          [&](auto& share) {
            share.look(fan_out, static_cast<Tick>(tick_), k, d, {s, s + 1}, &weight);
          },
          *owner->plastic[f]);
      found.push_back(std::copysign(weight, sign));
    });
  }
  return found;
}

void CpuBackend::set_weights(std::int32_t q, std::span<const float> weights) {
  const std::size_t f = plastic_fan_out(q);
  FanOut& fan_out = network_.fan_outs[f];
  const std::string object =
      "projection \"" + network_.projections[static_cast<std::size_t>(q)].name + "\"";
  if (weights.size() != fan_out.weights.size()) {
    throw ConfigError(object, "weights", std::to_string(weights.size()) + " values",
                      std::to_string(fan_out.weights.size()) + " values, one per synapse");
  }
  const auto [low, high] = bounds_of(fan_out.rule);
  const float sign = fan_out.scale < 0 ? -1.0f : 1.0f;
  for (const float weight : weights) {
    const double magnitude = static_cast<double>(sign * weight);
    if (!(magnitude >= low && magnitude <= high)) {
      throw ConfigError(object, "weights", std::to_string(weight),
                        std::to_string(static_cast<double>(sign) * low) + " .. " +
                            std::to_string(static_cast<double>(sign) * high));
    }
  }
  for_shares(f, [](auto& share, FanOut& plastic, Tick tick, const auto& parts) {
    share.catch_up(plastic, tick, parts);
  });
  for (std::size_t s = 0; s < weights.size(); ++s) fan_out.weights[s] = sign * weights[s];
}

void CpuBackend::reward(std::int32_t q, float amount) {
  const std::size_t f = plastic_fan_out(q);
  if (!std::holds_alternative<RewardStdp>(network_.fan_outs[f].rule)) {
    throw ConfigError(
        "projection \"" + network_.projections[static_cast<std::size_t>(q)].name + "\"", "reward",
        "given", "a projection with RewardStdp");
  }
  for_shares(f, [&](auto& share, FanOut& plastic, Tick tick, const auto& parts) {
    share.reward(plastic, amount, tick, parts);
  });
}

}  // namespace snn
