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

/// Arrivals and fan-outs that its shared memory has room for.
inline constexpr int most_arrivals = 1024, most_fan_outs = 32;

/// All that a tick launches, for one kernel that runs many of them.
struct PersistentView {
  const NeuronBlock* blocks;
  WarpCounts* counts;  ///< [block][warp]
  const Arrival* arrivals;
  const NeuronBlock* poisson;
  const ListedView* lists;
  const std::int32_t* listed;
  int block_count, arrival_count, poisson_count, listed_count, fan_out_count;
  unsigned* meeting;  ///< blocks that have arrived; 0 at the start
};
using PersistentKernel = void (*)(NetworkView, PersistentView, int ticks);

/// The kernel that runs many ticks of neurons of a model.
PersistentKernel persistent_kernel(int model);

}  // namespace snn::cuda
