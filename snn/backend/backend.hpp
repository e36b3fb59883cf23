// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "snn/backend/backend_state.hpp"
#include "snn/compile/compiled_network.hpp"
#include "snn/math/value_counts.hpp"

/// The seam between a simulation and what runs it: a few calls per stretch of time.
namespace snn {

struct BackendOptions {
  int threads = 1;
  enum class Update : std::uint8_t { automatic, stepped, touched };
  Update update = Update::automatic;
  /// What workers share: the spikes, or the neurons they are delivered to.
  enum class Delivery : std::uint8_t { automatic, spikes, targets };
  Delivery delivery = Delivery::automatic;
};

/// What populations and projections did since the last reset.
struct BackendCounts {
  struct Population {
    std::uint64_t spikes = 0, stepped = 0, touched = 0, membrane_updates = 0, drive_events = 0;
  };
  struct Projection {
    std::uint64_t source_events = 0, synaptic_events = 0, effective_events = 0;
    bool multiplies = false;  ///< some graded input was not -1, 0 or 1
    ValueCounts values;       ///< of graded inputs
  };
  std::vector<Population> populations;
  std::vector<Projection> projections;
};

/// Which states of a population's neurons are recorded.
struct StateRequest {
  static constexpr int membrane = -1;
  int field;  ///< of the states after the tick (NeuronLoops::state_fields), or the membrane before
              ///< the reset
  std::int64_t interval;                ///< ticks
  std::vector<std::int32_t> neurons{};  ///< ascending, each once; empty: all
};

/// Told what is recorded, in order of time, after each stretch.
struct Observer {
  std::function<void(std::int32_t population, std::int64_t tick,
                     std::span<const std::int32_t> neurons)>
      spikes;
  /// Membranes before the reset, relative to rest, of the neurons that are recorded.
  std::function<void(std::int32_t population, std::int64_t tick, std::span<const float> u)>
      membrane;
  /// A field of their states, after the tick.
  std::function<void(std::int32_t population, int field, std::int64_t tick,
                     std::span<const float> values)>
      state;
  /// Told the tick that is reached; false ends the run soon after.
  std::function<bool(std::int64_t tick)> proceed;
};

class Backend {
 public:
  virtual ~Backend() = default;
  /// Tick 0, initial state, no presented data, counters 0. What is recorded stays.
  virtual void reset() = 0;
  virtual void advance(std::int64_t ticks, const Observer& observer) = 0;
  virtual std::int64_t tick() const = 0;
  /// Values of a CurrentSource, [neuron], held from the next tick on.
  virtual void present_values(std::int32_t population, std::span<const float> values) = 0;
  /// Spikes of the coming ticks: tick t (from now) has neurons[begin[t]] .. neurons[begin[t+1]].
  virtual void present_spikes(std::int32_t population, std::span<const std::int32_t> begin,
                              std::span<const std::uint32_t> neurons) = 0;
  /// Parameters from the next tick on. `shift` is added to the states, [field][neuron], or empty.
  virtual void set_parameters(std::int32_t population, CompiledParameters parameters,
                              std::span<const float> shift) {
    (void)population, (void)parameters, (void)shift;
    throw lacks("changing of parameters");
  }
  /// Stimuli from the next tick on, with weights in fixed point.
  virtual void set_stimuli(std::int32_t population, CompiledStimuli stimuli) = 0;
  virtual void record_spikes(std::int32_t population) = 0;
  /// Membranes of all neurons, every `interval` ticks.
  virtual void record_membrane(std::int32_t population, std::int64_t interval) = 0;
  /// In place of what was recorded of the same field.
  virtual void record_state(std::int32_t population, StateRequest request) {
    (void)population, (void)request;
    throw lacks("recording of states");
  }
  virtual BackendCounts counts() const = 0;

  /// The synapses of a projection with their weights now, plastic ones up to date.
  virtual std::vector<SynapseNow> synapses(std::int32_t projection) {
    (void)projection;
    throw lacks("reading of synapses");
  }
  /// Weights now of some synapses of a plastic projection, as numbered by synapses().
  virtual std::vector<float> weights(std::int32_t projection,
                                     std::span<const std::int64_t> synapses) {
    (void)projection, (void)synapses;
    throw lacks("reading of weights");
  }
  /// Weights of a plastic projection, in the order of synapses().
  virtual void set_weights(std::int32_t projection, std::span<const float> weights) {
    (void)projection, (void)weights;
    throw lacks("setting of weights");
  }
  /// Dopamine for the RewardStdp of a projection, at the next tick.
  virtual void reward(std::int32_t projection, float amount) {
    (void)projection, (void)amount;
    throw lacks("reward");
  }

  /// All that the coming ticks depend on, and the counts.
  virtual BackendState save() { throw lacks("saving"); }
  /// ConfigError if it is not of the network that was given at first, whatever has been set since.
  virtual void check(const BackendState& state) {
    (void)state;
    throw lacks("restoring");
  }
  /// Goes on from there, where the same parameters and stimuli must have been set. Checks as above.
  virtual void restore(const BackendState& state) {
    (void)state;
    throw lacks("restoring");
  }

 private:
  static UnavailableError lacks(const std::string& what) {
    return UnavailableError(what +
                            " is not offered by this backend; the default one on the device "
                            "\"cpu\" does it");
  }
};

/// "cpu", "cuda" or "cuda:N"; throws UnavailableError for what this build or machine lacks.
std::unique_ptr<Backend> make_backend(const std::string& device, CompiledNetwork network,
                                      const BackendOptions& options);

/// What draws the synapses of a network that is to run on the device: give it to compile(), and the
/// network to make_backend() for the same device. Null: compile() draws them itself. Throws as
/// above.
std::unique_ptr<RowBuilder> make_row_builder(const std::string& device);

}  // namespace snn
