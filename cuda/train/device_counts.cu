// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cuda/train/device_counts.hpp"

namespace snn::cuda {
namespace {

constexpr int block_threads = 128;
/// Blocks that are enough to fill a device, beside which a sample's lines are not cut further.
constexpr std::int64_t enough_blocks = 1024;

__device__ inline void add(CallSums& to, const CallSums& from) {
  to.source_events += from.source_events;
  to.synaptic_events += from.synaptic_events;
  to.effective_events += from.effective_events;
  to.graded += from.graded;
  to.graded_synaptic += from.graded_synaptic;
  to.graded_effective += from.graded_effective;
  to.ternary_effective += from.ternary_effective;
  to.binary_synaptic += from.binary_synaptic;
  to.binary_effective += from.binary_effective;
  to.nonbinary_calls += from.nonbinary_calls;
  to.value_sum += from.value_sum;
}

__device__ inline void take(CallSums& call, const FanOutOf& fan_out, std::int64_t k, float value) {
  const std::uint64_t all = fan_out.all != nullptr ? fan_out.all[k] : 1;
  const std::uint64_t nonzero = fan_out.nonzero != nullptr ? fan_out.nonzero[k] : 1;
  const bool unit = value == 1.0f || value == -1.0f;
  call.source_events += all > 0 ? 1 : 0;
  call.synaptic_events += all;
  call.effective_events += nonzero;
  call.graded_synaptic += unit ? 0 : all;
  call.graded_effective += unit ? 0 : nonzero;
  call.value_sum += static_cast<double>(value) * static_cast<double>(all);
}

/// Calls of spikes just add up: each is binary, and none of them is told apart.
__device__ inline CallSums spikes_of(const Activity& in, std::int64_t line,
                                     const FanOutOf& fan_out) {
  CallSums call{};
  for (std::int64_t w = threadIdx.x; w < 2 * in.words; w += block_threads) {
    std::uint32_t word = in.bits[line * 2 * in.words + w];
    for (; word != 0; word &= word - 1)
      take(call, fan_out, 32 * w + __ffs(static_cast<int>(word)) - 1, 1.0f);
  }
  call.ternary_effective = call.effective_events;
  call.value_sum = 0;
  return call;
}

/// One line of values, by all threads of the block: what kind of call it was all must know.
__device__ inline CallSums values_of(const Activity& in, std::int64_t line,
                                     const FanOutOf& fan_out) {
  CallSums call{};
  bool binary = true, graded = false;
  for (std::int64_t k = threadIdx.x; k < in.neurons; k += block_threads) {
    const float value = in.values[line * in.neurons + k];
    if (value == 0.0f) continue;
    binary = binary && value == 1.0f;
    graded = graded || !(value == 1.0f || value == -1.0f);
    take(call, fan_out, k, value);
  }
  graded = __syncthreads_or(graded ? 1 : 0) != 0;
  binary = __syncthreads_or(binary ? 0 : 1) == 0;
  if (!graded) call.ternary_effective = call.effective_events;
  if (binary) {
    call.binary_synaptic = call.synaptic_events;
    call.binary_effective = call.effective_events;
  }
  if (threadIdx.x == 0) {
    call.graded = graded ? 1 : 0;
    call.nonbinary_calls = binary ? 0 : 1;
  }
  return call;
}

/// A block counts some lines of one row. Its threads' sums are added in their order.
__global__ void count_calls(Activity in, std::int64_t rows, FanOutOf fan_out, CallSums* out) {
  auto& sums = gpu::shared<CallSums[block_threads], struct Sums>();
  const std::int64_t row = blockIdx.x, parts = gridDim.y, ticks = in.rows / rows;
  const std::int64_t end = ticks * (blockIdx.y + 1) / parts;
  CallSums sum{};
  for (std::int64_t tick = ticks * blockIdx.y / parts; tick < end; ++tick) {
    const std::int64_t line = tick * rows + row;
    add(sum, in.bits != nullptr ? spikes_of(in, line, fan_out) : values_of(in, line, fan_out));
  }
  sums[threadIdx.x] = sum;
  for (unsigned half = block_threads / 2; half > 0; half /= 2) {
    __syncthreads();
    if (threadIdx.x < half) add(sums[threadIdx.x], sums[threadIdx.x + half]);
  }
  if (threadIdx.x == 0) out[row * parts + blockIdx.y] = sums[0];
}

CallCounts counts_of(const CallSums& sums) {
  CallCounts call;
  call.source_events = sums.source_events;
  call.synaptic_events = sums.synaptic_events;
  call.effective_events = sums.effective_events;
  call.graded = sums.graded > 0;
  call.values = {.graded_synaptic = sums.graded_synaptic,
                 .graded_effective = sums.graded_effective,
                 .ternary_effective = sums.ternary_effective,
                 .binary_synaptic = sums.binary_synaptic,
                 .binary_effective = sums.binary_effective,
                 .nonbinary_calls = sums.nonbinary_calls,
                 .value_sum = sums.value_sum};
  return call;
}

}  // namespace

std::vector<std::vector<CallCounts>> CallCounter::collect(const gpu::Stream& stream,
                                                          std::int64_t rows) {
  std::vector<std::size_t> parts, begin{0};
  for (const Call& call : calls_) {
    const std::int64_t ticks = std::max<std::int64_t>(call.in.rows / rows, 1);
    parts.push_back(
        static_cast<std::size_t>(std::clamp<std::int64_t>(enough_blocks / rows, 1, ticks)));
    begin.push_back(begin.back() + static_cast<std::size_t>(rows) * parts.back());
  }
  if (sums_.size() < begin.back()) sums_ = gpu::Buffer<CallSums>(begin.back());
  for (std::size_t c = 0; c < calls_.size(); ++c)
    gpu::launch(stream,
                {.grid = dim3(static_cast<unsigned>(rows), static_cast<unsigned>(parts[c])),
                 .block = dim3(block_threads)},
                count_calls, calls_[c].in, rows, calls_[c].fan_out, sums_.data() + begin[c]);
  std::vector<CallSums> sums(begin.back());
  gpu::download(stream, std::span(sums), sums_.data());
  std::vector<std::vector<CallCounts>> found(calls_.size());
  for (std::size_t c = 0; c < calls_.size(); ++c) {
    found[c].resize(static_cast<std::size_t>(rows));
    for (std::size_t i = begin[c]; i < begin[c + 1]; ++i)
      found[c][(i - begin[c]) / parts[c]].add(counts_of(sums[i]), 1);
  }
  calls_.clear();
  return found;
}

}  // namespace snn::cuda
