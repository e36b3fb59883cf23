// SPDX-License-Identifier: Apache-2.0
// What must not change a single bit: threads, the way neurons are updated, pauses, a reset, other
// simulations.
#include <thread>

#include "tests/backend/scenes.hpp"

namespace backend {
namespace {

using Update = snn::SimulationOptions::Update;
using Case = std::tuple<std::string, NamedScene>;

class Invariance : public BackendTest, public testing::WithParamInterface<Case> {
 protected:
  const std::string& device() const { return std::get<0>(GetParam()); }
  bool on_cpu() const { return !device().starts_with("cuda"); }
  /// Several workers are the CPU's.
  Scene scene(std::int64_t size) const {
    const Scene made = std::get<1>(GetParam()).make(size);
    return on_cpu() ? with_ballast(made) : made;
  }
  std::vector<Update> updates() const {
    if (!on_cpu()) return {Update::automatic};
    return {Update::stepped, Update::touched, Update::automatic};
  }
};

/// In double and on a device there is one way.
class WaysOfRunning : public Invariance {};

TEST_P(WaysOfRunning, DoNotMatter) {
  struct Way {
    int threads;
    Update update;
  };
  const std::vector<Way> few{{1, Update::touched}, {1, Update::automatic}, {3, Update::touched}};
  std::vector<Way> all_ways = few;
  for (const int threads : {2, 3, 7}) all_ways.push_back({threads, Update::automatic});
  for (const std::int64_t size : {1, 31, 33, 1000}) {
    const Scene all = scene(size);
    const Record expected = run(all, device(), {.update = Update::stepped});
    for (const auto& [threads, update] : size < 1000 ? few : all_ways) {
      const std::string what = std::to_string(size) + " neurons, " + std::to_string(threads) +
                               " threads, update " + std::to_string(static_cast<int>(update));
      expect_same(run(all, device(), {.threads = threads, .update = update}), expected, what);
    }
  }
}

TEST_P(WaysOfRunning, DoNotChangeRecordedMembranes) {
  const Scene all = scene(1000);
  const Record expected = run(all, device(), {.membranes = true});
  EXPECT_FALSE(expected.membranes[1].value.empty());
  expect_same(run(all, device(), {.threads = 3, .membranes = true}), expected, "three threads");
}

TEST_P(Invariance, ARunInPiecesIsOneRun) {
  const Scene all = scene(33);
  for (const Update update : updates()) {
    const Record expected = run(all, device(), {.update = update});
    snn::Simulation pieces = prepare(all, device(), {.threads = 2, .update = update});
    std::int64_t done = 0;
    for (const std::int64_t ticks : {1, 0, 2, 63, 1, 30}) {
      pieces.run_ticks(ticks);
      done += ticks;
      pieces.counts();  // looking at the counts changes nothing
    }
    pieces.run_ticks(all.ticks - done);
    EXPECT_EQ(pieces.tick(), all.ticks);
    expect_same(collect(all, pieces, false), expected, "in pieces");
  }
}

TEST_P(Invariance, ResetStartsAgain) {
  const Scene all = scene(33);
  for (const Update update : updates()) {
    snn::Simulation simulation = prepare(all, device(), {.threads = 2, .update = update});
    simulation.run_ticks(all.ticks);
    const Record expected = collect(all, simulation, false);
    count(expected.counts);
    simulation.reset();
    EXPECT_EQ(simulation.tick(), 0);
    for (const snn::PopulationCounts& population : simulation.counts().populations)
      EXPECT_EQ(population.spikes + population.stepped + population.touched, 0u);
    present(all, simulation);
    // Reset in the middle, too: spikes on their way are forgotten.
    simulation.run_ticks(all.ticks / 3);
    simulation.reset();
    present(all, simulation);
    simulation.run_ticks(all.ticks);
    expect_same(collect(all, simulation, false), expected, "after reset");
  }
}

TEST_P(Invariance, SimulationsSideBySideDoNotMeet) {
  const Scene first = scene(1000), second = scene(31);
  const Record alone[] = {run(first, device()), run(second, device())};
  Record together[2];
  std::thread other([&] {
    snn::Simulation simulation = prepare(second, device(), {.threads = 2});
    for (std::int64_t t = 0; t < second.ticks; ++t) simulation.run_ticks(1);
    together[1] = collect(second, simulation, false);
  });
  together[0] = run(first, device(), {.threads = 3});
  other.join();
  expect_same(together[0], alone[0], "first");
  expect_same(together[1], alone[1], "second");
}

INSTANTIATE_TEST_SUITE_P(Scenes, Invariance,
                         testing::Combine(testing::ValuesIn(available_engines()),
                                          testing::ValuesIn(scenes_of(snn::NeuronModels{},
                                                                      schedules))),
                         case_name<Case>);
INSTANTIATE_TEST_SUITE_P(Scenes, WaysOfRunning,
                         testing::Combine(testing::Values("cpu"),
                                          testing::ValuesIn(scenes_of(snn::NeuronModels{},
                                                                      schedules))),
                         case_name<Case>);

}  // namespace
}  // namespace backend
