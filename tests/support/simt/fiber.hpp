// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "context.hpp"

namespace simt {

/// A stack that CUDA threads run on, one after the other.
class Fiber {
 public:
  /// The stack that the caller runs on.
  Fiber();
  /// A new one, which starts with `entry` when it is first switched to. `number` differs from one
  /// to the next.
  Fiber(std::size_t stack_bytes, std::size_t number, void (*entry)());
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  /// Goes on with `to`, and returns when something switches back.
  void switch_to(Fiber& to);
  /// To be called first on a new fiber, of the one that switched to it.
  void begin(Fiber& from);

 private:
  Context context_;
  char* stack_ = nullptr;
  std::size_t stack_bytes_ = 0;
  bool owned_ = false;
  void* fake_stack_ = nullptr;  // AddressSanitizer's
  void* thread_ = nullptr;      // ThreadSanitizer's
};

}  // namespace simt
