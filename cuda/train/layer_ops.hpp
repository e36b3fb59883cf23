// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "cuda/train/device_product.hpp"
#include "gpu_runtime.hpp"

/// The small steps between matrix products and scans. Each moves every value it names once; none
/// is a matter of arithmetic. Sums have a fixed order.
namespace snn::cuda {

/// out[row][n] (+)= values[n].
void spread(const gpu::Stream& stream, const float* values, std::int64_t rows, std::int64_t neurons,
            float* out, bool accumulate);

/// A projection of one synapse per neuron: out[row][n] += activity[row][n] * weight[n].
void diagonal_forward(const gpu::Stream& stream, const Activity& activity, const float* weight,
                      float* out);
/// out[row][n] += gradient[row][n] * weight[n].
void diagonal_backward(const gpu::Stream& stream, const float* gradient, std::int64_t rows,
                       std::int64_t neurons, const float* weight, float* out);

/// What arrives at ticks tick_begin .. tick_end-1 over a projection with a delay per source neuron:
/// out[tick][row][k] is what k did delay[k] ticks before, or 0. `source` and `out` are of all
/// ticks. Of bits: mask[group][word] says which neurons have the delay of a group.
struct DelayGroups {
  int groups;
  const int* delay;           ///< [group] ticks
  const std::uint32_t* mask;  ///< [group][2*word]
};
void mix_bits(const gpu::Stream& stream, const std::uint32_t* source, std::int64_t rows,
              std::int64_t words, const DelayGroups& groups, int tick_begin, int tick_end,
              std::uint32_t* out);
void mix_values(const gpu::Stream& stream, const float* source, std::int64_t rows,
                std::int64_t neurons, const int* delay, int tick_begin, int tick_end, float* out);
/// Back: out[tick - tick_begin][row][k] += handed[tick + delay[k]][row][k] within `ticks`.
void collect_delayed(const gpu::Stream& stream, const float* handed, std::int64_t rows,
                     std::int64_t neurons, const int* delay, int tick_begin, int tick_end,
                     int ticks, float* out);

/// values[i] = 0 where exists[i] is 0.
void keep_existing(const gpu::Stream& stream, const std::uint8_t* exists, std::int64_t count,
                   float* values);

/// Sums over rows, in an order that depends on their number alone.
class ColumnSums {
 public:
  /// out[n] (+)= sum over rows of values[row][n].
  void plain(const gpu::Stream& stream, const float* values, std::int64_t rows,
             std::int64_t neurons, float* out, bool accumulate);
  /// out[n] = sum over rows of activity[row][n] * gradient[row][n].
  void products(const gpu::Stream& stream, const Activity& activity, const float* gradient,
                float* out);
  /// Changes when a buffer that launches were given has been replaced by a larger one.
  std::uint64_t buffers() const { return buffers_; }

 private:
  void sum(const gpu::Stream& stream, const Activity& activity, const float* values, float* out,
           bool accumulate);
  gpu::Buffer<float> parts_;
  std::uint64_t buffers_ = 0;
};

}  // namespace snn::cuda
