// SPDX-License-Identifier: Apache-2.0
#include "snn/backend/synapses_now.hpp"

#include <algorithm>
#include <cmath>

#include "snn/model/errors.hpp"

namespace snn {
namespace {

std::string object_of(const CompiledNetwork& network, std::int32_t q) {
  return "projection \"" + network.projections.at(static_cast<std::size_t>(q)).name + "\"";
}

}  // namespace

std::size_t plastic_fan_out(const CompiledNetwork& network, std::int32_t q) {
  for (std::size_t f = 0; f < network.fan_outs.size(); ++f) {
    if (network.fan_outs[f].plastic && network.fan_outs[f].projections.front() == q) return f;
  }
  throw ConfigError(object_of(network, q), "plasticity", "none",
                    "a projection whose weights may change");
}

void check_weights(const CompiledNetwork& network, std::int32_t q, std::span<const float> weights) {
  const FanOut& fan_out = network.fan_outs[plastic_fan_out(network, q)];
  const std::string object = object_of(network, q);
  const auto synapses = static_cast<std::size_t>(fan_out.synapses());
  if (weights.size() != synapses) {
    throw ConfigError(object, "weights", std::to_string(weights.size()) + " values",
                      std::to_string(synapses) + " values, one per synapse");
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
}

void check_reward(const CompiledNetwork& network, std::int32_t q) {
  const FanOut& fan_out = network.fan_outs[plastic_fan_out(network, q)];
  if (!std::holds_alternative<RewardStdp>(fan_out.rule))
    throw ConfigError(object_of(network, q), "reward", "given", "a projection with RewardStdp");
}

std::vector<SynapseNow> list_synapses(
    const CompiledNetwork& network, std::int32_t q,
    const std::function<std::vector<float>(std::size_t)>& weights_of) {
  const CompiledProjection& projection = network.projections.at(static_cast<std::size_t>(q));
  const CompiledPopulation& target =
      network.populations[static_cast<std::size_t>(projection.target)];
  const float unit =
      std::ldexp(1.0f, -target.scale_log2[static_cast<std::size_t>(projection.receptor)]);
  std::vector<SynapseNow> found;
  found.reserve(static_cast<std::size_t>(projection.synapses));
  for (std::size_t f = 0; f < network.fan_outs.size(); ++f) {
    const FanOut& fan_out = network.fan_outs[f];
    if (std::count(fan_out.projections.begin(), fan_out.projections.end(), q) == 0) continue;
    std::vector<float> weights;
    if (fan_out.plastic) weights = weights_of(f);
    for (std::int64_t k = 0; k < fan_out.sources; ++k) {
      for (std::size_t d = 0; d < fan_out.delays.size(); ++d) {
        std::int64_t at_host = k;
        const FanOut& rows = fan_out.on_host(at_host);
        std::int64_t s = 0;
        if (fan_out.plastic)
          s = fan_out.row[static_cast<std::size_t>(k)] + rows.part(at_host, d).begin -
              rows.row[static_cast<std::size_t>(at_host)];
        const auto add = [&](std::int64_t n, std::int32_t fixed) {
          const auto at = static_cast<std::size_t>(s++);
          if (n < target.first || n >= target.first + target.size) return;
          const float weight = fan_out.plastic
                                   ? std::copysign(weights[at], static_cast<float>(fan_out.scale))
                                   : static_cast<float>(fixed) * unit;
          found.push_back({static_cast<std::int32_t>(k),
                           static_cast<std::int32_t>(n - target.first), fan_out.delays[d], weight});
        };
        fan_out.each_of(k, d, add);
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

}  // namespace snn
