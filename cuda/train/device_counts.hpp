// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "cuda/train/device_product.hpp"
#include "gpu_runtime.hpp"
#include "snn/math/value_counts.hpp"

/// Counting what a projection took in, on the device: sums per sample go to the host, not activity.
namespace snn::cuda {

/// Synapses of each source neuron, and those whose weight is not 0, [source]; null: one each.
struct FanOutOf {
  const std::uint32_t* all = nullptr;
  const std::uint32_t* nonzero = nullptr;
};

/// What some calls add up to (CallCounts), as it crosses to the host.
struct CallSums {
  std::uint64_t source_events, synaptic_events, effective_events;
  std::uint64_t graded;  ///< calls with a value other than -1, 0 and 1
  std::uint64_t graded_synaptic, graded_effective, ternary_effective;
  std::uint64_t binary_synaptic, binary_effective, nonbinary_calls;
  double value_sum;
};

/// Counts calls, one per line of activity, which is [tick][row]; adds them up by row. The sum of
/// values has the same bits in every run.
class CallCounter {
 public:
  /// To be counted by the next collect().
  void add(const Activity& in, const FanOutOf& fan_out) { calls_.push_back({in, fan_out}); }
  /// Of all that was added since the last time, in its order: [call][row]. One copy to the host.
  std::vector<std::vector<CallCounts>> collect(const gpu::Stream& stream, std::int64_t rows);

 private:
  struct Call {
    Activity in;
    FanOutOf fan_out;
  };
  std::vector<Call> calls_;
  gpu::Buffer<CallSums> sums_;
};

}  // namespace snn::cuda
