// SPDX-License-Identifier: Apache-2.0
#include "tests/support/allocations.hpp"

#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::int64_t> held{0}, peak{0};

void* counted(void* data) {
  if (data == nullptr) throw std::bad_alloc();
  const std::int64_t now = held += static_cast<std::int64_t>(malloc_usable_size(data));
  for (std::int64_t before = peak; before < now && !peak.compare_exchange_weak(before, now);) {
  }
  return data;
}

void release(void* data) {
  if (data == nullptr) return;
  held -= static_cast<std::int64_t>(malloc_usable_size(data));
  std::free(data);
}

}  // namespace

void* operator new(std::size_t size) {
  return counted(std::malloc(size == 0 ? 1 : size));
}
void* operator new(std::size_t size, std::align_val_t align) {
  const auto a = static_cast<std::size_t>(align);
  return counted(std::aligned_alloc(a, (size + a - 1) / a * a));
}
// std::stable_sort asks in this way and gives back by the plain operator delete.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  void* data = std::malloc(size == 0 ? 1 : size);
  return data == nullptr ? nullptr : counted(data);
}
void operator delete(void* data, const std::nothrow_t&) noexcept {
  release(data);
}
void operator delete(void* data) noexcept {
  release(data);
}
void operator delete(void* data, std::size_t) noexcept {
  release(data);
}
void operator delete(void* data, std::align_val_t) noexcept {
  release(data);
}
void operator delete(void* data, std::size_t, std::align_val_t) noexcept {
  release(data);
}

namespace support {

std::int64_t held_bytes() {
  return held;
}
std::int64_t peak_bytes() {
  return peak;
}
void forget_peak() {
  peak = held.load();
}

}  // namespace support
