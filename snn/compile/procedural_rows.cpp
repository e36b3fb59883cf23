// SPDX-License-Identifier: Apache-2.0
#include "snn/compile/procedural_rows.hpp"

namespace snn {
namespace {

/// The projection, under its number, between populations of the same sizes and places.
Network reduced_to(const Network& network, ProjectionId id) {
  Network reduced;
  for (const Population& population : network.populations())
    reduced.add(Source{}, population.shape, population.name);
  for (const PopulationId end : {network[id].source, network[id].target})
    reduced[end].positions = network[end].positions;
  for (std::int32_t q = 0; q < id.index; ++q)
    reduced.connect(network[id].source, network[id].target, AllToAll{});
  const Projection& projection = network[id];
  reduced.connect(projection.source, projection.target, projection.rule, projection.synapse);
  return reduced;
}

}  // namespace

ProceduralRows::ProceduralRows(const Network& network, ProjectionId id, double dt_ms,
                               std::uint64_t seed, int threads, const Fixed& fixed)
    : network_(reduced_to(network, id)),
      lines_(network_, id, seed, threads),
      values_(network_, id, dt_ms, seed, static_cast<double>(lines_.synapses())),
      fixed_(fixed),
      seed_(seed) {}

bool ProceduralRows::may_have_zeros() const {
  const Weight& weight = network_.projections().back().synapse.weight;
  return std::holds_alternative<std::vector<float>>(weight) || values_.largest_weight() == 0;
}

}  // namespace snn
