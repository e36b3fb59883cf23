// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cuda/sim/update.hpp"

/// What sources emit in a tick.
namespace snn::cuda {

/// 256 threads, of a Poisson source.
__device__ inline void emit_poisson_block(const NetworkView& net, const NeuronBlock& block,
                                          const TickView& now, std::int32_t thread) {
  const PopulationView& population = net.populations[block.population];
  const std::int32_t j = block.begin + thread;
  const std::uint64_t bound =
      net.schedule[static_cast<std::int64_t>(population.poisson) * net.batch_ticks + now.offset];
  const bool fired =
      j < population.size &&
      poisson_fires(net, static_cast<std::uint32_t>(block.population), bound, now.tick, j);
  append(net, population, block.population, now.slot, j, fired);
}

/// One of the sources whose spikes the host knows ahead, by all threads of a block.
__device__ inline void emit_list(const NetworkView& net, const ListedView& listed, std::int32_t p,
                                 std::int32_t which, const TickView& now) {
  const PopulationView& population = net.populations[p];
  const std::int32_t* const begin =
      listed.begin + static_cast<std::int64_t>(which) * net.batch_ticks + now.offset;
  const std::int32_t count = begin[1] - begin[0];
  const std::int32_t* const from = listed.neurons + begin[0];
  for (auto i = static_cast<std::int32_t>(threadIdx.x); i < count;
       i += static_cast<std::int32_t>(blockDim.x)) {
    population.spikes[now.slot * population.size + i] = from[i];
    if constexpr (counters) ++population.emitted[from[i]];
  }
  if (threadIdx.x == 0) net.counts[now.slot * net.population_count + p] = count;
}

inline __global__ void __launch_bounds__(block_threads)
    emit_poisson(NetworkView net, const NeuronBlock* blocks, int offset) {
  emit_poisson_block(net, blocks[blockIdx.x], tick_of(net, offset),
                     static_cast<std::int32_t>(threadIdx.x));
}

/// One block per source.
inline __global__ void __launch_bounds__(block_threads)
    emit_listed(NetworkView net, const ListedView* listed, const std::int32_t* sources,
                int offset) {
  emit_list(net, *listed, sources[blockIdx.x], static_cast<std::int32_t>(blockIdx.x),
            tick_of(net, offset));
}

}  // namespace snn::cuda
