// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "cuda/sim/cuda_backend.hpp"
#include "snn/backend/flush_to_zero.hpp"
#include "snn/backend/synapses_now.hpp"

/// Synapses on the device that can be read and set between runs.
namespace snn::cuda {

std::vector<SynapseNow> CudaBackend::synapses(std::int32_t q) {
  const gpu::DeviceScope scope(device_);
  const FlushToZero flush;
  return list_synapses(network_, q,
                       [this](std::size_t f) { return changing_->plastic_at(f).look(tick_, {}); });
}

std::vector<float> CudaBackend::weights(std::int32_t q, std::span<const std::int64_t> synapses) {
  const gpu::DeviceScope scope(device_);
  const FlushToZero flush;
  const std::size_t f = plastic_fan_out(network_, q);
  if (synapses.empty()) return {};
  std::vector<float> found = changing_->plastic_at(f).look(tick_, synapses);
  for (float& weight : found)
    weight = std::copysign(weight, static_cast<float>(network_.fan_outs[f].scale));
  return found;
}

void CudaBackend::set_weights(std::int32_t q, std::span<const float> weights) {
  const gpu::DeviceScope scope(device_);
  const FlushToZero flush;
  check_weights(network_, q, weights);
  const std::size_t f = plastic_fan_out(network_, q);
  PlasticFanOut& fan_out = changing_->plastic_at(f);
  fan_out.catch_up(tick_);
  std::vector<float> magnitudes(weights.begin(), weights.end());
  for (float& weight : magnitudes) weight *= network_.fan_outs[f].scale < 0 ? -1.0f : 1.0f;
  gpu::upload(*stream_, fan_out.weights().data(), std::span<const float>(magnitudes));
}

void CudaBackend::reward(std::int32_t q, float amount) {
  const gpu::DeviceScope scope(device_);
  const FlushToZero flush;
  check_reward(network_, q);
  changing_->plastic_at(plastic_fan_out(network_, q)).reward(amount, tick_);
}

}  // namespace snn::cuda
