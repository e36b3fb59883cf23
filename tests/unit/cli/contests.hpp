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
  result.epochs = 1;
  result.operations.forward.macs = 1000;
  result.inference = result.training = Unavailable{"no counter", "another machine"};
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
  c.grid = grid_intensity("WORLD");
  c.dense = model(counts(1000, 0, 0), 0.95);
  c.quantised = model(counts(1000, 0, 0), 0.94);
  c.spiking = model(spiking, accuracy);
  return c;
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
