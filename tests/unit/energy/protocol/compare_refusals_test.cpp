// SPDX-License-Identifier: Apache-2.0
// What a comparison refuses, and why.
#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "tests/support/config_error.hpp"
#include "tests/unit/energy/protocol/comparing.hpp"

namespace {

using namespace snn;
using comparing::on;
using comparing::program;
using comparing::reason;
using support::SyntheticMeter;
using support::SyntheticSpec;

TEST(CompareRefuses, APlanThatTakesTooLongIsRefusedBeforeItStarts) {
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

TEST(CompareRefuses, ALongFirstRepetitionIsNotTakenForTheRule) {
  SyntheticMeter machine({});
  int calls = 0;
  const auto result = measure_trials(
      machine, {"compiles first", [&] { machine.work(calls++ == 0 ? 20 : 0.02, 100); }},
      on(machine));
  ASSERT_EQ(reason(result), "measured");
  EXPECT_NEAR(std::get<EnergyComparison>(result).contestants[0].planned_window_s, 5, 0.02);
}

TEST(CompareRefuses, WorkThatSlowsDownWithoutEndIsStopped) {
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

TEST(CompareRefuses, ACounterThatFailsAtAnyMomentGivesNoFigure) {
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

TEST(CompareRefuses, OptionsThatMakeNoSense) {
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
  expect([](CompareOptions& o) { o.max_total_s = std::nan(""); },
         {"compare", "max_total_s", "nan", ">= 0"});
  expect([](CompareOptions& o) { o.window.min_window_s = -1; },
         {"compare", "min_window_s", "-1", ">= 0"});
  expect([](CompareOptions& o) { o.window.min_updates = 0; },
         {"compare", "min_updates", "0", "at least 1"});
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

TEST(CompareRefuses, LetsExceptionsOfTheWorkThrough) {
  SyntheticMeter machine({});
  EXPECT_THROW(
      measure_trials(machine, {"throws", [] { throw std::runtime_error("work"); }}, on(machine)),
      std::runtime_error);
}

}  // namespace
