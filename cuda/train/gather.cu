// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cuda/train/gather.hpp"

namespace snn::cuda {
namespace {

constexpr unsigned most_threads = 128;

/// A block takes one row and a target per thread. In each round its threads list the spikes of a
/// half of a word each, then all walk over the list. Bytes read: 1/8 per source, once per block,
/// and 4 per spike and target.
__global__ void gather_kernel(Activity in, const float* weight, std::int64_t targets, float* out,
                              bool accumulate, unsigned long long* events) {
  auto& listed = gpu::shared<std::uint16_t[32 * most_threads], struct Listed>();
  auto& counts = gpu::shared<unsigned[most_threads], struct Counts>();
  const std::int64_t row = blockIdx.y, halves = 2 * in.words;
  const std::int64_t n = static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  const std::uint32_t* bits = in.bits + row * halves;
  const bool alive = n < targets;
  float sum = alive && accumulate ? out[row * targets + n] : 0.0f;
  unsigned long long total = 0;
  for (std::int64_t first = 0; first < halves; first += blockDim.x) {
    const std::int64_t half = first + threadIdx.x;
    const std::uint32_t word = half < halves ? bits[half] : 0u;
    counts[threadIdx.x] = static_cast<unsigned>(__popc(word));
    __syncthreads();
    unsigned at = 0, all = 0;
    for (unsigned t = 0; t < blockDim.x; ++t) {
      if (t < threadIdx.x) at += counts[t];
      all += counts[t];
    }
    for (std::uint32_t left = word; left != 0; left &= left - 1)
      listed[at++] = static_cast<std::uint16_t>(
          threadIdx.x * 32 + static_cast<unsigned>(__ffs(static_cast<int>(left))) - 1);
    __syncthreads();  // the next list is not begun before all have come to the barrier above
    if (alive) {
      const float* rows = weight + first * 32 * targets + n;
#pragma unroll 8
      for (unsigned i = 0; i < all; ++i) sum += rows[std::int64_t{listed[i]} * targets];
    }
    total += all;
  }
  if (alive) out[row * targets + n] = sum;
  if (events != nullptr && blockIdx.x == 0 && threadIdx.x == 0) atomicAdd(events, total);
}

}  // namespace

void gather(const gpu::Stream& stream, const Activity& activity, const float* weight,
            std::int64_t targets, float* out, bool accumulate, unsigned long long* events) {
  if (activity.rows <= 0 || targets <= 0) return;
  const auto threads =
      static_cast<unsigned>(std::min<std::int64_t>((targets + 31) / 32 * 32, most_threads));
  gpu::launch(stream,
              {.grid = dim3(static_cast<unsigned>((targets + threads - 1) / threads),
                            static_cast<unsigned>(activity.rows)),
               .block = dim3(threads)},
              gather_kernel, activity, weight, targets, out, accumulate, events);
}

}  // namespace snn::cuda
