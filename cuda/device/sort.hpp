// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "gpu_runtime.hpp"

/// Sorting in device memory: CUB's radix sort; under the emulation std::stable_sort. Its own file,
/// as CUB's headers take long to compile.
namespace snn::cuda {

/// Sorts `count` keys by their lowest `bits` bits. `other` has the same size; which of the two
/// holds the result is returned. `scratch` grows as needed.
std::uint64_t* sort_keys(const gpu::Stream& stream, gpu::Buffer<std::byte>& scratch,
                         std::uint64_t* keys, std::uint64_t* other, std::uint32_t count, int bits);

struct SortedPairs {
  std::uint64_t* keys;
  std::uint32_t* values;
};
/// The same with a value to each key. Stable.
SortedPairs sort_pairs(const gpu::Stream& stream, gpu::Buffer<std::byte>& scratch,
                       const SortedPairs& pairs, const SortedPairs& other, std::uint32_t count,
                       int bits);

}  // namespace snn::cuda
