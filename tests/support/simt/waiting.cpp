// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstring>
#include <string>

#include "sanitizers.hpp"
#include "scheduler.hpp"

/// What a thread waits in. Nothing here may own memory when it fails: its stack is dropped.
namespace simt {
namespace {

bool same_place(const Location& a, const Location& b) {
  return a.line == b.line && std::strcmp(a.file, b.file) == 0;
}

}  // namespace

void Scheduler::wait(State state, Location where) {
  Thread& thread = self();
  thread.state = state;
  thread.where = where;
  sanitizers::release(&live_);  // after an error it never comes back
  sanitizers::Quiet::end();     // kept per fiber, and an abandoned one must not hold it
  running_->switch_to(main_);
  sanitizers::Quiet::begin();
}

void Scheduler::wake(Thread& thread) {
  thread.state = State::ready;
  ready_.push_back(&thread);
}

void Scheduler::fail(const char* what, Location where, Location other) {
  {
    const Thread& thread = self();
    const uint3& block = thread.block->id;
    std::string text = std::string(what) + " (block " + std::to_string(block.x) + "," +
                       std::to_string(block.y) + "," + std::to_string(block.z) + ", thread " +
                       std::to_string(thread.index);
    if (other.line != 0)
      text += "; others are at " + std::string(other.file) + ":" + std::to_string(other.line);
    error_ = std::make_exception_ptr(Error(text + ")", where));
  }
  sanitizers::release(&live_);
  sanitizers::Quiet::end();
  for (;;) running_->switch_to(main_);
}

std::uint64_t Scheduler::block_sync(BlockOperation operation, bool predicate, Location where) {
  Thread& thread = self();
  Block& block = *thread.block;
  if (block.arrived == 0) {
    block.barrier = operation;
    block.barrier_where = where;
  }
  if (block.barrier != operation || !same_place(block.barrier_where, where))
    fail("threads of a block meet in different __syncthreads", where, block.barrier_where);
  if (block.ended > 0) fail("__syncthreads after threads of the block ended", where);
  thread.operand = predicate ? 1 : 0;
  ++block.arrived;
  sanitizers::release(&block);
  if (block.arrived == block.threads.size())
    release_barrier(block, thread);
  else
    wait(State::at_block, where);
  sanitizers::acquire(&block);
  return thread.result;
}

void Scheduler::release_barrier(Block& block, const Thread& last) {
  std::uint64_t holds = 0;
  for (const Thread& thread : block.threads) holds += thread.operand;
  const std::uint64_t result = barrier_result(block.barrier, holds, block.arrived);
  block.arrived = 0;
  const std::size_t before = ready_.size();
  for (Thread& thread : block.threads) {
    thread.result = result;
    if (&thread != &last) wake(thread);
  }
  // The last of the list goes on first.
  if (options().order == Order::forward)
    std::reverse(ready_.begin() + static_cast<long>(before), ready_.end());
}

std::uint64_t Scheduler::warp_call(WarpOperation operation, unsigned mask, std::uint64_t operand,
                                   int source, Location where) {
  Thread& thread = self();
  Warp& warp = thread.block->warp_of(thread);
  const unsigned lane = thread.index % 32, bit = 1u << lane;
  if ((mask & bit) == 0) fail("a lane makes a warp call whose mask leaves it out", where);
  if ((mask & warp.ended) != 0)
    fail("the mask of a warp call names a lane that has ended, or that the block lacks", where);
  thread.operand = operand;
  thread.source = source;
  std::size_t at = 0;
  while (at < warp.open.size() && warp.open[at].mask != mask) {
    if ((warp.open[at].mask & bit) != 0)
      fail("a lane makes a warp call while others wait for it with another mask", where,
           warp.open[at].where);
    ++at;
  }
  if (at == warp.open.size())
    warp.open.push_back({.mask = mask, .arrived = 0, .operation = operation, .where = where});
  WarpCall& call = warp.open[at];
  if (call.operation != operation || !same_place(call.where, where))
    fail("lanes of one mask are in different warp calls", where, call.where);
  call.arrived |= bit;
  sanitizers::release(&warp);
  if (call.arrived == mask) {
    warp.open.erase(warp.open.begin() + static_cast<long>(at));
    Thread* lanes = &thread.block->threads[thread.index - lane];
    finish_warp_call(operation, mask, lanes);
    for (unsigned other = 32; other-- > 0;) {
      if (other != lane && (mask >> other & 1u) != 0) wake(lanes[other]);
    }
  } else {
    wait(State::at_warp, where);
  }
  sanitizers::acquire(&warp);
  return thread.result;
}

void Scheduler::grid_sync(Location where) {
  if (!cooperative_) fail("a grid's barrier in a launch that is not cooperative", where);
  if (live_ < fresh_.size()) fail("the grid's barrier after threads of the grid ended", where);
  if (at_grid_ == 0) grid_where_ = where;
  if (!same_place(grid_where_, where))
    fail("threads of a grid meet in different barriers of it", where, grid_where_);
  sanitizers::release(&at_grid_);
  if (++at_grid_ < live_) {
    wait(State::at_grid, where);
  } else {
    at_grid_ = 0;
    for (const auto& block : blocks_) {
      for (Thread& thread : block->threads) {
        if (thread.state == State::at_grid) wake(thread);
      }
    }
  }
  sanitizers::acquire(&at_grid_);
}

void Scheduler::yield() {
  (options().order == Order::random ? ready_ : yielded_).push_back(&self());
  wait(State::ready, {});
}

void Scheduler::maybe_preempt() {
  const unsigned one_in = options().preempt_one_in;
  if (one_in != 0 && random() % one_in == 0) yield();
}

void* Scheduler::shared_memory(const void* name, std::size_t bytes) {
  Memory& memory = self().block->shared[name];
  if (!memory) memory = poisoned_memory(bytes);
  return memory.get();
}

void* Scheduler::dynamic_shared_memory() {
  Memory& memory = self().block->dynamic_shared;
  if (!memory) memory = poisoned_memory(shared_bytes_);
  return memory.get();
}

}  // namespace simt
