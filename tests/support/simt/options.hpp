// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace simt {

enum class Order { forward, reverse, random };

/// How kernels are run. CUDA promises no order, so a kernel must be right with all of them.
struct Options {
  Order order = Order::forward;  ///< of blocks and threads
  std::uint64_t seed = 1;        ///< of the random order
  unsigned preempt_one_in = 0;   ///< a thread gives way before one atomic in so many; 0: never
  unsigned resident = 1;         ///< blocks that run interleaved
  std::size_t stack_bytes = 64 * 1024;
};

/// Of launches from now on.
inline Options& options() {
  static Options chosen;
  return chosen;
}

/// Options for the time of a test.
class ScopedOptions {
 public:
  explicit ScopedOptions(const Options& chosen) : before_(options()) { options() = chosen; }
  ~ScopedOptions() { options() = before_; }
  ScopedOptions(const ScopedOptions&) = delete;
  ScopedOptions& operator=(const ScopedOptions&) = delete;

 private:
  Options before_;
};

}  // namespace simt
