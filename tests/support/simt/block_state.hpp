// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <new>
#include <vector>

#include "calls.hpp"
#include "fiber.hpp"

/// Threads, warps and blocks of a running kernel.
namespace simt {

enum class State : unsigned char { fresh, ready, at_block, at_warp, at_grid, done };

struct Block;

struct Thread {
  Block* block = nullptr;
  uint3 id{};
  unsigned index = 0;  ///< of the thread in its block
  State state = State::fresh;
  Fiber* fiber = nullptr;     ///< that it runs on
  Location where;             ///< it waits
  std::uint64_t operand = 0;  ///< of what it waits in
  std::uint64_t result = 0;   ///< of what it waited in
  int source = 0;             ///< lane that a shuffle reads
};

/// A warp call that not all lanes of its mask have reached.
struct WarpCall {
  unsigned mask = 0, arrived = 0;
  WarpOperation operation = WarpOperation::sync;
  Location where;
};

struct Warp {
  std::vector<WarpCall> open;  ///< at most one of each mask
  unsigned ended = 0;          ///< lanes that have ended, or that the block does not have
};

/// Of the most that a type of CUDA asks for, and of its exact size, so that AddressSanitizer sees
/// what lies beyond.
inline constexpr std::align_val_t memory_alignment{256};
struct FreeMemory {
  void operator()(unsigned char* memory) const { ::operator delete(memory, memory_alignment); }
};
using Memory = std::unique_ptr<unsigned char[], FreeMemory>;
/// Memory that holds no zeros by chance.
Memory poisoned_memory(std::size_t bytes);

struct Block {
  uint3 id{};
  std::vector<Thread> threads;
  std::vector<Warp> warps;
  unsigned arrived = 0;  ///< threads that wait at the barrier
  unsigned ended = 0;    ///< threads
  BlockOperation barrier = BlockOperation::plain;
  Location barrier_where;
  std::map<const void*, Memory> shared;  ///< of kernels' arrays, by their names
  Memory dynamic_shared;

  void start(std::size_t number, const dim3& grid, const dim3& block);
  Warp& warp_of(const Thread& thread) { return warps[thread.index / 32]; }
};

/// Gives all lanes of the mask their results; `lanes` are the 32 threads of the warp.
void finish_warp_call(WarpOperation operation, unsigned mask, Thread* lanes);

/// Result of a barrier at which `holds` of `arrived` threads had a predicate that holds.
std::uint64_t barrier_result(BlockOperation operation, std::uint64_t holds, std::uint64_t arrived);

}  // namespace simt
