// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cuda/sim/views.hpp"
#include "gpu_runtime.hpp"

/// What is recorded leaves the device once per batch.
namespace snn::cuda {

/// Samples of one field of a population's states at ticks that are multiples of an interval.
struct SampleView {
  std::int32_t population;
  std::int32_t field;           ///< of the state; -1: membrane before the reset
  std::int64_t interval;        ///< ticks
  const std::int32_t* neurons;  ///< null: all
  std::int64_t count;
  float* out;  ///< [sample of the batch][neuron]
};

inline __global__ void __launch_bounds__(block_threads)
    sample(NetworkView net, SampleView what, int offset) {
  const std::int64_t first = *net.first_tick, tick = first + offset;
  const std::int64_t i =
      static_cast<std::int64_t>(blockIdx.x) * block_threads + static_cast<int>(threadIdx.x);
  if (tick % what.interval != 0 || i >= what.count) return;
  const std::int64_t row = tick / what.interval - (first + what.interval - 1) / what.interval;
  const PopulationView& population = net.populations[what.population];
  const std::int64_t n = what.neurons == nullptr ? i : what.neurons[i];
  what.out[row * what.count + i] =
      what.field < 0 ? population.u[n] : population.state[what.field * population.stride + n];
}

/// A population's spikes of one tick and where they go.
struct SpikeCopy {
  std::int32_t population;
  std::int32_t slot;
  std::int64_t count, to;
};

/// One block each.
inline __global__ void __launch_bounds__(block_threads)
    gather_spikes(NetworkView net, const SpikeCopy* copies, std::int32_t* out) {
  const SpikeCopy copy = copies[blockIdx.x];
  const PopulationView& population = net.populations[copy.population];
  const std::int32_t* const from = population.spikes + copy.slot * population.size;
  for (std::int64_t i = threadIdx.x; i < copy.count; i += block_threads) out[copy.to + i] = from[i];
}

}  // namespace snn::cuda
