// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/metered.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "snn/cli/benchmark_run.hpp"
#include "tests/unit/cli/contests.hpp"

namespace snn::cli {
namespace {

using Json = nlohmann::json;

/// A counter that moves by 1 J each time it is read, so that one job takes just that.
struct Counter : Meter {
  double joules = 0;
  std::string name() const override { return "a counter"; }
  double resolution_j() const override { return 1; }
  std::variant<double, Unavailable> read() override { return ++joules; }
};

/// What a run prints.
std::string printed(bool json, const MaybeMeter& meter) {
  BenchmarkRun run;
  run.name = "cuba";
  run.scale = 0.25;
  run.seconds = 0.2;
  run.threads = 1;
  run.json = json;
  testing::internal::CaptureStdout();
  EXPECT_EQ(run_benchmark(run, meter), 0);
  return testing::internal::GetCapturedStdout();
}

TEST(Metered, RunTellsJoulesPerSynapticEvent) {
  const Json result = Json::parse(printed(true, std::make_unique<Counter>()));
  const Json& energy = result["energy"];
  ASSERT_TRUE(energy.contains("measured")) << energy;
  EXPECT_FALSE(energy.contains("unavailable"));
  EXPECT_EQ(energy["measured"]["total_joules"], 1.0);
  EXPECT_EQ(energy["measured"]["counter"], "a counter");
  EXPECT_GE(energy["measured"]["window_s"], result["simulate_s"]);
  const auto events = result["synaptic_events"].get<double>();
  EXPECT_GT(events, 1000);
  EXPECT_DOUBLE_EQ(energy["measured"]["joules_per_synaptic_event"], 1 / events);
  EXPECT_NE(printed(false, std::make_unique<Counter>()).find("energy: 1.00 J measured in "),
            std::string::npos);
}

TEST(Metered, RunWithoutMeterSaysWhyAndGivesNoNumber) {
  const MaybeMeter none = Unavailable{"no counter", "another machine"};
  const Json energy = Json::parse(printed(true, none))["energy"];
  const Json why{{"reason", "no counter"}, {"fix", "another machine"}};
  EXPECT_EQ(energy, (Json{{"unavailable", why}}));
  EXPECT_NE(printed(false, none)
                .find("energy: unavailable: no counter\n"
                      "  to fix it: another machine\n"),
            std::string::npos);
}

TEST(Metered, WorkIsDoneOnceWithAndWithoutMeter) {
  int times = 0;
  const auto work = [&] { ++times; };
  metered_once(std::make_unique<Counter>(), work);
  EXPECT_EQ(times, 1);
  const MeasuredEnergy energy = metered_once(Unavailable{"no counter", ""}, work);
  EXPECT_EQ(times, 2);
  EXPECT_EQ(std::get<Unavailable>(energy).reason, "no counter");
}

TEST(Metered, NoEventsAreNoJoulesPerEvent) {
  const MeasuredEnergy energy = test::measured(2.0);
  EXPECT_TRUE(run_energy_json(energy, 0)["measured"]["joules_per_synaptic_event"].is_null());
  EXPECT_EQ(run_energy_words(energy, 0),
            "energy: 2.00 J measured in 5.00 s, no synaptic event; a counter\n");
  EXPECT_EQ(run_energy_words(energy, 1000000000),
            "energy: 2.00 J measured in 5.00 s, 2.00 nJ per synaptic event; a counter\n");
}

TEST(Metered, WhatHasNoFixNamesNone) {
  EXPECT_EQ(run_energy_words(Unavailable{"no counter", ""}, 5),
            "energy: unavailable: no counter\n");
}

}  // namespace
}  // namespace snn::cli
