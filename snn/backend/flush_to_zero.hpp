// SPDX-License-Identifier: Apache-2.0
#pragma once

#if defined(__SSE__)
#include <xmmintrin.h>
#endif
#include <cstdint>

namespace snn {

/// While this lives, the thread's floating-point results below the normal range are 0: a membrane
/// that decays for long would otherwise end in numbers that cost a hundred times as much.
class FlushToZero {
 public:
#if defined(__SSE__)
  FlushToZero() : before_(_mm_getcsr()) {
    _mm_setcsr(before_ | 0x8040u);
  }
  ~FlushToZero() {
    _mm_setcsr(before_);
  }
#elif defined(__aarch64__)
  FlushToZero() {
    asm volatile("mrs %0, fpcr" : "=r"(before_));
    asm volatile("msr fpcr, %0" ::"r"(before_ | (std::uint64_t{1} << 24)));
  }
  ~FlushToZero() {
    asm volatile("msr fpcr, %0" ::"r"(before_));
  }
#else
  FlushToZero() = default;
#endif
  FlushToZero(const FlushToZero&) = delete;
  FlushToZero& operator=(const FlushToZero&) = delete;

 private:
#if defined(__SSE__)
  unsigned before_ = 0;
#elif defined(__aarch64__)
  std::uint64_t before_ = 0;
#endif
};

}  // namespace snn
