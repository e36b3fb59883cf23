// SPDX-License-Identifier: Apache-2.0
#include "snn/math/lif_cond_exp.hpp"

#include <cmath>

#include "tests/unit/math/neuron_golden.hpp"

namespace snn {
namespace {

using test::Neuron;

/// Where nothing drives the membrane, it leaks through the integral of the conductances.
TEST(LifCondExp, LeaksThroughItsConductancesExactly) {
  const double dt = 0.1;
  Neuron<LifCondExp> neuron({.e_rev_mv = {-60, -60}, .tau_syn_ms = {5, 10}}, dt);
  neuron.state.u = 8;
  neuron.state.g = {30, 70};
  for (int k = 1; k <= 300; ++k) {
    neuron.step({0, 0});
    const double t = k * dt;
    const double charge = 10 * t + 30 * 5 * -std::expm1(-t / 5) + 70 * 10 * -std::expm1(-t / 10);
    EXPECT_NEAR(neuron.state.u, 8 * std::exp(-charge / 200), 1e-12);
  }
}

TEST(LifCondExp, ConstantConductanceGivesTheClosedFormPotential) {
  const double dt = 0.1;
  Neuron<LifCondExp> neuron({.tau_syn_ms = {1e18, 1e18}, .i_offset_pa = 40}, dt);
  neuron.state.g = {2, 3};
  const double end = (2 * 60 + 3 * -20 + 40) / 15.0;
  for (int k = 1; k <= 300; ++k) {
    neuron.step({0, 0});
    EXPECT_NEAR(neuron.state.u, end * (1 - std::exp(-15 * k * dt / 200)), 1e-12);
  }
}

TEST(LifCondExp, ConvergesToTheSolutionOfItsEquationsWithSecondOrder) {
  test::expect_second_order(LifCondExp{.v_th_mv = 0, .i_offset_pa = 100}, "lif_cond_exp_100_pa",
                            0.2, true, 1e-3);
}

/// A weight that arrives in a tick is in the conductance from its end on, also while held.
TEST(LifCondExp, ConductancesGoOnWhileTheMembraneIsHeld) {
  Neuron<LifCondExp> neuron({.v_reset_mv = -61, .t_ref_ms = 0.3}, 0.1);
  EXPECT_FALSE(neuron.step({200, 0}));
  EXPECT_EQ(neuron.state.u, 0);
  int ticks = 0;
  while (!neuron.step({0, 0})) ++ticks;
  EXPECT_LT(ticks, 10);
  double g = neuron.state.g[0];
  for (int k = 0; k < 3; ++k) {
    EXPECT_EQ(neuron.state.u, -1);
    EXPECT_FALSE(neuron.step({5, 7}));
    g = g * std::exp(-0.1 / 5) + 5;
    EXPECT_NEAR(neuron.state.g[0], g, 1e-10);
  }
  neuron.step({0, 0});
  EXPECT_GT(neuron.state.u, -1);
}

TEST(LifCondExp, ConductancesAreNeverNegative) {
  Neuron<LifCondExp> neuron(LifCondExp{}, 0.1);
  neuron.step({2, 2});
  neuron.step({-5, -1});
  EXPECT_EQ(neuron.state.g[0], 0);
  EXPECT_NEAR(neuron.state.g[1], 2 * std::exp(-0.1 / 10) - 1, 1e-15);
}

/// Four roundings per tick, by half an ulp of 8 mV at most, add up over less than 1 / 0.005 ticks.
TEST(LifCondExp, FloatFollowsDouble) {
  test::expect_float_follows_double(LifCondExp{.v_th_mv = 0}, 0, 3, 2e-4);
}

TEST(LifCondExp, NoInputMakesItInfinite) {
  test::expect_finite(LifCondExp{});
}

}  // namespace
}  // namespace snn
