// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "cuda/sim/device_network.hpp"
#include "cuda/sim/homeostasis.hpp"
#include "cuda/sim/plastic_fan_out.hpp"
#include "cuda/sim/procedural.hpp"
#include "cuda/sim/short_term.hpp"

/// The fan-outs of a network whose synapses change or are not stored, which deliver by kernels of
/// their own.
namespace snn::cuda {

class ChangingSynapses {
 public:
  ChangingSynapses(const CompiledNetwork& network, const DeviceNetwork& net,
                   const gpu::Stream& stream);

  bool empty() const { return short_term_.empty() && plastic_.empty() && procedural_.empty(); }
  /// To be called before a batch of ticks.
  void prepare(std::int64_t first, int ticks);
  /// Of what changes weights for good, only a new backend is without a past.
  void reset();

  /// Launches what arrives at a level of tick `offset` of the batch, before its neurons are
  /// stepped.
  void deliver(std::size_t level, int offset) const;
  /// Launches what the spikes of a level change, when its neurons have been stepped.
  void follow(std::size_t level, int offset) const;

  /// Ticks from `tick` on until weights are scaled; `most` if it is not before.
  std::int64_t until_scaling(std::int64_t tick, std::int64_t most) const;
  /// Scales weights as far as it is due before what happens at `tick`. `network`: holds a copy of
  /// the weights meanwhile.
  void scale(CompiledNetwork& network, std::int64_t tick);
  HomeostasisArrays rates(std::size_t which) const;
  void set_rates(std::size_t which, const HomeostasisArrays& arrays);

  std::vector<DeviceHomeostasis>& homeostasis() { return homeostasis_; }
  std::vector<DeviceShortTerm>& short_term() { return short_term_; }
  std::vector<std::unique_ptr<PlasticFanOut>>& plastic() { return plastic_; }
  /// A plastic fan-out by its number among all.
  PlasticFanOut& plastic_at(std::size_t fan_out);

 private:
  void add_short_term(const CompiledNetwork& network, std::size_t fan_out);
  void add_procedural(const CompiledNetwork& network, std::size_t fan_out);
  void add_homeostasis(const CompiledNetwork& network, std::size_t fan_out);

  const DeviceNetwork& net_;
  const gpu::Stream& stream_;
  std::vector<DeviceShortTerm> short_term_;
  std::vector<std::unique_ptr<PlasticFanOut>> plastic_;
  std::vector<DeviceHomeostasis> homeostasis_;
  std::vector<DeviceProcedural> procedural_;
};

}  // namespace snn::cuda
