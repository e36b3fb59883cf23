// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "block_state.hpp"
#include "options.hpp"

namespace simt {

/// Runs the kernels that one thread of the host launches.
class Scheduler {
 public:
  /// The one that runs the calling fiber; nullptr outside of kernels.
  static Scheduler* current();
  /// The CUDA thread that runs.
  static Thread& self();

  void run(const dim3& grid, const dim3& block, std::size_t shared_bytes, bool cooperative,
           const std::function<void()>& kernel);

  // Called by CUDA threads.
  std::uint64_t block_sync(BlockOperation operation, bool predicate, Location where);
  std::uint64_t warp_call(WarpOperation operation, unsigned mask, std::uint64_t operand, int source,
                          Location where);
  void grid_sync(Location where);
  void yield();
  void maybe_preempt();
  void* shared_memory(const void* name, std::size_t bytes);
  void* dynamic_shared_memory();

 private:
  std::uint64_t random();
  template <class T>
  void permute(std::vector<T>& items);

  void start_blocks(std::span<const std::size_t> numbers);
  void schedule();
  Thread& take_ready();
  Fiber& free_fiber();
  void resume(Fiber& fiber);
  void enter(Thread& thread);
  static void fiber_entry();
  void fiber_loop();
  void end_thread(Thread& thread);

  void wait(State state, Location where);
  void wake(Thread& thread);
  void release_barrier(Block& block, const Thread& last);
  [[noreturn]] void fail(const char* what, Location where, Location other = {});
  void report_deadlock();

  const std::function<void()>* kernel_ = nullptr;
  std::size_t shared_bytes_ = 0;
  bool cooperative_ = false;
  std::uint64_t random_state_ = 1;
  std::vector<std::unique_ptr<Block>> blocks_;  // resident
  std::vector<Thread*> fresh_;                  // threads of them, in order of their start
  std::size_t started_ = 0;                     // of these
  std::size_t live_ = 0;                        // not ended
  std::size_t at_grid_ = 0;                     // waiting at the grid's barrier
  Location grid_where_;
  std::vector<Thread*> ready_;    // go on, the last first
  std::vector<Thread*> yielded_;  // go on when all others have
  std::vector<std::unique_ptr<Fiber>> fibers_;
  std::deque<Fiber*> free_;
  Fiber main_;
  Fiber* running_ = nullptr;
  std::exception_ptr error_;
};

}  // namespace simt
