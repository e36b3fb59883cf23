// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "cuda/sim/device_network.hpp"
#include "snn/backend/plastic_share.hpp"

namespace snn::cuda {

/// A fan-out whose weights change, on the device. Its histories hold what a neuron that fires in
/// every tick of a batch needs, so that they cannot overflow: 2^n entries, at least the ticks of a
/// batch and of two longest delays (of RewardStdp 1,024 more).
class PlasticFanOut {
 public:
  virtual ~PlasticFanOut() = default;

  /// Launches what arrives at tick `offset` of the batch.
  virtual void deliver(int offset) const = 0;
  /// Launches what the spikes of that tick leave behind, once all neurons were stepped.
  virtual void follow(int offset) const = 0;
  /// To be called before a batch of ticks: sees to it that the histories have room for it.
  virtual void prepare(std::int64_t first, int ticks) = 0;
  /// Brings weights up to date before what happens at `tick`, as far as no spike on its way can
  /// change them.
  virtual void catch_up(std::int64_t tick) = 0;
  /// Weights as that would leave them, magnitudes: of some synapses, or of all if there are none.
  virtual std::vector<float> look(std::int64_t tick,
                                  std::span<const std::int64_t> synapses) const = 0;
  /// A reward at `tick`, before what else happens in it. Only RewardStdp listens.
  virtual void reward(float amount, std::int64_t tick) = 0;
  /// What the fan-out knows beside weights and eligibility, brought up to a moment at which it
  /// changes no bit of what follows.
  virtual PlasticArrays save(std::int64_t tick) = 0;
  virtual void restore(const PlasticArrays& from, std::int64_t tick) = 0;

  std::size_t number() const { return number_; }
  const gpu::Buffer<float>& weights() const { return weights_; }
  const gpu::Buffer<float>& eligibility() const { return eligibility_; }

 protected:
  PlasticFanOut(const FanOut& fan_out, std::size_t number, const gpu::Stream& stream)
      : number_(number) {
    if (const DeviceRows* rows = device_rows(fan_out)) {
      weights_ = std::move(rows->weights);
      eligibility_ = std::move(rows->eligibility);
    } else {
      weights_ = gpu::uploaded(stream, fan_out.weights.span());
      eligibility_ = gpu::uploaded(stream, fan_out.eligibility.span());
    }
  }

  std::size_t number_;
  gpu::Buffer<float> weights_, eligibility_;
};

/// Threads of follow_spikes() and the like stride over at most `most` things, of which mostly few
/// are there.
unsigned few_blocks(std::int64_t most);
/// Blocks for each of `rows` rows of a grid that fills the device.
unsigned blocks_per_row(std::size_t rows);

std::unique_ptr<PlasticFanOut> make_plastic_fan_out(const CompiledNetwork& network,
                                                    std::size_t fan_out, const DeviceNetwork& net,
                                                    const gpu::Stream& stream);

}  // namespace snn::cuda
