// SPDX-License-Identifier: Apache-2.0
// Parameters and stimuli that were set during a run are in its checkpoints.
#include <gtest/gtest.h>

#include "snn/io/state_snapshot.hpp"
#include "snn/sim/simulation.hpp"
#include "tests/support/config_error.hpp"
#include "tests/support/temporary_folder.hpp"

namespace snn {
namespace {

using Update = SimulationOptions::Update;

constexpr double dt_ms = 0.5;

/// A model of the user's own, which files do not know.
struct Leaky : Lif {
  static constexpr std::string_view name = "Leaky";
};

/// Every kind of stimulus, a model whose state has an origin, neurons that mostly rest.
struct Changing {
  Changing() {
    net.drive(out, PoissonDrive{.rate_hz = 2500, .weight = 2.5});
    net.drive(out, StepCurrent{{0}, {1}});
    net.drive(out,
              InhomogeneousPoissonDrive{.times_ms = {0, 60}, .rates_hz = {900, 10}, .weight = 2});
    net.drive(wave, SineCurrent{.amplitude = 8, .frequency_hz = 30});
    net.drive(wave, NoiseCurrent{.sd = 3});
    net.connect(in, out, FixedInDegree{5}, {.weight = 2.0, .delay_ms = Uniform{0.5, 8}});
    net.connect(out, wave, FixedInDegree{5}, {.weight = 0.7, .delay_ms = 2.0});
    net.connect(wave, rare, FixedInDegree{2}, {.weight = 4.0, .delay_ms = 1.5});
    net.connect(out, rare, FixedInDegree{5},
                {.weight = Uniform{0.5, 3}, .delay_ms = 1.0, .plasticity = PairStdp{.w_max = 9}});
  }
  Network net;
  PopulationId in = net.add(PoissonSource{.rate_hz = 20}, {700}, "in");
  PopulationId out = net.add(Lif{.t_ref_ms = 3}, {1100}, "out");
  PopulationId wave = net.add(Izhikevich{}, {600}, "wave");
  PopulationId rare = net.add(Lif{.tau_m_ms = 10}, {1300}, "rare");
};

void change(const Changing& scene, Simulation& run) {
  std::vector<Lif> each(1100, Lif{.t_ref_ms = 2});
  for (std::size_t n = 0; n < each.size(); ++n)
    each[n].v_rest_mv = -66 + static_cast<double>(n) / 900;
  run.set_parameters(scene.out, each);
  run.set_parameters(scene.wave, Izhikevich{.b_per_ms = 0.22, .i_offset_mv_per_ms = 2});
  run.set_parameters(scene.rare, Lif{.tau_m_ms = 7, .v_th_mv = -58});
  run.set_stimulus(scene.out, 0, PoissonDrive{.rate_hz = 1700, .weight = 2.2});
  run.set_stimulus(
      scene.out, 2,
      InhomogeneousPoissonDrive{.times_ms = {0, 55, 70}, .rates_hz = {10, 800, 300}, .weight = 2});
  run.set_stimulus(scene.wave, 0, SineCurrent{.amplitude = 5, .frequency_hz = 71});
}

/// What the ticks from the restored one on gave.
struct Outcome {
  std::vector<std::vector<std::int64_t>> tick;
  std::vector<std::vector<std::int32_t>> neuron;
  std::vector<float> membrane, weights;
  std::vector<std::uint64_t> counts;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

void record(const Changing& scene, Simulation& run) {
  for (const PopulationId p : {scene.out, scene.wave, scene.rare}) run.record_spikes(p);
  run.record_membrane(scene.out, {0, 7, 1099});
  run.record_membrane(scene.wave, {0, 599});
}

Outcome outcome_of(const Changing& scene, const Simulation& run) {
  Outcome outcome;
  for (const PopulationId p : {scene.out, scene.wave, scene.rare}) {
    outcome.tick.push_back(run.spikes(p).tick);
    outcome.neuron.push_back(run.spikes(p).neuron);
  }
  for (const PopulationId p : {scene.out, scene.wave}) {
    const auto& value = run.membrane(p).value;
    outcome.membrane.insert(outcome.membrane.end(), value.begin(), value.end());
  }
  for (const SynapseNow& synapse : run.synapses({3})) outcome.weights.push_back(synapse.weight);
  for (const PopulationCounts& entry : run.counts().populations)
    outcome.counts.insert(outcome.counts.end(), {entry.spikes, entry.membrane_updates});
  return outcome;
}

TEST(CheckpointChanges, GoOnWithoutBeingSetAgain) {
  const support::TemporaryFolder folder;
  const auto file = folder.path() / "state.h5";
  const Changing scene;
  for (const Update update : {Update::automatic, Update::stepped, Update::touched}) {
    const auto make = [&](int threads) {
      return Simulation(scene.net, {.dt_ms = dt_ms, .threads = threads, .update = update});
    };
    Simulation first = make(2);
    first.run_ticks(60);
    change(scene, first);
    first.run_ticks(43);
    first.save(file);
    record(scene, first);
    const Outcome expected = outcome_of(scene, first.run_ticks(100));
    for (const auto& train : expected.tick) EXPECT_GT(train.size(), 100u);
    for (const int threads : {1, 3}) {
      Simulation other = make(threads);
      record(scene, other);
      other.restore(file);
      EXPECT_EQ(other.tick(), 103);
      EXPECT_TRUE(outcome_of(scene, other.run_ticks(100)) == expected) << threads << " threads";
    }
  }
}

/// Also if a neuron of the run itself was changed: what it does then follows from the file alone.
TEST(CheckpointChanges, ReplaceThoseOfTheRunThatRestores) {
  const support::TemporaryFolder folder;
  const auto plain = folder.path() / "plain.h5", changed = folder.path() / "changed.h5";
  const Changing scene;
  Simulation first(scene.net, {.dt_ms = dt_ms});
  first.run_ticks(50).save(plain);
  change(scene, first);
  first.run_ticks(1).save(changed);
  record(scene, first);
  const Outcome after_change = outcome_of(scene, first.run_ticks(60));

  first.restore(plain);
  const Outcome without = outcome_of(scene, first.run_ticks(60));
  EXPECT_FALSE(without == after_change);
  Simulation untouched(scene.net, {.dt_ms = dt_ms});
  untouched.run_ticks(50);
  record(scene, untouched);
  EXPECT_TRUE(outcome_of(scene, untouched.run_ticks(60)) == without);

  Simulation other(scene.net, {.dt_ms = dt_ms});
  record(scene, other);
  other.run_ticks(5);
  other.set_parameters(scene.rare, Lif{.tau_m_ms = 44, .v_rest_mv = -68});
  other.set_stimulus(scene.out, 1, StepCurrent{{0}, {-9}});
  other.restore(changed);
  EXPECT_TRUE(outcome_of(scene, other.run_ticks(60)) == after_change);

  // What was restored is the base of further changes, and goes with a reset.
  other.restore(changed);
  other.set_stimulus(scene.out, 1, StepCurrent{{0}, {3}});
  first.restore(changed);
  first.set_stimulus(scene.out, 1, StepCurrent{{0}, {3}});
  first.set_parameters(scene.wave, Izhikevich{});
  other.set_parameters(scene.wave, Izhikevich{});
  EXPECT_TRUE(outcome_of(scene, other.run_ticks(40)) == outcome_of(scene, first.run_ticks(40)));
  other.reset();
  Simulation fresh(scene.net, {.dt_ms = dt_ms});
  record(scene, fresh);
  EXPECT_TRUE(outcome_of(scene, other.run_ticks(40)) == outcome_of(scene, fresh.run_ticks(40)));
}

TEST(CheckpointChanges, OfStimuliOfAModelOfTheUsersOwn) {
  const support::TemporaryFolder folder;
  const auto file = folder.path() / "state.h5";
  Network net;
  const auto own = net.add(Leaky{}, {5}, "own");
  net.drive(own, PoissonDrive{.rate_hz = 3000, .weight = 4});
  Simulation first(net, {.dt_ms = dt_ms});
  first.run_ticks(20);
  first.set_stimulus(own, 0, PoissonDrive{.rate_hz = 1500, .weight = 5});
  first.run_ticks(5);
  first.save(file);
  first.record_spikes(own);
  first.run_ticks(100);
  EXPECT_GT(first.spikes(own).tick.size(), 5u);
  Simulation other(net, {.dt_ms = dt_ms});
  other.record_spikes(own);
  other.restore(file);
  EXPECT_EQ(other.run_ticks(100).spikes(own).tick, first.spikes(own).tick);
}

/// A file of another network changes nothing, not even what was set.
TEST(CheckpointChanges, OfOtherNetworksAreRefused) {
  const support::TemporaryFolder folder;
  const auto file = folder.path() / "state.h5";
  const Changing scene;
  Simulation first(scene.net, {.dt_ms = dt_ms, .seed = 2});
  change(scene, first);
  first.save(file);
  Simulation other(scene.net, {.dt_ms = dt_ms}), same(scene.net, {.dt_ms = dt_ms});
  for (Simulation* run : {&other, &same}) {
    record(scene, *run);
    run->run_ticks(30);
    run->set_parameters(scene.rare, Lif{.v_rest_mv = -64});
  }
  support::expect_config_error([&] { other.restore(file); },
                               {"saved state", "network", "another", "this network"});
  EXPECT_TRUE(outcome_of(scene, other.run_ticks(30)) == outcome_of(scene, same.run_ticks(30)));
}

TEST(CheckpointChanges, ThatAreDamagedAreRefused) {
  const support::TemporaryFolder folder;
  const auto file = folder.path() / "state.h5", bad = folder.path() / "bad.h5";
  const Changing scene;
  Simulation run(scene.net, {.dt_ms = dt_ms});
  change(scene, run);
  run.save(file);
  const SnapshotReader reader(file);
  std::vector<std::byte> changes = reader.get<std::byte>("/changes");
  changes.resize(changes.size() / 2);
  SnapshotWriter writer(bad);
  writer.put("/arrays", std::vector<std::byte>{});
  writer.put("/changes", changes);
  writer.commit();
  EXPECT_THROW(run.restore(bad), FileError);
}

}  // namespace
}  // namespace snn
