// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/protocol/compare.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <stdexcept>

#include "snn/energy/protocol/figures.hpp"
#include "tests/support/config_error.hpp"
#include "tests/support/synthetic_meter.hpp"

namespace {

using namespace snn;
using support::SyntheticMeter;
using support::SyntheticSpec;

CompareOptions on(SyntheticMeter& machine) {
  CompareOptions options;
  options.window.clock = machine.clock();
  return options;
}

Contestant program(SyntheticMeter& machine, const std::string& name, double seconds, double watts) {
  return {name, [&machine, seconds, watts] { machine.work(seconds, watts); }};
}

std::string reason(const MaybeComparison& result) {
  const auto* why = std::get_if<Unavailable>(&result);
  return why != nullptr ? why->reason : "measured";
}

TEST(CompareEnergy, SlowButFrugalHasLessDynamicAndMoreTotalEnergy) {
  SyntheticSpec spec;
  spec.idle_w = 50;
  SyntheticMeter machine(spec);
  const auto result = compare(
      machine, {program(machine, "dense", 0.01, 300), program(machine, "spiking", 0.04, 100)},
      on(machine));
  const auto& comparison = std::get<EnergyComparison>(result);
  const auto dense = std::get<ContestantEnergy>(contestant_energy(comparison, 0)),
             spiking = std::get<ContestantEnergy>(contestant_energy(comparison, 1));
  EXPECT_NEAR(dense.total.mean.value(), 3.0, 0.01);
  EXPECT_NEAR(dense.dynamic.mean.value(), 2.5, 0.01);
  EXPECT_NEAR(spiking.total.mean.value(), 4.0, 0.01);
  EXPECT_NEAR(spiking.dynamic.mean.value(), 2.0, 0.01);
  const auto ratio = std::get<EnergyRatio>(energy_ratio(comparison, 1, 0));
  EXPECT_GT(ratio.total.low, 1);
  EXPECT_LT(std::get<RatioInterval>(ratio.dynamic).high, 1);
  EXPECT_NEAR(ratio.energy_delay.ratio, 4.0 / 3 * 4, 0.05);
}

TEST(CompareEnergy, RecordsHowItWasDone) {
  SyntheticSpec spec;
  spec.step_j = 0.01;
  SyntheticMeter machine(spec);
  auto options = on(machine);
  options.seed = 7;
  options.resamples = 2000;
  std::vector<std::pair<int, int>> calls;
  options.on_trial = [&](int trial, int trials) { calls.emplace_back(trial, trials); };
  const double before = machine.now_s();
  auto first = program(machine, "a", 0.02, 200);
  first.samples = 8;
  const auto comparison = std::get<EnergyComparison>(
      compare(machine, {first, program(machine, "b", 0.3, 90)}, options));
  EXPECT_EQ(comparison.counter, "synthetic");
  EXPECT_EQ(comparison.resolution_j, 0.01);
  EXPECT_NEAR(comparison.update_interval_s, 0.1, 3e-4);
  EXPECT_EQ(comparison.seed, 7U);
  EXPECT_EQ(comparison.resamples, 2000);
  EXPECT_FALSE(comparison.systematic_gain);
  EXPECT_EQ(comparison.contestants[0].name, "a");
  EXPECT_EQ(comparison.contestants[0].samples, 8);
  EXPECT_NEAR(comparison.contestants[0].planned_window_s, 5, 0.02);
  EXPECT_NEAR(comparison.contestants[1].planned_window_s, 9.6, 1e-6);  // 32 repetitions
  EXPECT_NEAR(comparison.planned_idle_s, 9.6, 1e-6);
  ASSERT_EQ(calls.size(), 10U);
  EXPECT_EQ(calls[3], (std::pair{3, 10}));
  // What was planned, and the first runs, within a few edges per window and the delays' spread.
  EXPECT_NEAR(machine.now_s() - before, comparison.planned_total_s + 0.6 + 2 + 3.3, 35);
}

TEST(CompareEnergy, EveryWindowIsLongEnough) {
  struct Case {
    double update_s, seconds, needed_s;
    std::int64_t repetitions;
  };
  for (const Case& c : {Case{0.1, 0.02, 5, 250}, Case{0.5, 0.02, 25, 1250}, Case{0.1, 0.5, 16, 32},
                        Case{0.001, 0.2, 6.4, 32}}) {
    SyntheticSpec spec;
    spec.update_s = c.update_s;
    spec.sampling_s = c.update_s / 4;
    SyntheticMeter machine(spec);
    const auto comparison = std::get<EnergyComparison>(
        measure_trials(machine, program(machine, "one", c.seconds, 100), on(machine)));
    for (const EnergyTrial& trial : comparison.trials) {
      EXPECT_GE(trial.work[0].seconds, c.needed_s * 0.995);
      EXPECT_LE(trial.work[0].seconds, c.needed_s * 1.1 + 2 * c.update_s);
      EXPECT_GE(static_cast<double>(trial.work[0].repetitions),
                static_cast<double>(c.repetitions) * 0.995);
      for (const EnergyWindow& idle : {trial.idle_before, trial.idle_after}) {
        EXPECT_GE(idle.seconds, c.needed_s * 0.995);
        EXPECT_EQ(idle.repetitions, 0);
      }
    }
  }
}

TEST(CompareEnergy, OrderIsRandomBalancedAndTheOneThatRan) {
  SyntheticMeter machine({});
  std::vector<int> ran;
  int trial = -1;
  std::vector<std::vector<int>> by_trial(12);
  std::vector<Contestant> contestants;
  for (const int c : {0, 1, 2}) {
    contestants.push_back({std::to_string(c), [&, c] {
                             machine.work(0.2, 100);
                             if (trial < 0) return;
                             auto& order = by_trial[static_cast<std::size_t>(trial)];
                             if (order.empty() || order.back() != c) order.push_back(c);
                           }});
  }
  auto options = on(machine);
  options.trials = 12;
  options.on_trial = [&](int t, int) { trial = t; };
  std::set<std::vector<int>> kinds;
  std::set<std::vector<std::vector<int>>> plans;
  for (const std::uint64_t seed : {1U, 2U, 3U, 1U}) {
    options.seed = seed;
    trial = -1;
    by_trial.assign(12, {});
    const auto comparison = std::get<EnergyComparison>(compare(machine, contestants, options));
    int in_place[3][3] = {};
    std::vector<std::vector<int>> plan;
    for (std::size_t t = 0; t < 12; ++t) {
      const auto& order = comparison.trials[t].order;
      EXPECT_EQ(order, by_trial[t]);
      kinds.insert(order);
      plan.push_back(order);
      for (std::size_t place = 0; place < 3; ++place)
        ++in_place[place][static_cast<std::size_t>(order[place])];
    }
    plans.insert(plan);
    for (const auto& place : in_place)
      for (const int times : place) EXPECT_EQ(times, 4);
  }
  EXPECT_EQ(kinds.size(), 6U);
  EXPECT_EQ(plans.size(), 3U);  // another seed, another order; the same seed, the same
}

TEST(CompareEnergy, WarmsUpBeforeEveryWindowAndRestsBefore) {
  SyntheticMeter machine({});
  std::int64_t calls = 0;
  double last_end = 0;
  std::vector<double> pauses;
  auto options = on(machine);
  const auto comparison =
      std::get<EnergyComparison>(measure_trials(machine,
                                                {"one",
                                                 [&] {
                                                   const double now = machine.now_s();
                                                   if (now - last_end > 1)
                                                     pauses.push_back(now - last_end);
                                                   machine.work(0.05, 100);
                                                   last_end = machine.now_s();
                                                   ++calls;
                                                 }},
                                                options));
  std::int64_t measured = 0;
  for (const EnergyTrial& trial : comparison.trials) measured += trial.work[0].repetitions;
  // 2 s are 40 repetitions, for each of 10 windows and, with one before it, for the first run.
  EXPECT_GE(calls - measured, 11 * 40 + 1);
  EXPECT_LE(calls - measured, 11 * 40 + 1 + 10 * 5);
  // Between windows lie two baselines of 5 s, of the trial before and this one, and three rests of
  // 3 to 4 s; before the first window one baseline and two rests.
  ASSERT_EQ(pauses.size(), 10U);
  std::set<double> different(pauses.begin(), pauses.end());
  EXPECT_EQ(different.size(), 10U);
  EXPECT_GE(pauses[0], 5 + 6 - 0.1);
  EXPECT_LE(pauses[0], 5 + 8 + 0.6);
  for (std::size_t t = 1; t < 10; ++t) {
    EXPECT_GE(pauses[t], 10 + 9 - 0.1) << t;
    EXPECT_LE(pauses[t], 10 + 12 + 1.2) << t;
  }
}

TEST(CompareEnergy, IdlePowerThatMovesVoidsTheTrial) {
  for (const auto& [step_w, counts] : {std::pair{2.0, true}, std::pair{4.0, false}}) {
    SyntheticMeter machine({});  // 60 W: 5 % are 3 W
    int trial = -1;
    auto options = on(machine);
    options.on_trial = [&](int t, int) {
      trial = t;
      machine.extra_w = 0;
    };
    const Contestant one{"one", [&] {
                           if (trial == 3) machine.extra_w = step_w;
                           machine.work(0.05, 200);
                         }};
    const auto comparison = std::get<EnergyComparison>(measure_trials(machine, one, options));
    for (std::size_t t = 0; t < 10; ++t)
      EXPECT_EQ(comparison.trials[t].voided.empty(), counts || t != 3) << t;
    const auto energy = std::get<ContestantEnergy>(contestant_energy(comparison, 0));
    EXPECT_EQ(energy.trials, counts ? 10 : 9);
  }
  SyntheticMeter machine({});
  auto options = on(machine);
  options.on_trial = [&](int, int) { machine.extra_w = 0; };
  const Contestant one{"one", [&] {
                         machine.extra_w = 10;
                         machine.work(0.05, 200);
                       }};
  const auto comparison = std::get<EnergyComparison>(measure_trials(machine, one, options));
  const auto energy = contestant_energy(comparison, 0);
  ASSERT_TRUE(std::holds_alternative<Unavailable>(energy));
  EXPECT_NE(std::get<Unavailable>(energy).reason.find(
                "only 0 of 10 trials count: the idle power went from"),
            std::string::npos)
      << std::get<Unavailable>(energy).reason;
}

TEST(CompareEnergy, AContestantThatChangesIsUnstable) {
  SyntheticMeter machine({});
  int trial = 0;
  auto options = on(machine);
  options.on_trial = [&](int t, int) { trial = t; };
  const Contestant grows{"grows", [&] { machine.work(0.05, 200 * (1 + 0.02 * trial)); }};
  const auto comparison = std::get<EnergyComparison>(
      compare(machine, {grows, program(machine, "stays", 0.05, 200)}, options));
  const auto energy = contestant_energy(comparison, 0);
  ASSERT_TRUE(std::holds_alternative<Unavailable>(energy));
  EXPECT_NE(std::get<Unavailable>(energy).reason.find("grows is unstable"), std::string::npos);
  EXPECT_TRUE(std::holds_alternative<ContestantEnergy>(contestant_energy(comparison, 1)));
  EXPECT_TRUE(std::holds_alternative<Unavailable>(energy_ratio(comparison, 0, 1)));
  EXPECT_NEAR(trial_energy(comparison, 9, 0).total.value(), 0.05 * 236, 0.1);  // raw trials stay
}

TEST(CompareEnergy, WaitsForTheDeviceBeforeReadings) {
  // Work that returns at once; the device does it when it is waited for.
  SyntheticMeter machine({});
  int queued = 0;
  auto options = on(machine);
  options.window.sync = [&] {
    for (; queued > 0; --queued) machine.work(0.02, 250);
  };
  const auto comparison =
      std::get<EnergyComparison>(measure_trials(machine, {"queued", [&] { ++queued; }}, options));
  const auto energy = std::get<ContestantEnergy>(contestant_energy(comparison, 0));
  EXPECT_NEAR(energy.total.mean.value(), 5, 0.05);
  EXPECT_NEAR(energy.repetition_s.mean, 0.02, 1e-6);
}

TEST(CompareEnergy, APlanThatTakesTooLongIsRefusedBeforeItStarts) {
  SyntheticMeter machine({});
  auto options = on(machine);
  int trials = 0, calls = 0;
  options.on_trial = [&](int, int) { ++trials; };
  // Per trial 3 rests of 3.5 s, 2 s of warm-up and 3 windows of 5 s: 27.5 s.
  options.max_total_s = 270;
  const auto one = program(machine, "one", 0.02, 100);
  auto result = measure_trials(machine, one, options);
  EXPECT_EQ(reason(result).substr(0, 13), "10 trials: 27") << reason(result);
  EXPECT_NE(reason(result).find("at most 270.000000 s are allowed"), std::string::npos);
  EXPECT_EQ(trials, 0);
  options.max_total_s = 285;
  EXPECT_EQ(reason(measure_trials(machine, one, options)), "measured");

  // 32 repetitions of 3 s do not fit into a window of 60 s: clear after the second.
  result = measure_trials(machine,
                          {"long",
                           [&] {
                             ++calls;
                             machine.work(3, 100);
                           }},
                          options);
  EXPECT_EQ(reason(result),
            "a window of long: 96.000000 s are needed, at most 60.000000 s are allowed");
  EXPECT_EQ(calls, 2);

  SyntheticSpec spec;
  spec.update_s = 1.5;
  SyntheticMeter rare(spec);
  result = measure_trials(rare, program(rare, "one", 0.1, 100), on(rare));
  EXPECT_NE(reason(result).find("synthetic moves every 1.5"), std::string::npos) << reason(result);
}

TEST(CompareEnergy, ALongFirstRepetitionIsNotTakenForTheRule) {
  SyntheticMeter machine({});
  int calls = 0;
  const auto result = measure_trials(
      machine, {"compiles first", [&] { machine.work(calls++ == 0 ? 20 : 0.02, 100); }},
      on(machine));
  ASSERT_EQ(reason(result), "measured");
  EXPECT_NEAR(std::get<EnergyComparison>(result).contestants[0].planned_window_s, 5, 0.02);
}

TEST(CompareEnergy, WorkThatSlowsDownWithoutEndIsStopped) {
  SyntheticMeter machine({});
  double seconds = 0.01;
  bool slows = false;
  auto options = on(machine);
  options.on_trial = [&](int t, int) { slows = t == 2; };
  const auto result = measure_trials(machine,
                                     {"slows",
                                      [&] {
                                        if (slows) seconds *= 1.2;
                                        machine.work(seconds, 100);
                                      }},
                                     options);
  EXPECT_NE(reason(result).find("slowed down"), std::string::npos) << reason(result);
}

TEST(CompareEnergy, ACounterThatFailsAtAnyMomentGivesNoFigure) {
  const auto result = [](SyntheticMeter& machine) {
    return reason(measure_trials(machine, program(machine, "one", 0.05, 200), on(machine)));
  };
  for (const double at : {0.0, 0.4, 1.5, 8.0, 12.0, 19.0, 150.0}) {
    SyntheticMeter denied({}), stalled({});
    denied.fails_at_s = stalled.stalls_at_s = at;
    EXPECT_EQ(result(denied), "no permission") << at;
    EXPECT_NE(result(stalled).find("synthetic did not move for"), std::string::npos) << at;
  }
  // While the interval is found, in the first baseline, in the first window.
  for (const double at : {0.4, 8.0, 19.0}) {
    SyntheticMeter reset({});
    reset.resets_at_s = at;
    EXPECT_EQ(result(reset), "synthetic went back: it was reset") << at;
  }
  SyntheticMeter reset({});
  reset.resets_at_s = 12.5;  // at rest: no window spans it
  EXPECT_EQ(result(reset), "measured");
}

TEST(CompareEnergy, OptionsThatMakeNoSense) {
  SyntheticMeter machine({});
  const auto one = program(machine, "one", 0.05, 200);
  using support::expect_config_error;
  const auto expect = [&](const auto& change, const support::Says& says) {
    auto options = on(machine);
    change(options);
    expect_config_error([&] { measure_trials(machine, one, options); }, says);
  };
  expect([](CompareOptions& o) { o.trials = 4; }, {"compare", "trials", "4", "at least 5"});
  expect([](CompareOptions& o) { o.min_repetitions = 0; },
         {"compare", "min_repetitions", "0", "at least 1"});
  expect([](CompareOptions& o) { o.warm_up_repetitions = 0; },
         {"compare", "warm_up_repetitions", "0", "at least 1"});
  expect([](CompareOptions& o) { o.resamples = 10; }, {"compare", "resamples", "10", "1000"});
  expect([](CompareOptions& o) { o.cool_down_s = -1; }, {"compare", "cool_down_s", "-1", ">= 0"});
  expect([](CompareOptions& o) { o.max_delay_s = std::nan(""); },
         {"compare", "max_delay_s", "nan", ">= 0"});
  expect([](CompareOptions& o) { o.systematic_gain = -0.05; },
         {"compare", "systematic_gain", "-0.05", ">= 0"});
  expect_config_error([&] { compare(machine, {}, on(machine)); },
                      {"compare", "contestants", "0", "at least one"});
  expect_config_error(
      [&] {
        compare(machine, {one, one}, on(machine));
      },
      {"compare", "name of a contestant", "one", "of its own"});
  expect_config_error(
      [&] {
        measure_trials(machine, {"idle", nullptr}, on(machine));
      },
      {"idle", "work", "none", "a function"});
  expect_config_error(
      [&] {
        measure_trials(machine, {"one", one.work, 0}, on(machine));
      },
      {"one", "samples", "0", "> 0"});
}

TEST(CompareEnergy, LetsExceptionsOfTheWorkThrough) {
  SyntheticMeter machine({});
  EXPECT_THROW(
      measure_trials(machine, {"throws", [] { throw std::runtime_error("work"); }}, on(machine)),
      std::runtime_error);
}

}  // namespace
