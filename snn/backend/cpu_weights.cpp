// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "snn/backend/cpu_backend.hpp"
#include "snn/backend/flush_to_zero.hpp"
#include "snn/backend/synapses_now.hpp"

/// Synapses that can be read and set between runs.
namespace snn {

std::vector<SynapseNow> CpuBackend::synapses(std::int32_t q) {
  const FlushToZero flush;  // weights are brought up to date as in a run
  return list_synapses(network_, q, [this](std::size_t f) {
    std::vector<float> weights(network_.fan_outs[f].weights.size());
    for_shares(f, [&](auto& share, FanOut& plastic, Tick tick, const auto& parts) {
      share.look(plastic, tick, parts, weights);
    });
    return weights;
  });
}

std::vector<float> CpuBackend::weights(std::int32_t q, std::span<const std::int64_t> synapses) {
  const FlushToZero flush;
  const std::size_t f = plastic_fan_out(network_, q);
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
  const FlushToZero flush;
  check_weights(network_, q, weights);
  const std::size_t f = plastic_fan_out(network_, q);
  FanOut& fan_out = network_.fan_outs[f];
  const float sign = fan_out.scale < 0 ? -1.0f : 1.0f;
  for_shares(f, [](auto& share, FanOut& plastic, Tick tick, const auto& parts) {
    share.catch_up(plastic, tick, parts);
  });
  for (std::size_t s = 0; s < weights.size(); ++s) fan_out.weights[s] = sign * weights[s];
}

void CpuBackend::reward(std::int32_t q, float amount) {
  const FlushToZero flush;
  check_reward(network_, q);
  const std::size_t f = plastic_fan_out(network_, q);
  for_shares(f, [&](auto& share, FanOut& plastic, Tick tick, const auto& parts) {
    share.reward(plastic, amount, tick, parts);
  });
}

}  // namespace snn
