// SPDX-License-Identifier: Apache-2.0
#include "snn/math/cuba_lif.hpp"

#include <cmath>

#include "tests/unit/math/neurons.hpp"

namespace snn {
namespace {

using test::Neuron;

/// Postsynaptic potential of one event of weight w at t = 0, after time t.
double potential(double w, double tau_m, double tau_s, double t) {
  if (tau_m == tau_s) return w * t / tau_m * std::exp(-t / tau_m);
  return w * tau_s / (tau_s - tau_m) * (std::exp(-t / tau_s) - std::exp(-t / tau_m));
}

TEST(CubaLif, OneEventGivesTheClosedFormPotential) {
  for (const auto& [tau_m, tau_s] :
       {std::pair{20.0, 5.0}, {5.0, 20.0}, {10.0, 0.5}, {10.0, 10.0}}) {
    const double dt = 0.1;
    Neuron<CubaLif> neuron(CubaLif{.tau_m_ms = tau_m, .tau_syn_ms = tau_s}, dt);
    for (int k = 1; k <= 1000; ++k) {
      neuron.step(k == 1 ? 8.0 : 0.0);
      EXPECT_NEAR(neuron.state.u, potential(8.0, tau_m, tau_s, k * dt), 1e-12);
      EXPECT_NEAR(neuron.state.i, 8.0 * std::exp(-(k - 1) * dt / tau_s), 1e-12);
    }
  }
}

TEST(CubaLif, GainIsSmoothWhereTheTimeConstantsMeet) {
  const auto gain = [](double tau_s) {
    return CubaLif{.tau_m_ms = 10, .tau_syn_ms = tau_s}.derive<double>(0.1).membrane.gain;
  };
  const double limit = 0.01 * std::exp(-0.01);  // dt/tau e^(-dt/tau)
  EXPECT_NEAR(gain(10.0), limit, 1e-17);
  for (const double away : {1e-12, 1e-10, 1e-8, 1e-6, 1e-4}) {
    // The gain rises by about 1/2 (dt/tau)^2 per relative change of tau_s.
    for (const double sign : {-1.0, 1.0})
      EXPECT_NEAR(gain(10 * (1 + sign * away)), limit, 1e-4 * away + 1e-16);
  }
}

TEST(CubaLif, UnitIsTheNeuronOfTrainedNetworks) {
  Neuron<CubaLif> neuron(CubaLif::unit(10, 5));
  long double i = 0, u = 0;
  int spikes = 0;
  for (int t = 0; t < 200; ++t) {
    const double x = test::random(3, t, -0.3, 0.6);
    i = std::exp(-1.0L / 5) * i + static_cast<long double>(x);
    u = std::exp(-1.0L / 10) * u + i;
    const bool spike = u >= 1;
    if (spike) u -= 1;
    ASSERT_EQ(neuron.step(x), spike);
    ASSERT_NEAR(neuron.state.u, static_cast<double>(u), 1e-12);
    spikes += spike;
  }
  EXPECT_GT(spikes, 10);
}

TEST(CubaLif, EulerPresetIsForwardEuler) {
  const CubaLif cuba{.tau_m_ms = 10, .tau_syn_ms = 4, .i_offset_mv = 3, .scheme = Scheme::euler};
  Neuron<CubaLif> neuron(cuba, 0.5);
  long double i = 0, u = 0;
  for (int t = 0; t < 200; ++t) {
    const double x = test::random(4, t, -2, 3);
    neuron.step(x);
    i += -0.5L / 4 * i + static_cast<long double>(x);
    u += 0.5L / 10 * (-u + i + 3);
    EXPECT_NEAR(neuron.state.u, static_cast<double>(u), 1e-12);
  }
}

TEST(CubaLif, CurrentGoesOnWhileTheMembraneIsHeld) {
  for (const Reset reset : {Reset::to_value, Reset::subtract}) {
    Neuron<CubaLif> neuron(CubaLif{.tau_m_ms = 10,
                                   .tau_syn_ms = 5,
                                   .v_rest_mv = 0,
                                   .v_reset_mv = -1,
                                   .v_th_mv = 1,
                                   .t_ref_ms = 2,
                                   .reset = reset});
    EXPECT_TRUE(neuron.step(40.0));
    const double before = potential(40, 10, 5, 1);
    const double held = reset == Reset::to_value ? -1 : before - 2;
    for (int t = 1; t <= 2; ++t) {
      EXPECT_FALSE(neuron.step(t == 1 ? 3.0 : 0.0));
      EXPECT_NEAR(neuron.state.u, held, 1e-13);
      EXPECT_NEAR(neuron.state.i, 40 * std::exp(-t / 5.0) + 3 * std::exp(-(t - 1) / 5.0), 1e-13);
    }
  }
}

/// Membrane and current as two exponentials, tick by tick in long double.
TEST(CubaLif, FollowsItsEquationOverRandomInput) {
  const CubaLif cuba{
      .tau_m_ms = 15, .tau_syn_ms = 4, .v_reset_mv = -67, .t_ref_ms = 2, .i_offset_mv = 5};
  const double dt = 0.25;
  Neuron<CubaLif> neuron(cuba, dt);
  const long double e_m = std::exp(-0.25L / 15), e_s = std::exp(-0.25L / 4);
  const long double gain = 4.0L / (4.0L - 15.0L) * (e_s - e_m);
  long double v = -65, i = 0;
  int left = 0, spikes = 0;
  for (int t = 0; t < 4000; ++t) {
    const double x = test::random(5, t, -3, 6);
    i = (t == 0 ? 0 : e_s * i) + static_cast<long double>(x);
    bool spike = false;
    if (left > 0) {
      --left;
    } else {
      const long double rest = -65 + 5;
      v = rest + (v - rest) * e_m + gain * i;
      spike = v >= -50;
      if (spike) {
        v = -67;
        left = 8;
      }
    }
    ASSERT_EQ(neuron.step(x), spike) << t;
    ASSERT_NEAR(neuron.state.u - 65, static_cast<double>(v), 1e-10) << t;
    spikes += spike;
  }
  EXPECT_GT(spikes, 20);
}

}  // namespace
}  // namespace snn
