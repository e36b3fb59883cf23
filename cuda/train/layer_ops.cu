// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cuda/train/layer_ops.hpp"

namespace snn::cuda {
namespace {

constexpr unsigned block = 256;

gpu::Config over(std::int64_t count) {
  return {.grid = dim3(static_cast<unsigned>((count + block - 1) / block)), .block = dim3(block)};
}
__device__ inline std::int64_t thread() {
  return static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
}
__device__ inline float value_of(const Activity& in, std::int64_t row, std::int64_t n) {
  if (in.values != nullptr) return in.values[row * in.neurons + n];
  if (in.bits == nullptr) return 1.0f;
  return (in.bits[row * 2 * in.words + n / 32] >> (n % 32) & 1u) != 0 ? 1.0f : 0.0f;
}

__global__ void spread_kernel(const float* values, std::int64_t count, std::int64_t neurons,
                              float* out, bool accumulate) {
  const std::int64_t i = thread();
  if (i < count) out[i] = (accumulate ? out[i] : 0.0f) + values[i % neurons];
}

__global__ void diagonal_forward_kernel(Activity in, const float* weight, float* out) {
  const std::int64_t i = thread();
  if (i >= in.rows * in.neurons) return;
  const std::int64_t row = i / in.neurons, n = i - row * in.neurons;
  out[i] += value_of(in, row, n) * weight[n];
}

__global__ void diagonal_backward_kernel(const float* gradient, std::int64_t count,
                                         std::int64_t neurons, const float* weight, float* out) {
  const std::int64_t i = thread();
  if (i < count) out[i] += gradient[i] * weight[i % neurons];
}

__global__ void mix_bits_kernel(const std::uint32_t* source, std::int64_t row_halves,
                                std::int64_t width, DelayGroups groups, int tick_begin,
                                std::int64_t count, std::uint32_t* out) {
  const std::int64_t i = thread();
  if (i >= count) return;
  const std::int64_t tick = tick_begin + i / width, at = i % width;
  std::uint32_t word = 0;
  for (int g = 0; g < groups.groups; ++g) {
    if (groups.delay[g] > tick) continue;
    word |= source[(tick - groups.delay[g]) * width + at] &
            groups.mask[g * row_halves + at % row_halves];
  }
  out[tick * width + at] = word;
}

__global__ void mix_values_kernel(const float* source, std::int64_t neurons, std::int64_t width,
                                  const int* delay, int tick_begin, std::int64_t count,
                                  float* out) {
  const std::int64_t i = thread();
  if (i >= count) return;
  const std::int64_t tick = tick_begin + i / width, at = i % width, d = delay[at % neurons];
  out[tick * width + at] = d > tick ? 0.0f : source[(tick - d) * width + at];
}

__global__ void collect_delayed_kernel(const float* handed, std::int64_t neurons,
                                       std::int64_t width, const int* delay, int tick_begin,
                                       int ticks, std::int64_t count, float* out) {
  const std::int64_t i = thread();
  if (i >= count) return;
  const std::int64_t at = i % width, later = tick_begin + i / width + delay[at % neurons];
  if (later < ticks) out[i] += handed[later * width + at];
}

__global__ void keep_existing_kernel(const std::uint8_t* exists, std::int64_t count,
                                     float* values) {
  const std::int64_t i = thread();
  if (i < count && exists[i] == 0) values[i] = 0.0f;
}

/// A block of 32 columns and 8 stripes of rows; each stripe's sum in order, then the stripes'.
constexpr int columns = 32, stripes = 8;
__global__ void part_sums_kernel(Activity in, const float* values, std::int64_t rows_per_part,
                                 float* parts) {
  auto& sums = gpu::shared<float[stripes][columns], struct PartSums>();
  const std::int64_t n = static_cast<std::int64_t>(blockIdx.x) * columns + threadIdx.x;
  const std::int64_t first = blockIdx.y * rows_per_part;
  const std::int64_t last = first + rows_per_part < in.rows ? first + rows_per_part : in.rows;
  float sum = 0.0f;
  for (std::int64_t row = first + threadIdx.y; n < in.neurons && row < last; row += stripes)
    sum += value_of(in, row, n) * values[row * in.neurons + n];
  sums[threadIdx.y][threadIdx.x] = sum;
  __syncthreads();
  if (threadIdx.y != 0 || n >= in.neurons) return;
  for (int s = 1; s < stripes; ++s) sum += sums[s][threadIdx.x];
  parts[blockIdx.y * in.neurons + n] = sum;
}
__global__ void add_parts_kernel(const float* parts, std::int64_t count, std::int64_t neurons,
                                 float* out, bool accumulate) {
  const std::int64_t n = thread();
  if (n >= neurons) return;
  float sum = accumulate ? out[n] : 0.0f;
  for (std::int64_t p = 0; p < count; ++p) sum += parts[p * neurons + n];
  out[n] = sum;
}

}  // namespace

void spread(const gpu::Stream& stream, const float* values, std::int64_t rows, std::int64_t neurons,
            float* out, bool accumulate) {
  gpu::launch(stream, over(rows * neurons), spread_kernel, values, rows * neurons, neurons, out,
              accumulate);
}

void diagonal_forward(const gpu::Stream& stream, const Activity& activity, const float* weight,
                      float* out) {
  if (activity.rows <= 0) return;
  gpu::launch(stream, over(activity.rows * activity.neurons), diagonal_forward_kernel, activity,
              weight, out);
}

void diagonal_backward(const gpu::Stream& stream, const float* gradient, std::int64_t rows,
                       std::int64_t neurons, const float* weight, float* out) {
  if (rows <= 0) return;
  gpu::launch(stream, over(rows * neurons), diagonal_backward_kernel, gradient, rows * neurons,
              neurons, weight, out);
}

void mix_bits(const gpu::Stream& stream, const std::uint32_t* source, std::int64_t rows,
              std::int64_t words, const DelayGroups& groups, int tick_begin, int tick_end,
              std::uint32_t* out) {
  const std::int64_t width = rows * 2 * words, count = (tick_end - tick_begin) * width;
  if (count <= 0) return;
  gpu::launch(stream, over(count), mix_bits_kernel, source, 2 * words, width, groups, tick_begin,
              count, out);
}

void mix_values(const gpu::Stream& stream, const float* source, std::int64_t rows,
                std::int64_t neurons, const int* delay, int tick_begin, int tick_end, float* out) {
  const std::int64_t width = rows * neurons, count = (tick_end - tick_begin) * width;
  if (count <= 0) return;
  gpu::launch(stream, over(count), mix_values_kernel, source, neurons, width, delay, tick_begin,
              count, out);
}

void collect_delayed(const gpu::Stream& stream, const float* handed, std::int64_t rows,
                     std::int64_t neurons, const int* delay, int tick_begin, int tick_end,
                     int ticks, float* out) {
  const std::int64_t width = rows * neurons, count = (tick_end - tick_begin) * width;
  if (count <= 0) return;
  gpu::launch(stream, over(count), collect_delayed_kernel, handed, neurons, width, delay,
              tick_begin, ticks, count, out);
}

void keep_existing(const gpu::Stream& stream, const std::uint8_t* exists, std::int64_t count,
                   float* values) {
  gpu::launch(stream, over(count), keep_existing_kernel, exists, count, values);
}

void ColumnSums::sum(const gpu::Stream& stream, const Activity& activity, const float* values,
                     float* out, bool accumulate) {
  const std::int64_t parts = std::clamp<std::int64_t>(activity.rows / 256, 1, 64);
  const auto room = static_cast<std::size_t>(parts * activity.neurons);
  if (parts_.size() < room) {
    ++buffers_;
    parts_ = gpu::Buffer<float>(room);
  }
  gpu::launch(stream,
              {.grid = dim3(static_cast<unsigned>((activity.neurons + columns - 1) / columns),
                            static_cast<unsigned>(parts)),
               .block = dim3(columns, stripes)},
              part_sums_kernel, activity, values, (activity.rows + parts - 1) / parts,
              parts_.data());
  gpu::launch(stream, over(activity.neurons), add_parts_kernel, parts_.data(), parts,
              activity.neurons, out, accumulate);
}

void ColumnSums::plain(const gpu::Stream& stream, const float* values, std::int64_t rows,
                       std::int64_t neurons, float* out, bool accumulate) {
  sum(stream, {.rows = rows, .neurons = neurons}, values, out, accumulate);
}

void ColumnSums::products(const gpu::Stream& stream, const Activity& activity,
                          const float* gradient, float* out) {
  if (activity.rows <= 0)
    return gpu::clear(stream, out, static_cast<std::size_t>(activity.neurons));
  sum(stream, activity, gradient, out, false);
}

}  // namespace snn::cuda
