// SPDX-License-Identifier: Apache-2.0
// Synapses that change, on a CUDA device or on the emulated one, against the CPU: the same bits.
#include "tests/backend/scenes.hpp"
#include "tests/support/plastic_reference.hpp"
#include "tests/support/temporary_folder.hpp"

namespace backend {
namespace {

std::vector<std::string> other_devices() {
  std::vector<std::string> devices = available_devices();
  std::erase(devices, "cpu");
  return devices;
}

class ChangingAgainstTheCpu : public BackendTest,
                              public testing::WithParamInterface<std::string> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ChangingAgainstTheCpu);
INSTANTIATE_TEST_SUITE_P(Devices, ChangingAgainstTheCpu, testing::ValuesIn(other_devices()),
                         [](const auto& test) { return readable(test.param); });

/// Sources of every kind, rows of every format, several delays, and none.
Scene short_term_scene(const snn::TsodyksMarkram& rule, bool undelayed) {
  Scene scene{.net = {}, .dt_ms = 0.5, .ticks = 120};
  Random random(5);
  add_source(scene, random, 20, Special::nothing);
  const snn::PopulationId listed{0};
  const auto noise = scene.net.add(snn::PoissonSource{.rate_hz = 150}, {40}, "noise");
  const auto out = scene.net.add(snn::Lif{.tau_m_ms = 8}, {70}, "out");
  const auto last = scene.net.add(snn::Lif{.tau_m_ms = 8}, {1100}, "last");
  const double none = undelayed ? 0.0 : 0.5;
  const auto connect = [&](snn::PopulationId from, snn::PopulationId to,
                           const snn::Connectivity& by, const snn::Weight& weight,
                           const snn::Delay& delay) {
    scene.net.connect(from, to, by, {.weight = weight, .delay_ms = delay, .short_term = rule});
  };
  const double size = 0.6 / rule.U;  // of a weight
  connect(listed, out, snn::FixedInDegree{6}, snn::Uniform{0.5 * size, 6 * size},
          snn::Uniform{0.5, 9});
  connect(noise, out, snn::FixedInDegree{5}, 4 * size, none);
  connect(noise, out, snn::AllToAll{}, 0.6 * size, 1.5);
  connect(out, out, snn::FixedInDegree{3}, snn::Normal{-2 * size, size}, 1.0);
  connect(out, last, snn::AllToAll{}, snn::Normal{1.5 * size, size}, none);
  return scene;
}

TEST_P(ChangingAgainstTheCpu, WhatSpikesReleaseIsTheSame) {
  for (const auto& rule :
       {snn::TsodyksMarkram::depressing(), snn::TsodyksMarkram::facilitating()}) {
    for (const bool undelayed : {false, true}) {
      const Scene scene = short_term_scene(rule, undelayed);
      const Record expected = run(scene, "cpu", {.membranes = true});
      EXPECT_FALSE(expected.spikes[3].tick.empty());
      expect_same(run(scene, GetParam(), {.membranes = true}), expected,
                  undelayed ? "undelayed" : "delayed");
      // In pieces that end within a batch, and once more from the start.
      snn::Simulation pieces = prepare(scene, GetParam(), {});
      for (const int again : {0, 1}) {
        if (again == 1) pieces.reset();
        for (const std::int64_t ticks : {7, 1, 70, 42}) pieces.run_ticks(ticks);
        EXPECT_EQ(pieces.spikes({3}).tick, expected.spikes[3].tick) << again;
        EXPECT_EQ(pieces.spikes({3}).neuron, expected.spikes[3].neuron) << again;
      }
    }
  }
}

using snn::test::NamedRule;
using PlasticCase = std::tuple<std::string, NamedRule>;

class PlasticAgainstTheCpu : public BackendTest, public testing::WithParamInterface<PlasticCase> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(PlasticAgainstTheCpu);
INSTANTIATE_TEST_SUITE_P(Rules, PlasticAgainstTheCpu,
                         testing::Combine(testing::ValuesIn(other_devices()),
                                          testing::ValuesIn(snn::test::named_rules())),
                         [](const auto& test) {
                           return readable(std::get<0>(test.param) + "_" +
                                           std::get<1>(test.param).name);
                         });

/// Several delays, pairs joined twice, rows of more than one work item, sources that fire twice
/// within their longest delay, and neurons that fire in every tick, more often between two spikes
/// of a source than any history holds.
struct PlasticScene {
  explicit PlasticScene(const snn::Plasticity& rule,
                        const std::optional<snn::Homeostasis>& homeostasis = {}) {
    net.drive(out, snn::PoissonDrive{.rate_hz = 900, .weight = 1.5});
    net.drive(busy, snn::PoissonDrive{.rate_hz = 90000, .weight = 30});
    const snn::Weight start = snn::Uniform{0.7, 1.3}, negative = snn::Uniform{-1.3, -0.7};
    const snn::Delay spread = snn::Uniform{0.5, 9};
    plastic = {
        net.connect(
            in, out, snn::FixedInDegree{6},
            {.weight = start, .delay_ms = spread, .plasticity = rule, .homeostasis = homeostasis}),
        net.connect(out, out, snn::FixedInDegree{4},
                    {.weight = negative, .delay_ms = 1.5, .plasticity = rule}),
        net.connect(busy, out, snn::FixedInDegree{3},
                    {.weight = start, .delay_ms = spread, .plasticity = rule}),
        net.connect(rare, busy, snn::FixedInDegree{3},
                    {.weight = start, .delay_ms = spread, .plasticity = rule}),
        net.connect(in, wide, snn::AllToAll{},
                    {.weight = start, .delay_ms = 1.0, .plasticity = rule})};
  }
  snn::Network net;
  snn::PopulationId in = net.add(snn::PoissonSource{.rate_hz = 150}, {9}, "in");
  snn::PopulationId rare =
      net.add(snn::SpikeSource{{{5, 270}, {40, 41, 280}, {8, 300}}}, {3}, "rare");
  snn::PopulationId out = net.add(snn::Lif{.t_ref_ms = 1}, {40}, "out");
  snn::PopulationId busy = net.add(snn::Lif{.t_ref_ms = 0}, {5}, "busy");
  snn::PopulationId wide = net.add(snn::Lif{.tau_m_ms = 30}, {1100}, "wide");
  std::vector<snn::ProjectionId> plastic;

