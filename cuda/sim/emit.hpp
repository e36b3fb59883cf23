// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cuda/sim/update.hpp"

/// What sources emit in a tick.
namespace snn::cuda {

/// Neurons of Poisson sources.
inline __global__ void __launch_bounds__(block_threads)
    emit_poisson(NetworkView net, const NeuronBlock* blocks, int offset) {
  const NeuronBlock block = blocks[blockIdx.x];
  const PopulationView& population = net.populations[block.population];
  const std::int64_t tick = *net.first_tick + offset;
  const std::int32_t j = block.begin + static_cast<std::int32_t>(threadIdx.x);
  const std::uint64_t bound =
      net.schedule[static_cast<std::int64_t>(population.poisson) * net.batch_ticks + offset];
  const bool fired =
      j < population.size &&
      poisson_fires(net, static_cast<std::uint32_t>(block.population), bound, tick, j);
  append(net, population, block.population, net.slot(tick), j, fired);
}

/// One block per source whose spikes the host knows ahead: numbers of the populations in `sources`.
inline __global__ void __launch_bounds__(block_threads)
    emit_listed(NetworkView net, const ListedView* listed, const std::int32_t* sources,
                int offset) {
  const std::int32_t p = sources[blockIdx.x];
  const PopulationView& population = net.populations[p];
  const std::int64_t slot = net.slot(*net.first_tick + offset);
  const std::int32_t* const begin =
      listed->begin + static_cast<std::int64_t>(blockIdx.x) * net.batch_ticks + offset;
  const std::int32_t count = begin[1] - begin[0];
  const std::int32_t* const from = listed->neurons + begin[0];
  for (auto i = static_cast<std::int32_t>(threadIdx.x); i < count; i += block_threads) {
    population.spikes[slot * population.size + i] = from[i];
    if constexpr (counters) ++population.emitted[from[i]];
  }
  if (threadIdx.x == 0) net.counts[slot * net.population_count + p] = count;
}

}  // namespace snn::cuda
