// SPDX-License-Identifier: Apache-2.0
// Saved and restored simulations go on as if nothing had happened, bit for bit.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "snn/sim/simulation.hpp"
#include "tests/support/config_error.hpp"
#include "tests/support/plastic_reference.hpp"
#include "tests/support/temporary_folder.hpp"

namespace snn {
namespace {

using Update = SimulationOptions::Update;

constexpr double dt_ms = 0.5;

/// Everything that has a state: sources that draw, list and present, held values, drives, spikes on
/// their way over several delays, refractory and quiet neurons, weights that change.
struct Everything {
  explicit Everything(const Plasticity& rule = {}) {
    net.drive(out, PoissonDrive{.rate_hz = 1500, .weight = 1.5});
    net.connect(poisson, out, FixedInDegree{4},
                {.weight = Uniform{0.5, 1.5}, .delay_ms = Uniform{0.5, 8}, .plasticity = rule});
    net.connect(out, out, FixedInDegree{3}, {.weight = 0.8, .delay_ms = 2.0, .plasticity = rule});
    net.connect(out, held, FixedInDegree{4}, {.weight = Normal{200, 100}, .delay_ms = 6.0});
    net.connect(events, held, AllToAll{}, {.weight = 600.0, .delay_ms = 4.0});
    net.connect(values, held, AllToAll{}, {.weight = 20.0});
    net.connect(listed, rare, AllToAll{}, {.weight = 9.0, .delay_ms = PerSource{{1, 10}}});
  }
  Network net;
  PopulationId poisson = net.add(PoissonSource{.rate_hz = 50}, {1500}, "poisson");
  PopulationId events = net.add(EventSource{}, {2}, "events");
  PopulationId values = net.add(CurrentSource{}, {3}, "values");
  PopulationId listed = net.add(SpikeSource{{{1, 30, 54, 58, 90}, {46, 52, 53, 99}}}, {2});
  PopulationId out = net.add(Lif{.t_ref_ms = 3}, {1100}, "out");
  PopulationId held = net.add(LifCurrExp<1>{.t_ref_ms = 1}, {500}, "held");
  PopulationId rare = net.add(Lif{.tau_m_ms = 10}, {300}, "rare");
};

/// Spikes of tick 0 .. 239, presented at the start.
void present(const Everything& scene, Simulation& run) {
  std::vector<std::int32_t> begin{0};
  std::vector<std::uint32_t> neurons;
  for (std::uint32_t t = 0; t < 240; ++t) {
    if (t % 7 == 0) neurons.push_back(t % 2);
    begin.push_back(static_cast<std::int32_t>(neurons.size()));
  }
  run.set_spikes(scene.events, begin, neurons);
  run.set_values(scene.values, std::vector<float>{0.5f, -0.25f, 1});
}

/// What the ticks from 100 on gave: spikes of all, weights, counts.
struct Outcome {
  std::vector<std::vector<std::int64_t>> tick;
  std::vector<std::vector<std::int32_t>> neuron;
  std::vector<float> weights, membrane;
  std::vector<std::uint64_t> counts;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

void record(const Everything& scene, Simulation& run) {
  for (std::size_t p = 0; p < scene.net.populations().size(); ++p)
    run.record_spikes({static_cast<std::int32_t>(p)});
  run.record_membrane(scene.held, {0, 499});
  run.record_membrane(scene.rare, {1}, 2.0);
}

Outcome finish(const Everything& scene, Simulation& run) {
  run.run_ticks(60);
  run.set_values(scene.values, std::vector<float>{0, 0, 0.1f});
  run.run_ticks(60);
  Outcome outcome;
  for (std::size_t p = 0; p < scene.net.populations().size(); ++p) {
    const SpikeTrain& spikes = run.spikes({static_cast<std::int32_t>(p)});
    outcome.tick.push_back(spikes.tick);
    outcome.neuron.push_back(spikes.neuron);
  }
  for (const PopulationId p : {scene.held, scene.rare}) {
    const auto& trace = run.membrane(p);
    outcome.membrane.insert(outcome.membrane.end(), trace.value.begin(), trace.value.end());
  }
  for (std::int32_t q = 0; q < 2; ++q) {
    for (const SynapseNow& synapse : run.synapses({q})) outcome.weights.push_back(synapse.weight);
  }
  const RawCounts counts = run.counts();
  for (const ProjectionCounts& entry : counts.projections) {
    outcome.counts.insert(outcome.counts.end(), {entry.source_events, entry.synaptic_events,
                                                 entry.effective_events, entry.graded});
  }
  for (const PopulationCounts& entry : counts.populations)
    outcome.counts.insert(outcome.counts.end(), {entry.spikes, entry.membrane_updates});
  return outcome;
}

void expect_goes_on(const Plasticity& rule, Update update, const std::vector<int>& threads) {
  const support::TemporaryFolder folder;
  const auto file = folder.path() / "state.h5";
  const Everything scene(rule);
  const auto make = [&](int count) {
    return Simulation(scene.net, {.dt_ms = dt_ms, .threads = count, .update = update});
  };
  Simulation first = make(threads.front());
  present(scene, first);
  first.run_ticks(100);
  for (std::int32_t q = 0; test::takes_rewards(rule) && q < 2; ++q) first.reward({q}, 0.5);
  first.run_ticks(3);
  first.save(file);
  record(scene, first);
  const Outcome expected = finish(scene, first);
  for (std::size_t p = 0; p < expected.tick.size(); ++p)
    EXPECT_EQ(expected.tick[p].empty(), p == 2) << p;
  for (const int count : threads) {
    Simulation other = make(count);
    record(scene, other);
    other.run_ticks(17);  // is forgotten
    other.restore(file);
    EXPECT_EQ(other.tick(), 103);
    EXPECT_TRUE(other.spikes(scene.out).tick.empty());
    EXPECT_TRUE(finish(scene, other) == expected) << count << " threads";
  }
}

TEST(Checkpoint, StaticNetworksGoOn) {
  for (const Update update : {Update::automatic, Update::stepped, Update::touched})
    expect_goes_on({}, update, {1, 3, 2});
  expect_goes_on({}, Update::automatic, {3, 1});
}

class CheckpointOf : public testing::TestWithParam<test::NamedRule> {};
INSTANTIATE_TEST_SUITE_P(EveryRule, CheckpointOf, testing::ValuesIn(test::named_rules()),
                         [](const auto& test) { return std::string(test.param.name); });
TEST_P(CheckpointOf, PlasticNetworksGoOn) {
  expect_goes_on(GetParam().rule, Update::automatic, {1, 3});
  expect_goes_on(GetParam().rule, Update::touched, {3, 1});
}

/// A file that is complete and a simulation that wrote it.
class CheckpointFiles : public testing::Test {
 protected:
  CheckpointFiles() {
    run.run_ticks(20);
    run.save(file);
  }
  Network described(double weight = 1, std::int64_t neurons = 4) const {
    Network net;
    const auto in = net.add(PoissonSource{.rate_hz = 100}, {3}, "in");
    const auto out = net.add(Lif{}, {neurons}, "out");
    net.connect(in, out, AllToAll{}, {.weight = weight, .delay_ms = 1.0});
    return net;
  }
  std::string bytes() const {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  support::TemporaryFolder folder;
  std::filesystem::path file = folder.path() / "state.h5";
  Simulation run{described(), {.dt_ms = dt_ms}};
};

TEST_F(CheckpointFiles, OfOtherNetworksAreRefused) {
  const auto refused = [&](const Network& net, SimulationOptions options) {
    Simulation other(net, options);
    other.run_ticks(5);
    support::expect_config_error([&] { other.restore(file); },
                                 {"saved state", "network", "another", "this network"});
    EXPECT_EQ(other.tick(), 5);
  };
  refused(described(1, 5), {.dt_ms = dt_ms});
  refused(described(1.5), {.dt_ms = dt_ms});
  refused(described(), {.dt_ms = dt_ms, .seed = 2});
  refused(described(), {.dt_ms = 1});
  Network faster = described();
  std::get<PoissonSource>(std::get<Source>(faster[PopulationId{0}].kind)).rate_hz = 200;
  refused(faster, {.dt_ms = dt_ms});
  Network slower = described();
  slower[ProjectionId{0}].synapse.delay_ms = 2.0;
  refused(slower, {.dt_ms = dt_ms});
  Network driven = described();
  driven.drive({1}, PoissonDrive{.rate_hz = 10});
  refused(driven, {.dt_ms = dt_ms});
  Simulation same(described(), {.dt_ms = dt_ms});
  same.restore(file);
  EXPECT_EQ(same.tick(), 20);
}

TEST_F(CheckpointFiles, ThatAreDamagedOrMissingAreRefused) {
  const std::string whole = bytes();
  const auto refused = [&](const std::filesystem::path& path) {
    try {
      run.restore(path);
      ADD_FAILURE() << "no error";
    } catch (const FileError& error) {
      EXPECT_EQ(error.path, path.string());
    }
  };
  refused(folder.path() / "missing.h5");
  const auto bad = folder.path() / "bad.h5";
  std::ofstream(bad, std::ios::binary) << whole.substr(0, whole.size() / 2);
  refused(bad);
  std::ofstream(bad, std::ios::binary) << "no checkpoint";
  refused(bad);
  EXPECT_EQ(run.tick(), 20);
  run.run_ticks(3);
  EXPECT_EQ(run.tick(), 23);
}

TEST_F(CheckpointFiles, AreReplacedAsAWhole) {
  const std::string before = bytes();
  run.run_ticks(10);
  EXPECT_THROW(run.save(folder.path() / "none" / "state.h5"), FileError);
  EXPECT_EQ(bytes(), before);
  run.save(file);
  EXPECT_NE(bytes(), before);
  Simulation other(described(), {.dt_ms = dt_ms});
  other.restore(file);
  EXPECT_EQ(other.tick(), 30);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1)
      << "nothing is left beside it";
}

}  // namespace
}  // namespace snn
