// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "snn/energy/counts.hpp"
#include "snn/model/network.hpp"
#include "snn/record/recorder.hpp"

namespace snn {

struct SimulationOptions {
  double dt_ms = 0.1;  ///< length of a tick, > 0
  std::uint64_t seed = 1;
  int threads = 1;  ///< >= 1; does not change results
  std::string device =
      "cpu";  ///< "cpu"; others throw UnavailableError with what would provide them
  enum class Update : std::uint8_t { automatic, stepped, touched };
  Update update = Update::automatic;  ///< does not change results
  /// Largest rounding error of a weight as a part of its projection's largest; ConfigError if sums
  /// of such weights could overflow. 0: constants and listed weights to 2^-21 where their sums
  /// leave room, drawn ones to 1/128 of their standard deviation. Simulation::precision() tells.
  double weight_tolerance = 0;
};

/// Event-driven run of a network. The same seed gives the same spikes for any number of threads.
class Simulation {
 public:
  Simulation(const Network& network, SimulationOptions options = {});
  ~Simulation();
  Simulation(Simulation&&) noexcept;
  Simulation& operator=(Simulation&&) noexcept;

  /// Records spikes of a population from now on (default: nothing is recorded).
  void record_spikes(PopulationId population);
  /// Records the membrane potential of some neurons (empty: all) every interval_ms.
  void record_membrane(PopulationId population, std::vector<std::int32_t> neurons = {},
                       double interval_ms = 0);

  /// What a data source presents from the next tick on: graded values, held until changed.
  void set_values(PopulationId source, std::span<const float> values);
  /// Spikes of a data source at ticks from now: lists of neurons, one list per coming tick
  /// (begin has ticks+1 entries).
  void set_spikes(PopulationId source, std::span<const std::int32_t> begin,
                  std::span<const std::uint32_t> neurons);

  /// Parameters of a population from the next tick on: of the model it was described with, one set
  /// or one per neuron. Potentials, currents and refractory times go on as they are. ConfigError
  /// for what a description could not have.
  template <NeuronModel Model>
  void set_parameters(PopulationId population, const Model& parameters) {
    set_neurons(population, ParametersOf<Model>{parameters});
  }
  template <NeuronModel Model>
  void set_parameters(PopulationId population, const std::vector<Model>& parameters) {
    set_neurons(population, ParametersOf<Model>(parameters.begin(), parameters.end()));
  }
  /// Replaces a stimulus, counted from 0 as described, by one of the same kind from the next tick
  /// on; its times still count from tick 0. ConfigError if it is invalid, or if the events of a
  /// stronger drive could overflow the sums that the described one left room for.
  void set_stimulus(PopulationId population, std::size_t index, Stimulus stimulus);

  /// Advances; runs in pieces equal one run. Returns *this.
  Simulation& run_ms(double duration_ms);
  Simulation& run_ticks(std::int64_t ticks);

  /// Back to tick 0 and the initial state; recordings, counters and presented data are cleared.
  /// Parameters and stimuli are as described again.
  void reset();

  std::int64_t tick() const;
  const SpikeTrain& spikes(PopulationId population) const;
  const StateTrace& membrane(PopulationId population) const;
  /// Counts since the last reset, as one sample.
  RawCounts counts() const;
  /// Bits of weight the fixed-point sums of a projection's target keep, and bytes per synapse.
  struct Precision {
    std::string projection;
    int weight_bits;
    double bytes_per_synapse;
  };
  std::vector<Precision> precision() const;

 private:
  void set_neurons(PopulationId population, Neurons neurons);

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace snn
