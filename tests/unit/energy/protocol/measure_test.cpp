// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/protocol/measure.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <thread>
#include <type_traits>

namespace {

using namespace snn;

// Joules come from a reading or not at all: nothing but Measured becomes Measured.
static_assert(!std::is_convertible_v<double, Measured>);
static_assert(!std::is_convertible_v<double, MeasuredEnergy>);
static_assert(!std::is_convertible_v<Modelled, Measured>);
static_assert(!std::is_convertible_v<Modelled, MeasuredEnergy>);
static_assert(!std::is_convertible_v<Unavailable, Measured>);
static_assert(!std::is_convertible_v<Measured, Modelled>);
static_assert(!std::is_assignable_v<MeasuredEnergy&, Modelled>);
static_assert(!std::is_assignable_v<Measured&, Modelled>);
static_assert(
    std::is_same_v<decltype(std::declval<Meter&>().read()), std::variant<double, Unavailable>>);

constexpr double never = std::numeric_limits<double>::infinity();

/// A machine of constant power whose counter moves in steps of `interval_s`, on made-up time.
struct Machine : Meter {
  double power_w = 100;
  double interval_s = 0.1;
  double stalls_at_s = never, resets_at_s = never, denied_at_s = never;
  double now_s = 0.0371;  // not on an edge

