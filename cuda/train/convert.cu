// SPDX-License-Identifier: Apache-2.0
#include "cuda/train/convert.hpp"

namespace snn::cuda {
namespace {

constexpr unsigned block = 256;

/// Sixteen bytes of results per thread.
template <class Number>
inline constexpr int per_thread = 16 / static_cast<int>(sizeof(Number));

template <class Number>
struct alignas(16) Group {
  Number v[per_thread<Number>];
};

__device__ inline void set(float& to, float value) {
  to = value;
}
__device__ inline void set(Bfloat16& to, float value) {
  to = to_bfloat16(value);
}

/// Bytes per value: 4 or 2 written, 1/8 read.
template <class Number>
__global__ void unpack_kernel(const std::uint32_t* spikes, std::int64_t halves, std::int64_t rows,
                              std::int64_t first, std::int64_t count, std::int64_t stride,
                              Number* out) {
  constexpr int n = per_thread<Number>;
  const std::int64_t at = (static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x) * n;
  if (at >= rows * stride) return;
  const std::int64_t row = at / stride, j = at - row * stride;
  const std::uint32_t word = j < count ? spikes[row * halves + (first + j) / 32] : 0u;
  Group<Number> group;
  for (int k = 0; k < n; ++k) {
    const bool spike = j + k < count && (word >> ((j + k) % 32) & 1u) != 0;
    set(group.v[k], spike ? 1.0f : 0.0f);
  }
  *reinterpret_cast<Group<Number>*>(out + at) = group;
}

/// Bytes per value: 4 read, 2 written.
__global__ void convert_kernel(const float* from, std::int64_t from_stride, std::int64_t rows,
                               std::int64_t count, std::int64_t stride, Bfloat16* out) {
  constexpr int n = per_thread<Bfloat16>;
  const std::int64_t at = (static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x) * n;
  if (at >= rows * stride) return;
  const std::int64_t row = at / stride, j = at - row * stride;
  Group<Bfloat16> group;
  for (int k = 0; k < n; ++k)
    set(group.v[k], j + k < count ? from[row * from_stride + j + k] : 0.0f);
  *reinterpret_cast<Group<Bfloat16>*>(out + at) = group;
}

/// Bytes per value: 4 read, 2 written.
__global__ void split_kernel(const float* from, std::int64_t from_stride, std::int64_t rows,
                             std::int64_t count, std::int64_t stride, int term, Bfloat16* out) {
  constexpr int n = per_thread<Bfloat16>;
  const std::int64_t at = (static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x) * n;
  if (at >= rows * stride) return;
  const std::int64_t row = at / stride, j = at - row * stride;
  Group<Bfloat16> group;
  for (int k = 0; k < n; ++k)
    group.v[k] = split_term(j + k < count ? from[row * from_stride + j + k] : 0.0f, term);
  *reinterpret_cast<Group<Bfloat16>*>(out + at) = group;
}

template <class Number>
gpu::Config grid_for(std::int64_t values) {
  const std::int64_t threads = (values + per_thread<Number> - 1) / per_thread<Number>;
  return {.grid = dim3(static_cast<unsigned>((threads + block - 1) / block)), .block = dim3(block)};
}

}  // namespace

void unpack(const gpu::Stream& stream, const std::uint32_t* spikes, std::int64_t halves,
            std::int64_t rows, std::int64_t first, std::int64_t count, std::int64_t stride,
            float* out) {
  if (rows <= 0 || count <= 0) return;
  gpu::launch(stream, grid_for<float>(rows * stride), unpack_kernel<float>, spikes, halves, rows,
              first, count, stride, out);
}
void unpack(const gpu::Stream& stream, const std::uint32_t* spikes, std::int64_t halves,
            std::int64_t rows, std::int64_t first, std::int64_t count, std::int64_t stride,
            Bfloat16* out) {
  if (rows <= 0 || count <= 0) return;
  gpu::launch(stream, grid_for<Bfloat16>(rows * stride), unpack_kernel<Bfloat16>, spikes, halves,
              rows, first, count, stride, out);
}
void convert(const gpu::Stream& stream, const float* from, std::int64_t from_stride,
             std::int64_t rows, std::int64_t count, std::int64_t stride, Bfloat16* out) {
  if (rows <= 0 || count <= 0) return;
  gpu::launch(stream, grid_for<Bfloat16>(rows * stride), convert_kernel, from, from_stride, rows,
              count, stride, out);
}

void split(const gpu::Stream& stream, const float* from, std::int64_t from_stride,
           std::int64_t rows, std::int64_t count, std::int64_t stride, int term, Bfloat16* out) {
  if (rows <= 0 || count <= 0) return;
  gpu::launch(stream, grid_for<Bfloat16>(rows * stride), split_kernel, from, from_stride, rows,
              count, stride, term, out);
}

}  // namespace snn::cuda
