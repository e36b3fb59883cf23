// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/protocol/run_marks.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <stdexcept>
#include <thread>

#include "tests/support/synthetic_meter.hpp"

namespace {

using namespace snn;
using support::SyntheticMeter;
using support::SyntheticSpec;

MeasureOptions on(SyntheticMeter& machine) {
  MeasureOptions options;
  options.clock = machine.clock();
  return options;
}

std::string reason(const MeasuredEnergy& energy) {
  const auto* why = std::get_if<Unavailable>(&energy);
  return why != nullptr ? why->reason : "measured";
}

/// Within the stated quantisation.
void expect_joules(const MeasuredEnergy& energy, double joules, double seconds) {
  ASSERT_EQ(reason(energy), "measured");
  const auto& measured = std::get<Measured>(energy);
  EXPECT_NEAR(measured.joules.value(), joules, measured.quantisation_j);
  EXPECT_NEAR(measured.window_s, seconds, 1e-9);
  EXPECT_EQ(measured.joules, measured.total_joules);
  EXPECT_EQ(measured.repetitions, 1);
  EXPECT_EQ(measured.counter, "synthetic");
}

/// Power without a rise, all of it seen.
SyntheticSpec plain() {
  SyntheticSpec spec;
  spec.rise_s = 0;
  spec.sampling_s = spec.update_s;
  return spec;
}

TEST(RunMarks, GiveEveryEpochAndTheSum) {
  SyntheticMeter machine(plain());
  struct Epoch {
    double seconds, watts;
  };
  const std::vector<Epoch> epochs = {{7.03, 100}, {6.41, 300}, {20.17, 50}, {9.0, 200}};
  const auto run = measure_run(
      machine,
      [&](const auto& mark) {
        for (const Epoch& e : epochs) {
          machine.work(e.seconds, e.watts);
          mark();
        }
        machine.work(11.5, 80);  // and on after the last
      },
      on(machine));
  ASSERT_EQ(run.marks.size(), epochs.size());
  double joules = 0, seconds = 0, watts_before = 0;
  for (std::size_t i = 0; i < epochs.size(); ++i) {
    const double own = epochs[i].seconds * epochs[i].watts;
    joules += own;
    seconds += epochs[i].seconds;
    EXPECT_NEAR(run.marks[i].at_s, seconds, 1e-9);
    expect_joules(run.marks[i].since_start, joules, seconds);
    expect_joules(run.marks[i].since_last_mark, own, epochs[i].seconds);
    // One update at the larger power, as the counter shows it.
    const double watts = std::max(watts_before, epochs[i].watts);
    EXPECT_NEAR(std::get<Measured>(run.marks[i].since_last_mark).quantisation_j, watts * 0.1 + 1e-3,
                watts * 0.1 * 0.1);
    EXPECT_NEAR(std::get<Measured>(run.marks[i].since_start).quantisation_j,
                joules / seconds * 0.1 + 1e-3, joules / seconds * 0.1 * 0.03);
    watts_before = epochs[i].watts;
  }
  expect_joules(run.whole, joules + 11.5 * 80, seconds + 11.5);
}

TEST(RunMarks, ShortEpochsAreRefusedWhileTheWholeIsFine) {
  SyntheticMeter machine(plain());
  const auto run = measure_run(
      machine,
      [&](const auto& mark) {
        for (int epoch = 0; epoch < 10; ++epoch) {
          machine.work(1.5, 200);  // 15 updates; 50 are needed
          mark();
        }
      },
      on(machine));
  ASSERT_EQ(run.marks.size(), 10U);
  for (int epoch = 0; epoch < 10; ++epoch) {
    const EnergyMark& mark = run.marks[static_cast<std::size_t>(epoch)];
    EXPECT_NE(reason(mark.since_last_mark).find("the work took 1.5"), std::string::npos);
    EXPECT_NE(reason(mark.since_last_mark).find("too short for synthetic"), std::string::npos);
    if (epoch < 3) {
      EXPECT_NE(reason(mark.since_start).find("too short"), std::string::npos) << epoch;
    } else {
      expect_joules(mark.since_start, 200 * 1.5 * (epoch + 1), 1.5 * (epoch + 1));
    }
  }
  expect_joules(run.whole, 3000, 15);
}

TEST(RunMarks, TheJobRunsOnceIfNothingCanBeMeasured) {
  for (const double at : {0.0, 0.3, 0.72}) {
    SyntheticMeter machine(plain());
    machine.fails_at_s = at;
    int calls = 0;
    const auto run = measure_run(
        machine,
        [&](const auto& mark) {
          ++calls;
          machine.work(10, 100);
          mark();
        },
        on(machine));
    EXPECT_EQ(calls, 1);
    ASSERT_EQ(run.marks.size(), 1U);
    EXPECT_NEAR(run.marks[0].at_s, 10, 1e-9);
    EXPECT_EQ(reason(run.marks[0].since_start), "no permission");
    EXPECT_EQ(reason(run.marks[0].since_last_mark), "no permission");
    EXPECT_EQ(reason(run.whole), "no permission");
  }
}

TEST(RunMarks, WithoutAMeterTheJobRunsAndItsMarksHaveTheReason) {
  SyntheticMeter machine(plain());
  const auto job = [&](const auto& mark) {
    machine.work(6, 100);
    mark();
  };
  std::variant<std::unique_ptr<Meter>, Unavailable> meter = Unavailable{"no RAPL", "a machine"};
  auto run = measure_run(meter, job, on(machine));
  ASSERT_EQ(run.marks.size(), 1U);
  EXPECT_EQ(reason(run.whole), "no RAPL");
  EXPECT_EQ(std::get<Unavailable>(run.marks[0].since_start).fix, "a machine");

  auto owned = std::make_unique<SyntheticMeter>(plain());
  SyntheticMeter& other = *owned;
  meter = std::move(owned);
  run = measure_run(
      meter,
      [&](const auto& mark) {
        other.work(6, 100);
        mark();
      },
      on(other));
  expect_joules(run.whole, 600, 6);
}

TEST(RunMarks, AFailureInMidRunLeavesWhatCameBefore) {
  SyntheticMeter denied(plain()), reset(plain()), stalled(plain());
  denied.fails_at_s = reset.resets_at_s = stalled.stalls_at_s = 14;
  for (auto& [machine, why] :
       {std::pair{&denied, "no permission"}, std::pair{&reset, "synthetic went back: it was reset"},
        std::pair{&stalled, "synthetic did not move for"}}) {
    SyntheticMeter& device = *machine;
    const auto run = measure_run(
        device,
        [&](const auto& mark) {
          for (int epoch = 0; epoch < 4; ++epoch) {
            device.work(6, 100);
            mark();
          }
        },
        on(device));
    ASSERT_EQ(run.marks.size(), 4U);
    expect_joules(run.marks[0].since_last_mark, 600, 6);
    expect_joules(run.marks[1].since_start, 1200, 12);
    for (const auto& energy : {run.marks[3].since_last_mark, run.marks[3].since_start, run.whole})
      EXPECT_NE(reason(energy).find(why), std::string::npos) << reason(energy);
    if (machine != &stalled) {
      EXPECT_EQ(reason(run.marks[2].since_start), why);
    }
  }
}

TEST(RunMarks, ZeroJoulesAreNeverMeasured) {
  SyntheticSpec spec = plain();
  spec.update_s = spec.sampling_s = 0.001;
  SyntheticMeter machine(spec);
  machine.stalls_at_s = 0.5;
  const auto run = measure_run(
      machine,
      [&](const auto& mark) {
        machine.work(0.6, 100);
        mark();
        machine.work(0.2, 100);  // 200 updates, but less than what counts as a stall of the counter
        mark();
      },
      on(machine));
  EXPECT_NE(reason(run.marks[1].since_last_mark).find("did not move"), std::string::npos);
}

TEST(RunMarks, WaitForTheDevice) {
  SyntheticMeter machine(plain());
  double queued_s = 0.4;
  auto options = on(machine);
  options.sync = [&] {
    machine.work(queued_s, 100);
    queued_s = 0;
  };
  const auto run = measure_run(
      machine,
      [&](const auto& mark) {
        queued_s = 8;
        mark();
        queued_s = 6;
      },
      options);
  expect_joules(run.marks[0].since_start, 800, 8);
  expect_joules(run.whole, 1400, 14);
}

/// A counter that wraps at 1000 J and is only followed if it is read often, as RAPL's.
struct WrappingCounter : Meter {
  std::atomic<int> energy_j = 0, reads = 0;
  int last = 0;
  double total = 0;

