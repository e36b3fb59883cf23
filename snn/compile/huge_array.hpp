// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace snn {

/// A large array whose elements are not initialised: its pages come into being on the thread that
/// first writes them. Huge pages are asked for: random access to small ones misses the TLB too.
template <class T>
class HugeArray {
 public:
  HugeArray() = default;
  /// Throws std::bad_alloc.
  explicit HugeArray(std::size_t size) : size_(size) {
    if (size == 0) return;
    constexpr std::size_t page = std::size_t{2} << 20;
    const std::size_t align = size * sizeof(T) >= page ? page : 64;
    if (size > (SIZE_MAX - align) / sizeof(T)) throw std::bad_alloc();
    const std::size_t bytes = (size * sizeof(T) + align - 1) / align * align;
    data_ = {static_cast<T*>(::operator new (bytes, std::align_val_t{align})), Free{align}};
#if defined(__linux__)
    if (align == page) madvise(data_.get(), bytes, MADV_HUGEPAGE);
#endif
  }

  std::size_t size() const {
    return size_;
  }
  std::size_t bytes() const {
    return size_ * sizeof(T);
  }
  T* data() {
    return data_.get();
  }
  const T* data() const {
    return data_.get();
  }
  T& operator[](std::size_t i) {
    return data_.get()[i];
  }
  const T& operator[](std::size_t i) const {
    return data_.get()[i];
  }
  std::span<const T> span() const {
    return {data_.get(), size_};
  }

 private:
  struct Free {
    std::size_t align = 0;
    void operator()(T* data) const { ::operator delete (data, std::align_val_t{align}); }
  };
  std::unique_ptr<T, Free> data_;
  std::size_t size_ = 0;
};

}  // namespace snn