  std::string name() const override { return "fake"; }
  double resolution_j() const override { return 1e-3; }
  std::variant<double, Unavailable> read() override {
    if (now_s >= denied_at_s) return Unavailable{"no permission", "ask for it"};
    const double since = now_s >= resets_at_s ? resets_at_s : 0;
    const double counted = std::floor((std::min(now_s, stalls_at_s) - since) / interval_s);
    return power_w * interval_s * counted;
  }
  MeasureOptions options() {
    MeasureOptions options;
    options.clock = {.now_s = [this] { return now_s; }, .wait = [this](double s) { now_s += s; }};
    return options;
  }
  std::function<void()> work(double seconds) {
    return [this, seconds] { now_s += seconds; };
  }
};

std::string reason(const MeasuredEnergy& energy) {
  const auto* why = std::get_if<Unavailable>(&energy);
  return why != nullptr ? why->reason : "measured";
}

TEST(Measure, WhatNobodyMeasuredIsUnavailable) {
  EXPECT_TRUE(std::holds_alternative<Unavailable>(MeasuredEnergy{}));
}

TEST(Measure, FindsAKnownPowerWithinTheStatedQuantisation) {
  for (const double power : {0.5, 100.0, 700.0}) {
    for (const double interval : {0.001, 0.02, 0.1, 0.7}) {
      for (const double seconds : {0.003, 0.11, 4.0}) {
        Machine machine;
        machine.power_w = power;
        machine.interval_s = interval;
        MeasureOptions options = machine.options();
        options.min_window_s = 5.037;  // not a number of updates
        const auto energy = measure(machine, machine.work(seconds), options);
        const auto* measured = std::get_if<Measured>(&energy);
        ASSERT_NE(measured, nullptr) << reason(energy);
        EXPECT_LE(std::abs(measured->total_joules.value() - power * measured->window_s),
                  measured->quantisation_j);
        // The window ends after a repetition in which the counter moved: when, is known to one
        // repetition or one interval, whichever is shorter, and energy to one step of the counter;
        // as far as the average power and the interval are known.
        const double known_to_s = std::min(interval, seconds);
        EXPECT_NEAR(measured->quantisation_j, power * known_to_s + 1e-3,
                    power * (0.02 * known_to_s + 2e-4));
        EXPECT_NEAR(measured->window_s, seconds * static_cast<double>(measured->repetitions), 1e-9);
        EXPECT_DOUBLE_EQ(measured->joules.value() * static_cast<double>(measured->repetitions),
                         measured->total_joules.value());
        EXPECT_NEAR(measured->update_interval_s, interval, 2e-4);
        EXPECT_EQ(measured->counter, "fake");
        EXPECT_EQ(measured->resolution_j, 1e-3);
      }
    }
  }
}

TEST(Measure, WindowLastsFiveSecondsOrFiftyUpdates) {
  for (const auto& [interval, window] :
       {std::pair{0.02, 5.0}, std::pair{0.1, 5.0}, std::pair{0.5, 25.0}, std::pair{1.0, 50.0}}) {
    Machine machine;
    machine.interval_s = interval;
    const auto energy = measure(machine, machine.work(0.25), machine.options());
    ASSERT_EQ(reason(energy), "measured");
    const double lasted = std::get<Measured>(energy).window_s;
    EXPECT_GE(lasted, window - 50 * 2e-4);
    EXPECT_LE(lasted, window + 0.25 + interval + 50 * 2e-4);  // and on, until the counter moves
  }
}

TEST(Measure, RefusesAWindowThatWouldBeTooLong) {
  Machine machine;
  machine.interval_s = 1.5;  // 50 updates are 75 s
  int calls = 0;
  const auto energy = measure(
      machine,
      [&] {
        ++calls;
        machine.now_s += 1;
      },
      machine.options());
  EXPECT_NE(reason(energy).find("is needed, at most 60"), std::string::npos) << reason(energy);
  EXPECT_EQ(std::get<Unavailable>(energy).fix, "allow a longer window");
  EXPECT_EQ(calls, 0);
  MeasureOptions longer = machine.options();
  longer.max_window_s = 80;
  EXPECT_EQ(reason(measure(machine, machine.work(1), longer)), "measured");
}

TEST(Measure, OneJobIsRunOnceAndGivesItsOwnJoules) {
  Machine machine;
  int calls = 0;
  const auto energy = measure_once(
      machine,
      [&] {
        ++calls;
        machine.now_s += 300;  // longer than max_window_s, which is for repeated work
      },
      machine.options());
  ASSERT_EQ(reason(energy), "measured");
  const auto& measured = std::get<Measured>(energy);
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(measured.repetitions, 1);
  EXPECT_DOUBLE_EQ(measured.joules.value(), measured.total_joules.value());
  EXPECT_NEAR(measured.joules.value(), 300 * 100, measured.quantisation_j);
}

TEST(Measure, OneJobRunsEvenIfItCannotBeMeasured) {
  for (const double at : {0.0, 0.3, 0.72, 400.0}) {
    Machine machine;
    machine.denied_at_s = at;
    int calls = 0;
    const auto energy = measure_once(
        machine,
        [&] {
          ++calls;
          machine.now_s += 500;
        },
        machine.options());
    EXPECT_EQ(reason(energy), "no permission") << at;
    EXPECT_EQ(calls, 1) << at;
  }
}

TEST(Measure, OneJobNeedsFiftyUpdatesButNotFiveSeconds) {
  Machine slow;
  const auto refused = measure_once(slow, slow.work(4.9), slow.options());
  EXPECT_NE(reason(refused).find("too short for fake"), std::string::npos) << reason(refused);
  EXPECT_NE(std::get<Unavailable>(refused).fix.find("measure at least 5"), std::string::npos);
  Machine fast;
  fast.interval_s = 0.01;
  EXPECT_EQ(reason(measure_once(fast, fast.work(0.6), fast.options())), "measured");
}

TEST(Measure, ACounterThatStandsStillIsStalled) {
  Machine dead;
  dead.stalls_at_s = 0;
  EXPECT_EQ(reason(measure(dead, dead.work(1), dead.options())),
            "fake did not move for 2.000000 s");
  Machine dies;
  dies.stalls_at_s = 3;  // in the window, after it moved
  EXPECT_NE(reason(measure(dies, dies.work(1), dies.options())).find("did not move for"),
            std::string::npos);
  Machine at_once;
  at_once.stalls_at_s = 0.75;  // the window's first edge is the last
  EXPECT_NE(reason(measure_once(at_once, at_once.work(30), at_once.options())).find("did not move"),
            std::string::npos);
}

TEST(Measure, ACounterThatGoesBackWasReset) {
  for (const double at : {0.3, 2.0, 4.0}) {  // while it is looked at, and in the window
    Machine machine;
    machine.resets_at_s = at;
    EXPECT_EQ(reason(measure(machine, machine.work(0.5), machine.options())),
              "fake went back: it was reset")
        << at;
  }
  Machine machine;
  machine.resets_at_s = 20;
  EXPECT_EQ(reason(measure_once(machine, machine.work(19.5), machine.options())),
            "fake went back: it was reset");
}

TEST(Measure, PermissionCanBeLostAtAnyMoment) {
  for (const double at : {0.0, 0.3, 0.72, 4.0}) {
    for (const bool once : {false, true}) {
      Machine machine;
      machine.denied_at_s = at;
      const auto energy = once ? measure_once(machine, machine.work(20), machine.options())
                               : measure(machine, machine.work(0.5), machine.options());
      EXPECT_EQ(reason(energy), "no permission") << at;
      EXPECT_EQ(std::get<Unavailable>(energy).fix, "ask for it");
    }
  }
}

TEST(Measure, IntervalOfACounterIsFoundByWatchingIt) {
  for (const double interval : {0.001, 0.02, 0.1, 0.7}) {
    Machine machine;
    machine.interval_s = interval;
    const auto found = update_interval(machine, machine.options());
    EXPECT_NEAR(std::get<double>(found), interval, 2e-4);
    EXPECT_NEAR(machine.now_s, 0.0371 + 6 * interval, interval + 2e-3);  // five intervals, not more
  }
  Machine dead;
  dead.stalls_at_s = 0;
  EXPECT_EQ(std::get<Unavailable>(update_interval(dead, dead.options())).reason,
            "fake did not move for 2.000000 s");
}

TEST(Measure, WaitsForTheDeviceBeforeBothReadings) {
  Machine machine;
  double queued_s = 0.3;  // work of before, and what `work` only hands over
  MeasureOptions options = machine.options();
  options.sync = [&] {
    machine.now_s += queued_s;
    queued_s = 0;
  };
  const auto energy = measure_once(
      machine, [&] { queued_s += 20; }, options);
  ASSERT_EQ(reason(energy), "measured");
  EXPECT_NEAR(std::get<Measured>(energy).window_s, 20, 1e-9);
  EXPECT_NEAR(std::get<Measured>(energy).joules.value(), 20 * 100,
              std::get<Measured>(energy).quantisation_j);
}

TEST(Measure, LetsExceptionsOfTheWorkThrough) {
  Machine machine;
  EXPECT_THROW(measure(
                   machine, [] { throw std::runtime_error("work"); }, machine.options()),
               std::runtime_error);
}

/// A counter that wraps at 1000 J and is only followed if it is read often, as RAPL's.
struct Wrapping : Meter {
  std::atomic<int> energy_j = 0;
  std::atomic<int> reads = 0;
  std::atomic<int> denied_reads = 0;  ///< readings from now on that fail
  int last = 0;
  double total = 0;

