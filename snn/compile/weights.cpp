// SPDX-License-Identifier: Apache-2.0
#include "snn/compile/weights.hpp"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "snn/compile/connect.hpp"
#include "snn/compile/distributions.hpp"

namespace snn {

std::int64_t synapse_count(const Network& network, ProjectionId id, std::uint64_t seed) {
  const Projection& projection = network[id];
  const std::int64_t sources = network[projection.source].size();
  const std::int64_t targets = network[projection.target].size();
  if (std::holds_alternative<AllToAll>(projection.rule)) return sources * targets;
  if (std::holds_alternative<OneToOne>(projection.rule)) return targets;
  if (const auto* rule = std::get_if<Sparse>(&projection.rule))
    return static_cast<std::int64_t>(rule->source.size());
  if (const auto* rule = std::get_if<FixedInDegree>(&projection.rule))
    return rule->in_degree * targets;
  if (const auto* rule = std::get_if<FixedOutDegree>(&projection.rule))
    return rule->out_degree * sources;
  if (const auto* rule = std::get_if<FixedTotalNumber>(&projection.rule)) return rule->synapses;
  return static_cast<std::int64_t>(expand_pairs(network, id, seed).size());
}

std::vector<float> expand_weights(const Network& network, ProjectionId id, std::uint64_t seed) {
  return expand_weights(network, id, seed, synapse_count(network, id, seed));
}

std::vector<float> expand_weights(const Network& network, ProjectionId id, std::uint64_t seed,
                                  std::int64_t synapses) {
  const Projection& projection = network[id];
  if (const auto* values = std::get_if<std::vector<float>>(&projection.synapse.weight))
    return *values;
  std::vector<float> weights(static_cast<std::size_t>(synapses));
  const auto stream = static_cast<std::uint32_t>(id.index);
  std::visit(
      [&](const auto& weight) {
        using Kind = std::decay_t<decltype(weight)>;
        if constexpr (std::is_same_v<Kind, double>) {
          std::fill(weights.begin(), weights.end(), static_cast<float>(weight));
        } else if constexpr (std::is_same_v<Kind, KaimingUniform>) {
          // The synapses that end at a neuron of the target, on average.
          const double fan_in = static_cast<double>(synapses) /
                                static_cast<double>(network[projection.target].size());
          const double bound = weight.gain * std::sqrt(3.0 / std::max(fan_in, 1.0));
          for (std::size_t s = 0; s < weights.size(); ++s) {
            const double u = draw_value(Uniform{}, seed, RandomUse::weights, stream, s);
            weights[s] = static_cast<float>(bound * (2.0 * u - 1.0));
          }
        } else if constexpr (!std::is_same_v<Kind, std::vector<float>>) {
          for (std::size_t s = 0; s < weights.size(); ++s)
            weights[s] =
                static_cast<float>(draw_value(weight, seed, RandomUse::weights, stream, s));
        }
      },
      projection.synapse.weight);
  return weights;
}

}  // namespace snn
