// SPDX-License-Identifier: Apache-2.0
#include "cuda/train/convert.hpp"
#include "cuda/train/device_parameters.hpp"

namespace snn::cuda {

DeviceParameters::DeviceParameters(const gpu::Stream& stream, const Plan& plan,
                                   Precision precision) {
  std::size_t end = 0;
  const auto place = [&](std::size_t host, std::size_t count) {
    const Block block{host, end, count};
    end += (count + 63) / 64 * 64;
    return block;
  };
  for (const PlannedProjection& projection : plan.projections) {
    const auto targets = static_cast<std::size_t>(
        plan.populations[static_cast<std::size_t>(projection.target)].size);
    weight_.push_back(place(projection.weight, projection.weights));
    bias_.push_back(place(projection.bias, projection.bias == no_parameter ? 0 : targets));
  }
  values_ = gpu::zeros<float>(stream, end);
  gradient_ = gpu::zeros<float>(stream, end);  // what no batch reaches stays 0
  if (precision == Precision::bf16) rounded_ = gpu::zeros<Bfloat16>(stream, end);
}

void DeviceParameters::load(const gpu::Stream& stream, std::span<const float> parameters) {
  for (const std::vector<Block>* blocks : {&weight_, &bias_}) {
    for (const Block& block : *blocks) {
      if (block.count == 0) continue;
      gpu::upload(stream, values_.data() + block.device,
                  parameters.subspan(block.host, block.count));
    }
  }
  if (rounded_.size() == 0) return;
  const auto count = static_cast<std::int64_t>(values_.size());
  convert(stream, values_.data(), count, 1, count, count, rounded_.data());
}

void DeviceParameters::download_gradient(const gpu::Stream& stream,
                                         std::span<float> gradient) const {
  for (const std::vector<Block>* blocks : {&weight_, &bias_}) {
    for (const Block& block : *blocks) {
      if (block.count == 0) continue;
      gpu::download(stream, gradient.subspan(block.host, block.count),
                    gradient_.data() + block.device);
    }
  }
}

Weights DeviceParameters::weights(std::size_t q) const {
  return {values_.data() + weight_[q].device,
          rounded_.size() == 0 ? nullptr : rounded_.data() + weight_[q].device};
}
const float* DeviceParameters::bias(std::size_t q) const {
  return bias_[q].count == 0 ? nullptr : values_.data() + bias_[q].device;
}
float* DeviceParameters::d_weights(std::size_t q) const {
  return gradient_.data() + weight_[q].device;
}
float* DeviceParameters::d_bias(std::size_t q) const {
  return gradient_.data() + bias_[q].device;
}

}  // namespace snn::cuda
