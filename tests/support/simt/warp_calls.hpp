// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstring>
#include <type_traits>

#include "calls.hpp"

/// CUDA's barriers and warp calls. Types that nvcc has no overload for are refused here too.
namespace simt {

template <class T, class... Types>
concept OneOf = (std::is_same_v<T, Types> || ...);
template <class T>
concept WarpWord =
    OneOf<T, int, unsigned, long, unsigned long, long long, unsigned long long, float, double>;

template <class T>
std::uint64_t to_bits(T value) {
  static_assert(sizeof(T) <= sizeof(std::uint64_t) && std::is_trivially_copyable_v<T>);
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof value);
  return bits;
}
template <class T>
T from_bits(std::uint64_t bits) {
  T value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

/// A lane that would read from outside of its segment keeps its own value.
template <class T>
T shuffle(unsigned mask, T value, int source, bool inside, Location where) {
  return from_bits<T>(
      warp_call(WarpOperation::shuffle, mask, to_bits(value), inside ? source : lane(), where));
}
inline int segment_begin(int width) {
  return lane() & ~(width - 1);
}

}  // namespace simt

inline void __syncthreads(simt::Location where = simt::Location::current()) {
  simt::block_sync(simt::BlockOperation::plain, false, where);
}
inline int __syncthreads_count(int predicate, simt::Location where = simt::Location::current()) {
  return static_cast<int>(simt::block_sync(simt::BlockOperation::count, predicate != 0, where));
}
inline int __syncthreads_or(int predicate, simt::Location where = simt::Location::current()) {
  return static_cast<int>(simt::block_sync(simt::BlockOperation::any, predicate != 0, where));
}
inline int __syncthreads_and(int predicate, simt::Location where = simt::Location::current()) {
  return static_cast<int>(simt::block_sync(simt::BlockOperation::all, predicate != 0, where));
}

inline void __syncwarp(unsigned mask = ~0u, simt::Location where = simt::Location::current()) {
  simt::warp_call(simt::WarpOperation::sync, mask, 0, 0, where);
}
/// Lanes run one after the other here, which CUDA allows.
inline unsigned __activemask() {
  return 1u << simt::lane();
}
inline unsigned __ballot_sync(unsigned mask, int predicate,
                              simt::Location where = simt::Location::current()) {
  return static_cast<unsigned>(
      simt::warp_call(simt::WarpOperation::ballot, mask, predicate != 0, 0, where));
}
inline int __any_sync(unsigned mask, int predicate,
                      simt::Location where = simt::Location::current()) {
  return __ballot_sync(mask, predicate, where) != 0;
}
inline int __all_sync(unsigned mask, int predicate,
                      simt::Location where = simt::Location::current()) {
  return __ballot_sync(mask, predicate, where) == mask;
}

template <simt::OneOf<int, unsigned> T>
T __reduce_add_sync(unsigned mask, T value, simt::Location where = simt::Location::current()) {
  const auto bits = static_cast<std::uint64_t>(value);
  return static_cast<T>(simt::warp_call(simt::WarpOperation::add, mask, bits, 0, where));
}
template <simt::OneOf<int, unsigned> T>
T __reduce_min_sync(unsigned mask, T value, simt::Location where = simt::Location::current()) {
  constexpr auto operation =
      std::is_signed_v<T> ? simt::WarpOperation::min_signed : simt::WarpOperation::min_unsigned;
  const auto bits = static_cast<std::uint64_t>(value);  // the sign goes into all of them
  return static_cast<T>(simt::warp_call(operation, mask, bits, 0, where));
}
template <simt::OneOf<int, unsigned> T>
T __reduce_max_sync(unsigned mask, T value, simt::Location where = simt::Location::current()) {
  constexpr auto operation =
      std::is_signed_v<T> ? simt::WarpOperation::max_signed : simt::WarpOperation::max_unsigned;
  const auto bits = static_cast<std::uint64_t>(value);
  return static_cast<T>(simt::warp_call(operation, mask, bits, 0, where));
}
inline unsigned __reduce_and_sync(unsigned mask, unsigned value,
                                  simt::Location where = simt::Location::current()) {
  return static_cast<unsigned>(
      simt::warp_call(simt::WarpOperation::bit_and, mask, value, 0, where));
}
inline unsigned __reduce_or_sync(unsigned mask, unsigned value,
                                 simt::Location where = simt::Location::current()) {
  return static_cast<unsigned>(simt::warp_call(simt::WarpOperation::bit_or, mask, value, 0, where));
}
inline unsigned __reduce_xor_sync(unsigned mask, unsigned value,
                                  simt::Location where = simt::Location::current()) {
  return static_cast<unsigned>(
      simt::warp_call(simt::WarpOperation::bit_xor, mask, value, 0, where));
}

template <simt::WarpWord T>
unsigned __match_any_sync(unsigned mask, T value,
                          simt::Location where = simt::Location::current()) {
  return static_cast<unsigned>(
      simt::warp_call(simt::WarpOperation::match_any, mask, simt::to_bits(value), 0, where));
}
template <simt::WarpWord T>
unsigned __match_all_sync(unsigned mask, T value, int* predicate,
                          simt::Location where = simt::Location::current()) {
  const auto found = static_cast<unsigned>(
      simt::warp_call(simt::WarpOperation::match_all, mask, simt::to_bits(value), 0, where));
  *predicate = found != 0;
  return found;
}

template <simt::WarpWord T>
T __shfl_sync(unsigned mask, T value, int source, int width = warpSize,
              simt::Location where = simt::Location::current()) {
  const int from = simt::segment_begin(width) + (source & (width - 1));
  return simt::shuffle(mask, value, from, true, where);
}
template <simt::WarpWord T>
T __shfl_up_sync(unsigned mask, T value, unsigned distance, int width = warpSize,
                 simt::Location where = simt::Location::current()) {
  const int from = simt::lane() - static_cast<int>(distance);
  return simt::shuffle(mask, value, from, from >= simt::segment_begin(width), where);
}
template <simt::WarpWord T>
T __shfl_down_sync(unsigned mask, T value, unsigned distance, int width = warpSize,
                   simt::Location where = simt::Location::current()) {
  const int from = simt::lane() + static_cast<int>(distance);
  return simt::shuffle(mask, value, from, from < simt::segment_begin(width) + width, where);
}
template <simt::WarpWord T>
T __shfl_xor_sync(unsigned mask, T value, int lanes, int width = warpSize,
                  simt::Location where = simt::Location::current()) {
  const int from = simt::lane() ^ lanes;
  return simt::shuffle(mask, value, from, from < simt::segment_begin(width) + width, where);
}
