// SPDX-License-Identifier: Apache-2.0
// What looks at a run while it goes on, and what ends it early.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <limits>

#include "snn/io/spike_file.hpp"
#include "snn/sim/simulation.hpp"
#include "tests/support/temporary_folder.hpp"

namespace snn {
namespace {

constexpr double dt_ms = 0.5;

/// Large enough for three workers.
struct Scene {
  Network net;
  PopulationId in = net.add(PoissonSource{.rate_hz = 30}, {2500}, "in");
  PopulationId out = net.add(Lif{}, {1000}, "out");
  ProjectionId all =
      net.connect(in, out, FixedInDegree{80}, {.weight = 0.5, .delay_ms = Uniform{1, 4}});

  Simulation run(int threads = 1) const {
    Simulation simulation(net, {.dt_ms = dt_ms, .threads = threads});
    simulation.record_spikes(out);
    return simulation;
  }
  /// Spikes of 300 ticks.
  SpikeTrain whole() const {
    Simulation simulation = run();
    return simulation.run_ticks(300).spikes(out);
  }
};

void expect_same(const SpikeTrain& a, const SpikeTrain& b) {
  EXPECT_EQ(a.tick, b.tick);
  EXPECT_EQ(a.neuron, b.neuron);
}

class Hooks : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Threads, Hooks, testing::Values(1, 3));

TEST_P(Hooks, ProgressIsToldUpToTheEnd) {
  const Scene scene;
  Simulation run = scene.run(GetParam());
  run.run_ticks(10);
  std::vector<double> done;
  run.run_ticks(100, {.progress = [&](double done_ms, double of_ms) {
                  EXPECT_EQ(of_ms, 50);
                  done.push_back(done_ms);
                  return true;
                }});
  ASSERT_FALSE(done.empty());
  EXPECT_TRUE(std::is_sorted(done.begin(), done.end()));
  EXPECT_GT(done.front(), 0);
  EXPECT_EQ(done.back(), 50);
  EXPECT_EQ(run.tick(), 110);
}

TEST_P(Hooks, ProgressEndsARunThatCanGoOn) {
  const Scene scene;
  Simulation run = scene.run(GetParam());
  run.run_ticks(300, {.progress = [](double, double) { return false; }});
  EXPECT_GT(run.tick(), 0);
  EXPECT_LT(run.tick(), 20) << "soon after the first call, which is after the first stretch";
  const std::int64_t last =
      run.spikes(scene.out).tick.empty() ? 0 : run.spikes(scene.out).tick.back();
  EXPECT_LT(last, run.tick());
  run.run_ticks(300 - run.tick());
  expect_same(run.spikes(scene.out), scene.whole());
}

TEST_P(Hooks, StopTokensEndARun) {
  const Scene scene;
  Simulation run = scene.run(GetParam());
  std::stop_source stop;
  std::int64_t asked = 0;
  run.listen_to_spikes(scene.in, [&](std::int64_t tick, std::span<const std::int32_t>) {
    if (tick < 100) return;
    if (stop.request_stop()) asked = tick;
  });
  run.run_ms(150, {.stop = stop.get_token()});
  EXPECT_EQ(asked, 100);
  EXPECT_GT(run.tick(), 100);
  EXPECT_LT(run.tick(), 120);
  run.run_ticks(300 - run.tick());
  expect_same(run.spikes(scene.out), scene.whole());
}

TEST_P(Hooks, ErrorsOfListenersComeOutAndTheRunCanGoOn) {
  struct Mine : std::runtime_error {
    using std::runtime_error::runtime_error;
  };
  const Scene scene;
  Simulation run = scene.run(GetParam());
  bool throws = true;
  std::int64_t heard = 0;
  run.listen_to_spikes(scene.in, [&](std::int64_t tick, std::span<const std::int32_t>) {
    if (throws && tick == 60) throw Mine("enough");
    heard = tick;
  });
  EXPECT_THROW(run.run_ticks(300), Mine);
  EXPECT_NE(heard, 60);
  EXPECT_LT(heard, run.tick()) << "the run ends a stretch later";
  EXPECT_GT(run.tick(), 60);
  EXPECT_LT(run.tick(), 80);
  throws = false;
  const std::int64_t reached = run.tick();
  run.run_ticks(300 - reached);
  EXPECT_EQ(run.tick(), 300);
  EXPECT_EQ(heard, 299);
  // What the listener's stretch would have told after it is lost to recordings; the rest is not.
  const SpikeTrain whole = scene.whole();
  const auto from = [&](const SpikeTrain& spikes) {
    const auto first = std::lower_bound(spikes.tick.begin(), spikes.tick.end(), reached);
    return std::vector<std::int32_t>(spikes.neuron.begin() + (first - spikes.tick.begin()),
                                     spikes.neuron.end());
  };
  EXPECT_EQ(from(run.spikes(scene.out)), from(whole));
  EXPECT_GT(from(whole).size(), 100u);
}

TEST_P(Hooks, ListenersHearWhatIsRecorded) {
  const Scene scene;
  Simulation run = scene.run(GetParam());
  SpikeTrain first, second, of_sources;
  std::vector<std::int64_t> ticks;
  run.run_ticks(50);
  run.listen_to_spikes(scene.out, [&](std::int64_t tick, std::span<const std::int32_t> neurons) {
    ticks.push_back(tick);
    first.add(tick, neurons);
  });
  run.listen_to_spikes(scene.out, [&](std::int64_t tick, std::span<const std::int32_t> neurons) {
    second.add(tick, neurons);
  });
  run.record_spikes(scene.in);
  run.listen_to_spikes(scene.in, [&](std::int64_t tick, std::span<const std::int32_t> neurons) {
    of_sources.add(tick, neurons);
  });
  run.run_ticks(150).run_ticks(100);
  ASSERT_EQ(ticks.size(), 250u) << "also of ticks without spikes";
  EXPECT_EQ(ticks.front(), 50);
  EXPECT_EQ(ticks.back(), 299);
  expect_same(first, second);
  expect_same(of_sources, run.spikes(scene.in));
  SpikeTrain recorded = run.spikes(scene.out);
  expect_same(recorded, scene.whole());
  const auto early = std::lower_bound(recorded.tick.begin(), recorded.tick.end(), 50);
  recorded.neuron.erase(recorded.neuron.begin(),
                        recorded.neuron.begin() + (early - recorded.tick.begin()));
  recorded.tick.erase(recorded.tick.begin(), early);
  expect_same(first, recorded);
}

void expect_in_file(const PopulationSpikes& found, const SpikeTrain& spikes) {
  ASSERT_EQ(found.node.size(), spikes.tick.size()) << found.name;
  for (std::size_t i = 0; i < found.node.size(); ++i) {
    EXPECT_EQ(found.node[i], static_cast<std::uint64_t>(spikes.neuron[i]));
    EXPECT_NEAR(found.time_ms[i], static_cast<double>(spikes.tick[i]) * dt_ms, 1e-9);
  }
}

TEST_P(Hooks, FilesHoldWhatIsRecorded) {
  const support::TemporaryFolder folder;
  const Scene scene;
  Simulation run = scene.run(GetParam());
  run.record_spikes(scene.in);
  run.record_spikes_to(folder.path() / "all.h5");
  run.record_spikes_to(folder.path() / "one.h5", {scene.out});
  run.run_ticks(120).run_ticks(80);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "all.h5"));
  run.close_files();
  const SpikeFile all = read_spikes(folder.path() / "all.h5");
  EXPECT_TRUE(all.complete);
  ASSERT_EQ(all.populations.size(), 2u);
  EXPECT_EQ(all.populations[0].name, "in");
  expect_in_file(all.populations[0], run.spikes(scene.in));
  expect_in_file(all.populations[1], run.spikes(scene.out));
  const SpikeFile one = read_spikes(folder.path() / "one.h5");
  ASSERT_EQ(one.populations.size(), 1u);
  EXPECT_EQ(one.populations[0].name, "out");
  expect_in_file(one.populations[0], run.spikes(scene.out));
  EXPECT_GT(run.spikes(scene.out).tick.size(), 100u);
}

