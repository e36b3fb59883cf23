// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "snn/train/trainer.hpp"

/// What a spiking network did with one sample: enough for a picture of its spikes.
namespace snn::cli {

/// Spikes of a population, by tick and then neuron; of its first neurons only, so that results stay
/// small: at most `most_neurons_shown`, and as many as have `most_spikes_shown` together.
struct PopulationRun {
  std::string name;
  std::int64_t neurons = 0;                 ///< of the population
  std::int64_t neurons_shown = 0;           ///< whose spikes are listed: 0 .. neurons_shown - 1
  std::int64_t spikes = 0;                  ///< of all its neurons
  std::vector<std::int32_t> ticks;          ///< of each listed spike
  std::vector<std::int64_t> neurons_fired;  ///< that emitted it
};

inline constexpr std::int64_t most_neurons_shown = 100, most_spikes_shown = 5000;

struct SampleRun {
  std::int64_t index = 0;                 ///< of the test samples
  std::int32_t label = 0, predicted = 0;  ///< classes
  int ticks = 0;
  std::vector<PopulationRun> populations;  ///< those that emit spikes, sources included
};

/// Runs test sample `index` through a trained network.
SampleRun run_sample(Trainer& trainer, const LoadedData& loaded, std::int64_t index);

}  // namespace snn::cli
