// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "gpu_runtime.hpp"
#include "snn/train/loss.hpp"

namespace snn::cuda {

/// What the last population did over a batch, and where the loss of it goes. All arrays are on the
/// device.
struct DeviceReadout {
  int ticks;
  std::int64_t samples, classes;
  const float* membrane;        ///< [tick][sample][class], of losses that read membranes
  const std::uint32_t* spikes;  ///< [tick][sample][2*word], of other losses; null: `output`
  std::int64_t words;
  const float* output;         ///< [tick][sample][class]
  const std::int32_t* labels;  ///< [sample], of 0 .. classes-1
  double* work;                ///< [sample][class]
  float* scores;               ///< [sample][class]
  float* d_membrane;           ///< [tick][sample][class], of losses that read membranes
  float* d_output;             ///< [sample][class], of other losses
  /// [sample][2]: the loss, as the bits of a double, and whether the largest score is the label's.
  unsigned long long* losses;
};

/// evaluate_loss() with a block per sample: the same sums in double, in the same order. exp and log
/// in double are the device's, which may differ from the host's in the last place; nothing else
/// does.
void evaluate_loss(const gpu::Stream& stream, const Loss& loss, const DeviceReadout& readout);

}  // namespace snn::cuda
