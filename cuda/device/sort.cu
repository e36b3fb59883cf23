// SPDX-License-Identifier: Apache-2.0
#include <cub/device/device_radix_sort.cuh>

#include "cuda/device/sort.hpp"

namespace snn::cuda {
namespace {

/// Asks `sort` for the scratch it needs, and calls it again with it.
template <class Sort>
void with_scratch(gpu::Buffer<std::byte>& scratch, const Sort& sort) {
  std::size_t bytes = 0;
  gpu::check(sort(nullptr, bytes), "asking for the memory that sorting takes");
  if (bytes > scratch.size()) scratch = gpu::Buffer<std::byte>(bytes);
  bytes = scratch.size();
  gpu::check(sort(scratch.data(), bytes), "sorting on the CUDA device");
}

}  // namespace

std::uint64_t* sort_keys(const gpu::Stream& stream, gpu::Buffer<std::byte>& scratch,
                         std::uint64_t* keys, std::uint64_t* other, std::uint32_t count, int bits) {
  cub::DoubleBuffer<std::uint64_t> buffer(keys, other);
  with_scratch(scratch, [&](void* temporary, std::size_t& bytes) {
    return cub::DeviceRadixSort::SortKeys(temporary, bytes, buffer, count, 0, bits, stream.get());
  });
  return buffer.Current();
}

SortedPairs sort_pairs(const gpu::Stream& stream, gpu::Buffer<std::byte>& scratch,
                       const SortedPairs& pairs, const SortedPairs& other, std::uint32_t count,
                       int bits) {
  cub::DoubleBuffer<std::uint64_t> keys(pairs.keys, other.keys);
  cub::DoubleBuffer<std::uint32_t> values(pairs.values, other.values);
  with_scratch(scratch, [&](void* temporary, std::size_t& bytes) {
    return cub::DeviceRadixSort::SortPairs(temporary, bytes, keys, values, count, 0, bits,
                                           stream.get());
  });
  return {keys.Current(), values.Current()};
}

}  // namespace snn::cuda
