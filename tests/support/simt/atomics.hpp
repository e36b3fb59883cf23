// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <type_traits>

#include "warp_calls.hpp"

/// CUDA's atomics, for the types that nvcc has them for: std::uint64_t, which is unsigned long on
/// Linux, is not one of them. None orders other accesses, as there.
namespace simt {

template <class T>
concept AtomicWord = OneOf<T, int, unsigned, unsigned long long>;
template <class T>
concept AtomicSum = AtomicWord<T> || OneOf<T, float, double>;
template <class T>
concept AtomicOrdered = AtomicWord<T> || OneOf<T, long long>;

template <class T, class Change>
T change_atomically(T* at, Change change) {
  maybe_preempt();
  std::atomic_ref<T> cell(*at);
  T old = cell.load(std::memory_order_relaxed);
  while (!cell.compare_exchange_weak(old, change(old), std::memory_order_relaxed)) {
  }
  return old;
}

}  // namespace simt

template <simt::AtomicSum T>
T atomicAdd(T* at, std::type_identity_t<T> value) {
  // Integers wrap, signed ones too.
  if constexpr (std::is_same_v<T, int>)
    return simt::change_atomically(at, [=](int old) {
      return static_cast<int>(static_cast<unsigned>(old) + static_cast<unsigned>(value));
    });
  else
    return simt::change_atomically(at, [=](T old) { return old + value; });
}
template <simt::OneOf<int, unsigned> T>
T atomicSub(T* at, std::type_identity_t<T> value) {
  return simt::change_atomically(at, [=](T old) {
    return static_cast<T>(static_cast<unsigned>(old) - static_cast<unsigned>(value));
  });
}
template <simt::AtomicOrdered T>
T atomicMax(T* at, std::type_identity_t<T> value) {
  return simt::change_atomically(at, [=](T old) { return std::max(old, value); });
}
template <simt::AtomicOrdered T>
T atomicMin(T* at, std::type_identity_t<T> value) {
  return simt::change_atomically(at, [=](T old) { return std::min(old, value); });
}
template <simt::AtomicWord T>
T atomicOr(T* at, std::type_identity_t<T> value) {
  return simt::change_atomically(at, [=](T old) { return old | value; });
}
template <simt::AtomicWord T>
T atomicAnd(T* at, std::type_identity_t<T> value) {
  return simt::change_atomically(at, [=](T old) { return old & value; });
}
template <simt::AtomicWord T>
T atomicXor(T* at, std::type_identity_t<T> value) {
  return simt::change_atomically(at, [=](T old) { return old ^ value; });
}
template <class T>
requires(simt::AtomicWord<T> || std::is_same_v<T, float>) T
    atomicExch(T* at, std::type_identity_t<T> value) {
  return simt::change_atomically(at, [=](T) { return value; });
}
template <class T>
requires(simt::AtomicWord<T> || std::is_same_v<T, unsigned short>) T
    atomicCAS(T* at, std::type_identity_t<T> expected, std::type_identity_t<T> value) {
  return simt::change_atomically(at, [=](T old) { return old == expected ? value : old; });
}