TEST(SpikeFiles, AreCompleteWhenTheSimulationEnds) {
  const support::TemporaryFolder folder;
  const Scene scene;
  SpikeTrain recorded;
  {
    Simulation run = scene.run();
    run.record_spikes_to(folder.path() / "a.h5", {scene.out});
    recorded = run.run_ticks(100).spikes(scene.out);
    run.reset();
    EXPECT_TRUE(std::filesystem::exists(folder.path() / "a.h5"));
    run.record_spikes_to(folder.path() / "b.h5", {scene.out});
    run.run_ticks(100);
  }
  expect_in_file(read_spikes(folder.path() / "a.h5").populations.at(0), recorded);
  expect_in_file(read_spikes(folder.path() / "b.h5").populations.at(0), recorded);
}

TEST(SpikeFiles, ThatCannotBeWrittenAreRefused) {
  const support::TemporaryFolder folder;
  const Scene scene;
  Simulation run = scene.run();
  EXPECT_THROW(run.record_spikes_to(folder.path() / "none" / "a.h5"), FileError);
  EXPECT_THROW(run.record_spikes_to("/proc/a.h5"), FileError);
  EXPECT_THROW(run.record_spikes_to(folder.path() / "a.h5", {{5}}), ConfigError);
  run.run_ticks(300);
  expect_same(run.spikes(scene.out), scene.whole());
}

}  // namespace
}  // namespace snn
