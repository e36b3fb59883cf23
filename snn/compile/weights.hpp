// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "snn/model/network.hpp"

namespace snn {

/// Number of synapses of a projection. Of FixedProbability it is known only once they are drawn,
/// which this does; of the other rules it does not depend on the seed.
std::int64_t synapse_count(const Network& network, ProjectionId projection, std::uint64_t seed);

/// All weights of a projection in the order of its connectivity: constant, explicit, or drawn. A
/// drawn weight is a function of (seed, projection, synapse) alone.
std::vector<float> expand_weights(const Network& network, ProjectionId projection,
                                  std::uint64_t seed);

/// The same for those who know the number of synapses, which is not found out again.
std::vector<float> expand_weights(const Network& network, ProjectionId projection,
                                  std::uint64_t seed, std::int64_t synapses);

}  // namespace snn
