// SPDX-License-Identifier: Apache-2.0
#include "snn/math/lif.hpp"

#include <cmath>

#include "tests/unit/math/neurons.hpp"

namespace snn {
namespace {

using test::Neuron;

TEST(Lif, DecaysExponentially) {
  const Lif lif{.tau_m_ms = 7};
  Neuron<Lif> neuron(lif, 0.1);
  neuron.step(10.0);
  for (int t = 0; t < 300; ++t) {
    EXPECT_NEAR(neuron.state.u, 10.0 * std::exp(-t * 0.1 / 7), 1e-12);
    neuron.step(0.0);
  }
}

/// From rest under constant drive: v - v_rest = R I (1 - exp(-t/tau)).
TEST(Lif, ChargesTowardsItsDriveAndSpikesOnTime) {
  const double drive = 20, tau = 12, threshold = 15, dt = 0.1;
  for (const bool as_input : {false, true}) {
    Lif lif{.tau_m_ms = tau, .input = Input::current};
    if (!as_input) lif.i_offset_mv = drive;
    Neuron<Lif> neuron(lif, dt);
    // Spikes at the first tick whose end is past tau ln(RI / (RI - threshold)).
    const int charge =
        static_cast<int>(std::ceil(tau * std::log(drive / (drive - threshold)) / dt));
    for (int k = 1; k < charge; ++k) {
      ASSERT_FALSE(neuron.step(as_input ? drive : 0));
      EXPECT_NEAR(neuron.state.u, drive * (1 - std::exp(-k * dt / tau)), 1e-12);
    }
    EXPECT_TRUE(neuron.step(as_input ? drive : 0));
    EXPECT_EQ(neuron.state.u, 0.0);
  }
}

TEST(Lif, PeriodUnderConstantDriveIsChargingTimePlusRefractoryTime) {
  const double drive = 25, tau = 10, threshold = 15;
  for (const int refractory : {0, 1, 2, 5}) {
    Neuron<Lif> neuron(
        Lif{.tau_m_ms = tau, .t_ref_ms = static_cast<double>(refractory), .i_offset_mv = drive});
    const int charge = static_cast<int>(std::ceil(tau * std::log(drive / (drive - threshold))));
    const std::vector<int> spikes = test::spike_ticks(neuron, 0.0, 200);
    ASSERT_GT(spikes.size(), 3u);
    EXPECT_EQ(spikes[0], charge - 1);
    for (std::size_t k = 1; k < spikes.size(); ++k)
      EXPECT_EQ(spikes[k] - spikes[k - 1], charge + refractory);
  }
}

TEST(Lif, IsHeldAndDeafWhileRefractory) {
  Neuron<Lif> neuron(Lif{.v_reset_mv = -70, .t_ref_ms = 3});
  EXPECT_TRUE(neuron.step(100.0));
  for (int t = 0; t < 3; ++t) {
    EXPECT_FALSE(neuron.step(100.0));
    EXPECT_EQ(neuron.state.u, -5.0);
  }
  EXPECT_TRUE(neuron.step(100.0));
}

TEST(Lif, RefractoryTimeIsRoundedToTicks) {
  for (const auto& [ms, ticks] : {std::pair{1.04, 10}, {1.06, 11}, {0.04, 0}}) {
    EXPECT_EQ((Lif{.t_ref_ms = ms}.derive<double>(0.1).refractory), ticks);
  }
}

TEST(Lif, SpikesWhenItReachesItsThresholdExactly) {
  Neuron<Lif> neuron(Lif{.v_rest_mv = -65, .v_th_mv = -50});
  EXPECT_TRUE(neuron.step(15.0));
  neuron.state = {};
  EXPECT_FALSE(neuron.step(std::nextafter(15.0, 0.0)));
}

TEST(Lif, ResetToValueForgetsTheExcess) {
  Neuron<Lif> neuron(Lif{.v_rest_mv = -65, .v_reset_mv = -68, .v_th_mv = -50});
  EXPECT_TRUE(neuron.step(40.0));
  EXPECT_EQ(neuron.state.u, -3.0);
}

TEST(Lif, ResetBySubtractionKeepsTheExcess) {
  Neuron<Lif> neuron(
      Lif{.v_rest_mv = -65, .v_reset_mv = -68, .v_th_mv = -50, .reset = Reset::subtract});
  EXPECT_TRUE(neuron.step(40.0));
  EXPECT_EQ(neuron.state.u, 40.0 - 18.0);
}

TEST(Lif, UnitIsTheNeuronOfTrainedNetworks) {
  Neuron<Lif> neuron(Lif::unit(5.0));
  EXPECT_DOUBLE_EQ(neuron.coeffs.decay, std::exp(-0.2));
  EXPECT_EQ(neuron.coeffs.gain, 1.0);
  EXPECT_EQ(neuron.coeffs.threshold, 1.0);
  EXPECT_TRUE(neuron.step(2.5));
  EXPECT_EQ(neuron.state.u, 1.5);
}

TEST(Lif, EulerPresetIsForwardEuler) {
  const Lif lif{.tau_m_ms = 10, .i_offset_mv = 8, .scheme = Scheme::euler, .input = Input::current};
  Neuron<Lif> neuron(lif, 0.5);
  long double v = lif.v_rest_mv;
  for (int t = 0; t < 200; ++t) {
    const double input = test::random(1, t, -5, 5);
    neuron.step(input);
    v += 0.5L / 10 * (-(v - lif.v_rest_mv) + 8 + static_cast<long double>(input));
    EXPECT_NEAR(neuron.state.u + lif.v_rest_mv, static_cast<double>(v), 1e-12);
  }
}

/// The equation of the header, step by step in v and in long double.
TEST(Lif, FollowsItsEquationOverRandomInput) {
  for (const Reset reset : {Reset::to_value, Reset::subtract}) {
    for (const Input input_kind : {Input::jump, Input::current}) {
      const Lif lif{.tau_m_ms = 8,
                    .v_rest_mv = -60,
                    .v_reset_mv = -63,
                    .v_th_mv = -52,
                    .t_ref_ms = 1.0,
                    .i_offset_mv = 2,
                    .reset = reset,
                    .input = input_kind};
      const double dt = 0.5, size = input_kind == Input::jump ? 4 : 60;
      Neuron<Lif> neuron(lif, dt);
      const long double decay = std::exp(-static_cast<long double>(dt) / 8);
      long double v = -60;
      int left = 0, spikes = 0;
      for (int t = 0; t < 2000; ++t) {
        const double x = test::random(2, t, -size, 1.5 * size);
        bool spike = false;
        if (left > 0) {
          --left;
        } else {
          const long double held = input_kind == Input::current ? x : 0;
          const long double kick = input_kind == Input::jump ? x : 0;
          const long double infinity = -60 + 2 + held;
          v = infinity + (v - infinity) * decay + kick;
          spike = v >= -52;
          if (spike) {
            v = reset == Reset::to_value ? -63.0L : v - (-52.0L + 63.0L);
            left = 2;
          }
        }
        ASSERT_EQ(neuron.step(x), spike) << t;
        ASSERT_NEAR(neuron.state.u - 60, static_cast<double>(v), 1e-10) << t;
        spikes += spike;
      }
      EXPECT_GT(spikes, 50);
    }
  }
}

TEST(Lif, JumpEqualsSteps) {
  for (const int refractory : {0, 1, 4}) {
    for (const double u : {0.0, 7.5, -12.25, -1e-20}) {
      const Lif lif{.tau_m_ms = 9, .t_ref_ms = 4};
      test::expect_jump_equals_steps<Lif, float>(
          lif, {.u = static_cast<float>(u), .refractory = static_cast<float>(refractory)});
      test::expect_jump_equals_steps<Lif, double>(
          lif, {.u = u, .refractory = static_cast<double>(refractory)});
    }
  }
}

TEST(Lif, JumpEqualsStepsWhereTheMembraneUnderflows) {
  const Lif lif{.tau_m_ms = 1};
  test::expect_jump_equals_steps<Lif, float>(lif, {.u = -1e-30f, .refractory = 0});
  test::expect_jump_equals_steps<Lif, double>(lif, {.u = -1e-30, .refractory = 0});
}

TEST(If, AddsUpWithoutLeak) {
  Neuron<If> neuron(If{.v_rest_mv = 2, .v_reset_mv = 1, .v_th_mv = 4, .t_ref_ms = 1});
  double sum = 0;
  for (const double x : {0.5, 0.25, -1.0, 0.75}) {
    EXPECT_FALSE(neuron.step(x));
    sum += x;
    EXPECT_EQ(neuron.state.u, sum);
  }
  EXPECT_TRUE(neuron.step(1.5));  // 0.5 + 1.5 reaches 4 - 2
  EXPECT_EQ(neuron.state.u, -1.0);
  EXPECT_FALSE(neuron.step(9.0));  // held
  EXPECT_EQ(neuron.state.u, -1.0);
  EXPECT_TRUE(neuron.step(9.0));
}

TEST(If, SubtractingResetCountsItsInputLikeADivision) {
  Neuron<If> neuron(If{.reset = Reset::subtract});
  // A drive of 3/8 per tick against a threshold of 1: floor(3 n / 8) spikes after n ticks.
  int spikes = 0;
  for (int n = 1; n <= 64; ++n) {
    spikes += neuron.step(0.375);
    EXPECT_EQ(spikes, 3 * n / 8);
  }
}

TEST(If, JumpEqualsSteps) {
  for (const int refractory : {0, 3}) {
    test::expect_jump_equals_steps<If, float>(
        If{.t_ref_ms = 3}, {.u = 0.3f, .refractory = static_cast<float>(refractory)});
    test::expect_jump_equals_steps<If, double>(
        If{.t_ref_ms = 3}, {.u = -0.3, .refractory = static_cast<double>(refractory)});
  }
}

}  // namespace
}  // namespace snn
