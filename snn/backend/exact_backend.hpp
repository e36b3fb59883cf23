// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <vector>

#include "snn/backend/backend.hpp"
#include "snn/backend/exact_network.hpp"
#include "snn/backend/sources.hpp"

namespace snn {

/// Runs a network in double: for studies of exactness and to compare with other simulators. Plain
/// and slow: one thread, all neurons stepped at every tick, 16 bytes per synapse. Inputs of a
/// neuron are summed in one order: bias, values of sources, spikes by source population,
/// projection, source neuron, delay and place in the connectivity, then Poisson input. Random
/// numbers are those of CpuBackend: the same draws give the same connectivity and the same input.
/// Currents are injected in double.
class ExactBackend : public Backend {
 public:
  /// `compiled` is what compile() makes of `network`. ConfigError for plastic projections.
  ExactBackend(const Network& network, CompiledNetwork compiled);

  void reset() override;
  void advance(std::int64_t ticks, const Observer& observer) override;
  std::int64_t tick() const override { return tick_; }
  void present_values(std::int32_t population, std::span<const float> values) override;
  void present_spikes(std::int32_t population, std::span<const std::int32_t> begin,
                      std::span<const std::uint32_t> neurons) override;
  void set_stimuli(std::int32_t population, CompiledStimuli stimuli) override;
  void record_spikes(std::int32_t population) override;
  void record_membrane(std::int32_t population, std::int64_t interval) override;
  void record_state(std::int32_t population, StateRequest request) override;
  BackendCounts counts() const override;

 private:
  using Spikes = std::vector<std::int32_t>;

  /// All of a population that is not in its compiled form, and what it is doing.
  struct Group {
    ExactNeurons neurons;
    std::vector<double> state;              ///< [field][neuron]
    std::vector<std::vector<double>> held;  ///< [receptor][neuron]: bias and values
    std::vector<double> input;              ///< [receptor][neuron]: of this tick
    std::vector<double> injected;           ///< coefficients with the currents of the tick
    std::vector<float> u;                   ///< membranes before the reset
    std::vector<float> values;              ///< of a CurrentSource
    PresentedSpikes presented;
    std::vector<Spikes> ring;  ///< [tick % size]
    bool records_spikes = false;
    std::map<int, StateRequest> recorded;  ///< by field
  };

  void run_tick(const Observer& observer);
  void collect_input(std::size_t population);
  void deliver(const ExactProjection& projection, Group& target);
  void add_drives(std::size_t population);
  void inject(std::size_t population);
  void step(std::size_t population, Spikes& fired);
  void hold_values(std::size_t population);
  void observe(const Observer& observer);
  const Spikes& spikes_of(std::int32_t population, std::int64_t tick) const;

  CompiledNetwork network_;
  std::int64_t tick_ = 0;
  std::vector<Group> groups_;
  BackendCounts counts_;
  std::vector<CallCounts> per_tick_;  ///< what held values add in each tick
};

}  // namespace snn
