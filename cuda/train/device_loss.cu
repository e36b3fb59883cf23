// SPDX-License-Identifier: Apache-2.0
#include <bit>
#include <cmath>

#include "cuda/train/device_loss.hpp"

namespace snn::cuda {
namespace {

constexpr unsigned loss_block = 64;

enum class Reduction : std::uint8_t { largest, mean, sum };

/// A loss as its kernel takes it.
struct Terms {
  Reduction reduction = Reduction::sum;
  bool entropy = true;  ///< else the squared error to these rates
  double correct_rate = 0, incorrect_rate = 0;
};

Terms terms_of(const Loss& loss) {
  if (std::holds_alternative<MaxMembraneCrossEntropy>(loss)) return {Reduction::largest};
  if (std::holds_alternative<MeanMembraneCrossEntropy>(loss)) return {Reduction::mean};
  if (const auto* mse = std::get_if<CountMse>(&loss))
    return {Reduction::sum, false, mse->correct_rate, mse->incorrect_rate};
  return {};
}

/// The first tick with the largest membrane of a class.
__device__ inline int peak_of(const DeviceReadout& r, std::int64_t at) {
  const std::int64_t stride = r.samples * r.classes;
  int best = 0;
  float largest = r.membrane[at];
  for (int t = 1; t < r.ticks; ++t) {
    const float value = r.membrane[t * stride + at];
    if (value > largest) {
      best = t;
      largest = value;
    }
  }
  return best;
}

__device__ inline double score_of(const DeviceReadout& r, Reduction reduction, std::int64_t sample,
                                  std::int64_t c) {
  const std::int64_t at = sample * r.classes + c, stride = r.samples * r.classes;
  if (reduction == Reduction::largest)
    return static_cast<double>(r.membrane[peak_of(r, at) * stride + at]);
  if (reduction == Reduction::mean) {
    double sum = 0;
#pragma unroll 8
    for (int t = 0; t < r.ticks; ++t) sum += static_cast<double>(r.membrane[t * stride + at]);
    return sum / r.ticks;
  }
  float sum = 0;  // as the host adds outputs
#pragma unroll 8
  for (int t = 0; t < r.ticks; ++t) {
    if (r.spikes == nullptr) {
      sum += r.output[t * stride + at];
    } else {
      const std::uint32_t half = r.spikes[(t * r.samples + sample) * 2 * r.words + c / 32];
      sum += static_cast<float>(half >> (c % 32) & 1u);
    }
  }
  return static_cast<double>(sum);
}

__device__ inline void put_gradient(const DeviceReadout& r, Reduction reduction, std::int64_t at,
                                    double d) {
  if (reduction == Reduction::sum) {
    r.d_output[at] = static_cast<float>(d);
    return;
  }
  const std::int64_t stride = r.samples * r.classes;
  const bool mean = reduction == Reduction::mean;
  const int peak = mean ? 0 : peak_of(r, at);
  const auto value = static_cast<float>(mean ? d / r.ticks : d);
  for (int t = 0; t < r.ticks; ++t)
    r.d_membrane[t * stride + at] = mean || t == peak ? value : 0.0f;
}

/// Bytes per sample, class and tick: 4 read (1/8 of spikes) and 4 written, where membranes are
/// read. Sums over classes are one thread's, so that their order is the host's.
__global__ void loss_kernel(DeviceReadout r, Terms terms) {
  using std::exp, std::log;
  struct Shared {
    double largest, sum;
  };
  auto& shared = gpu::shared<Shared, struct LossShared>();
  const std::int64_t sample = blockIdx.x, first = sample * r.classes;
  const std::int32_t label = r.labels[sample];
  double* values = r.work + first;
  for (std::int64_t c = threadIdx.x; c < r.classes; c += loss_block) {
    values[c] = score_of(r, terms.reduction, sample, c);
    r.scores[first + c] = static_cast<float>(values[c]);
  }
  __syncthreads();
  const double of_label = values[label];
  std::int64_t best = 0;
  if (threadIdx.x == 0) {
    for (std::int64_t c = 1; c < r.classes; ++c)
      if (values[best] < values[c]) best = c;
    shared.largest = values[best];
  }
  __syncthreads();
  for (std::int64_t c = threadIdx.x; terms.entropy && c < r.classes; c += loss_block)
    values[c] = exp(values[c] - shared.largest);
  __syncthreads();
  if (threadIdx.x == 0) {
    double sum = 0;
    for (std::int64_t c = 0; c < r.classes; ++c) {
      if (terms.entropy) {
        sum += values[c];
        continue;
      }
      const double target = c == label ? terms.correct_rate : terms.incorrect_rate;
      const double difference = values[c] / r.ticks - target;
      sum += difference * difference / static_cast<double>(r.classes);
    }
    shared.sum = sum;
    const double loss = terms.entropy ? log(sum) + shared.largest - of_label : sum;
    r.losses[2 * sample] = std::bit_cast<unsigned long long>(loss);
    r.losses[2 * sample + 1] = best == label ? 1 : 0;
  }
  __syncthreads();
  for (std::int64_t c = threadIdx.x; c < r.classes; c += loss_block) {
    double d;
    if (terms.entropy) {
      d = values[c] / shared.sum;
      if (c == label) d -= 1.0;
    } else {
      const double target = c == label ? terms.correct_rate : terms.incorrect_rate;
      d = 2.0 * (values[c] / r.ticks - target) / static_cast<double>(r.classes * r.ticks);
    }
    put_gradient(r, terms.reduction, first + c, d / static_cast<double>(r.samples));
  }
}

}  // namespace

void evaluate_loss(const gpu::Stream& stream, const Loss& loss, const DeviceReadout& readout) {
  if (readout.samples <= 0) return;
  gpu::launch(stream,
              {.grid = dim3(static_cast<unsigned>(readout.samples)), .block = dim3(loss_block)},
              loss_kernel, readout, terms_of(loss));
}

}  // namespace snn::cuda
