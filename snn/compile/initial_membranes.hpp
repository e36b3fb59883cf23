// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "snn/model/network.hpp"

namespace snn {

/// Membranes of a population's neurons at the start, relative to rest, mV: those given, those drawn
/// (value n is a function of (seed, population, n) alone), or 0. `index`: number of the population.
/// Expects one that validate() accepts.
std::vector<double> initial_membranes(const Population& population, std::uint32_t index,
                                      std::uint64_t seed);

}  // namespace snn
