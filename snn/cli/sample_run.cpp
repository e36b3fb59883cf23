// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/sample_run.hpp"

#include <algorithm>

#include "snn/train/loss.hpp"

namespace snn::cli {
namespace {

using Spikes = std::vector<std::uint8_t>;  // [tick][neuron], 0 or 1

/// How many of the first neurons are listed.
std::int64_t shown_of(const Spikes& spikes, std::int64_t neurons, int ticks) {
  std::int64_t listed = 0;
  for (std::int64_t n = 0; n < std::min(neurons, most_neurons_shown); ++n) {
    for (int tick = 0; tick < ticks; ++tick)
      listed += spikes[static_cast<std::size_t>(tick * neurons + n)];
    if (listed > most_spikes_shown) return n;
  }
  return std::min(neurons, most_neurons_shown);
}

PopulationRun run_of(const Population& population, const Spikes& spikes, int ticks) {
  PopulationRun run;
  run.name = population.name;
  run.neurons = population.size();
  run.neurons_shown = shown_of(spikes, run.neurons, ticks);
  run.spikes = std::count(spikes.begin(), spikes.end(), std::uint8_t{1});
  for (int tick = 0; tick < ticks; ++tick) {
    for (std::int64_t n = 0; n < run.neurons_shown; ++n) {
      if (spikes[static_cast<std::size_t>(tick * run.neurons + n)] == 0) continue;
      run.ticks.push_back(tick);
      run.neurons_fired.push_back(n);
    }
  }
  return run;
}

/// The class with the largest logit, as evaluation judges it.
std::int32_t predicted_of(const Trainer& trainer, const Trainer::Trace& trace,
                          std::int32_t classes) {
  const int ticks = trainer.options().ticks;
  const auto width = static_cast<std::size_t>(classes);
  std::vector<float> sums(width), logits(width);
  const Spikes& spikes = trace.spikes.back();
  for (std::size_t i = 0; i < spikes.size(); ++i) sums[i % width] += static_cast<float>(spikes[i]);
  const std::int32_t any_label = 0;  // logits do not depend on it
  const Readout<float> readout{ticks,       1,         classes, trace.membrane.back().data(),
                               sums.data(), &any_label};
  evaluate_loss<float>(trainer.options().loss, readout, nullptr, nullptr, logits.data());
  return static_cast<std::int32_t>(std::max_element(logits.begin(), logits.end()) - logits.begin());
}

}  // namespace

SampleRun run_sample(Trainer& trainer, const LoadedData& loaded, std::int64_t index) {
  const std::int64_t sample = loaded.split.test[static_cast<std::size_t>(index)];
  const Trainer::Trace trace = trainer.trace(loaded.data, sample);
  SampleRun run;
  run.index = index;
  run.label = loaded.data.label[static_cast<std::size_t>(sample)];
  run.predicted = predicted_of(trainer, trace, loaded.data.classes);
  run.ticks = trainer.options().ticks;
  const Network network = trainer.network();
  for (std::size_t p = 0; p < trace.spikes.size(); ++p) {
    if (trace.spikes[p].empty()) continue;  // hands on values, or is only looked at
    run.populations.push_back(run_of(network.populations()[p], trace.spikes[p], run.ticks));
  }
  return run;
}

}  // namespace snn::cli