  std::string name() const override { return "wrapping"; }
  double resolution_j() const override { return 1; }
  std::variant<double, Unavailable> read() override {
    ++reads;
    if (denied_reads > 0) {
      --denied_reads;
      return Unavailable{"no permission", ""};
    }
    const int now = energy_j % 1000;
    total += (now - last + 1000) % 1000;
    last = now;
    return total;
  }
  /// Until the other thread has read; gives up after a while, so that a failure is no hang.
  void wait_for_a_reading() const {
    const int before = reads;
    for (int tries = 0; tries < 5000 && reads == before; ++tries)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
};

MeasureOptions polled(Wrapping& meter, double& now_s) {
  MeasureOptions options;
  options.clock = {.now_s = [&now_s] { return now_s; },
                   .wait =
                       [&meter, &now_s](double) {
                         now_s += 0.1;
                         ++meter.energy_j;
                       }};
  options.poll_interval = std::chrono::milliseconds(1);
  return options;
}

TEST(Measure, ReadsTheCounterWhileOneLongJobRuns) {
  Wrapping meter;
  double now_s = 0;
  const auto energy = measure_once(
      meter,
      [&] {
        for (int step = 0; step < 10; ++step) {  // four wraps
          meter.energy_j += 400;
          meter.wait_for_a_reading();
          meter.wait_for_a_reading();  // one that began after the step
        }
        now_s += 1000;
      },
      polled(meter, now_s));
  ASSERT_EQ(reason(energy), "measured");
  EXPECT_EQ(std::get<Measured>(energy).joules.value(), 4000);
}

TEST(Measure, AFailureInMidRunIsNotForgotten) {
  Wrapping meter;
  double now_s = 0;
  const auto energy = measure_once(
      meter,
      [&] {
        meter.denied_reads = 1;
        meter.wait_for_a_reading();
        meter.energy_j += 100;  // the counter is back
        now_s += 1000;
      },
      polled(meter, now_s));
  EXPECT_EQ(reason(energy), "no permission");
}

TEST(Measure, SystemClockMovesOn) {
  const MeasureClock clock = system_clock();
  const double before = clock.now_s();
  clock.wait(1e-4);
  EXPECT_GE(clock.now_s(), before);
}

}  // namespace
