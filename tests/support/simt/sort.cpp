// SPDX-License-Identifier: Apache-2.0
#include "cuda/device/sort.hpp"

#include <algorithm>
#include <vector>

/// cuda/device/sort.cu on the CPU. The result is in the other array, as it may be there.
namespace snn::cuda {

std::uint64_t* sort_keys(const gpu::Stream&, gpu::Buffer<std::byte>&, std::uint64_t* keys,
                         std::uint64_t* other, std::uint32_t count, int bits) {
  const std::uint64_t mask = bits < 64 ? (std::uint64_t{1} << bits) - 1 : ~std::uint64_t{0};
  std::copy_n(keys, count, other);
  std::stable_sort(other, other + count,
                   [&](std::uint64_t a, std::uint64_t b) { return (a & mask) < (b & mask); });
  std::fill_n(keys, count, ~std::uint64_t{0});
  return other;
}

SortedPairs sort_pairs(const gpu::Stream&, gpu::Buffer<std::byte>&, const SortedPairs& pairs,
                       const SortedPairs& other, std::uint32_t count, int bits) {
  const std::uint64_t mask = bits < 64 ? (std::uint64_t{1} << bits) - 1 : ~std::uint64_t{0};
  std::vector<std::uint32_t> order(count);
  for (std::uint32_t i = 0; i < count; ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return (pairs.keys[a] & mask) < (pairs.keys[b] & mask);
  });
  for (std::uint32_t i = 0; i < count; ++i) {
    other.keys[i] = pairs.keys[order[i]];
    other.values[i] = pairs.values[order[i]];
  }
  std::fill_n(pairs.keys, count, ~std::uint64_t{0});
  std::fill_n(pairs.values, count, ~std::uint32_t{0});
  return other;
}

}  // namespace snn::cuda
