// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>
#include <cmath>

#include "cuda/train/convert.hpp"
#include "cuda/train/device_parameters.hpp"

namespace snn::cuda {
namespace {

constexpr unsigned block_threads = 256, most_norm_blocks = 512;

/// Partial sums of squares, in an order that depends on `count` alone. Bytes per value: 4 read.
__global__ void norm_kernel(const float* values, std::int64_t count, double* parts) {
  auto& sums = gpu::shared<double[block_threads], struct Squares>();
  double sum = 0;
  const std::int64_t step = static_cast<std::int64_t>(gridDim.x) * block_threads;
  for (std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * block_threads + threadIdx.x;
       i < count; i += step)
    sum += static_cast<double>(values[i]) * static_cast<double>(values[i]);
  sums[threadIdx.x] = sum;
  for (unsigned half = block_threads / 2; half > 0; half /= 2) {
    __syncthreads();
    if (threadIdx.x < half) sums[threadIdx.x] += sums[threadIdx.x + half];
  }
  if (threadIdx.x == 0) parts[blockIdx.x] = sums[0];
}

__device__ inline bool finite(double value) {
  return value - value == 0;
}

/// One block: the norm, and what becomes of the step.
__global__ void decide_kernel(const double* parts, unsigned count, const unsigned long long* losses,
                              std::int64_t samples, const StepSettings* settings,
                              unsigned long long* decision) {
  int all = 1;
  for (std::int64_t s = threadIdx.x; s < samples; s += block_threads)
    if (!finite(std::bit_cast<double>(losses[2 * s]))) all = 0;
  all = __syncthreads_and(all);
  if (threadIdx.x != 0) return;
  double sum = 0;
  for (unsigned p = 0; p < count; ++p) sum += parts[p];
  const double norm = sqrt(sum), most = settings->clip_norm;
  const bool clipped = most > 0 && norm > most;
  decision[0] = std::bit_cast<unsigned long long>(norm);
  decision[1] = clipped ? 1 : 0;
  decision[2] = all != 0 && finite(norm) ? 1 : 0;
  decision[3] = std::bit_cast<std::uint32_t>(clipped ? static_cast<float>(most / norm) : 1.0f);
}

__device__ inline const SgdKernel<float>& kernel_of(const StepSettings& settings,
                                                    const SgdKernel<float>*) {
  return settings.sgd;
}
__device__ inline const AdamKernel<float>& kernel_of(const StepSettings& settings,
                                                     const AdamKernel<float>*) {
  return settings.adam;
}

/// The CPU's step, bit for bit. Bytes per parameter: 16 read, 12 written (Adam).
template <class Kernel>
__global__ void descend_kernel(const StepSettings* settings, const unsigned long long* decision) {
  const std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  const Kernel& kernel = kernel_of(*settings, static_cast<const Kernel*>(nullptr));
  if (i >= kernel.count || decision[2] == 0) return;
  const float scale = std::bit_cast<float>(static_cast<std::uint32_t>(decision[3]));
  kernel.step(i, kernel.g[i] * scale);
}

}  // namespace

DeviceParameters::DeviceParameters(const gpu::Stream& stream, const Plan& plan, Precision precision)
    : terms_(weight_terms(precision)) {
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
  if (terms_ == 0) return;
  std::size_t rounded_end = 0;
  for (const PlannedProjection& projection : plan.projections) {
    const std::int64_t targets = plan.populations[static_cast<std::size_t>(projection.target)].size;
    const bool dense = projection.kind == PlannedProjection::Kind::dense;
    const std::int64_t rows = dense ? static_cast<std::int64_t>(projection.weights) / targets : 0;
    const std::int64_t term = (rows * operand_stride(targets) + 63) / 64 * 64;
    round_.push_back({rounded_end, rows, targets, term});
    rounded_end += static_cast<std::size_t>(term * terms_);
  }
  rounded_ = gpu::zeros<Bfloat16>(stream, rounded_end);
}

template <class Copy>
void DeviceParameters::for_each_block(const Copy& copy) const {
  for (const std::vector<Block>* blocks : {&weight_, &bias_})
    for (const Block& block : *blocks)
      if (block.count > 0) copy(block);
}

void DeviceParameters::load(const gpu::Stream& stream, std::span<const float> parameters) {
  for_each_block([&](const Block& block) {
    gpu::upload(stream, values_.data() + block.device, parameters.subspan(block.host, block.count));
  });
  round(stream);
}

void DeviceParameters::round(const gpu::Stream& stream) {
  for (std::size_t q = 0; q < round_.size(); ++q) {
    const Rounded& to = round_[q];
    const float* from = values_.data() + weight_[q].device;
    Bfloat16* terms = rounded_.data() + to.device;
    const std::int64_t stride = operand_stride(to.targets);
    if (terms_ == 1) convert(stream, from, to.targets, to.rows, to.targets, stride, terms);
    for (int t = 0; terms_ > 1 && t < terms_; ++t)
      split(stream, from, to.targets, to.rows, to.targets, stride, t, terms + t * to.term_stride);
  }
}

void DeviceParameters::download_gradient(const gpu::Stream& stream,
                                         std::span<float> gradient) const {
  for_each_block([&](const Block& block) {
    gpu::download(stream, gradient.subspan(block.host, block.count),
                  gradient_.data() + block.device);
  });
}

void DeviceParameters::load_moments(const gpu::Stream& stream, const Optimizer::State& moments) {
  const auto load_one = [&](const std::vector<float>& from, gpu::Buffer<float>& to) {
    if (from.empty()) return;
    if (to.size() == 0) to = gpu::zeros<float>(stream, values_.size());
    for_each_block([&](const Block& block) {
      gpu::upload(stream, to.data() + block.device,
                  std::span(from).subspan(block.host, block.count));
    });
  };
  load_one(moments.first, first_);
  load_one(moments.second, second_);
  steps_ = moments.steps;
}

void DeviceParameters::fetch(const gpu::Stream& stream, std::span<float> parameters,
                             Optimizer::State* moments) const {
  const auto fetch_one = [&](const gpu::Buffer<float>& from, std::span<float> to) {
    for_each_block([&](const Block& block) {
      gpu::download(stream, to.subspan(block.host, block.count), from.data() + block.device);
    });
  };
  fetch_one(values_, parameters);
  if (moments == nullptr) return;
  fetch_one(first_, moments->first);
  if (!moments->second.empty()) fetch_one(second_, moments->second);
  moments->steps = steps_;
}

void DeviceParameters::prepare(const gpu::Stream& stream, const OptimizerKind& kind, double rate,
                               double clip_norm) {
  if (norms_.size() == 0) norms_ = gpu::Buffer<double>(most_norm_blocks);
  if (settings_.size() == 0) settings_ = gpu::Buffer<StepSettings>(1);
  const auto start = [&](gpu::Buffer<float>& moments) {
    if (moments.size() == 0) moments = gpu::zeros<float>(stream, values_.size());
    return moments.data();
  };
  StepSettings settings{.clip_norm = clip_norm};
  std::visit(
      [&](auto kernel) {
        kernel.w = values_.data();
        kernel.g = gradient_.data();
        kernel.count = static_cast<std::int64_t>(values_.size());
        if constexpr (requires { kernel.m; }) {
          kernel.m = start(first_);
          kernel.v = start(second_);
          settings.adam = kernel;
        } else {
          kernel.v = start(first_);
          settings.sgd = kernel;
        }
      },
      step_kernel(kind, steps_ + 1, rate));
  gpu::upload(stream, settings_.data(), std::span<const StepSettings>(&settings, 1));
}

void DeviceParameters::descend(const gpu::Stream& stream, const OptimizerKind& kind,
                               const unsigned long long* losses, std::int64_t samples,
                               unsigned long long* decision) {
  const std::size_t blocks = (values_.size() + block_threads - 1) / block_threads;
  const auto parts = static_cast<unsigned>(std::clamp<std::size_t>(blocks, 1, most_norm_blocks));
  gpu::launch(stream, {.grid = dim3(parts), .block = dim3(block_threads)}, norm_kernel,
              gradient_.data(), static_cast<std::int64_t>(gradient_.size()), norms_.data());
  gpu::launch(stream, {.grid = dim3(1), .block = dim3(block_threads)}, decide_kernel, norms_.data(),
              parts, losses, samples, settings_.data(), decision);
  const gpu::Config config{.grid = dim3(static_cast<unsigned>(blocks)),
                           .block = dim3(block_threads)};
  if (std::holds_alternative<Sgd>(kind))
    gpu::launch(stream, config, descend_kernel<SgdKernel<float>>, settings_.data(), decision);
  else
    gpu::launch(stream, config, descend_kernel<AdamKernel<float>>, settings_.data(), decision);
  round(stream);
}

const float* DeviceParameters::find(std::size_t first, std::size_t count) const {
  const float* found = nullptr;
  for_each_block([&](const Block& block) {
    if (first >= block.host && first + count <= block.host + block.count)
      found = values_.data() + block.device + (first - block.host);
  });
  return found;
}

Weights DeviceParameters::weights(std::size_t q) const {
  const float* exact = values_.data() + weight_[q].device;
  if (round_.empty()) return {exact, nullptr};
  return {exact, rounded_.data() + round_[q].device, round_[q].term_stride};
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
