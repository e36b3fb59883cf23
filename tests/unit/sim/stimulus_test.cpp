// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "snn/sim/simulation.hpp"

namespace snn {
namespace {

using Arithmetic = SimulationOptions::Arithmetic;
using Ticks = std::vector<std::int64_t>;

/// What holds in fixed point and in double.
class Stimuli : public testing::TestWithParam<Arithmetic> {
 protected:
  SimulationOptions options() const { return {.dt_ms = 1, .arithmetic = GetParam()}; }

  /// Membranes of one neuron relative to rest, tau 10 ms, that never spikes.
  std::vector<float> membrane(Stimulus stimulus, double ms) const {
    Network net;
    const auto out = net.add(quiet, {1});
    net.drive(out, std::move(stimulus));
    Simulation simulation(net, options());
    simulation.record_membrane(out);
    simulation.run_ms(ms);
    return simulation.membrane(out).value;
  }

  static constexpr double decay = 0.90483741803595957;  // exp(-1/10)
  const Lif quiet{.tau_m_ms = 10, .v_rest_mv = 0, .v_reset_mv = 0, .v_th_mv = 1e6};
};

INSTANTIATE_TEST_SUITE_P(, Stimuli, testing::Values(Arithmetic::fixed_point, Arithmetic::float64),
                         [](const auto& test) {
                           return test.param == Arithmetic::float64 ? "Double" : "FixedPoint";
                         });

TEST_P(Stimuli, RegularSourcesCountFromStartAndPhase) {
  Network net;
  const auto in = net.add(RegularSource{.interval_ms = 3, .start_ms = 1, .phase_ms = {0, 1}}, {2});
  Simulation simulation(net, options());
  simulation.record_spikes(in);
  simulation.run_ms(9);
  EXPECT_EQ(simulation.spikes(in).tick, (Ticks{1, 2, 4, 5, 7, 8}));
  EXPECT_EQ(simulation.spikes(in).neuron, (std::vector<std::int32_t>{0, 1, 0, 1, 0, 1}));
}

TEST_P(Stimuli, ChangingRatesHoldFromTheirTimes) {
  Network net;
  const auto in =
      net.add(InhomogeneousPoissonSource{.times_ms = {20, 40}, .rates_hz = {200, 0}}, {100});
  const auto steady = net.add(PoissonSource{.rate_hz = 200}, {100});
  Simulation simulation(net, options());
  simulation.record_spikes(in);
  simulation.record_spikes(steady);
  simulation.run_ms(60);
  const Ticks& ticks = simulation.spikes(in).tick;
  ASSERT_FALSE(ticks.empty());
  EXPECT_GE(ticks.front(), 20);
  EXPECT_LT(ticks.back(), 40);
  // 100 neurons, 20 ticks, 1 - exp(-0.2) each: 362.5 spikes, standard deviation 17.2.
  EXPECT_NEAR(static_cast<double>(ticks.size()), 362.5, 5 * 17.2);
}

TEST_P(Stimuli, ADriveChangesItsRate) {
  const auto u = membrane(
      InhomogeneousPoissonDrive{.times_ms = {5, 10}, .rates_hz = {1e5, 0}, .weight = 1}, 12);
  for (std::size_t t = 0; t < 5; ++t) EXPECT_EQ(u[t], 0) << t;
  EXPECT_NEAR(u[5], 100, 50);  // events of mean 100, standard deviation 10
  EXPECT_NEAR(u[10], decay * u[9], 1e-3);
  EXPECT_NEAR(u[11], decay * u[10], 1e-3);
}

TEST_P(Stimuli, AStepCurrentChargesTheMembrane) {
  const auto u = membrane(StepCurrent{.times_ms = {2, 6}, .amplitudes = {5, 0}}, 10);
  for (std::size_t t = 0; t < 10; ++t) {
    const double on = t < 2 ? 0.0 : std::min(static_cast<double>(t) - 1, 4.0);
    const double off = t < 6 ? 0.0 : static_cast<double>(t) - 5;
    EXPECT_NEAR(u[t], 5 * (1 - std::pow(decay, on)) * std::pow(decay, off), 1e-5) << t;
  }
}

TEST_P(Stimuli, ASineHasItsValueInTheMiddleOfATick) {
  const auto u = membrane(
      SineCurrent{
          .offset = 1, .amplitude = 3, .frequency_hz = 50, .phase_rad = 0.25, .start_ms = 2},
      20);
  double expected = 0;
  for (std::size_t t = 0; t < 20; ++t) {
    const double since = (static_cast<double>(t) + 0.5 - 2) * 1e-3;
    const double current = t < 2 ? 0 : 1 + 3 * std::sin(2 * std::numbers::pi * 50 * since + 0.25);
    expected = decay * expected + (1 - decay) * current;
    EXPECT_NEAR(u[t], expected, 1e-5) << t;
  }
}

TEST_P(Stimuli, NoiseHoldsForItsIntervalAndIsEachNeuronsOwn) {
  Network net;
  const auto out = net.add(quiet, {1000});
  net.drive(out, NoiseCurrent{.mean = 2, .sd = 0.5, .interval_ms = 3});
  Simulation simulation(net, options());
  simulation.record_membrane(out);
  simulation.run_ms(6);
  const auto& u = simulation.membrane(out).value;
  const auto current = [&](std::size_t t, std::size_t n) {
    const double before = t == 0 ? 0.0 : static_cast<double>(u[(t - 1) * 1000 + n]);
    return (static_cast<double>(u[t * 1000 + n]) - decay * before) / (1 - decay);
  };
  double sum = 0, squares = 0;
  for (std::size_t n = 0; n < 1000; ++n) {
    EXPECT_NEAR(current(1, n), current(0, n), 1e-4);
    EXPECT_NEAR(current(2, n), current(0, n), 1e-4);
    EXPECT_NE(current(3, n), current(2, n));
    sum += current(0, n);
    squares += (current(0, n) - 2) * (current(0, n) - 2);
  }
  EXPECT_NEAR(sum / 1000, 2, 5 * 0.5 / std::sqrt(1000.0));
  EXPECT_NEAR(squares / 1000, 0.25, 5 * 0.25 * std::sqrt(2.0 / 1000));
}

TEST_P(Stimuli, AStimulusIsReplacedUntilReset) {
  Network net;
  const auto out = net.add(quiet, {1});
  net.drive(out, StepCurrent{.times_ms = {0}, .amplitudes = {0}});
  Simulation simulation(net, options());
  simulation.record_membrane(out);
  simulation.run_ms(2);
  simulation.set_stimulus(out, 0, StepCurrent{.times_ms = {0}, .amplitudes = {4}});
  simulation.run_ms(2);
  const auto u = simulation.membrane(out).value;
  EXPECT_EQ(u[1], 0);
  EXPECT_NEAR(u[3], 4 * (1 - decay * decay), 1e-5);
  simulation.reset();
  simulation.run_ms(2);
  EXPECT_EQ(simulation.membrane(out).value[1], 0);
  EXPECT_THROW(simulation.set_stimulus(out, 1, StepCurrent{{0}, {1}}), ConfigError);
  EXPECT_THROW(simulation.set_stimulus(out, 0, PoissonDrive{}), ConfigError);
}

TEST(SetParameters, ActFromTheNextTickUntilReset) {
  const Lif quiet{.tau_m_ms = 10, .v_rest_mv = 0, .v_reset_mv = 0, .v_th_mv = 1e6};
  Network net;
  const auto out = net.add(quiet, {1});
  Simulation simulation(net, {.dt_ms = 1});
  simulation.record_membrane(out);
  simulation.run_ms(1);
  Lif driven = quiet;
  driven.i_offset_mv = 4;
  simulation.set_parameters(out, driven);
  simulation.run_ms(1);
  EXPECT_EQ(simulation.membrane(out).value[0], 0);
  EXPECT_NEAR(simulation.membrane(out).value[1], 4 * (1 - std::exp(-0.1)), 1e-6);
  EXPECT_THROW(simulation.set_parameters(out, If{}), ConfigError);
  simulation.reset();
  simulation.run_ms(2);
  EXPECT_EQ(simulation.membrane(out).value[1], 0);
}

TEST(SetParameters, AThresholdThatFallsBelowTheMembraneIsSeen) {
  for (const auto update :
       {SimulationOptions::Update::stepped, SimulationOptions::Update::touched}) {
    Network net;
    Lif lif{.tau_m_ms = 100, .v_rest_mv = 0, .v_reset_mv = 0, .v_th_mv = 10};
    const auto out = net.add(lif, {3});
    net[out].v_init_mv = {5};
    Simulation simulation(net, {.dt_ms = 1, .update = update});
    simulation.record_spikes(out);
    simulation.run_ms(3);
    lif.v_th_mv = 2;
    simulation.set_parameters(out, lif);
    simulation.run_ms(3);
    EXPECT_EQ(simulation.spikes(out).tick, (Ticks{3, 3, 3}));
  }
}

TEST(SetParameters, AreNotOfferedInDouble) {
  Network net;
  const auto out = net.add(Lif{}, {1});
  Simulation simulation(net, {.dt_ms = 1, .arithmetic = Arithmetic::float64});
  EXPECT_THROW(simulation.set_parameters(out, Lif{}), UnavailableError);
  simulation.reset();
}

}  // namespace
}  // namespace snn
