// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "snn/compile/compiled_network.hpp"
#include "snn/math/value_counts.hpp"

/// Values that a CurrentSource presents are held: their products with weights are summed once, on
/// the host, and added to the input of every tick.
namespace snn {

struct HeldValues {
  std::vector<std::vector<float>> values;  ///< per population: what a CurrentSource presents
  std::vector<CallCounts> per_tick;        ///< per projection: what they add in each tick

  explicit HeldValues(const CompiledNetwork& network)
      : values(network.populations.size()), per_tick(network.projections.size()) {}
};

/// Populations that a source's values act on.
std::vector<std::int32_t> targets_of_values(const CompiledNetwork& network, std::int32_t source);

/// Input of every tick of a population, [port][neuron], with its bias; a port without any is empty.
/// Tells held.per_tick of the projections that end there.
std::vector<std::vector<std::int32_t>> held_input(const CompiledNetwork& network,
                                                  std::int32_t target, HeldValues& held);

}  // namespace snn
