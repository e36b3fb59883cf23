// SPDX-License-Identifier: Apache-2.0
#include "snn/backend/held_values.hpp"

#include <algorithm>
#include <cmath>
#include <span>

namespace snn {
namespace {

/// Adds the products of a projection's values and weights to the inputs of its target, and counts
/// what they are per tick.
void add_values(const CompiledNetwork& network, std::int32_t q, HeldValues& held,
                std::vector<std::vector<std::int32_t>>& base) {
  const auto qi = static_cast<std::size_t>(q);
  const CompiledProjection& projection = network.projections[qi];
  const auto& values = held.values[static_cast<std::size_t>(projection.source)];
  if (!projection.graded || values.empty()) return;
  const CompiledPopulation& target =
      network.populations[static_cast<std::size_t>(projection.target)];
  const auto port = static_cast<std::size_t>(projection.receptor);
  const double scale = std::ldexp(1.0, target.scale_log2[port]);
  base[port].resize(static_cast<std::size_t>(target.size));
  held.per_tick[qi] = count_call(
      std::span(values), [&](std::size_t k) { return projection.degree_of(k); },
      [&](std::size_t k) { return projection.nonzero_of(k); });
  for (std::size_t k = 0; k < values.size(); ++k) {
    if (values[k] == 0.0f) continue;
    for (auto s = static_cast<std::size_t>(projection.values.row[k]);
         s < static_cast<std::size_t>(projection.values.row[k + 1]); ++s) {
      const double product =
          static_cast<double>(values[k]) * static_cast<double>(projection.values.weight[s]);
      base[port][static_cast<std::size_t>(projection.values.target_of[s])] +=
          static_cast<std::int32_t>(std::llround(product * scale));
    }
  }
}

}  // namespace

std::vector<std::int32_t> targets_of_values(const CompiledNetwork& network, std::int32_t source) {
  std::vector<std::int32_t> targets;
  for (std::size_t t = 0; t < network.populations.size(); ++t) {
    const auto& inputs = network.populations[t].inputs;
    if (std::any_of(inputs.begin(), inputs.end(), [&](std::int32_t q) {
          return network.projections[static_cast<std::size_t>(q)].source == source;
        }))
      targets.push_back(static_cast<std::int32_t>(t));
  }
  return targets;
}

std::vector<std::vector<std::int32_t>> held_input(const CompiledNetwork& network,
                                                  std::int32_t target, HeldValues& held) {
  const CompiledPopulation& population = network.populations[static_cast<std::size_t>(target)];
  std::vector<std::vector<std::int32_t>> base = population.bias;
  for (const std::int32_t q : population.inputs) add_values(network, q, held, base);
  return base;
}

}  // namespace snn
