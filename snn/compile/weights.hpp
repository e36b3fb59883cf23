// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "snn/model/network.hpp"

namespace snn {

/// Number of synapses of a projection.
std::int64_t synapse_count(const Network& network, ProjectionId projection);

/// All weights of a projection in the order of its connectivity: constant, explicit, or drawn. A
/// drawn weight is a function of (seed, projection, synapse) alone.
std::vector<float> expand_weights(const Network& network, ProjectionId projection,
                                  std::uint64_t seed);

}  // namespace snn
