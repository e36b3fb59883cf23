// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "snn/backend/backend.hpp"

namespace snn {

/// Calls visit(neuron) for the spikes of a population at one of the last ticks, as far back as the
/// largest delay.
using EachSpike = std::function<void(std::int32_t population, std::int64_t tick,
                                     const std::function<void(std::int32_t)>& visit)>;

/// Adds the synaptic events of all projections before `tick` to `counts`. Every spike is delivered
/// over all synapses of its source in the end: what is still on its way is looked up and taken off.
/// `emitted`: [population][neuron], spikes since the last reset.
void count_deliveries(const CompiledNetwork& network,
                      const std::vector<std::vector<std::uint64_t>>& emitted, std::int64_t tick,
                      const EachSpike& each, BackendCounts& counts);

}  // namespace snn
