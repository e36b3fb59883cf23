// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cuda/sim/views.hpp"

namespace snn::cuda {

struct WarpCounts;
using UpdateKernel = void (*)(NetworkView, const NeuronBlock*, WarpCounts*, int offset);

/// The kernel that steps neurons of a model, by its number (snn/backend/model_number.hpp).
UpdateKernel update_kernel(int model);

/// Threads of a block of the persistent kernel.
inline constexpr int persistent_threads = 768;

/// What a warp of the persistent kernel delivers: arrival `arrival` (-1: none), of whose work items
/// it takes every `each`-th from `first` on.
struct WarpShare {
  std::int32_t arrival;
  std::uint32_t first, each;
};

/// All that a tick launches, for one kernel that runs many of them.
struct PersistentView {
  const NeuronBlock* blocks;
  WarpCounts* counts;  ///< [block][warp]
  const Arrival* arrivals;
  const NeuronBlock* poisson;
  const ListedView* lists;
  const std::int32_t* listed;
  int block_count, arrival_count, poisson_count, listed_count;
  WarpShare* shares;     ///< [warp of the grid], told anew for each launch
  std::uint32_t* rates;  ///< [arrival], scratch
  unsigned* meeting;     ///< blocks that have arrived; 0 at the start
};
using PersistentKernel = void (*)(NetworkView, PersistentView, int ticks);

/// The kernel that runs many ticks of neurons of a model.
PersistentKernel persistent_kernel(int model);

/// Shares `warps` warps out to the arrivals, the more to those over which more spikes came lately.
/// One block.
using ShareKernel = void (*)(NetworkView, PersistentView, int warps);
ShareKernel share_kernel();

}  // namespace snn::cuda
