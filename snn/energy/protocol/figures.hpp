// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <variant>

#include "snn/energy/protocol/compare.hpp"

/// The figures of a comparison, all from its raw trials: a report can be recomputed.
namespace snn {

struct JouleSecondUnit {};
using MeasuredJouleSeconds = Amount<JouleSecondUnit, Origin::measured>;

/// Mean over trials with its 95 % interval by Student's t.
template <class Quantity>
struct TrialMean {
  Quantity mean, median, sd;  ///< over trials; sd with n - 1
  Quantity low, high;         ///< 95 % interval of the mean
};

/// A contestant in one trial, per repetition.
struct TrialEnergy {
  MeasuredJoules total;               ///< of one repetition
  MeasuredJoules dynamic;             ///< total - idle power x time
  double seconds = 0;                 ///< of one repetition, s
  MeasuredJouleSeconds energy_delay;  ///< total x time, of the repetition
};
/// From the raw numbers of a trial.
TrialEnergy trial_energy(const EnergyComparison& comparison, std::size_t trial,
                         std::size_t contestant);

/// Energy of one program, mean over trials with its 95 % interval.
struct ContestantEnergy {
  TrialMean<MeasuredJoules> total, dynamic;                        ///< per repetition
  TrialMean<MeasuredJoules> total_per_sample, dynamic_per_sample;  ///< per inference
  TrialMean<double> power_w;                                       ///< while it runs, W
  TrialMean<double> repetition_s;                                  ///< length of a repetition, s
  /// Joules per inference x the time its repetition takes, after which its answer is there.
  TrialMean<MeasuredJouleSeconds> energy_delay;
  double quantisation = 0;  ///< largest error of a window from the counter's steps, share of it
  int trials = 0;           ///< that count
};

/// Unavailable if fewer than 5 trials count, or if the contestant was unstable: the means of the
/// total in the first five and the last five trials (halves of fewer than 10) differ too much.
std::variant<Unavailable, ContestantEnergy> contestant_energy(const EnergyComparison& comparison,
                                                              std::size_t contestant);

/// Geometric mean over trials with its 95 % interval.
struct RatioInterval {
  double ratio = 0;          ///< geometric mean over trials
  double low = 0, high = 0;  ///< its 95 % interval
};

/// One program over another.
struct EnergyRatio {
  RatioInterval total;                               ///< joules per sample
  std::variant<Unavailable, RatioInterval> dynamic;  ///< of energies above idle in every trial
  RatioInterval time;                                ///< seconds per sample
  RatioInterval energy_delay;
};

/// `over` divided by `under`. The logarithms of their ratios in each trial are resampled
/// (`bootstrap_mean`), so what trials have in common cancels, a gain of the counter too.
/// Unavailable where one of the two is.
std::variant<Unavailable, EnergyRatio> energy_ratio(const EnergyComparison& comparison,
                                                    std::size_t over, std::size_t under);

}  // namespace snn
