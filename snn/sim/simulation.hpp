// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "snn/backend/backend_state.hpp"
#include "snn/compile/estimate.hpp"
#include "snn/energy/counts/counts.hpp"
#include "snn/io/compression.hpp"
#include "snn/model/network.hpp"
#include "snn/record/recorder.hpp"
#include "snn/record/state_variable.hpp"

namespace snn {

/// How a network is simulated. Only `dt_ms`, `seed`, `arithmetic` and `weight_tolerance` change
/// results; the others change how fast they come, and where from.
struct SimulationOptions {
  double dt_ms = 0.1;      ///< length of a tick, > 0
  std::uint64_t seed = 1;  ///< of all that is drawn
  int threads = 1;         ///< >= 1; does not change results
  std::string device =
      "cpu";  ///< "cpu"; others throw UnavailableError with what would provide them
  /// When neurons are updated. `stepped`: all at every tick; `touched`: those that an event
  /// reaches, with the ticks since the last one taken at once, where the model can; `automatic`: as
  /// is expected to be faster. Results are the same, bit for bit.
  enum class Update : std::uint8_t {
    automatic,  ///< as is expected to be faster
    stepped,    ///< all at every tick
    touched     ///< those that an event reaches, where the model can
  };
  Update update = Update::automatic;  ///< does not change results
  /// `fixed_point`: weights and their sums are integers, membranes float; fast, with the same
  /// spikes for any number of threads. `float64`: all in double, summed in one fixed order; for
  /// studies of exactness and to compare with other simulators. It is slow: one thread (whatever
  /// `threads` says), all neurons stepped at every tick. It runs on "cpu" only, without plastic
  /// projections.
  enum class Arithmetic : std::uint8_t { fixed_point, float64 };
  Arithmetic arithmetic = Arithmetic::fixed_point;  ///< of sums and states
  /// Largest rounding error of a weight as a part of its projection's largest; ConfigError if sums
  /// of such weights could overflow. 0: constants and listed weights to 2^-21 where their sums
  /// leave room, drawn ones to 1/128 of their standard deviation. Simulation::precision() tells.
  /// Has no effect with `float64`.
  double weight_tolerance = 0;
};

/// What may look at a run while it goes on.
struct RunHooks {
  /// Told about ten times per second how far the run is; false ends it soon after, at a tick that
  /// Simulation::tick() tells. Called on a thread of the run's.
  std::function<bool(double done_ms, double of_ms)> progress{};
  std::stop_token stop{};  ///< a request ends the run soon after
};

/// What Simulation::record_states_to() writes of a population.
struct StateSelection {
  PopulationId population;
  StateVariable variable{};             ///< default: the membrane potential
  std::vector<std::int32_t> neurons{};  ///< each once; empty: all
};

/// Event-driven run of a network. The same seed gives the same spikes for any number of threads.
class Simulation {
 public:
  /// Throws ConfigError, and ResourceError before it allocates synapses that do not fit.
  Simulation(const Network& network, SimulationOptions options = {});
  ~Simulation();
  Simulation(Simulation&&) noexcept;
  Simulation& operator=(Simulation&&) noexcept;

  /// What building it would take, without drawing a synapse.
  static BuildEstimate estimate(const Network& network, const SimulationOptions& options = {});

  /// Records spikes of a population from now on (default: nothing is recorded).
  void record_spikes(PopulationId population);
  /// Calls `listener(tick, neurons)` for the spikes of a population from now on, in order of time,
  /// every tick, on a thread of the run's; it may be one stretch of ticks behind. Nothing is kept.
  using SpikeListener =
      std::function<void(std::int64_t tick, std::span<const std::int32_t> neurons)>;
  void listen_to_spikes(PopulationId population, SpikeListener listener);
  /// Records the membrane potential of some neurons (empty: all) from now on, in the ticks that are
  /// at multiples of interval_ms, itself a multiple of dt_ms (0: every tick). In mV, before the
  /// reset. A second call replaces the first.
  void record_membrane(PopulationId population, std::vector<std::int32_t> neurons = {},
                       double interval_ms = 0);
  /// The same of any variable of the neurons' state, as "w" or `&AdEx::State<float>::w`
  /// (docs/recording.md lists them): after the tick, and as the user counts it, not from rest. Of
  /// the membrane, "v" or {}, it is record_membrane().
  void record_state(PopulationId population, const StateVariable& variable,
                    std::vector<std::int32_t> neurons = {}, double interval_ms = 0);
  /// Records weights of a projection with plasticity (synapses as numbered by synapses(); empty:
  /// all), at multiples of interval_ms (0: every tick) from now on: what synapses() would say
  /// before the tick at that time. A second call replaces the first.
  void record_weights(ProjectionId projection, std::vector<std::int64_t> synapses,
                      double interval_ms);

