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

/// Membrane potentials of chosen neurons, sampled after the input of a tick and before the reset.
struct StateTrace {
  std::vector<std::int64_t> tick;    ///< of each sample
  std::vector<std::int32_t> neuron;  ///< the recorded neurons
  std::vector<float> value;          ///< [sample][recorded neuron], mV
};

}  // namespace snn
