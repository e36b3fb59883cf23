// SPDX-License-Identifier: Apache-2.0
#include "scheduler.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <numeric>
#include <string>

#include "sanitizers.hpp"

namespace simt {
namespace {

constinit thread_local Scheduler* running_scheduler = nullptr;
constinit thread_local Thread* running_thread = nullptr;

const char* name_of(State state) {
  switch (state) {
    case State::at_block:
      return "a block's barrier";
    case State::at_warp:
      return "a warp call";
    case State::at_grid:
      return "the grid's barrier";
    default:
      return "nothing";
  }
}

}  // namespace

Scheduler* Scheduler::current() {
  return running_scheduler;
}
Thread& Scheduler::self() {
  return *running_thread;
}

void Scheduler::run(const dim3& grid, const dim3& block, std::size_t shared_bytes, bool cooperative,
                    const std::function<void()>& kernel) {
  const sanitizers::Quiet quiet;
  running_scheduler = this;
  kernel_ = &kernel;
  shared_bytes_ = shared_bytes;
  cooperative_ = cooperative;
  gridDim = grid;
  blockDim = block;
  random_state_ = options().seed * 0x9E3779B97F4A7C15ull + 1;
  sanitizers::release(&kernel_);  // all before the launch -> every thread
  std::vector<std::size_t> order(std::size_t{grid.x} * grid.y * grid.z);
  std::iota(order.begin(), order.end(), std::size_t{0});
  permute(order);
  const std::size_t resident = cooperative ? order.size() : std::max(1u, options().resident);
  for (std::size_t next = 0; next < order.size() && !error_; next += resident) {
    const std::size_t count = std::min(resident, order.size() - next);
    start_blocks(std::span(order).subspan(next, count));
    schedule();
  }
  sanitizers::acquire(&live_);  // every thread's end -> all after the launch
  running_scheduler = nullptr;
  if (error_) std::rethrow_exception(error_);
}

std::uint64_t Scheduler::random() {  // xorshift64 of Marsaglia, 2003
  random_state_ ^= random_state_ << 13;
  random_state_ ^= random_state_ >> 7;
  random_state_ ^= random_state_ << 17;
  return random_state_;
}

template <class T>
void Scheduler::permute(std::vector<T>& items) {
  if (options().order == Order::reverse) std::reverse(items.begin(), items.end());
  if (options().order != Order::random) return;
  for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[random() % i]);
}

void Scheduler::start_blocks(std::span<const std::size_t> numbers) {
  while (blocks_.size() < numbers.size()) blocks_.push_back(std::make_unique<Block>());
  blocks_.resize(numbers.size());
  fresh_.clear();
  ready_.clear();
  yielded_.clear();
  started_ = at_grid_ = 0;
  for (std::size_t b = 0; b < numbers.size(); ++b) {
    blocks_[b]->start(numbers[b], gridDim, blockDim);
    for (Thread& thread : blocks_[b]->threads) fresh_.push_back(&thread);
  }
  permute(fresh_);
  live_ = fresh_.size();
}

void Scheduler::schedule() {
  const bool random_order = options().order == Order::random;
  while (live_ > 0 && !error_) {
    const bool fresh_left = started_ < fresh_.size();
    if (ready_.empty() && !fresh_left) ready_.swap(yielded_);
    if (!ready_.empty() && !(fresh_left && random_order && random() % 2 == 0)) {
      Thread& thread = take_ready();
      enter(thread);
      resume(*thread.fiber);
    } else if (fresh_left) {
      resume(free_fiber());
    } else {
      report_deadlock();
    }
  }
}

Thread& Scheduler::take_ready() {
  if (options().order == Order::random) std::swap(ready_[random() % ready_.size()], ready_.back());
  Thread* thread = ready_.back();
  ready_.pop_back();
  return *thread;
}

void Scheduler::report_deadlock() {
  std::map<std::string, unsigned> waiting;
  Location where;
  for (const auto& block : blocks_) {
    for (const Thread& thread : block->threads) {
      if (thread.state == State::done) continue;
      ++waiting[std::string(name_of(thread.state)) + " of " + thread.where.file + ":" +
                std::to_string(thread.where.line)];
      where = thread.where;
    }
  }
  std::string text = "deadlock:";
  for (const auto& [place, count] : waiting)
    text += " " + std::to_string(count) + " threads wait in " + place + ";";
  error_ = std::make_exception_ptr(Error(text, where));
}

Fiber& Scheduler::free_fiber() {
  // ThreadSanitizer sees races between fibers only: there a thread gets one to itself, if it can.
  const bool wants_new = sanitizers::thread_sanitizer() &&
                         fibers_.size() < std::min<std::size_t>(2 * fresh_.size(), 1024);
  if (free_.empty() || wants_new) {
    fibers_.push_back(
        std::make_unique<Fiber>(options().stack_bytes, fibers_.size(), &Scheduler::fiber_entry));
    return *fibers_.back();
  }
  Fiber* fiber = free_.front();
  free_.pop_front();
  return *fiber;
}

void Scheduler::resume(Fiber& fiber) {
  running_ = &fiber;
  main_.switch_to(fiber);
  running_thread = nullptr;
}

void Scheduler::enter(Thread& thread) {
  running_thread = &thread;
  threadIdx = thread.id;
  blockIdx = thread.block->id;
}

void Scheduler::fiber_entry() {
  running_scheduler->running_->begin(running_scheduler->main_);
  running_scheduler->fiber_loop();
  std::abort();
}

void Scheduler::fiber_loop() {
  for (;;) {
    // One fiber runs threads until one of them waits: kernels without barriers are a plain loop.
    while (started_ < fresh_.size() && !error_) {
      Thread& thread = *fresh_[started_++];
      thread.fiber = running_;
      enter(thread);
      sanitizers::acquire(&kernel_);
      try {
        (*kernel_)();
      } catch (...) {
        error_ = std::current_exception();
      }
      {
        const sanitizers::Quiet quiet;
        end_thread(self());
      }
      if (sanitizers::thread_sanitizer() || !ready_.empty()) break;
    }
    {
      const sanitizers::Quiet quiet;
      free_.push_back(running_);
    }
    running_->switch_to(main_);
  }
}

void Scheduler::end_thread(Thread& thread) {
  Block& block = *thread.block;
  thread.state = State::done;
  --live_;
  ++block.ended;
  sanitizers::release(&live_);
  if (error_) return;
  Warp& warp = block.warp_of(thread);
  warp.ended |= 1u << (thread.index % 32);
  for (const WarpCall& call : warp.open) {
    if ((call.mask & warp.ended) != 0)
      fail("a lane ended while others wait for it in a warp call", call.where);
  }
  if (block.arrived > 0)
    fail("a thread ended while others wait at __syncthreads", block.barrier_where);
  if (at_grid_ > 0) fail("a thread ended while others wait at the grid's barrier", grid_where_);
}

}  // namespace simt