  /// What a data source presents from the next tick on: graded values, held until changed.
  void set_values(PopulationId source, std::span<const float> values);
  /// Spikes of a data source at ticks from now: lists of neurons, one list per coming tick
  /// (begin has ticks+1 entries).
  void set_spikes(PopulationId source, std::span<const std::int32_t> begin,
                  std::span<const std::uint32_t> neurons);

  /// Parameters of a population from the next tick on: of the model it was described with, one set
  /// or one per neuron. Potentials, currents and refractory times go on as they are. ConfigError
  /// for what a description could not have, and for neurons of the user's own model;
  /// UnavailableError with Arithmetic::float64.
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

  /// Writes spikes of some populations (empty: all) to a SONATA file while the simulation runs,
  /// from now on; docs/recording.md. Errors of the disk end a run with a FileError.
  void record_spikes_to(const std::filesystem::path& path,
                        std::vector<PopulationId> populations = {});
  /// Writes a state variable to a SONATA report while the simulation runs, from now on, in the
  /// ticks that record_state() would keep. A file holds one variable of populations that may be of
  /// different models, each once. Errors of the disk end a run with a FileError. Where more than
  /// some 40 MB/s are to be written, Compression::none keeps up longer.
  void record_states_to(const std::filesystem::path& path, std::vector<StateSelection> selections,
                        double interval_ms = 0, Compression compression = Compression::deflate);
  /// Writes what record_weights() would keep of a projection, as a report of the variable "weight"
  /// in which synapses take the place of neurons.
  void record_weights_to(const std::filesystem::path& path, ProjectionId projection,
                         std::vector<std::int64_t> synapses, double interval_ms,
                         Compression compression = Compression::deflate);
  /// Completes the files that record_..._to() began, each whatever the others do, and throws the
  /// first FileError. Also done when the simulation ends.
  void close_files();

  /// Advances; runs in pieces equal one run. Returns *this.
  Simulation& run_ms(double duration_ms, const RunHooks& hooks = {});
  Simulation& run_ticks(std::int64_t ticks, const RunHooks& hooks = {});

  /// Back to tick 0 and the initial state; recordings, counters and presented data are cleared.
  /// Files are completed. Weights that changed are drawn again; parameters and stimuli are as
  /// described again.
  void reset();

  /// The synapses of a projection as they are now, source by source.
  std::vector<SynapseNow> synapses(ProjectionId projection) const;
  /// Weights of a projection with plasticity, in the order of synapses(). ConfigError: another
  /// number, a sign or a magnitude that the rule does not allow.
  void set_weights(ProjectionId projection, std::span<const float> weights);
  /// Dopamine for a projection with RewardStdp, before the next tick.
  void reward(ProjectionId projection, double amount);

  /// Writes all that the coming ticks depend on to a file, which replaces an older one as a whole:
  /// also parameters and stimuli that were set. Recordings are not in it.
  void save(const std::filesystem::path& path) const;
  /// Goes on from a saved tick: what follows is bit for bit what would have followed there, for any
  /// number of threads. Recordings are cleared; what set_parameters() and set_stimulus() changed is
  /// as it was there. Throws FileError, or ConfigError if the file is of another network (or one
  /// described with other parameters), seed or dt_ms.
  void restore(const std::filesystem::path& path);

  std::int64_t tick() const;
  const SpikeTrain& spikes(PopulationId population) const;
  const StateTrace& membrane(PopulationId population) const;
  const StateTrace& state(PopulationId population, const StateVariable& variable) const;
  const WeightTrace& weights(ProjectionId projection) const;
  /// Counts since the last reset, as one sample.
  RawCounts counts() const;
  /// Bits of weight the fixed-point sums of a projection's target keep (53 with `float64`), and
  /// bytes per synapse.
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
