// SPDX-License-Identifier: Apache-2.0
#include "snn/math/lif_curr_exp.hpp"

#include <cmath>

#include "tests/unit/math/neurons.hpp"

namespace snn {
namespace {

using test::Neuron;

/// Membrane at time t (ms) after a current step of w pA that decays with tau_s, in mV.
double potential(double w, double c_m, double tau_m, double tau_s, double t) {
  if (tau_m == tau_s) return w / c_m * t * std::exp(-t / tau_m);
  return w / c_m / (1 / tau_s - 1 / tau_m) * (std::exp(-t / tau_m) - std::exp(-t / tau_s));
}

/// A weight that arrives in a tick is in the current from its end on.
TEST(LifCurrExp, OneEventGivesTheClosedFormPotential) {
  for (const auto& [tau_m, tau_s] :
       {std::pair{20.0, 5.0}, {5.0, 20.0}, {10.0, 0.5}, {10.0, 10.0}}) {
    const double dt = 0.1;
    Neuron<LifCurrExp<1>> one({.c_m_pf = 250, .tau_m_ms = tau_m, .tau_syn_ms = {tau_s}}, dt);
    Neuron<LifCurrExp<2>> two({.c_m_pf = 250, .tau_m_ms = tau_m, .tau_syn_ms = {3.0, tau_s}}, dt);
    for (int k = 0; k <= 1000; ++k) {
      one.step(k == 0 ? 300.0 : 0.0);
      two.step({k == 0 ? 100.0 : 0.0, k == 0 ? -300.0 : 0.0});
      const double slow = potential(300, 250, tau_m, tau_s, k * dt);
      EXPECT_NEAR(one.state.u, slow, 1e-12);
      EXPECT_NEAR(two.state.u, potential(100, 250, tau_m, 3, k * dt) - slow, 1e-12);
      EXPECT_NEAR(two.state.i[1], -300 * std::exp(-k * dt / tau_s), 1e-10);
    }
  }
}

TEST(LifCurrExp, IsSmoothWhereTheTimeConstantsMeet) {
  const auto gain = [](double tau_s) {
    return LifCurrExp<1>{.c_m_pf = 100, .tau_m_ms = 10, .tau_syn_ms = {tau_s}}
        .derive<double>(0.1)
        .gain;
  };
  const double limit = 0.1 / 100 * std::exp(-0.01);  // dt/C e^(-dt/tau)
  EXPECT_NEAR(gain(10.0), limit, 1e-18);
  for (const double away : {1e-12, 1e-9, 1e-6, 1e-4}) {
    // It rises by some 1/2 (dt/tau) of itself per relative change of tau_s.
    for (const double sign : {-1.0, 1.0})
      EXPECT_NEAR(gain(10 * (1 + sign * away)), limit, limit * (0.006 * away + 1e-15));
  }
}

/// Potjans & Diesmann (2014): 87.808 pA give a potential of 0.15 mV in their neurons.
TEST(LifCurrExp, WeightOfTheCorticalMicrocircuitGivesItsPotential) {
  Neuron<LifCurrExp<1>> neuron({.c_m_pf = 250, .tau_m_ms = 10, .tau_syn_ms = {0.5}}, 0.001);
  double top = 0;
  for (int t = 0; t < 5000; ++t) {
    neuron.step(t == 0 ? 87.808 : 0.0);
    top = std::max(top, neuron.state.u);
  }
  EXPECT_NEAR(top, 0.15, 1e-6);
}

/// From rest v = R I (1 - e^(-t/tau)); after a spike it is held for t_ref, then starts from reset.
TEST(LifCurrExp, ConstantCurrentSpikesWhenTheClosedFormSaysSo) {
  const LifCurrExp<1> model{.c_m_pf = 250,
                            .tau_m_ms = 10,
                            .v_rest_mv = -70,
                            .v_reset_mv = -68,
                            .v_th_mv = -55,
                            .t_ref_ms = 2,
                            .i_offset_pa = 500};
  const double dt = 0.1, end = 20;  // R I = 500 pA 10 ms / 250 pF
  Neuron<LifCurrExp<1>> neuron(model, dt);
  const std::vector<int> spikes = test::spike_ticks(neuron, 0.0, 2000);
  const auto ticks = [&](double from) {
    return static_cast<int>(std::ceil(10 * std::log((end - from) / (end - 15)) / dt));
  };
  ASSERT_GT(spikes.size(), 5u);
  EXPECT_EQ(spikes[0], ticks(0) - 1);
  for (std::size_t s = 1; s < spikes.size(); ++s)
    EXPECT_EQ(spikes[s] - spikes[s - 1], ticks(2) + 20);
  for (int t = 0; t < spikes[0]; ++t) {
    if (t == 0) neuron = Neuron<LifCurrExp<1>>(model, dt);
    neuron.step(0.0);
    EXPECT_NEAR(neuron.state.u, 20 * (1 - std::exp(-(t + 1) * dt / 10)), 1e-12);
  }
}

/// The equations tick by tick in long double: the membrane first, then the currents, then input.
TEST(LifCurrExp, FollowsItsEquationOverRandomInput) {
  const LifCurrExp<2> model{.c_m_pf = 200,
                            .tau_m_ms = 20,
                            .v_rest_mv = -49,
                            .v_reset_mv = -60,
                            .v_th_mv = -50,
                            .t_ref_ms = 5,
                            .tau_syn_ms = {5, 10},
                            .i_offset_pa = -30};
  const long double dt = 0.1L, e_m = std::exp(-dt / 20);
  Neuron<LifCurrExp<2>> neuron(model, 0.1);
  neuron.state.u = -11;
  long double v = -60, i[2] = {0, 0};
  int left = 0, spikes = 0;
  for (int t = 0; t < 20000; ++t) {
    const bool arrives = t % 3 == 0;
    const std::array<double, 2> x{arrives ? test::random(31, t, 0, 150) : 0.0,
                                  arrives ? test::random(32, t, -60, 0) : 0.0};
    bool spike = false;
    if (left > 0) {
      --left;
    } else {
      v = -49 - 3 + (v + 52) * e_m;  // 30 pA 20 ms / 200 pF = 3 mV
      v += potential(1, 200, 20, 5, 0.1) * static_cast<double>(i[0]);
      v += potential(1, 200, 20, 10, 0.1) * static_cast<double>(i[1]);
      spike = v >= -50;
      if (spike) {
        v = -60;
        left = 50;
      }
    }
    i[0] = i[0] * std::exp(-dt / 5) + static_cast<long double>(x[0]);
    i[1] = i[1] * std::exp(-dt / 10) + static_cast<long double>(x[1]);
    ASSERT_EQ(neuron.step(x), spike) << t;
    ASSERT_NEAR(neuron.state.u - 49, static_cast<double>(v), 1e-10) << t;
    ASSERT_NEAR(neuron.state.i[0], static_cast<double>(i[0]), 1e-10) << t;
    ASSERT_NEAR(neuron.state.i[1], static_cast<double>(i[1]), 1e-10) << t;
    spikes += spike;
  }
  EXPECT_GT(spikes, 20);
}

/// Three roundings per tick, by half an ulp of 16 mV at most, add up over 1 / (1 - decay) = 100.
TEST(LifCurrExp, FloatFollowsDouble) {
  test::expect_float_follows_double(LifCurrExp<1>{}, -100, 100, 1.5e-4);
  test::expect_float_follows_double(LifCurrExp<2>{.tau_syn_ms = {5, 10}}, -50, 60, 1.5e-4);
}

TEST(LifCurrExp, NoInputMakesItInfinite) {
  test::expect_finite(LifCurrExp<1>{});
  test::expect_finite(LifCurrExp<2>{});
}

}  // namespace
}  // namespace snn
