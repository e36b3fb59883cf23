// SPDX-License-Identifier: Apache-2.0
// Plastic networks, run event by event, against each of their synapses simulated tick by tick.
#include <gtest/gtest.h>

#include "tests/support/config_error.hpp"
#include "tests/support/plastic_reference.hpp"

namespace snn {
namespace {

using test::expect_clocked_weights;
using test::NamedRule;
using test::PlasticRun;
using test::takes_rewards;
using test::trains_of;

constexpr double dt_ms = 0.5;

std::vector<float> weights_of(const Simulation& run, ProjectionId projection) {
  std::vector<float> weights;
  for (const SynapseNow& synapse : run.synapses(projection)) weights.push_back(synapse.weight);
  return weights;
}

class EveryRule : public testing::TestWithParam<NamedRule> {};
INSTANTIATE_TEST_SUITE_P(PlasticNetwork, EveryRule, testing::ValuesIn(test::named_rules()),
                         [](const auto& test) { return std::string(test.param.name); });

/// Two kinds of sources, neurons that also excite each other and themselves, delays of all kinds.
struct Mixed {
  explicit Mixed(const Plasticity& rule) {
    const Weight start = Uniform{0.7, 1.3};
    net.drive(out, PoissonDrive{.rate_hz = 800, .weight = 1.5});
    plastic = {
        net.connect(in, out, FixedProbability{0.5},
                    {.weight = start, .delay_ms = Uniform{0.5, 9}, .plasticity = rule}),
        net.connect(
            listed, out, Sparse{{0, 0, 1, 2, 2}, {3, 3, 0, 5, 7}},
            {.weight = start, .delay_ms = PerSynapse{{1, 2, 20, 0.5, 6}}, .plasticity = rule}),
        net.connect(out, out, FixedProbability{0.5, true},
                    {.weight = start, .delay_ms = 1.5, .plasticity = rule})};
  }
  Network net;
  PopulationId in = net.add(PoissonSource{.rate_hz = 40}, {9}, "in");
  PopulationId listed =
      net.add(SpikeSource{{{0, 3, 3.5, 200, 700}, {650}, {1, 2, 3, 4, 5, 90}}}, {3}, "listed");
  PopulationId out = net.add(Lif{.t_ref_ms = 1}, {8}, "out");
  std::vector<ProjectionId> plastic;
};

TEST_P(EveryRule, HasTheWeightsOfTheClockedSimulation) {
  const Plasticity& rule = GetParam().rule;
  const Mixed mixed(rule);
  const Simulation untouched(mixed.net, {.dt_ms = dt_ms});
  Simulation run(mixed.net, {.dt_ms = dt_ms});
  for (const PopulationId p : {mixed.in, mixed.listed, mixed.out}) run.record_spikes(p);
  std::vector<test::Reward> rewards;
  for (int piece = 0; piece < 8; ++piece) {
    run.run_ms(100);
    if (!takes_rewards(rule)) continue;
    for (const ProjectionId q : mixed.plastic) run.reward(q, piece % 3 - 0.5);
    rewards.push_back({static_cast<Tick>(run.tick()), (piece % 3 - 0.5) / 50});
  }
  run.run_ms(73);
  EXPECT_GT(run.spikes(mixed.out).tick.size(), 100u);
  for (const ProjectionId q : mixed.plastic) {
    SCOPED_TRACE(mixed.net.name_of(q));
    const Projection& projection = mixed.net[q];
    expect_clocked_weights(
        run, q, rule,
        {.start = untouched.synapses(q),
         .source = trains_of(run.spikes(projection.source), mixed.net[projection.source].size()),
         .target = trains_of(run.spikes(mixed.out), 8),
         .rewards = rewards,
         .dt_ms = dt_ms});
  }
}

/// Histories overflow: neurons that fire in every tick or nearly, sources that are silent for long
/// or from the start.
TEST_P(EveryRule, KeepsWhatLongSilentSourcesHaveNotSeen) {
  const Plasticity& rule = GetParam().rule;
  constexpr Tick ticks = 2600;
  SpikeSource clocks{std::vector<std::vector<double>>(4)};
  for (Tick t = 0; t < ticks; ++t) {
    clocks.times_ms[0].push_back(t * dt_ms);
    if (t % 3 == 0) clocks.times_ms[1].push_back(t * dt_ms);
    if (t % 100 < 20) clocks.times_ms[2].push_back(t * dt_ms);
    if (t % 37 == 5) clocks.times_ms[3].push_back(t * dt_ms);
  }
  Network net;
  const auto clock = net.add(clocks, {4}, "clock");
  const auto in = net.add(
      SpikeSource{{{2, 440, 1290}, {250}, {1, 11, 21, 31, 41, 300}, {5, 5.5, 6, 100, 107, 1100}}},
      {4});
  const auto out = net.add(Lif{}, {4}, "out");
  net.connect(clock, out, OneToOne{}, {.weight = 1000.0, .delay_ms = dt_ms});
  for (const double delay_ms : {0.5, 3.5, 20.0}) {
    net.connect(in, out, AllToAll{}, {.weight = 1.0, .delay_ms = delay_ms, .plasticity = rule});
  }
  net.connect(in, out, AllToAll{},
              {.weight = 1.0, .delay_ms = PerSource{{0.5, 6, 12, 20}}, .plasticity = rule});
  const Simulation untouched(net, {.dt_ms = dt_ms});
  Simulation run(net, {.dt_ms = dt_ms});
  run.record_spikes(in);
  run.record_spikes(out);
  std::vector<test::Reward> rewards;
  for (int piece = 0; piece < 260; ++piece) {
    if (takes_rewards(rule) && (piece < 25 || piece > 70)) {
      const double amount = piece % 2 == 0 ? 0.02 : -0.01;
      for (std::int32_t q = 1; q < 5; ++q) run.reward({q}, amount);
      rewards.push_back({static_cast<Tick>(run.tick()), amount / 50});
    }
    run.run_ms(5);
  }
  ASSERT_EQ(run.tick(), ticks);
  for (std::int32_t q = 1; q < 5; ++q) {
    SCOPED_TRACE(net.name_of({q}));
    expect_clocked_weights(run, {q}, rule,
                           {.start = untouched.synapses({q}),
                            .source = trains_of(run.spikes(in), 4),
                            .target = trains_of(run.spikes(out), 4),
                            .rewards = rewards,
                            .dt_ms = dt_ms});
  }
}

TEST_P(EveryRule, PiecesAreOneRun) {
  const Mixed mixed(GetParam().rule);
  const auto run = [&](const std::vector<std::int64_t>& pieces) {
    Simulation simulation(mixed.net, {.dt_ms = dt_ms});
    simulation.record_spikes(mixed.out);
    for (const std::int64_t ticks : pieces) {
      simulation.run_ticks(ticks);
      simulation.synapses(mixed.plastic[2]);  // changes nothing, not even a bit
    }
    return std::pair(simulation.spikes(mixed.out).tick, weights_of(simulation, mixed.plastic[2]));
  };
  const auto whole = run({500});
  EXPECT_EQ(run({1, 2, 3, 94, 400}), whole);
  EXPECT_GT(whole.first.size(), 50u);
}

/// Enough neurons for eight workers; their shares cut through rows, sub-rows and populations.
TEST_P(EveryRule, IsTheSameForAnyNumberOfThreads) {
  const Plasticity& rule = GetParam().rule;
  Network net;
  const auto in = net.add(PoissonSource{.rate_hz = 60}, {4300}, "in");
  const auto out = net.add(Lif{.t_ref_ms = 1}, {3001}, "out");
  const auto more = net.add(Lif{}, {1299}, "more");
  // Histories overflow here and there.
  net.drive(out, PoissonDrive{.rate_hz = 2000, .weight = 2.5});
  const Weight start = Uniform{0.7, 1.3};
  net.connect(in, out, FixedInDegree{5},
              {.weight = start, .delay_ms = Uniform{0.5, 4}, .plasticity = rule});
  net.connect(out, out, FixedInDegree{3}, {.weight = start, .delay_ms = 2.0, .plasticity = rule});
  net.connect(out, more, FixedInDegree{5}, {.weight = start, .delay_ms = 1.0, .plasticity = rule});
  const auto run = [&](int threads) {
    Simulation simulation(net, {.dt_ms = dt_ms, .threads = threads});
    simulation.record_spikes(out);
    simulation.record_spikes(more);
    simulation.run_ticks(100);
    for (std::int32_t q = 0; takes_rewards(rule) && q < 3; ++q) simulation.reward({q}, 1);
    simulation.run_ticks(1200);
    return std::tuple(simulation.spikes(out).tick, simulation.spikes(out).neuron,
                      simulation.spikes(more).neuron, weights_of(simulation, {0}),
                      weights_of(simulation, {1}), weights_of(simulation, {2}));
  };
  const auto one = run(1);
  EXPECT_GT(std::get<0>(one).size(), 1000u);
  EXPECT_GT(std::get<2>(one).size(), 500u);
  for (const int threads : {2, 3, 8}) EXPECT_TRUE(run(threads) == one) << threads << " threads";
}

TEST(PlasticNetwork, InhibitoryWeightsStayNegativeAndInhibit) {
  const VogelsStdp rule{.eta = 0.05, .rho0_hz = 5, .w_max = 4};
  Network net;
  const auto in = net.add(PoissonSource{.rate_hz = 50}, {40}, "in");
  const auto out = net.add(Lif{}, {5}, "out");
  net.drive(out, PoissonDrive{.rate_hz = 1000, .weight = 1});
  const auto all = net.connect(in, out, AllToAll{},
                               {.weight = -0.1, .delay_ms = 1.5, .plasticity = Plasticity{rule}});
  const Simulation untouched(net, {.dt_ms = dt_ms});
  Simulation run(net, {.dt_ms = dt_ms});
  run.record_spikes(in);
  run.record_spikes(out);
  run.run_ms(2000);
  expect_clocked_weights(run, all, rule,
                         {.start = untouched.synapses(all),
                          .source = trains_of(run.spikes(in), 40),
                          .target = trains_of(run.spikes(out), 5),
                          .dt_ms = dt_ms});
  for (const float weight : weights_of(run, all)) EXPECT_LE(weight, 0);
  std::int64_t early = 0, late = 0;
  for (const std::int64_t tick : run.spikes(out).tick) {
    early += tick < 400;
    late += tick >= 3600;
  }
  EXPECT_GT(early, 2 * late) << "of 200 ms each";
}

/// One source, one neuron: what set_weights() gave is what the next spike delivers.
TEST(PlasticNetwork, TakesWeights) {
  Network net;
  const auto in = net.add(SpikeSource{{{5, 20}, {21}}}, {2}, "in");
  const auto out = net.add(Lif{.v_th_mv = 100}, {1}, "out");
  const auto all = net.connect(
      in, out, AllToAll{}, {.weight = 1.0, .delay_ms = 1.0, .plasticity = PairStdp{.w_max = 8}});
  const auto fixed = net.connect(in, out, AllToAll{}, {.weight = 0.0, .delay_ms = 1.0});
  Simulation run(net, {.dt_ms = 1});
  run.record_membrane(out);
  run.run_ms(10);
  const std::vector<float> given{7, 0.25f};
  run.set_weights(all, given);
  EXPECT_EQ(weights_of(run, all), given);
  run.run_ms(20);
  EXPECT_EQ(weights_of(run, all), given) << "no postsynaptic spike";
  const auto& u = run.membrane(out).value;
  const double decay = std::exp(-1 / 20.0);
  EXPECT_NEAR(u[6], -65 + 1, 1e-4);
  EXPECT_NEAR(u[21], -65 + std::pow(decay, 15) + 7, 1e-4);
  EXPECT_NEAR(u[22], -65 + std::pow(decay, 16) + 7 * decay + 0.25, 1e-4);

  const auto refused = [&](ProjectionId projection, std::vector<float> weights,
                           const support::Says& says) {
    support::expect_config_error([&] { run.set_weights(projection, weights); }, says);
  };
  const std::string object = "projection \"" + net.name_of(all) + "\"";
  refused(all, {1}, {object, "weights", "1 values", "2 values"});
  refused(all, {1, 8.5f}, {object, "weights", "8.5", "8"});
  refused(all, {-1, 1}, {object, "weights", "-1", "0"});
  refused(all, {1, std::nanf("")}, {object, "weights", "nan", "8"});
  refused(fixed, {1, 1}, {"projection \"" + net.name_of(fixed) + "\"", "plasticity", "none", ""});
  refused({7}, {1}, {"simulation", "projection", "7", "0 .. 1"});
  support::expect_config_error([&] { run.reward(all, 1); },
                               {object, "reward", "given", "RewardStdp"});
  support::expect_config_error([&] { run.reward(all, std::nan("")); },
                               {object, "reward", "nan", "finite"});
  EXPECT_EQ(weights_of(run, all), given) << "what is refused changes nothing";
  run.reset();
  EXPECT_EQ(weights_of(run, all), (std::vector<float>{1, 1}));
}

}  // namespace
}  // namespace snn
