// SPDX-License-Identifier: Apache-2.0
// Parameters and stimuli that change between two pieces of a run.
#include <gtest/gtest.h>

#include <cmath>

#include "snn/sim/simulation.hpp"
#include "tests/support/config_error.hpp"

namespace snn {
namespace {

using Update = SimulationOptions::Update;

/// A source onto 300 neurons that spike now and then.
struct Noisy {
  Network net;
  PopulationId in = net.add(PoissonSource{.rate_hz = 60}, {40}, "in");
  PopulationId out = net.add(Lif{.t_ref_ms = 3}, {300}, "out");
  Noisy() { net.connect(in, out, AllToAll{}, {.weight = 2.0, .delay_ms = 1.0}); }
};

TEST(Change, ChangingAndChangingBackIsNeverHavingChanged) {
  const Noisy noisy;
  for (const Update update : {Update::stepped, Update::touched, Update::automatic}) {
    SpikeTrain trains[2];
    for (const bool changes : {false, true}) {
      Simulation simulation(noisy.net, {.dt_ms = 1, .update = update});
      simulation.record_spikes(noisy.out);
      simulation.run_ticks(50);
      if (changes) {
        simulation.set_parameters(noisy.out, Lif{.tau_m_ms = 3, .v_th_mv = -64});
        simulation.set_parameters(noisy.out, std::vector<Lif>(300, Lif{.t_ref_ms = 3}));
      }
      trains[changes] = simulation.run_ticks(50).spikes(noisy.out);
    }
    EXPECT_GT(trains[0].tick.size(), 300u);
    EXPECT_EQ(trains[1].tick, trains[0].tick);
    EXPECT_EQ(trains[1].neuron, trains[0].neuron);
  }
}

TEST(Change, ActsFromTheNextTickOnAndKeepsThePotential) {
  Network net;
  const auto out = net.add(Lif{.tau_m_ms = 10, .v_rest_mv = -65}, {2});
  net[out].v_init_mv = {-60};
  Simulation simulation(net, {.dt_ms = 1});
  simulation.record_membrane(out, {1});
  simulation.run_ticks(5);
  simulation.set_parameters(
      out, std::vector<Lif>{{}, {.tau_m_ms = 4, .v_rest_mv = -70, .i_offset_mv = 2}});
  simulation.run_ticks(5);
  double v = -60;
  for (std::size_t t = 0; t < 10; ++t) {
    const double rest = t < 5 ? -65 : -68, tau = t < 5 ? 10 : 4;
    v = rest + (v - rest) * std::exp(-1 / tau);
    EXPECT_NEAR(simulation.membrane(out).value[t], v, 5e-5) << t;
  }
}

/// A threshold that falls below the membrane is crossed at once, by neurons that nothing touches.
TEST(Change, ALowerThresholdIsCrossedInTheNextTick) {
  for (const Update update : {Update::stepped, Update::touched}) {
    Network net;
    const auto out = net.add(If{.v_rest_mv = 0, .v_reset_mv = 0, .v_th_mv = 10}, {2});
    net[out].v_init_mv = {5, 1};
    Simulation simulation(net, {.dt_ms = 1, .update = update});
    simulation.record_spikes(out);
    simulation.run_ticks(20);
    simulation.set_parameters(out, If{.v_rest_mv = 0, .v_reset_mv = 0, .v_th_mv = 4});
    simulation.run_ticks(20);
    EXPECT_EQ(simulation.spikes(out).tick, (std::vector<std::int64_t>{20}));
    EXPECT_EQ(simulation.spikes(out).neuron, (std::vector<std::int32_t>{0}));
  }
}

/// v and u of the papers go on from where they are: the next step is one of them.
TEST(Change, IzhikevichKeepsItsRecovery) {
  Network net;
  const auto out = net.add(Izhikevich{}, {1});
  Simulation simulation(net, {.dt_ms = 0.5});
  simulation.record_membrane(out);
  simulation.run_ticks(10);
  const Izhikevich other{.b_per_ms = 0.25, .i_offset_mv_per_ms = 3};
  simulation.set_parameters(out, other);
  simulation.run_ticks(3);
  double v = -70, u = 0.2 * -70;  // rest of the defaults: 0.04 v^2 + 4.8 v + 140 = 0 at -70
  for (std::size_t t = 10; t < 13; ++t) {
    for (int half = 0; half < 2; ++half) v += 0.25 * (0.04 * v * v + 5 * v + 140 - u + 3);
    u += 0.5 * 0.02 * (0.25 * v - u);
    EXPECT_NEAR(simulation.membrane(out).value[t], v, 1e-4) << t;
  }
}

TEST(Change, AStimulusIsReplacedFromTheNextTickOn) {
  Network net;
  const auto out = net.add(Lif{.tau_m_ms = 10, .v_rest_mv = 0, .v_th_mv = 100}, {2});
  net.drive(out, PoissonDrive{.rate_hz = 0, .weight = 1});
  net.drive(out, StepCurrent{{0}, {4}});
  Simulation simulation(net, {.dt_ms = 1});
  simulation.record_membrane(out, {0});
  simulation.run_ticks(5);
  simulation.set_stimulus(out, 1, StepCurrent{{0, 8}, {-3, 1}});
  simulation.run_ticks(5);
  double v = 0;
  for (std::size_t t = 0; t < 10; ++t) {
    const double current = t < 5 ? 4 : t < 8 ? -3 : 1;
    v = current + (v - current) * std::exp(-0.1);
    EXPECT_NEAR(simulation.membrane(out).value[t], v, 2e-5) << t;
  }
}

TEST(Change, AResetGoesBackToTheDescription) {
  Network net;
  const auto out = net.add(Lif{.i_offset_mv = 20}, {3});
  net.drive(out, StepCurrent{{0}, {4}});
  Simulation simulation(net, {.dt_ms = 1});
  simulation.record_membrane(out);
  const std::vector<float> expected = simulation.run_ticks(50).membrane(out).value;
  simulation.set_parameters(out, Lif{.v_rest_mv = -80});
  simulation.set_stimulus(out, 0, StepCurrent{{0}, {9}});
  simulation.run_ticks(10);
  simulation.reset();
  EXPECT_EQ(simulation.run_ticks(50).membrane(out).value, expected);
}

TEST(Change, SaysWhatItCannotChange) {
  Network net;
  const auto in = net.add(PoissonSource{}, {2}, "in");
  const auto out = net.add(Lif{}, {3}, "out");
  net.drive(out, PoissonDrive{.rate_hz = 100, .weight = 1});
  Simulation simulation(net, {.dt_ms = 1});
  using support::expect_config_error;
  const auto set = [&](auto parameters) {
    return [&simulation, out, parameters] { simulation.set_parameters(out, parameters); };
  };
  const auto stimulate = [&](std::size_t index, const Stimulus& stimulus) {
    return [&simulation, out, index, stimulus] { simulation.set_stimulus(out, index, stimulus); };
  };
  const std::string object = "population \"out\"";
  expect_config_error(set(If{}), {object, "model", "If", "Lif"});
  expect_config_error(set(std::vector<Lif>(2)),
                      {object, "parameters", "2 entries", "1 or 3 entries"});
  expect_config_error(set(Lif{.tau_m_ms = -1}), {object, "tau_m_ms", "-1 ms", "> 0"});
  expect_config_error([&] { simulation.set_parameters(in, Lif{}); },
                      {"population \"in\"", "parameters", "of a source", "neurons"});
  expect_config_error(stimulate(1, PoissonDrive{}), {object, "stimuli", "stimulus 1", "0 .. 0"});
  expect_config_error(stimulate(0, StepCurrent{{0}, {1}}),
                      {object, "stimuli[0]", "StepCurrent", "PoissonDrive"});
  expect_config_error(stimulate(0, PoissonDrive{.rate_hz = -1}),
                      {object, "stimuli[0].rate_hz", "-1 Hz", ">= 0"});
  expect_config_error(stimulate(0, PoissonDrive{.rate_hz = 100, .weight = 1000}),
                      {object, "stimuli", "drives of up to", "strongest drive"});
}

}  // namespace
}  // namespace snn
