// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

/// What AddressSanitizer and ThreadSanitizer are told, where the program runs under one of them.
/// The scheduler itself is compiled without; it finds them when the program is linked.
namespace simt::sanitizers {

bool thread_sanitizer();

/// ThreadSanitizer's idea of a thread; nullptr without it.
void* make_thread();
void* current_thread();
void destroy_thread(void* thread);

/// Around a switch of stacks: before it, of where to; after it, on the other stack again.
void leave(void** fake_stack, void* to_thread, const void* to_stack, std::size_t to_bytes);
/// Gives the stack that was left.
void arrive(void* fake_stack, const void** from_stack, std::size_t* from_bytes);

/// A stack that is given back may be dropped in the middle of a call.
void forget_stack(void* stack, std::size_t bytes);

/// All before a release happens before what follows an acquire of the same address.
void release(void* at);
void acquire(void* at);

/// While one lives, memory accesses are the scheduler's own, not those of a kernel.
class Quiet {
 public:
  Quiet() { begin(); }
  ~Quiet() { end(); }
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;

  static void begin();
  static void end();
};

}  // namespace simt::sanitizers
