// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "snn/energy/protocol/window.hpp"

namespace snn {

/// A program to be measured: one repetition of it, which may be short.
struct Contestant {
  std::string name;
  std::function<void()> work;
  double samples = 1;  ///< inferences in one repetition
};

/// The protocol's numbers; docs/measuring.md gives the reason of each.
struct CompareOptions {
  MeasureOptions window = {};             ///< its length, clock and sync
  std::int64_t min_repetitions = 32;      ///< a window also has at least so many
  double warm_up_s = 2;                   ///< s of work before every window, at least, ...
  std::int64_t warm_up_repetitions = 10;  ///< ... and at least so many repetitions
  int trials = 10;                        ///< how many, at least 5
  double cool_down_s = 3;                 ///< s of rest before every window and baseline, ...
  double max_delay_s = 1;                 ///< ... and a random time up to so many s more
  double max_idle_drift = 0.05;  ///< share by which idle power may change in a trial; more voids it
  double max_difference = 0.05;  ///< allowed share, first five against last five trials
  double max_total_s = 3600;     ///< s; a plan that takes longer is refused
  std::uint64_t seed = 1;        ///< of the order, the delays and the bootstrap
  int resamples = 10000;         ///< of the bootstrap
  /// Known proportional error of the counter, e.g. 0.05; handed on beside the figures, never into
  /// their intervals. None where nobody knows one.
  std::optional<double> systematic_gain = {};
  std::function<void(int trial, int trials)> on_trial = nullptr;  ///< called before each, from 0
};

/// One round: idle, every contestant once, idle. Raw.
struct EnergyTrial {
  std::vector<int> order;                ///< contestants as they ran
  EnergyWindow idle_before, idle_after;  ///< baselines while nothing ran
  std::vector<EnergyWindow> work;        ///< one for each contestant, in the order they were given
  std::string voided;                    ///< why it does not count; empty if it does

  double idle_w() const {
    return (idle_before.joules + idle_after.joules).value() /
           (idle_before.seconds + idle_after.seconds);
  }
};

/// What was measured and how. All figures follow from it, by figures.hpp.
struct EnergyComparison {
  /// A contestant as it was planned.
  struct Entry {
    std::string name;             ///< of the contestant
    double samples = 1;           ///< inferences in one repetition
    double planned_window_s = 0;  ///< least length of its windows, s
  };
  std::vector<Entry> contestants;         ///< in the order they were given
  std::vector<EnergyTrial> trials;        ///< all, voided ones too
  std::string counter;                    ///< name of the meter
  double resolution_j = 0;                ///< least step of the counter, J
  double update_interval_s = 0;           ///< of the counter, s, as measured before all else
  double planned_idle_s = 0;              ///< length of a baseline, s
  double planned_total_s = 0;             ///< of all that follows the first runs, s
  double max_difference = 0;              ///< allowed between first and last trials, a share
  std::uint64_t seed = 0;                 ///< of order, delays and bootstrap
  int resamples = 0;                      ///< of the bootstrap
  std::optional<double> systematic_gain;  ///< known proportional error of the counter
};

using MaybeComparison = std::variant<Unavailable, EnergyComparison>;

/// Measures contestants against each other: interval of the counter, a first run of each, then
/// trials with idle baselines, contestants in random order. Unavailable, with the reason, if the
/// counter fails or the plan does not fit into the limits; then nothing was measured. ConfigError
/// for options that make no sense. The meter is read on a second thread too, and so must not be
/// read by the work.
MaybeComparison compare(Meter& meter, const std::vector<Contestant>& contestants,
                        const CompareOptions& options = {});

/// The same for one program alone.
inline MaybeComparison measure_trials(Meter& meter, const Contestant& contestant,
                                      const CompareOptions& options = {}) {
  return compare(meter, {contestant}, options);
}

}  // namespace snn
