// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <memory>

#include "sanitizers.hpp"
#include "scheduler.hpp"

/// The functions of calls.hpp.
namespace simt {
namespace {

/// Of compute capability 9.0 (CUDA C++ Programming Guide, "Technical Specifications").
void check_limits(const dim3& grid, const dim3& block, std::size_t shared_bytes, bool cooperative) {
  const auto within = [](const dim3& size, unsigned x, unsigned y, unsigned z) {
    return size.x >= 1 && size.y >= 1 && size.z >= 1 && size.x <= x && size.y <= y && size.z <= z;
  };
  if (!within(grid, 2147483647, 65535, 65535))
    throw Error("launch: a grid has 1 to 2147483647 blocks in x, and to 65535 in y and z", {});
  if (!within(block, 1024, 1024, 64) || block.x * block.y * block.z > 1024)
    throw Error("launch: a block has 1 to 1024 threads, at most 64 in z", {});
  if (shared_bytes > 227 * 1024)
    throw Error("launch: a block has at most 227 KiB of shared memory", {});
  const std::size_t warps = (block.x * block.y * block.z + 31) / 32;
  const std::size_t fitting = multiprocessors * std::min<std::size_t>(32, 64 / warps);
  if (cooperative && std::size_t{grid.x} * grid.y * grid.z > fitting)
    throw Error("launch: a cooperative grid of blocks of this size has at most " +
                    std::to_string(fitting) + " of them here",
                {});
}

}  // namespace

int lane() {
  return static_cast<int>(Scheduler::self().index % 32);
}
std::uint64_t block_sync(BlockOperation operation, bool predicate, Location where) {
  const sanitizers::Quiet quiet;
  return Scheduler::current()->block_sync(operation, predicate, where);
}
std::uint64_t warp_call(WarpOperation operation, unsigned mask, std::uint64_t operand, int source,
                        Location where) {
  const sanitizers::Quiet quiet;
  return Scheduler::current()->warp_call(operation, mask, operand, source, where);
}
void grid_sync(Location where) {
  const sanitizers::Quiet quiet;
  Scheduler::current()->grid_sync(where);
}
void yield() {
  const sanitizers::Quiet quiet;
  Scheduler::current()->yield();
}
void maybe_preempt() {
  const sanitizers::Quiet quiet;
  Scheduler::current()->maybe_preempt();
}
void fence() {
  std::atomic_thread_fence(std::memory_order_seq_cst);
}
void* shared_memory(const void* name, std::size_t bytes) {
  const sanitizers::Quiet quiet;
  return Scheduler::current()->shared_memory(name, bytes);
}
void* dynamic_shared_memory() {
  const sanitizers::Quiet quiet;
  return Scheduler::current()->dynamic_shared_memory();
}

void run_grid(const dim3& grid, const dim3& block, std::size_t shared_bytes, bool cooperative,
              const std::function<void()>& kernel) {
  check_limits(grid, block, shared_bytes, cooperative);
  if (Scheduler::current() != nullptr) throw Error("launch: a kernel launches a kernel", {});
  // Kept, because making stacks takes most of the time of a small launch.
  thread_local std::unique_ptr<Scheduler> scheduler;
  if (!scheduler) scheduler = std::make_unique<Scheduler>();
  try {
    scheduler->run(grid, block, shared_bytes, cooperative, kernel);
  } catch (...) {
    scheduler.reset();  // its threads hang in the middle of the kernel
    throw;
  }
}

}  // namespace simt
