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
  const std::int64_t first = net.batch->tick, tick = first + offset;
  const std::int64_t i =
      static_cast<std::int64_t>(blockIdx.x) * block_threads + static_cast<int>(threadIdx.x);
  if (tick % what.interval != 0 || i >= what.count) return;
  const std::int64_t row = tick / what.interval - (first + what.interval - 1) / what.interval;
  const PopulationView& population = net.populations[what.population];
  const std::int64_t n = what.neurons == nullptr ? i : what.neurons[i];
  what.out[row * what.count + i] =
      what.field < 0 ? population.u[n] : population.state[what.field * population.stride + n];
}

/// Where the spikes of a batch go: host memory that the device writes.
struct SpikeSink {
  std::int64_t* begin;    ///< [population recorded][tick of the batch], and the end
  std::int32_t* neurons;  ///< as many as `capacity`; what is more is not written
  std::int64_t capacity;
};

/// First places of the lists of a batch. One block: sums over all lists, a stretch of them for each
/// thread.
inline __global__ void __launch_bounds__(block_threads)
    place_spikes(NetworkView net, const std::int32_t* recorded, int recorded_count, int ticks,
                 std::int64_t* places, SpikeSink sink) {
  auto& sums = gpu::shared<std::int64_t[block_threads], struct Sums>();
  const int lists = recorded_count * ticks;
  const int each = (lists + block_threads - 1) / block_threads;
  const int thread = static_cast<int>(threadIdx.x);
  const int begin = thread * each < lists ? thread * each : lists;
  const int end = begin + each < lists ? begin + each : lists;
  const std::int32_t first = net.batch->slot;
  const auto count = [&](int list) -> std::int64_t {
    const std::int32_t slot = net.moved(first, list % ticks);
    return net.counts[slot * net.population_count + recorded[list / ticks]];
  };
  std::int64_t own = 0;
  for (int list = begin; list < end; ++list) own += count(list);
  sums[thread] = own;
  __syncthreads();
  std::int64_t at = 0;
  for (int other = 0; other < thread; ++other) at += sums[other];
  for (int list = begin; list < end; ++list) {
    places[list] = at;
    sink.begin[list] = at;
    at += count(list);
  }
  if (thread == block_threads - 1) sink.begin[lists] = at;
}

/// One block for each list.
inline __global__ void __launch_bounds__(block_threads)
    gather_spikes(NetworkView net, const std::int32_t* recorded, int ticks,
                  const std::int64_t* places, SpikeSink sink) {
  const int list = static_cast<int>(blockIdx.x);
  const std::int32_t p = recorded[list / ticks];
  const std::int32_t slot = net.moved(net.batch->slot, list % ticks);
  const std::int32_t count = net.counts[slot * net.population_count + p];
  const PopulationView& population = net.populations[p];
  const std::int32_t* const from = population.spikes + slot * population.size;
  const std::int64_t to = places[list];
  for (std::int64_t i = threadIdx.x; i < count && to + i < sink.capacity; i += block_threads)
    sink.neurons[to + i] = from[i];
}

}  // namespace snn::cuda
