// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "snn/model/network.hpp"

namespace snn {

/// The synapses of a projection as pairs of neurons; pair s belongs to synapse s.
struct Pairs {
  std::vector<std::int32_t> source, target;
  std::size_t size() const { return source.size(); }
};

/// Lists the pairs of any rule, in the order of the connectivity: AllToAll by source, then target;
/// OneToOne by neuron; Sparse as listed; FixedInDegree by target, then source; the other drawn
/// rules by source, then target. Drawn pairs are a function of (seed, projection, row) alone, a row
/// being what belongs to one target (FixedInDegree), to one source (FixedOutDegree,
/// FixedProbability) or to the projection (FixedTotalNumber). Expects a network that validate()
/// accepts.
Pairs expand_pairs(const Network& network, ProjectionId projection, std::uint64_t seed);

}  // namespace snn
