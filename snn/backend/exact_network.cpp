// SPDX-License-Identifier: Apache-2.0
#include "snn/backend/exact_network.hpp"

#include <algorithm>
#include <numeric>
#include <set>
#include <type_traits>

#include "snn/compile/connect.hpp"
#include "snn/compile/initial_membranes.hpp"
#include "snn/math/lanes.hpp"

namespace snn {
namespace {

std::vector<double> weights_of(const Network& network, ProjectionId id, std::uint64_t seed,
                               std::size_t synapses) {
  if (const auto* constant = std::get_if<double>(&network[id].synapse.weight))
    return std::vector<double>(synapses, *constant);
  const std::vector<float> weights = expand_weights(network, id, seed);
  return {weights.begin(), weights.end()};
}

void refuse_plastic(const Network& network, ProjectionId id) {
  if (!is_plastic(network[id].synapse)) return;
  throw ConfigError("projection \"" + network.name_of(id) + "\"", "plasticity", "a rule",
                    "none with Arithmetic::float64; Arithmetic::fixed_point runs plastic synapses");
}

void derive_coeffs(const Neurons& neurons, double dt_ms, std::vector<double>& coeffs) {
  std::visit(
      [&](const auto& models) {
        using Model = typename std::decay_t<decltype(models)>::model;
        using Coeffs = typename Model::template Coeffs<double>;
        const auto count = static_cast<std::int64_t>(models.size());
        coeffs.resize(lanes::fields<Coeffs, double> * models.size());
        for (std::int64_t n = 0; n < count; ++n) {
          lanes::store(models[static_cast<std::size_t>(n)].template derive<double>(dt_ms),
                       coeffs.data(), count, n);
        }
      },
      neurons);
}

}  // namespace

ExactProjection exact_projection(const Network& network, ProjectionId id, double dt_ms,
                                 std::uint64_t seed) {
  refuse_plastic(network, id);
  const Pairs pairs = expand_pairs(network, id, seed);
  const std::vector<double> weight = weights_of(network, id, seed, pairs.size());
  const std::vector<std::int32_t> delay = expand_delays(network, id, pairs, dt_ms, seed);
  std::vector<std::size_t> order(pairs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(pairs.source[a], delay[a]) < std::pair(pairs.source[b], delay[b]);
  });
  ExactProjection projection{.index = id.index,
                             .source = network[id].source.index,
                             .receptor = network[id].synapse.receptor,
                             .row = {},
                             .synapses = {},
                             .delays = {}};
  projection.row.assign(static_cast<std::size_t>(network[network[id].source].size()) + 1, 0);
  projection.synapses.reserve(order.size());
  for (const std::size_t s : order) {
    projection.synapses.push_back({pairs.target[s], delay[s], weight[s]});
    ++projection.row[static_cast<std::size_t>(pairs.source[s]) + 1];
  }
  std::partial_sum(projection.row.begin(), projection.row.end(), projection.row.begin());
  const std::set<std::int32_t> delays(delay.begin(), delay.end());
  projection.delays.assign(delays.begin(), delays.end());
  return projection;
}

ExactNeurons exact_neurons(const Network& network, const CompiledNetwork& compiled,
                           std::int32_t index) {
  const Population& described = network[PopulationId{index}];
  const CompiledPopulation& population = compiled.populations[static_cast<std::size_t>(index)];
  ExactNeurons neurons;
  if (const CustomNeurons* custom = described.custom()) {
    neurons.coeffs = custom->coeffs_double(compiled.dt_ms);
  } else {
    derive_coeffs(described.neurons(), compiled.dt_ms, neurons.coeffs);
  }
  neurons.initial_u =
      initial_membranes(described, static_cast<std::uint32_t>(index), compiled.seed);
  neurons.bias.assign(static_cast<std::size_t>(population.receptors),
                      std::vector<double>(static_cast<std::size_t>(population.size)));
  for (const std::int32_t q : population.inputs) {
    const Synapse& synapse = network[ProjectionId{q}].synapse;
    for (std::size_t n = 0; n < synapse.bias.size(); ++n) {
      neurons.bias[static_cast<std::size_t>(synapse.receptor)][n] +=
          static_cast<double>(synapse.bias[n]);
    }
  }
  return neurons;
}

}  // namespace snn
