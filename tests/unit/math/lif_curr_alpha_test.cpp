// SPDX-License-Identifier: Apache-2.0
#include "snn/math/lif_curr_alpha.hpp"

#include <cmath>

#include "tests/unit/math/neurons.hpp"

namespace snn {
namespace {

using test::Neuron;

/// Membrane at time t (ms) after an alpha current that peaks at w pA, tau_s after it starts, in mV:
/// the integral of e^(-(t - x)/tau_m) w e (x/tau_s) e^(-x/tau_s) / C.
double potential(double w, double c_m, double tau_m, double tau_s, double t) {
  const double scale = w * std::exp(1.0) / (tau_s * c_m);
  const double apart = 1 / tau_m - 1 / tau_s;
  if (apart == 0) return scale * t * t / 2 * std::exp(-t / tau_m);
  return scale * (std::exp(-t / tau_s) * (t - 1 / apart) + std::exp(-t / tau_m) / apart) / apart;
}

TEST(LifCurrAlpha, OneEventGivesTheClosedFormCurrentAndPotential) {
  for (const auto& [tau_m, tau_s] :
       {std::pair{20.0, 5.0}, {5.0, 20.0}, {10.0, 0.5}, {10.0, 10.0}}) {
    const double dt = 0.1;
    Neuron<LifCurrAlpha<1>> one({.c_m_pf = 250, .tau_m_ms = tau_m, .tau_syn_ms = {tau_s}}, dt);
    Neuron<LifCurrAlpha<2>> two({.c_m_pf = 250, .tau_m_ms = tau_m, .tau_syn_ms = {3, tau_s}}, dt);
    for (int k = 0; k <= 1000; ++k) {
      one.step(k == 0 ? 100.0 : 0.0);
      two.step({k == 0 ? 50.0 : 0.0, k == 0 ? -100.0 : 0.0});
      const double t = k * dt, slow = potential(100, 250, tau_m, tau_s, t);
      EXPECT_NEAR(one.state.i, 100 * t / tau_s * std::exp(1 - t / tau_s), 1e-11);
      EXPECT_NEAR(one.state.u, slow, 1e-12);
      EXPECT_NEAR(two.state.u, potential(50, 250, tau_m, 3, t) - slow, 1e-12);
      if (std::lround(tau_s / dt) == k) {
        EXPECT_NEAR(one.state.i, 100, 1e-11);  // the peak
      }
    }
  }
}

/// Gains near the place where the time constants meet, against their value there and slope.
TEST(LifCurrAlpha, IsSmoothWhereTheTimeConstantsMeet) {
  const auto gain = [](double tau_s) {
    return LifCurrAlpha<1>{.c_m_pf = 100, .tau_m_ms = 10, .tau_syn_ms = {tau_s}}
        .derive<double>(0.1)
        .gain_rise;
  };
  const double limit = 0.1 * 0.1 / 2 / 100 * std::exp(-0.01);
  EXPECT_NEAR(gain(10.0), limit, 1e-19);
  for (const double away : {1e-12, 1e-9, 1e-6, 1e-4}) {
    for (const double sign : {-1.0, 1.0})
      EXPECT_NEAR(gain(10 * (1 + sign * away)), limit, limit * (0.008 * away + 1e-15));
  }
}

/// The equations tick by tick in long double: the membrane first, then the currents, then input.
TEST(LifCurrAlpha, FollowsItsEquationOverRandomInput) {
  const LifCurrAlpha<2> model{.c_m_pf = 250,
                              .tau_m_ms = 10,
                              .v_rest_mv = -70,
                              .v_reset_mv = -71,
                              .v_th_mv = -55,
                              .t_ref_ms = 2,
                              .tau_syn_ms = {2, 4},
                              .i_offset_pa = 200};
  const long double dt = 0.1L, e_m = std::exp(-dt / 10), e = std::exp(1.0L);
  Neuron<LifCurrAlpha<2>> neuron(model, 0.1);
  long double v = -70, i[2] = {0, 0}, r[2] = {0, 0};
  int left = 0, spikes = 0;
  for (int t = 0; t < 20000; ++t) {
    const bool arrives = t % 3 == 0;
    const std::array<double, 2> x{arrives ? test::random(33, t, 0, 150) : 0.0,
                                  arrives ? test::random(34, t, -40, 0) : 0.0};
    bool spike = false;
    if (left > 0) {
      --left;
    } else {
      v = -70 + 8 + (v + 62) * e_m;  // 200 pA 10 ms / 250 pF = 8 mV
      for (int p = 0; p < 2; ++p) {
        const long double tau = p == 0 ? 2 : 4, apart = 0.1L - 1 / tau;
        const long double e_s = std::exp(-dt / tau);
        v += i[p] / 250 * (e_s - e_m) / apart;
        v += r[p] / 250 * (e_s * (dt - 1 / apart) + e_m / apart) / apart;
      }
      spike = v >= -55;
      if (spike) {
        v = -71;
        left = 20;
      }
    }
    for (int p = 0; p < 2; ++p) {
      const long double tau = p == 0 ? 2 : 4, e_s = std::exp(-dt / tau);
      i[p] = e_s * (i[p] + dt * r[p]);
      r[p] = e_s * r[p] + static_cast<long double>(x[static_cast<std::size_t>(p)]) * e / tau;
    }
    ASSERT_EQ(neuron.step(x), spike) << t;
    ASSERT_NEAR(neuron.state.u - 70, static_cast<double>(v), 1e-10) << t;
    ASSERT_NEAR(neuron.state.i[0], static_cast<double>(i[0]), 1e-9) << t;
    ASSERT_NEAR(neuron.state.r[1], static_cast<double>(r[1]), 1e-9) << t;
    spikes += spike;
  }
  EXPECT_GT(spikes, 20);
}

/// As for exponential currents.
TEST(LifCurrAlpha, FloatFollowsDouble) {
  test::expect_float_follows_double(LifCurrAlpha<1>{}, -150, 150, 1.5e-4);
  test::expect_float_follows_double(LifCurrAlpha<2>{.tau_syn_ms = {5, 10}}, -30, 40, 1.5e-4);
}

TEST(LifCurrAlpha, NoInputMakesItInfinite) {
  test::expect_finite(LifCurrAlpha<1>{});
  test::expect_finite(LifCurrAlpha<2>{});
}

}  // namespace
}  // namespace snn