  snn::Simulation start(const std::string& device) const {
    snn::Simulation run(net, {.dt_ms = 0.5, .seed = 4, .device = device});
    for (const auto p : {in, rare, out, busy, wide}) run.record_spikes(p);
    run.record_weights(plastic[0], {0, 3, 100, 7}, 5.0);
    return run;
  }
  /// A piece of a run, and what the user does after it.
  void go_on(snn::Simulation& run, std::int64_t ticks, bool rewards) const {
    run.run_ticks(ticks);
    for (const snn::ProjectionId id : plastic) {
      if (rewards) run.reward(id, ticks % 2 == 0 ? 1.5 : -0.5);
    }
  }
  void expect_same_state(const snn::Simulation& a, const snn::Simulation& b,
                         const std::string& what) const {
    for (const snn::ProjectionId id : plastic) {
      const std::vector<snn::SynapseNow> x = a.synapses(id), y = b.synapses(id);
      ASSERT_EQ(x.size(), y.size());
      std::size_t differ = 0;
      for (std::size_t i = 0; i < x.size(); ++i) {
        differ += std::bit_cast<std::uint32_t>(x[i].weight) !=
                      std::bit_cast<std::uint32_t>(y[i].weight) ||
                  x[i].source != y[i].source || x[i].target != y[i].target ||
                  x[i].delay != y[i].delay;
      }
      EXPECT_EQ(differ, 0u) << what << ", projection " << id.index << " of " << x.size();
    }
    for (const auto p : {in, rare, out, busy, wide}) {
      EXPECT_EQ(a.spikes(p).tick, b.spikes(p).tick) << what << ", population " << p.index;
      EXPECT_EQ(a.spikes(p).neuron, b.spikes(p).neuron) << what << ", population " << p.index;
    }
    EXPECT_EQ(a.weights(plastic[0]).value, b.weights(plastic[0]).value) << what;
  }
};

TEST_P(PlasticAgainstTheCpu, EveryWeightAndSpikeIsTheSame) {
  const auto& [device, rule] = GetParam();
  const PlasticScene scene(rule.rule);
  const bool rewards = snn::test::takes_rewards(rule.rule);
  snn::Simulation expected = scene.start("cpu"), found = scene.start(device);
  for (const std::int64_t ticks : {3, 160, 200, 7, 150}) {
    scene.go_on(expected, ticks, rewards);
    scene.go_on(found, ticks, rewards);
    scene.expect_same_state(found, expected, "after " + std::to_string(ticks));
    if (HasFailure()) return;
  }
  std::vector<float> some;
  for (const snn::SynapseNow& synapse : expected.synapses(scene.plastic[1]))
    some.push_back(0.5f * synapse.weight - 0.1f);
  expected.set_weights(scene.plastic[1], some);
  found.set_weights(scene.plastic[1], some);
  scene.go_on(expected, 90, rewards);
  scene.go_on(found, 90, rewards);
  scene.expect_same_state(found, expected, "after weights were set");
  count(found.counts());
}

/// What was saved on one device goes on on another as it would have on the CPU.
TEST_P(ChangingAgainstTheCpu, SavedStatesGoOnElsewhere) {
  const support::TemporaryFolder folder;
  const auto file = folder.path() / "state.h5";
  const std::string& device = GetParam();
  const std::vector<std::pair<const char*, Scene>> scenes{
      {"presented", make_scene<snn::Lif>(Special::presented, 300)},
      {"graded", make_scene<snn::Lif>(Special::graded, 40)},
      {"driven", make_scene<snn::LifCurrExp<2>>(Special::drive, 40)},
      {"delayed", make_scene<snn::If>(Special::delay_per_source, 40)},
      {"short-term", short_term_scene(snn::TsodyksMarkram::facilitating(), false)}};
  for (const auto& [name, scene] : scenes) {
    const Record expected = [&, &all = scene] {
      snn::Simulation whole = prepare(all, "cpu", {});
      whole.run_ticks(117);
      return collect(all, whole, false);
    }();
    for (const auto& [from, to] :
         {std::pair{std::string("cpu"), device}, std::pair{device, std::string("cpu")},
          std::pair{device, device}}) {
      snn::Simulation first = prepare(scene, from, {}), second = prepare(scene, to, {});
      first.run_ticks(61);
      first.save(file);
      second.run_ticks(9);  // is forgotten
      second.restore(file);
      second.run_ticks(56);
      Record found = collect(scene, second, false);
      // Spikes are recorded from the tick on that was restored, counts from the start.
      for (std::size_t p = 0; p < found.spikes.size(); ++p) {
        snn::SpikeTrain& all = found.spikes[p];
        const snn::SpikeTrain before = first.spikes({static_cast<std::int32_t>(p)});
        all.tick.insert(all.tick.begin(), before.tick.begin(), before.tick.end());
        all.neuron.insert(all.neuron.begin(), before.neuron.begin(), before.neuron.end());
      }
      expect_same(found, expected, name + (" from " + from) + " to " + to);
      count(found.counts);
    }
  }
}

/// Scaled to a sum, by a rate, and both, in the middle of batches, and saved in between.
TEST_P(ChangingAgainstTheCpu, ScaledWeightsAreTheSame) {
  const support::TemporaryFolder folder;
  const auto file = folder.path() / "state.h5";
  const snn::HomeostaticScaling sum{.target_sum = 7, .strength = 0.5};
  const snn::RateScaling rate{.target_hz = 30, .tau_s = 0.1, .beta_per_s_per_hz = 0.1};
  for (const snn::Homeostasis& homeostasis :
       {snn::Homeostasis{.interval_ms = 20, .sum = sum},
        snn::Homeostasis{.interval_ms = 35, .rate = rate},
        snn::Homeostasis{.interval_ms = 90, .sum = sum, .rate = rate}}) {
    const PlasticScene scene(snn::PairStdp{.lambda = 0.05, .w_max = 2}, homeostasis);
    snn::Simulation expected = scene.start("cpu"), found = scene.start(GetParam());
    for (const std::int64_t ticks : {3, 160, 140}) {
      expected.run_ticks(ticks);
      found.run_ticks(ticks);
      scene.expect_same_state(found, expected, "after " + std::to_string(ticks));
    }
    count(found.counts());
    found.save(file);
    snn::Simulation on_cpu = scene.start("cpu");
    on_cpu.restore(file);
    expected.save(file);
    snn::Simulation on_device = scene.start(GetParam());
    on_device.restore(file);
    on_cpu.run_ticks(150);
    on_device.run_ticks(150);
    scene.expect_same_state(on_device, on_cpu, "restored");
    expected.run_ticks(150);
    const auto a = expected.synapses(scene.plastic[0]), b = on_cpu.synapses(scene.plastic[0]);
    for (std::size_t s = 0; s < a.size(); ++s) EXPECT_EQ(a[s].weight, b[s].weight) << s;
  }
}

TEST_P(PlasticAgainstTheCpu, SavedStatesGoOnElsewhere) {
  const support::TemporaryFolder folder;
  const auto file = folder.path() / "state.h5";
  const auto& [device, rule] = GetParam();
  const PlasticScene scene(rule.rule);
  const bool rewards = snn::test::takes_rewards(rule.rule);
  const auto saved = [&](const std::string& on) {
    snn::Simulation run = scene.start(on);
    scene.go_on(run, 210, rewards);
    scene.go_on(run, 31, rewards);
    run.save(file);
    return run;
  };
  const auto restored = [&](const std::string& on) {
    snn::Simulation run = scene.start(on);
    run.run_ticks(9);  // is forgotten
    run.restore(file);
    return run;
  };
  for (const auto& [from, to] :
       {std::pair{std::string("cpu"), device}, std::pair{device, std::string("cpu")}}) {
    saved("cpu");
    snn::Simulation first = restored("cpu");
    saved(from);
    snn::Simulation second = restored(to);
    for (const std::int64_t ticks : {40, 129}) {
      scene.go_on(first, ticks, rewards);
      scene.go_on(second, ticks, rewards);
    }
    scene.expect_same_state(second, first, "from " + from + " to " + to);
    count(second.counts());
  }
}

}  // namespace
}  // namespace backend
