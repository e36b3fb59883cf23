// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "snn/compile/connect.hpp"

namespace snn {

/// The delay of each synapse of a projection, in ticks. A drawn delay is a function of (seed,
/// projection, synapse) alone, and at least one tick.
std::vector<std::int32_t> expand_delays(const Network& network, ProjectionId projection,
                                        const Pairs& pairs, double dt_ms, std::uint64_t seed);

}  // namespace snn
