// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "snn/backend/backend.hpp"
#include "snn/io/state_file.hpp"
#include "snn/model/network.hpp"
#include "snn/record/recorder.hpp"
#include "snn/record/state_variable.hpp"

/// What a simulation records of the states of neurons.
namespace snn {

/// One variable of some neurons of a population.
struct RecordedState {
  std::int32_t population;
  int field;  ///< 0: the membrane before the reset; else a field of the state after the tick
  std::int64_t interval_ticks;
  std::vector<std::int32_t> neurons;
  std::vector<float> origin;  ///< of each of these neurons: what a value of 0 means
  std::vector<std::size_t>
      place{};  ///< of each: which of the backend's values it is; empty: in order
};

/// The variable as a field of this population's neurons. ConfigError if they have none.
StateVariable variable_of(const Population& population, const StateVariable& variable);

/// A field of a population of neurons, with the parameters it has now; no neurons: all. ConfigError
/// if there is no such neuron.
RecordedState recorded_state(PopulationId id, const Population& now, int field,
                             std::vector<std::int32_t> neurons, std::int64_t interval_ticks);

/// In ticks; 0: every tick. ConfigError if it is not a multiple of dt_ms.
std::int64_t recording_interval(const std::string& object, double interval_ms, double dt_ms);

class StateRecordings {
 public:
  /// In memory, in place of what was kept of the same variable.
  void keep(RecordedState state);
  void write(StateFileWriter writer, std::vector<RecordedState> states);
  /// Null: not kept.
  const StateTrace* kept(std::int32_t population, int field) const;

  /// Asks a backend to tell of all that is recorded.
  void ask(Backend& backend);
  /// What it then tells: a field of the neurons that it was asked for.
  void take(std::int32_t population, int field, std::int64_t tick, std::span<const float> values);
  /// The population has other parameters, with which values may count from elsewhere.
  void follow(std::int32_t population, const Population& now);

  void clear();
  /// Every one is closed, whatever the others do; the first error is thrown then.
  void close_files();

 private:
  struct Kept {
    RecordedState state;
    StateTrace trace;
  };
  struct File {
    StateFileWriter writer;
    std::vector<RecordedState> states;  ///< in the order of the file's populations
  };

  std::map<std::pair<std::int32_t, int>, Kept> kept_;  ///< by population and field
  std::vector<File> files_;
  std::vector<float> sample_;  ///< scratch
};

}  // namespace snn
