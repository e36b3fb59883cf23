// SPDX-License-Identifier: Apache-2.0
// States that a simulation writes to SONATA reports while it runs.
#include <gtest/gtest.h>

#include <fstream>

#include "snn/io/state_file.hpp"
#include "snn/sim/simulation.hpp"
#include "tests/support/config_error.hpp"
#include "tests/support/temporary_folder.hpp"

namespace snn {
namespace {

using support::expect_config_error;
using Neurons = std::vector<std::int32_t>;

constexpr double dt_ms = 0.5;

/// Two models that both have conductances.
struct Scene {
  Scene() {
    net.drive(adex, PoissonDrive{.rate_hz = 2000, .weight = 8.0});
    net.connect(adex, cond, FixedInDegree{10}, {.weight = 2.0, .delay_ms = 1.5});
  }
  Network net;
  PopulationId adex = net.add(AdEx{}, {1500}, "adex");
  PopulationId cond = net.add(LifCondExp{}, {1300}, "cond");

  Simulation run(int threads = 1) const { return {net, {.dt_ms = dt_ms, .threads = threads}}; }
};

void expect_in_file(const PopulationStates& read, const StateTrace& trace) {
  EXPECT_EQ(read.samples, static_cast<std::int64_t>(trace.tick.size()));
  EXPECT_EQ(read.node, std::vector<std::uint64_t>(trace.neuron.begin(), trace.neuron.end()));
  ASSERT_FALSE(trace.tick.empty());
  EXPECT_EQ(read.start_ms, static_cast<double>(trace.tick.front()) * dt_ms);
  EXPECT_TRUE(read.values == trace.value);
}

class StateFiles : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Threads, StateFiles, testing::Values(1, 3));

TEST_P(StateFiles, HoldWhatIsRecorded) {
  const support::TemporaryFolder folder;
  const Scene scene;
  Simulation run = scene.run(GetParam());
  const Neurons some{1499, 3, 700};
  run.record_state(scene.adex, "g_excitatory", some, 2.0);
  run.record_state(scene.cond, "g_excitatory", {}, 2.0);
  run.record_membrane(scene.adex, {}, 1.5);
  run.record_states_to(folder.path() / "g.h5",
                       {{scene.cond, "g_excitatory"}, {scene.adex, "g_excitatory", some}}, 2.0);
  run.record_states_to(folder.path() / "v.h5", {{scene.adex}}, 1.5, Compression::none);
  run.run_ticks(90).run_ticks(31);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "g.h5"));
  run.close_files();

  const StateFile g = read_states(folder.path() / "g.h5");
  EXPECT_TRUE(g.complete);
  ASSERT_EQ(g.populations.size(), 2u);
  for (const PopulationStates& population : g.populations) {
    EXPECT_EQ(population.variable, "g_excitatory");
    EXPECT_EQ(population.units, "nS");
    EXPECT_EQ(population.step_ms, 2.0);
  }
  EXPECT_EQ(g.populations[0].name, "adex");
  EXPECT_EQ(g.populations[0].samples, 31);
  expect_in_file(g.populations[0], run.state(scene.adex, "g_excitatory"));
  expect_in_file(g.populations[1], run.state(scene.cond, "g_excitatory"));
  const StateFile v = read_states(folder.path() / "v.h5");
  ASSERT_EQ(v.populations.size(), 1u);
  EXPECT_EQ(v.populations[0].variable, "v");
  EXPECT_EQ(v.populations[0].units, "mV");
  EXPECT_EQ(v.populations[0].step_ms, 1.5);
  expect_in_file(v.populations[0], run.membrane(scene.adex));
  for (const StateFile& file : {g, v}) {
    for (const PopulationStates& population : file.populations)
      EXPECT_NE(population.values.front(), population.values.back()) << "something happened";
  }
}

/// Files and the memory may have intervals of their own, and a file needs no recording in memory.
TEST_P(StateFiles, DoNotMindWhatElseIsRecorded) {
  const support::TemporaryFolder folder;
  const Scene scene;
  Simulation run = scene.run(GetParam()), other = scene.run();
  other.record_state(scene.adex, "w", {7}, 2.0);
  other.run_ticks(60);
  run.record_states_to(folder.path() / "w.h5", {{scene.adex, "w", {7}}}, 2.0);
  run.run_ticks(3);
  run.record_state(scene.adex, "w", {9, 8}, 1.5);
  run.record_states_to(folder.path() / "late.h5", {{scene.adex, "w", {7}}}, 5.0);
  run.run_ticks(57);
  run.close_files();
  const StateTrace& expected = other.state(scene.adex, "w");
  expect_in_file(read_states(folder.path() / "w.h5").populations.at(0), expected);
  EXPECT_EQ(run.state(scene.adex, "w").tick.front(), 3);
  EXPECT_EQ(run.state(scene.adex, "w").tick.size(), 19u);
  const auto late = read_states(folder.path() / "late.h5").populations.at(0);
  EXPECT_EQ(late.start_ms, 5.0);
  ASSERT_EQ(late.values.size(), 5u);
  EXPECT_EQ(late.values[1], expected.value[5]);  // at tick 20: the others are at 0, 4, 8 ..
  EXPECT_EQ(late.values[3], expected.value[10]);
}

