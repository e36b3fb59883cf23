// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/protocol/compare.hpp"

#include <gtest/gtest.h>

#include <set>

#include "snn/energy/protocol/figures.hpp"
#include "tests/unit/energy/protocol/comparing.hpp"

namespace {

using namespace snn;
using comparing::on;
using comparing::program;
using support::SyntheticMeter;
using support::SyntheticSpec;

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

TEST(CompareEnergy, LongRepetitionsWarmUpTenTimes) {
  SyntheticMeter machine({});
  std::int64_t calls = 0;
  const auto comparison = std::get<EnergyComparison>(measure_trials(machine,
                                                                    {"one",
                                                                     [&] {
                                                                       machine.work(0.7, 100);
                                                                       ++calls;
                                                                     }},
                                                                    on(machine)));
  std::int64_t measured = 0;
  for (const EnergyTrial& trial : comparison.trials) measured += trial.work[0].repetitions;
  // 10 windows and the first run, with one before it; each window's first edge takes one more.
  EXPECT_EQ(calls - measured, 11 * 10 + 1 + 10);
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
    const Contestant one{"one", [&, step = step_w] {  // clang 14 captures no binding by itself
                           if (trial == 3) machine.extra_w = step;
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

}  // namespace
