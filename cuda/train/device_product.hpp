// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "cuda/blas/bfloat16.hpp"
#include "cuda/blas/gemm.hpp"
#include "gpu_runtime.hpp"
#include "snn/train/options.hpp"

/// Products of a layer's activity with its weights on the device, as snn/train/product.hpp has them
/// on the host.
namespace snn::cuda {

/// Rows of activity: bits, or values where `values` is set.
struct Activity {
  std::int64_t rows = 0, neurons = 0, words = 0;
  const std::uint32_t* bits = nullptr;  ///< [row][2*word]
  const float* values = nullptr;        ///< [row][neuron]
};

/// Strides of operands are whole 16 bytes, which the fast algorithms ask for.
inline std::int64_t operand_stride(std::int64_t values) {
  return (values + 7) / 8 * 8;
}

/// [source][target], in float and, with Precision::bf16, rounded too; with Precision::bf16_split as
/// terms, the first of which `rounded` points at.
struct Weights {
  const float* exact;
  const Bfloat16* rounded;       ///< rows operand_stride(targets) apart
  std::int64_t term_stride = 0;  ///< values between terms
};

/// Values of bfloat16 that are kept of each weight.
inline int weight_terms(Precision precision) {
  if (precision == Precision::bf16_split) return split_terms;
  return precision == Precision::bf16 ? 1 : 0;
}

/// Products of bfloat16 that one product with such activity is made of; 0: it is one of floats.
/// Spikes are exact in bfloat16, so that the sum of the products with the terms of a float is
/// that with the float.
inline int product_terms(Precision precision, bool spikes) {
  return precision == Precision::bf16_split && !spikes ? 0 : weight_terms(precision);
}

/// Spikes that are unpacked for a product at a time. Memory of a layer of 16384 inputs and neurons,
/// 500 ticks of 16 samples (8000 rows), in fp32, without moments of the optimiser:
///   weights, their gradient             2 x 16384 x 16384 x 4   2147.5 MB
///   input then membrane; gradients of
///   the outputs of both populations     3 x 8000 x 16384 x 4    1572.9 MB
///   spikes of both populations          2 x 8000 x 16384 / 8      32.8 MB
///   workspace of the products                                     33.6 MB
///   states, adjoints, sums of inputs                               5.2 MB
///   unpacked spikes                                              134.2 MB
///   together                                                    3926.2 MB, wanted: at most 4000
/// A quarter of the rows or columns then still makes products of 2000 x 16384 x 16384: 1024 tiles
/// of 128 x 256, of which the multiprocessors of an H100 (132) take 7.8 each.
inline constexpr std::int64_t unpacked_spikes_bytes = std::int64_t{128} << 20;

/// Rows of spikes up to which the weights of the spikes are gathered instead of multiplied by 0 and
/// 1. A product of M rows reads each weight once for all of them; gathering reads the share of them
/// that spikes, for each row: less below a density of 1/M, which for M = 16 is 6 %, about what
/// hidden layers do. Spikes are then not unpacked either. The density itself is not known to the
/// host, and to ask for it would stop a graph.
inline constexpr std::int64_t most_gathered_rows = 16;

class Products {
 public:
  /// Spikes are unpacked into a buffer of at most `unpacked_bytes` at a time.
  Products(Precision precision, std::int64_t unpacked_bytes);

  /// out[row][target] (+)= sum over sources of activity * weight. Where weights are gathered, adds
  /// the number of spikes to `events` unless null.
  void forward(const gpu::Stream& stream, const Activity& activity, const Weights& weight,
               std::int64_t targets, float* out, bool accumulate,
               unsigned long long* events = nullptr);
  /// Whether forward() gathers: few rows of spikes, and weights that are not rounded.
  static bool gathers(Precision precision, bool spikes, std::int64_t rows) {
    return spikes && rows <= most_gathered_rows &&
           (precision == Precision::fp32 || precision == Precision::bf16_split);
  }

  /// Rows of dL/d input that the next two products are told of. `values` must not change until
  /// then.
  void take_gradient(const gpu::Stream& stream, const float* values, std::int64_t rows,
                     std::int64_t targets);

  /// out[row][source] (+)= sum over targets of gradient * weight. With Precision::bf16_split in
  /// fp32: no operand is exact in bfloat16, and six products of terms would be needed.
  void backward(const gpu::Stream& stream, const Weights& weight, std::int64_t sources, float* out,
                bool accumulate);

  /// d_weight[source][target] (+)= sum over rows of activity * gradient.
  void weight_gradient(const gpu::Stream& stream, const Activity& activity, float* d_weight,
                       bool accumulate);

  /// Changes when a buffer that launches were given has been replaced by a larger one.
  std::uint64_t buffers() const { return buffers_; }

 private:
  /// Of products of floats.
  Operands floats() const;
  /// Room for so many bytes of an operand; what it held is lost.
  void* room(gpu::Buffer<unsigned char>& buffer, std::int64_t bytes);
  /// Columns first .. first+count-1 of rows of activity as an operand, and its stride.
  Matrix operand(const gpu::Stream& stream, const Activity& activity, std::int64_t first,
                 std::int64_t count);

  Precision precision_;
  Gemm gemm_;
  std::int64_t unpacked_bytes_;
  std::uint64_t buffers_ = 0;
  gpu::Buffer<unsigned char> unpacked_, rounded_;
  std::int64_t rows_ = 0, targets_ = 0;
  const float* gradient_ = nullptr;
  Matrix operand_gradient_{};  ///< the same, rounded with Precision::bf16
};

}  // namespace snn::cuda
