// SPDX-License-Identifier: Apache-2.0
#include "sanitizers.hpp"

// Of the sanitizers' public interfaces (sanitizer/common_interface_defs.h, asan_interface.h,
// tsan_interface.h). Weak: nullptr where the program does not run under one.
extern "C" {
[[gnu::weak]] void __asan_init();
[[gnu::weak]] void __asan_unpoison_memory_region(const void* begin, std::size_t bytes);
[[gnu::weak]] void __sanitizer_start_switch_fiber(void** fake_stack, const void* bottom,
                                                  std::size_t bytes);
[[gnu::weak]] void __sanitizer_finish_switch_fiber(void* fake_stack, const void** bottom,
                                                   std::size_t* bytes);
[[gnu::weak]] void* __tsan_get_current_fiber();
[[gnu::weak]] void* __tsan_create_fiber(unsigned flags);
[[gnu::weak]] void __tsan_destroy_fiber(void* fiber);
[[gnu::weak]] void __tsan_switch_to_fiber(void* fiber, unsigned flags);
[[gnu::weak]] void __tsan_acquire(void* at);
[[gnu::weak]] void __tsan_release(void* at);
[[gnu::weak]] void AnnotateIgnoreReadsBegin(const char* file, int line);
[[gnu::weak]] void AnnotateIgnoreReadsEnd(const char* file, int line);
[[gnu::weak]] void AnnotateIgnoreWritesBegin(const char* file, int line);
[[gnu::weak]] void AnnotateIgnoreWritesEnd(const char* file, int line);
}

namespace simt::sanitizers {
namespace {

constexpr unsigned no_synchronisation = 1;  // a switch orders nothing; barriers do

// ThreadSanitizer has the calls for fibers too, but without effect.
bool address_sanitizer() {
  return __asan_init != nullptr;
}

}  // namespace

bool thread_sanitizer() {
  return __tsan_create_fiber != nullptr;
}
void* make_thread() {
  return thread_sanitizer() ? __tsan_create_fiber(0) : nullptr;
}
void* current_thread() {
  return thread_sanitizer() ? __tsan_get_current_fiber() : nullptr;
}
void destroy_thread(void* thread) {
  if (thread_sanitizer()) __tsan_destroy_fiber(thread);
}

void leave(void** fake_stack, void* to_thread, const void* to_stack, std::size_t to_bytes) {
  if (address_sanitizer()) __sanitizer_start_switch_fiber(fake_stack, to_stack, to_bytes);
  if (thread_sanitizer()) __tsan_switch_to_fiber(to_thread, no_synchronisation);
}
void arrive(void* fake_stack, const void** from_stack, std::size_t* from_bytes) {
  if (address_sanitizer()) __sanitizer_finish_switch_fiber(fake_stack, from_stack, from_bytes);
}
void forget_stack(void* stack, std::size_t bytes) {
  if (address_sanitizer()) __asan_unpoison_memory_region(stack, bytes);
}

void release(void* at) {
  if (thread_sanitizer()) __tsan_release(at);
}
void acquire(void* at) {
  if (thread_sanitizer()) __tsan_acquire(at);
}

void Quiet::begin() {
  if (!thread_sanitizer()) return;
  AnnotateIgnoreWritesBegin("", 0);
  AnnotateIgnoreReadsBegin("", 0);
}
void Quiet::end() {
  if (!thread_sanitizer()) return;
  AnnotateIgnoreReadsEnd("", 0);
  AnnotateIgnoreWritesEnd("", 0);
}

}  // namespace simt::sanitizers
