// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

namespace snn {

/// Where the workers of a run meet. They spin briefly and then give their core away: a pure spin
/// would starve a shared machine, sleeping each time would cost more than a tick.
class SpinBarrier {
 public:
  explicit SpinBarrier(int workers) : workers_(workers) {}

  void meet() {
    if (workers_ == 1) return;
    const std::uint32_t round = round_.load(std::memory_order_relaxed);
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) == workers_ - 1) {
      arrived_.store(0, std::memory_order_relaxed);
      round_.store(round + 1, std::memory_order_release);
      return;
    }
    for (int spin = 0; round_.load(std::memory_order_acquire) == round; ++spin) {
      if (spin > spins_) std::this_thread::yield();
    }
  }

 private:
  static constexpr int spins_ = 2000;

  int workers_;
  alignas(64) std::atomic<int> arrived_{0};
  alignas(64) std::atomic<std::uint32_t> round_{0};  ///< wraps around
};

}  // namespace snn
