// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "cuda/train/device_product.hpp"
#include "gpu_runtime.hpp"
#include "snn/train/plan.hpp"

namespace snn::cuda {

/// Weights and biases on the device, and their gradients. Each projection's begin at a multiple of
/// 256 bytes there, which the fast products ask for.
class DeviceParameters {
 public:
  DeviceParameters(const gpu::Stream& stream, const Plan& plan, Precision precision);

  /// From the flat array of the plan.
  void load(const gpu::Stream& stream, std::span<const float> parameters);
  /// Into the flat array; decays and thresholds, which the device does not keep, stay as they are.
  void download_gradient(const gpu::Stream& stream, std::span<float> gradient) const;

  Weights weights(std::size_t projection) const;
  const float* bias(std::size_t projection) const;  ///< null: none
  float* d_weights(std::size_t projection) const;
  float* d_bias(std::size_t projection) const;

 private:
  struct Block {
    std::size_t host, device, count;
  };
  std::vector<Block> weight_, bias_;  ///< per projection; a count of 0: none
  gpu::Buffer<float> values_, gradient_;
  gpu::Buffer<Bfloat16> rounded_;
};

}  // namespace snn::cuda
