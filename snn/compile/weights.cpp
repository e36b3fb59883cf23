// SPDX-License-Identifier: Apache-2.0
#include "snn/compile/weights.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "snn/math/philox.hpp"

namespace snn {
namespace {

/// Two words as a number in (0, 1), never 0 or 1.
double open_uniform(std::uint32_t high, std::uint32_t low) {
  const std::uint64_t bits = (std::uint64_t{high} << 21) ^ (low >> 11);
  return (static_cast<double>(bits) + 0.5) * 0x1p-53;
}

/// Box & Muller, Ann. Math. Stat. 29 (1958) 610.
double normal(const std::array<std::uint32_t, 4>& words) {
  const double radius = std::sqrt(-2.0 * std::log(open_uniform(words[0], words[1])));
  return radius * std::cos(2.0 * std::numbers::pi * open_uniform(words[2], words[3]));
}

/// Synapses that end at a neuron of the target, on average.
double fan_in(const Network& network, ProjectionId id) {
  const auto targets = static_cast<double>(network[network[id].target].size());
  return static_cast<double>(synapse_count(network, id)) / targets;
}

}  // namespace

std::int64_t synapse_count(const Network& network, ProjectionId id) {
  const Projection& projection = network[id];
  const std::int64_t sources = network[projection.source].size();
  const std::int64_t targets = network[projection.target].size();
  if (std::holds_alternative<AllToAll>(projection.rule)) return sources * targets;
  if (std::holds_alternative<OneToOne>(projection.rule)) return targets;
  return static_cast<std::int64_t>(std::get<Sparse>(projection.rule).source.size());
}

std::vector<float> expand_weights(const Network& network, ProjectionId id, std::uint64_t seed) {
  const Weight& weight = network[id].synapse.weight;
  if (const auto* values = std::get_if<std::vector<float>>(&weight)) return *values;
  std::vector<float> weights(static_cast<std::size_t>(synapse_count(network, id)));
  const auto draw = [&](auto&& value) {
    for (std::size_t s = 0; s < weights.size(); ++s) {
      weights[s] = static_cast<float>(
          value(random_words(seed, RandomUse::weights, static_cast<std::uint32_t>(id.index), s)));
    }
  };
  if (const auto* constant = std::get_if<double>(&weight)) {
    std::fill(weights.begin(), weights.end(), static_cast<float>(*constant));
  } else if (const auto* uniform = std::get_if<Uniform>(&weight)) {
    draw([&](const auto& words) {
      return uniform->low + (uniform->high - uniform->low) * open_uniform(words[0], words[1]);
    });
  } else if (const auto* gauss = std::get_if<Normal>(&weight)) {
    draw([&](const auto& words) { return gauss->mean + gauss->sd * normal(words); });
  } else {
    const double bound =
        std::get<KaimingUniform>(weight).gain * std::sqrt(3.0 / std::max(fan_in(network, id), 1.0));
    draw([&](const auto& words) { return bound * (2.0 * open_uniform(words[0], words[1]) - 1.0); });
  }
  return weights;
}

}  // namespace snn
