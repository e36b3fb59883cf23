// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cuda/train/convert.hpp"
#include "cuda/train/device_product.hpp"
#include "cuda/train/gather.hpp"

namespace snn::cuda {
namespace {

Activity rows_of(Activity activity, std::int64_t first, std::int64_t count) {
  if (activity.bits != nullptr) activity.bits += first * 2 * activity.words;
  if (activity.values != nullptr) activity.values += first * activity.neurons;
  activity.rows = count;
  return activity;
}

/// Term `term` of the weights, or the floats.
Matrix operand_of(const Weights& weight, std::int64_t targets, bool term_wanted, int term,
                  bool transposed) {
  if (!term_wanted) return {weight.exact, targets, transposed};
  return {weight.rounded + term * weight.term_stride, operand_stride(targets), transposed};
}

}  // namespace

Products::Products(Precision precision, std::int64_t unpacked_bytes)
    : precision_(precision), unpacked_bytes_(unpacked_bytes) {}

Operands Products::floats() const {
  return precision_ == Precision::tf32 ? Operands::tf32 : Operands::fp32;
}

void* Products::room(gpu::Buffer<unsigned char>& buffer, std::int64_t bytes) {
  if (buffer.size() < static_cast<std::size_t>(bytes)) {
    ++buffers_;
    buffer = {};  // not both at once
    buffer = gpu::Buffer<unsigned char>(static_cast<std::size_t>(bytes));
  }
  return buffer.data();
}

Matrix Products::operand(const gpu::Stream& stream, const Activity& activity, std::int64_t first,
                         std::int64_t count) {
  const bool round = product_terms(precision_, activity.values == nullptr) > 0;
  if (activity.values != nullptr && !round)
    return {activity.values + first, activity.neurons, false};
  const std::int64_t stride = operand_stride(count);
  void* to = room(unpacked_, activity.rows * stride * (round ? 2 : 4));
  if (activity.values != nullptr) {
    convert(stream, activity.values + first, activity.neurons, activity.rows, count, stride,
            static_cast<Bfloat16*>(to));
  } else if (round) {
    unpack(stream, activity.bits, 2 * activity.words, activity.rows, first, count, stride,
           static_cast<Bfloat16*>(to));
  } else {
    unpack(stream, activity.bits, 2 * activity.words, activity.rows, first, count, stride,
           static_cast<float*>(to));
  }
  return {to, stride, false};
}

void Products::forward(const gpu::Stream& stream, const Activity& activity, const Weights& weight,
                       std::int64_t targets, float* out, bool accumulate,
                       unsigned long long* events) {
  if (gathers(precision_, activity.values == nullptr, activity.rows))
    return gather(stream, activity, weight.exact, targets, out, accumulate, events);
  const int terms = product_terms(precision_, activity.values == nullptr);
  const std::int64_t row_bytes = operand_stride(activity.neurons) * (terms > 0 ? 2 : 4);
  const std::int64_t tile = std::max<std::int64_t>(1, unpacked_bytes_ / row_bytes);
  const std::int64_t tiles = (activity.rows + tile - 1) / tile;
  for (std::int64_t t = 0; t < tiles; ++t) {  // of about equal size
    const std::int64_t first = activity.rows * t / tiles;
    const std::int64_t count = activity.rows * (t + 1) / tiles - first;
    const Matrix a = operand(stream, rows_of(activity, first, count), 0, activity.neurons);
    const int last = std::max(terms, 1) - 1;
    for (int term = last; term >= 0; --term) {  // the smallest first
      gemm_.multiply(stream, {.m = count,
                              .n = targets,
                              .k = activity.neurons,
                              .a = a,
                              .b = operand_of(weight, targets, terms > 0, term, false),
                              .c = out + first * targets,
                              .c_stride = targets,
                              .accumulate = accumulate || term != last,
                              .operands = terms > 0 ? Operands::bf16 : floats()});
    }
  }
}

void Products::take_gradient(const gpu::Stream& stream, const float* values, std::int64_t rows,
                             std::int64_t targets) {
  rows_ = rows;
  targets_ = targets;
  gradient_ = values;
  operand_gradient_ = {values, targets, false};
  if (precision_ != Precision::bf16) return;
  const std::int64_t stride = operand_stride(targets);
  auto* to = static_cast<Bfloat16*>(room(rounded_, rows * stride * 2));
  convert(stream, values, targets, rows, targets, stride, to);
  operand_gradient_ = {to, stride, false};
}

void Products::backward(const gpu::Stream& stream, const Weights& weight, std::int64_t sources,
                        float* out, bool accumulate) {
  const bool round = product_terms(precision_, false) > 0;
  gemm_.multiply(stream, {.m = rows_,
                          .n = sources,
                          .k = targets_,
                          .a = operand_gradient_,
                          .b = operand_of(weight, targets_, round, 0, true),
                          .c = out,
                          .c_stride = sources,
                          .accumulate = accumulate,
                          .operands = round ? Operands::bf16 : floats()});
}

void Products::weight_gradient(const gpu::Stream& stream, const Activity& activity, float* d_weight,
                               bool accumulate) {
  const int terms = product_terms(precision_, activity.values == nullptr);
  const std::int64_t value_bytes = terms > 0 ? 2 : 4;
  // Columns of the activity at a time, so that each sum over rows is one product. Whole words.
  const std::int64_t tile = std::max<std::int64_t>(
      64, unpacked_bytes_ / std::max<std::int64_t>(1, activity.rows * value_bytes) / 64 * 64);
  const int last = std::max(terms, 1) - 1;
  for (int term = last; term >= 0; --term) {  // one term of the gradient is kept at a time
    Matrix gradient = operand_gradient_;
    if (last > 0) {
      const std::int64_t stride = operand_stride(targets_);
      auto* to = static_cast<Bfloat16*>(room(rounded_, rows_ * stride * 2));
      split(stream, gradient_, targets_, rows_, targets_, stride, term, to);
      gradient = {to, stride, false};
    }
    for (std::int64_t first = 0; first < activity.neurons; first += tile) {
      const std::int64_t count = std::min(tile, activity.neurons - first);
      Matrix a = operand(stream, activity, first, count);
      a.transposed = true;
      gemm_.multiply(stream, {.m = count,
                              .n = targets_,
                              .k = activity.rows,
                              .a = a,
                              .b = gradient,
                              .c = d_weight + first * targets_,
                              .c_stride = targets_,
                              .accumulate = accumulate || term != last,
                              .operands = terms > 0 ? Operands::bf16 : floats()});
    }
  }
}

}  // namespace snn::cuda
