// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace snn {

/// Threads that run the same function on different shares of the work, again and again. Between
/// runs they spin briefly and then sleep: a pure spin would starve a shared machine, a sleep each
/// time would cost more than a small run.
class WorkerTeam {
 public:
  explicit WorkerTeam(int workers) : workers_(workers) {
    for (int w = 1; w < workers; ++w) threads_.emplace_back([this, w] { loop(w); });
  }
  ~WorkerTeam() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
      round_.fetch_add(1, std::memory_order_release);
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }
  WorkerTeam(const WorkerTeam&) = delete;
  WorkerTeam& operator=(const WorkerTeam&) = delete;

  int size() const { return workers_; }

  /// Calls work(0) .. work(size()-1), the first on this thread, and waits for all. The first
  /// exception of any of them is thrown here.
  void run(const std::function<void(int)>& work) {
    if (workers_ == 1) return work(0);
    failure_ = nullptr;
    work_ = &work;
    left_.store(workers_ - 1, std::memory_order_relaxed);
    {
      const std::lock_guard lock(mutex_);
      round_.fetch_add(1, std::memory_order_release);
    }
    wake_.notify_all();
    guarded(0);
    for (int spin = 0; left_.load(std::memory_order_acquire) > 0; ++spin) {
      if (spin > spins_) std::this_thread::yield();
    }
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  static constexpr int spins_ = 4000;

  void guarded(int worker) {
    try {
      (*work_)(worker);
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
    }
  }

  void loop(int worker) {
    std::uint64_t seen = 0;
    while (true) {
      for (int spin = 0; spin < spins_ && round_.load(std::memory_order_acquire) == seen; ++spin) {
      }
      if (round_.load(std::memory_order_acquire) == seen) {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [&] { return round_.load(std::memory_order_acquire) != seen; });
      }
      seen = round_.load(std::memory_order_acquire);
      if (stop_) return;
      guarded(worker);
      left_.fetch_sub(1, std::memory_order_release);
    }
  }

  int workers_;
  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::atomic<std::uint64_t> round_{0};
  std::atomic<int> left_{0};
  bool stop_ = false;
  const std::function<void(int)>* work_ = nullptr;
  std::exception_ptr failure_;
};

}  // namespace snn
