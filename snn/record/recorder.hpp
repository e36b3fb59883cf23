// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace snn {

/// Spikes in order of (tick, neuron).
struct SpikeTrain {
  std::vector<std::int64_t> tick;
  std::vector<std::int32_t> neuron;

  void add(std::int64_t at, std::span<const std::int32_t> neurons) {
    tick.insert(tick.end(), neurons.size(), at);
    neuron.insert(neuron.end(), neurons.begin(), neurons.end());
  }
};

/// A state variable of chosen neurons: membrane potentials after the input of a tick and before the
/// reset, other variables after the tick.
struct StateTrace {
  std::vector<std::int64_t> tick;    ///< of each sample
  std::vector<std::int32_t> neuron;  ///< the recorded neurons
  std::vector<float> value;          ///< [sample][recorded neuron], in the variable's unit
};

/// Weights of chosen synapses of a projection, before the input of a tick.
struct WeightTrace {
  std::vector<std::int64_t> tick;     ///< of each sample
  std::vector<std::int64_t> synapse;  ///< the recorded ones, as numbered by Simulation::synapses()
  std::vector<float> value;  ///< [sample][recorded synapse], in the unit of the description
};

}  // namespace snn
