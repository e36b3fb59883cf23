// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/backend/backend.hpp"
#include "snn/io/spike_file.hpp"
#include "snn/sim/checkpoint.hpp"
#include "snn/sim/simulation.hpp"
#include "snn/sim/state_recording.hpp"
#include "snn/sim/weight_recording.hpp"

namespace snn {

/// ConfigError for options that make no sense.
CompileOptions compile_options(const SimulationOptions& options);

/// What a Simulation keeps.
struct Simulation::Impl {
  Impl(const Network& description, const SimulationOptions& given);

  /// As described, at tick 0. Plastic weights are not kept twice: they are drawn again.
  void reset();

  /// Goes on from a checkpoint. ConfigError, and nothing has changed, if it is not of this network.
  void restore(const SimulationCheckpoint& checkpoint);

  /// A population of neurons with the parameters and stimuli it has now.
  const Population& neurons_now(PopulationId id, const char* field) const;
  void set_neurons(PopulationId id, Neurons neurons);
  void set_stimulus(PopulationId id, std::size_t index, Stimulus stimulus);

  const Population& checked(PopulationId id) const {
    if (id.index < 0 || static_cast<std::size_t>(id.index) >= network.populations().size()) {
      throw ConfigError("simulation", "population", std::to_string(id.index),
                        "0 .. " + std::to_string(network.populations().size() - 1));
    }
    return network[id];
  }

  /// A file and what of it is each population, or -1.
  struct SpikeStream {
    SpikeFileWriter writer;
    std::vector<std::int32_t> number;
  };

  void clear_recordings() {
    for (SpikeTrain& train : spikes) train = {};
    states.clear();
    weights.clear();
  }

  const Projection& checked(ProjectionId id) const {
    if (id.index < 0 || static_cast<std::size_t>(id.index) >= network.projections().size()) {
      throw ConfigError("simulation", "projection", std::to_string(id.index),
                        "0 .. " + std::to_string(network.projections().size() - 1));
    }
    return network[id];
  }

  /// These synapses of a projection with plasticity; none: all. ConfigError if there are none such.
  std::vector<std::int64_t> plastic_synapses(ProjectionId id,
                                             std::vector<std::int64_t> synapses) const;

  Network network;
  SimulationOptions options;
  std::vector<SpikeStream> streams;
  std::vector<std::vector<SpikeListener>> listeners;  ///< per population
  std::vector<SpikeTrain> spikes;
  std::vector<bool> records_spikes;
  StateRecordings states;
  WeightRecordings weights;
  std::vector<InputRoom> inputs;
  Changes changed;
  std::vector<Precision> precision;
  std::vector<ProjectionCounts> blank;
  std::unique_ptr<Backend> backend;
  Observer observer;

 private:
  ChangedPopulation& change_of(PopulationId id);
  void undo_changes();
  void tell_parameters(PopulationId id, const Population& before, const Population& now);
  void tell_stimuli(PopulationId id, const Population& now);
};

}  // namespace snn
