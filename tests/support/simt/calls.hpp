// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "cuda_words.hpp"
#include "error.hpp"

/// What a thread of a kernel asks of the scheduler, which is compiled without sanitizers.
namespace simt {

enum class WarpOperation {
  sync,
  ballot,
  add,
  min_signed,
  max_signed,
  min_unsigned,
  max_unsigned,
  bit_and,
  bit_or,
  bit_xor,
  shuffle,
  match_any,
  match_all
};
enum class BlockOperation { plain, count, any, all };

/// Of the calling thread.
int lane();

/// Waits for all threads of the block.
std::uint64_t block_sync(BlockOperation operation, bool predicate, Location where);
/// Waits for all lanes of the mask; `source` is the lane that a shuffle reads.
std::uint64_t warp_call(WarpOperation operation, unsigned mask, std::uint64_t operand, int source,
                        Location where);
/// Waits for all threads of the grid.
void grid_sync(Location where);

/// Lets others run.
void yield();
/// Lets others run, one time in Options::preempt_one_in.
void maybe_preempt();

/// Orders memory accesses. ThreadSanitizer does not know fences, so that data which is published by
/// a fence and a flag is a race to it.
void fence();

/// The block's memory of that name; poisoned (0xFF, which is a NaN) when it is first asked for.
void* shared_memory(const void* name, std::size_t bytes);
void* dynamic_shared_memory();

/// Of the emulated device. A cooperative grid has to fit it.
inline constexpr int multiprocessors = 2;

/// Runs a kernel, and returns when all its threads have ended.
void run_grid(const dim3& grid, const dim3& block, std::size_t shared_bytes, bool cooperative,
              const std::function<void()>& kernel);

}  // namespace simt
