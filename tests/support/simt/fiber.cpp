// SPDX-License-Identifier: Apache-2.0
#include "fiber.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <new>

#include "sanitizers.hpp"

namespace simt {

Fiber::Fiber() : thread_(sanitizers::current_thread()) {}

Fiber::Fiber(std::size_t stack_bytes, std::size_t number, void (*entry)())
    : stack_bytes_(stack_bytes), owned_(true) {
  void* memory = ::mmap(nullptr, stack_bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  // A kernel that overflows its stack crashes, instead of writing over the next one.
  ::mprotect(memory, static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)), PROT_NONE);
  stack_ = static_cast<char*>(memory);
  thread_ = sanitizers::make_thread();
  // Stacks that all began at the same place of a page would share a handful of cache sets.
  prepare(context_, stack_, stack_bytes - number * 448 % 8192, entry);
}

Fiber::~Fiber() {
  destroy(context_);
  if (!owned_) return;
  sanitizers::destroy_thread(thread_);
  sanitizers::forget_stack(stack_, stack_bytes_);
  ::munmap(stack_, stack_bytes_);
}

void Fiber::switch_to(Fiber& to) {
  sanitizers::leave(&fake_stack_, to.thread_, to.stack_, to.stack_bytes_);
  switch_context(context_, to.context_);
  sanitizers::arrive(fake_stack_, nullptr, nullptr);
}

void Fiber::begin(Fiber& from) {
  const void* bottom = nullptr;
  std::size_t bytes = 0;
  sanitizers::arrive(nullptr, &bottom, &bytes);
  // Only now is it known which stack the scheduler runs on.
  from.stack_ = static_cast<char*>(const_cast<void*>(bottom));
  from.stack_bytes_ = bytes;
}

}  // namespace simt