  std::string name() const override { return "wrapping"; }
  double resolution_j() const override { return 1; }
  std::variant<double, Unavailable> read() override {
    ++reads;
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

TEST(RunMarks, TheCounterIsReadMeanwhile) {
  WrappingCounter meter;
  double now_s = 0;
  MeasureOptions options;
  options.clock = {.now_s = [&] { return now_s; },
                   .wait =
                       [&](double) {
                         now_s += 0.1;
                         ++meter.energy_j;
                       }};
  options.poll_interval = std::chrono::milliseconds(1);
  const auto run = measure_run(
      meter,
      [&](const auto& mark) {
        for (int step = 0; step < 10; ++step) {  // four wraps
          meter.energy_j += 400;
          meter.wait_for_a_reading();
          meter.wait_for_a_reading();  // one that began after the step
        }
        now_s += 1000;
        mark();
      },
      options);
  ASSERT_EQ(reason(run.marks[0].since_start), "measured");
  EXPECT_EQ(std::get<Measured>(run.marks[0].since_start).joules.value(), 4000);
}

TEST(RunMarks, ACounterThatStandsStillMeanwhileIsNotedWithoutAMark) {
  WrappingCounter meter;
  double now_s = 0;
  MeasureOptions options;
  options.clock = {.now_s = [&] { return now_s; },
                   .wait =
                       [&](double) {
                         now_s += 1e-4;
                         ++meter.energy_j;
                       }};
  options.poll_interval = std::chrono::milliseconds(1);
  options.update_timeout_s = 1e-3;
  const auto run = measure_run(
      meter,
      [&](const auto&) {
        for (int readings = 0; readings < 3; ++readings) meter.wait_for_a_reading();
        meter.energy_j += 100;  // it moves again
        now_s += 1000;
      },
      options);
  EXPECT_NE(reason(run.whole).find("wrapping did not move for"), std::string::npos)
      << reason(run.whole);
}

TEST(RunMarks, LetExceptionsOfTheWorkThrough) {
  SyntheticMeter machine(plain());
  EXPECT_THROW(measure_run(
                   machine, [](const auto&) { throw std::runtime_error("work"); }, on(machine)),
               std::runtime_error);
}

}  // namespace
