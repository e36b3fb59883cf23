// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "cuda/train/device_product.hpp"
#include "gpu_runtime.hpp"
#include "snn/train/optimizer.hpp"
#include "snn/train/optimizer_kernels.hpp"
#include "snn/train/plan.hpp"

namespace snn::cuda {

/// What changes from step to step of an optimiser, which one of the kernels is.
struct StepSettings {
  SgdKernel<float> sgd{};
  AdamKernel<float> adam{};
  double clip_norm = 0;
};

/// Weights and biases on the device, and their gradients. Each projection's begin at a multiple of
/// 256 bytes there, which the fast products ask for.
class DeviceParameters {
 public:
  DeviceParameters(const gpu::Stream& stream, const Plan& plan, Precision precision);

  /// From the flat array of the plan.
  void load(const gpu::Stream& stream, std::span<const float> parameters);
  /// Into the flat array; decays and thresholds, which the device does not keep, stay as they are.
  void download_gradient(const gpu::Stream& stream, std::span<float> gradient) const;

  /// Moments of the optimiser, in the flat array's order; those of nothing are empty.
  void load_moments(const gpu::Stream& stream, const Optimizer::State& moments);
  /// Takes what the next step of the optimiser depends on to the device, where descend() finds it,
  /// which may be recorded. Norms above clip_norm are brought down to it (0: none).
  void prepare(const gpu::Stream& stream, const OptimizerKind& kind, double rate, double clip_norm);
  /// The step that was prepared, unless the norm of the gradient or one of the losses
  /// ([sample][2], the first of which is the bits of a double) is not finite.
  void descend(const gpu::Stream& stream, const OptimizerKind& kind,
               const unsigned long long* losses, std::int64_t samples,
               unsigned long long* decision);
  /// Words of a decision: the L2 norm before clipping (bits of a double), whether it was clipped,
  /// whether the step was taken, the factor of the gradient (bits of a float).
  static constexpr std::size_t decision_words = 4;
  /// To be told that a step was taken.
  void stepped() { ++steps_; }
  /// Values, and moments unless null, into arrays of their size.
  void fetch(const gpu::Stream& stream, std::span<float> parameters,
             Optimizer::State* moments) const;

  /// Of `count` values from place `first` of the flat array on; null: not on the device.
  const float* find(std::size_t first, std::size_t count) const;
  Weights weights(std::size_t projection) const;
  const float* bias(std::size_t projection) const;  ///< null: none
  float* d_weights(std::size_t projection) const;
  float* d_bias(std::size_t projection) const;

 private:
  struct Block {
    std::size_t host, device, count;
  };
  struct Rounded {
    std::size_t device;
    std::int64_t rows, targets;
    std::int64_t term_stride;  ///< values of one term
  };
  std::vector<Block> weight_, bias_;  ///< per projection; a count of 0: none
  std::vector<Rounded> round_;        ///< per projection, with Precision::bf16 and bf16_split
  int terms_ = 0;                     ///< of a weight, in bfloat16
  void round(const gpu::Stream& stream);
  template <class Copy>
  void for_each_block(const Copy& copy) const;

  gpu::Buffer<float> values_, gradient_, first_, second_;
  gpu::Buffer<double> norms_;
  gpu::Buffer<StepSettings> settings_;
  std::int64_t steps_ = 0;
  gpu::Buffer<Bfloat16> rounded_;
};

}  // namespace snn::cuda