TEST(StateFile, OfDoubleArithmeticIsWhatTheMemoryHolds) {
  const support::TemporaryFolder folder;
  const Scene scene;
  Simulation run(scene.net, {.dt_ms = dt_ms, .arithmetic = SimulationOptions::Arithmetic::float64});
  run.record_state(scene.adex, "w", {4, 2}, 1.0);
  run.record_states_to(folder.path() / "w.h5", {{scene.adex, "w", {4, 2}}}, 1.0);
  run.run_ticks(20);
  run.close_files();
  expect_in_file(read_states(folder.path() / "w.h5").populations.at(0), run.state(scene.adex, "w"));
}

TEST(StateFile, IsCompleteWhenTheSimulationIsResetOrEnds) {
  const support::TemporaryFolder folder;
  const Scene scene;
  StateTrace recorded;
  {
    Simulation run = scene.run();
    run.record_state(scene.cond, "v", {5});
    run.record_states_to(folder.path() / "a.h5", {{scene.cond, {}, {5}}});
    recorded = run.run_ticks(50).membrane(scene.cond);
    run.reset();
    EXPECT_TRUE(std::filesystem::exists(folder.path() / "a.h5"));
    run.record_states_to(folder.path() / "b.h5", {{scene.cond, {}, {5}}});
    run.run_ticks(50);
  }
  for (const char* name : {"a.h5", "b.h5"})
    expect_in_file(read_states(folder.path() / name).populations.at(0), recorded);
}

/// A run that failed goes on without a sample that is missing or twice.
TEST_P(StateFiles, GoOnAfterARunThatFailed) {
  struct Mine : std::runtime_error {
    using std::runtime_error::runtime_error;
  };
  const support::TemporaryFolder folder;
  const Scene scene;
  Simulation run = scene.run(GetParam());
  run.record_states_to(folder.path() / "v.h5", {{scene.cond}}, 1.0);
  run.run_ticks(20);
  EXPECT_THROW(run.run_ticks(20, {.progress = [](double, double) -> bool { throw Mine("no"); }}),
               Mine);
  run.run_ticks(41);
  run.close_files();
  EXPECT_EQ(read_states(folder.path() / "v.h5").populations.at(0).samples, (run.tick() + 1) / 2);
}

TEST(StateFile, SaysWhatIsWrong) {
  const support::TemporaryFolder folder;
  const Scene scene;
  Simulation run = scene.run();
  const auto path = folder.path() / "a.h5";
  const std::string file = "state file " + path.string();
  const auto refused = [&](std::vector<StateSelection> selections, const support::Says& says,
                           double interval_ms = 0) {
    expect_config_error([&] { run.record_states_to(path, selections, interval_ms); }, says);
  };
  refused({}, {file, "selections", "none", "at least one"});
  refused({{scene.adex, "w"}, {scene.cond, "w"}},
          {"population \"cond\"", "state variable", "\"w\"",
           "those of LifCondExp: v, refractory, g_excitatory, g_inhibitory"});
  refused({{scene.adex, "w"}, {scene.cond, "v"}}, {file, "variable", "v in mV", "w in pA"});
  refused({{scene.adex, {}, {1500}}}, {"population \"adex\"", "neurons", "1500", "0 .. 1499"});
  refused({{scene.adex, {}, {3, 4, 3}}},
          {file + ", population \"adex\"", "neuron", "3 twice", "each once"});
  refused({{{2}}}, {"simulation", "population", "2", "0 .. 1"});
  refused({{scene.adex}}, {file, "interval_ms", "0.7", "a multiple of dt_ms = 0.5"}, 0.7);
  EXPECT_THROW(run.record_states_to(path, {{scene.adex}, {scene.adex}}), ConfigError);
  EXPECT_THROW(run.record_states_to(folder.path() / "none" / "a.h5", {{scene.adex}}), FileError);
  std::ofstream(path.string() + ".partial") << "someone else's";
  EXPECT_THROW(run.record_states_to(path, {{scene.adex}}), FileError);
  run.run_ticks(4);  // nothing of that is recorded
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace snn
