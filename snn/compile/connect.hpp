// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "snn/model/network.hpp"

/// A projection's synapses as plain lists, in the order of its connectivity, for those who train or
/// write them. A simulation builds its rows without such lists (build_fan_outs()), from the same
/// draws. All expect a network that validate() accepts.
namespace snn {

/// The synapses of a projection as pairs of neurons; pair s belongs to synapse s.
struct Pairs {
  std::vector<std::int32_t> source, target;
  std::size_t size() const { return source.size(); }
};

/// Lists the pairs of any rule: AllToAll by source, then target; OneToOne by neuron; Sparse as
/// listed; FixedInDegree by target, then source; the other drawn rules by source, then target.
/// Drawn pairs are a function of (seed, projection) alone.
Pairs expand_pairs(const Network& network, ProjectionId projection, std::uint64_t seed);

/// Number of synapses of a projection. Of FixedProbability it is known only once they are drawn,
/// which this does; of the other rules it does not depend on the seed.
std::int64_t synapse_count(const Network& network, ProjectionId projection, std::uint64_t seed);

/// All weights of a projection: constant, explicit, or drawn. A drawn weight is a function of
/// (seed, projection, synapse) alone.
std::vector<float> expand_weights(const Network& network, ProjectionId projection,
                                  std::uint64_t seed);

/// The delay of each synapse, in ticks, rounded.
std::vector<std::int32_t> expand_delays(const Network& network, ProjectionId projection,
                                        const Pairs& pairs, double dt_ms, std::uint64_t seed);

}  // namespace snn
