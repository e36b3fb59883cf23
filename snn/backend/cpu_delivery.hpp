// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "snn/compile/fan_out.hpp"
#include "snn/math/isa.hpp"

namespace snn {

/// Where a worker adds what it delivers.
struct DeliveryTarget {
  std::int32_t* sums;    ///< of the fan-out's port, [neuron]
  std::uint64_t* marks;  ///< a bit per neuron; null: nobody asks
};

/// Adds the weights of the synapses of all parts to the sums of their targets. The parts are known
/// beforehand: while one is added, the first synapses of those that follow are fetched.
void deliver(const FanOut& fan_out, std::span<const FanOut::Part> parts,
             const DeliveryTarget& target, Isa isa);

/// The synapses of a part whose targets are neurons begin .. end-1.
FanOut::Part within(const FanOut& fan_out, FanOut::Part part, std::int64_t begin, std::int64_t end);

}  // namespace snn
