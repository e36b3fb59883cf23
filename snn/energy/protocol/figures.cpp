// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/protocol/figures.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "snn/energy/protocol/statistics.hpp"

namespace snn {
namespace {

constexpr std::size_t least_trials = 5;

template <class Quantity>
TrialMean<Quantity> over_trials(std::span<const double> values, double parts = 1) {
  const MeanInterval all = mean_interval(values);
  const auto as = [parts](double value) { return Quantity(value / parts); };
  return {as(all.mean), as(all.median), as(all.sd), as(all.low), as(all.high)};
}

/// Trials that count.
std::vector<std::size_t> counting(const EnergyComparison& comparison) {
  std::vector<std::size_t> trials;
  for (std::size_t t = 0; t < comparison.trials.size(); ++t)
    if (comparison.trials[t].voided.empty()) trials.push_back(t);
  return trials;
}

std::string percent(double share) {
  return std::to_string(100 * share) + " %";
}

template <class Part>
std::vector<double> over_all(const std::vector<TrialEnergy>& trials, const Part& part) {
  std::vector<double> values;
  for (const TrialEnergy& trial : trials) values.push_back(part(trial));
  return values;
}

double total_of(const TrialEnergy& t) {
  return t.total.value();
}
double dynamic_of(const TrialEnergy& t) {
  return t.dynamic.value();
}
double seconds_of(const TrialEnergy& t) {
  return t.seconds;
}
double energy_delay_of(const TrialEnergy& t) {
  return t.energy_delay.value();
}

std::vector<TrialEnergy> trials_of(const EnergyComparison& comparison, std::size_t contestant) {
  std::vector<TrialEnergy> trials;
  for (const std::size_t t : counting(comparison))
    trials.push_back(trial_energy(comparison, t, contestant));
  return trials;
}

/// Why a contestant has no figures, if it has none.
std::optional<Unavailable> refused(const EnergyComparison& comparison, std::size_t contestant) {
  const auto trials = trials_of(comparison, contestant);
  if (trials.size() < least_trials) {
    std::string reason = "only " + std::to_string(trials.size()) + " of " +
                         std::to_string(comparison.trials.size()) + " trials count";
    for (const EnergyTrial& trial : comparison.trials)
      if (!trial.voided.empty())
        return Unavailable{reason + ": " + trial.voided,
                           "end what else runs on the device, and measure again"};
    return Unavailable{reason, "measure more trials"};
  }
  const auto totals = over_all(trials, total_of);
  const std::size_t group = std::min(least_trials, totals.size() / 2);
  const double difference = first_against_last(totals, group);
  if (difference > comparison.max_difference) {
    return Unavailable{comparison.contestants[contestant].name +
                           " is unstable: the means of its first and last " +
                           std::to_string(group) + " trials differ by " + percent(difference) +
                           ", allowed are " + percent(comparison.max_difference),
                       "let the device warm up longer, fix its clocks, and measure again"};
  }
  return {};
}

/// The ratio of two quantities in each trial.
RatioInterval ratio_of(std::span<const double> over, std::span<const double> under, double parts,
                       const EnergyComparison& comparison) {
  std::vector<double> logs;
  for (std::size_t t = 0; t < over.size(); ++t)
    logs.push_back(std::log(over[t] / under[t] / parts));
  const BootstrapInterval all = bootstrap_mean(logs, comparison.resamples, comparison.seed);
  return {std::exp(all.mean), std::exp(all.low), std::exp(all.high)};
}

}  // namespace

TrialEnergy trial_energy(const EnergyComparison& comparison, std::size_t trial,
                         std::size_t contestant) {
  const EnergyTrial& raw = comparison.trials[trial];
  const EnergyWindow& work = raw.work[contestant];
  const auto repetitions = static_cast<double>(work.repetitions);
  TrialEnergy energy;
  energy.seconds = work.seconds / repetitions;
  energy.total = work.joules / repetitions;
  energy.dynamic = energy.total - MeasuredJoules(raw.idle_w() * energy.seconds);
  energy.energy_delay = MeasuredJouleSeconds(energy.total.value() * energy.seconds);
  return energy;
}

std::variant<Unavailable, ContestantEnergy> contestant_energy(const EnergyComparison& comparison,
                                                              std::size_t contestant) {
  if (const auto why = refused(comparison, contestant)) return *why;
  const auto trials = trials_of(comparison, contestant);
  const double samples = comparison.contestants[contestant].samples;
  const auto totals = over_all(trials, total_of), dynamics = over_all(trials, dynamic_of);
  ContestantEnergy energy;
  energy.total = over_trials<MeasuredJoules>(totals);
  energy.dynamic = over_trials<MeasuredJoules>(dynamics);
  energy.total_per_sample = over_trials<MeasuredJoules>(totals, samples);
  energy.dynamic_per_sample = over_trials<MeasuredJoules>(dynamics, samples);
  energy.repetition_s = over_trials<double>(over_all(trials, seconds_of));
  energy.energy_delay =
      over_trials<MeasuredJouleSeconds>(over_all(trials, energy_delay_of), samples);
  std::vector<double> powers;
  for (const std::size_t t : counting(comparison)) {
    const EnergyWindow& work = comparison.trials[t].work[contestant];
    powers.push_back(work.power_w());
    energy.quantisation = std::max(energy.quantisation, work.quantisation / work.joules);
  }
  energy.power_w = over_trials<double>(powers);
  energy.trials = static_cast<int>(trials.size());
  return energy;
}

std::variant<Unavailable, EnergyRatio> energy_ratio(const EnergyComparison& comparison,
                                                    std::size_t over, std::size_t under) {
  for (const std::size_t contestant : {over, under})
    if (const auto why = refused(comparison, contestant)) return *why;
  const auto a = trials_of(comparison, over), b = trials_of(comparison, under);
  const double samples =
      comparison.contestants[over].samples / comparison.contestants[under].samples;
  const auto ratio = [&](const auto& part, double parts) {
    return ratio_of(over_all(a, part), over_all(b, part), parts, comparison);
  };
  EnergyRatio result;
  result.total = ratio(total_of, samples);
  result.time = ratio(seconds_of, samples);
  result.energy_delay = ratio(energy_delay_of, samples);
  const auto idle = [](const TrialEnergy& t) { return dynamic_of(t) <= 0; };
  if (std::any_of(a.begin(), a.end(), idle) || std::any_of(b.begin(), b.end(), idle)) {
    result.dynamic = Unavailable{"in some trial a contestant drew no more than the idle power",
                                 "give the contestants more to do at a time"};
  } else {
    result.dynamic = ratio(dynamic_of, samples);
  }
  return result;
}

}  // namespace snn
