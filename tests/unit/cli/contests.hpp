// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/cli/contest.hpp"

namespace snn::cli::test {

/// Counts of one sample over 10 ticks: a layer of 10 neurons that emitted `spikes`, and two
/// projections, one with multiplications and one without.
inline RawCounts counts(std::uint64_t macs, std::uint64_t acs, std::uint64_t spikes,
                        bool held = false) {
  RawCounts raw;
  raw.samples = 1;
  raw.ticks = 10;
  const auto projection = [](const char* name, std::uint64_t events, bool graded, bool constant) {
    ProjectionCounts p;
    p.name = name;
    p.source_size = p.target_size = 100;
    p.synapses = p.nonzero_synapses = 10000;
    p.source_events = events / 100;
    p.synaptic_events = p.effective_events = events;
    p.dense_events = 100000;
    p.graded = graded;
    p.constant = constant;
    return p;
  };
  raw.projections = {projection("input->hidden", macs, true, held),
                     projection("hidden->output", acs, false, false)};
  PopulationCounts hidden;
  hidden.name = "hidden";
  hidden.size = 10;
  hidden.spikes = spikes;
  hidden.stepped = 100;
  raw.populations = {hidden};
  return raw;
}

inline ModelResult model(const RawCounts& raw, double accuracy) {
  ModelResult result;
  result.label = "a model";
  result.accuracies = {accuracy};
  result.best_epochs = {0};
  result.counts = raw;
  result.ticks = 10;
  EpochReport epoch;
  epoch.seconds = 1.5;
  epoch.validation_accuracy = 0.9;
  epoch.operations.forward.macs = 1000;
  TrainingCost training;
  training.seconds = 1.5;
  training.epochs = {epoch};
  training.operations = epoch.operations;
  training.measured.whole = Unavailable{"no counter", "another machine"};
  result.training = training;
  return result;
}

/// The dense twin does 1000 MACs: 4600 pJ at fp32 (0.9 pJ an addition, 3.7 pJ a multiplication;
/// Horowitz, ISSCC 2014), 230 pJ at int8 (0.03 and 0.2 pJ).
inline Contest contest(const RawCounts& spiking, double accuracy = 0.9) {
  Contest c;
  c.command = "snn bench";
  c.data_info.name = "digits";
  c.data_info.shape = {8, 8};
  c.data_info.classes = 10;
  c.carbon = {grid_intensity("WORLD"), 1.0, "default"};
  c.target_accuracy = 0.9;
  c.measured = Unavailable{"no counter", "another machine"};
  c.dense = model(counts(1000, 0, 0), 0.95);
  c.quantised = model(counts(1000, 0, 0), 0.94);
  c.spiking = model(spiking, accuracy);
  return c;
}

/// Ten trials in which inferences took so many joules; idle power is 0. `wobble` is the share by
/// which odd trials took more.
inline void measure(Contest& c, double dense, double quantised, double spiking,
                    double wobble = 0.0) {
  EnergyComparison comparison;
  comparison.counter = "a counter";
  comparison.update_interval_s = 1e-3;
  comparison.resolution_j = 1e-6;
  comparison.max_difference = 0.05;
  comparison.resamples = 1000;
  comparison.seed = 1;
  const double joules[] = {dense, quantised, spiking};
  for (const char* name : {"dense", "quantised", "spiking"})
    comparison.contestants.push_back({name, 360, 5.0});
  for (int t = 0; t < 10; ++t) {
    EnergyTrial trial;
    trial.order = {0, 1, 2};
    trial.idle_before.seconds = trial.idle_after.seconds = 5;
    for (const double each : joules) {
      EnergyWindow window;
      window.seconds = 5;
      window.repetitions = 100;
      window.joules =
          MeasuredJoules(each * 360 * 100 * (t % 2 == 1 && each == spiking ? 1 + wobble : 1));
      trial.work.push_back(window);
    }
    comparison.trials.push_back(trial);
  }
  c.measured = comparison;
  c.dense.contestant = 0;
  c.quantised.contestant = 1;
  c.spiking.contestant = 2;
}

inline Measured measured(double joules) {
  Measured m;
  m.joules = MeasuredJoules(joules);
  m.total_joules = MeasuredJoules(100 * joules);
  m.window_s = 5;
  m.repetitions = 100;
  m.counter = "a counter";
  m.resolution_j = 1e-6;
  m.update_interval_s = 1e-3;
  m.quantisation_j = 2e-6;
  return m;
}

}  // namespace snn::cli::test
