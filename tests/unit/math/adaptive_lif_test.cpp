// SPDX-License-Identifier: Apache-2.0
#include "snn/math/adaptive_lif.hpp"

#include <cmath>

#include "tests/unit/math/neurons.hpp"

namespace snn {
namespace {

using test::Neuron;

TEST(AdaptiveLif, ThresholdRisesByItsJumpAndDecaysExponentially) {
  Neuron<AdaptiveLif> neuron(
      AdaptiveLif{.tau_m_ms = 5, .tau_a_ms = 30, .a_jump_mv = 2.5, .t_ref_ms = 3});
  EXPECT_TRUE(neuron.step(15.0));
  for (int t = 0; t < 100; ++t) {
    EXPECT_NEAR(neuron.state.a, 2.5 * std::exp(-t / 30.0), 1e-13);
    EXPECT_FALSE(neuron.step(0.0));
  }
}

TEST(AdaptiveLif, WithoutJumpIsLif) {
  Neuron<AdaptiveLif> adaptive(AdaptiveLif{.a_jump_mv = 0, .t_ref_ms = 1});
  Neuron<Lif> lif(Lif{.t_ref_ms = 1});
  int spikes = 0;
  for (int t = 0; t < 500; ++t) {
    const double x = test::random(6, t, -2, 5);
    const bool spike = lif.step(x);
    ASSERT_EQ(adaptive.step(x), spike);
    ASSERT_EQ(adaptive.state.u, lif.state.u);
    spikes += spike;
  }
  EXPECT_GT(spikes, 20);
}

TEST(AdaptiveLif, SlowsDownUnderConstantDrive) {
  Neuron<AdaptiveLif> neuron(AdaptiveLif{.tau_a_ms = 500, .a_jump_mv = 0.5, .i_offset_mv = 25});
  const std::vector<int> spikes = test::spike_ticks(neuron, 0.0, 400);
  ASSERT_GT(spikes.size(), 5u);
  EXPECT_EQ(spikes[0], static_cast<int>(std::ceil(20 * std::log(25.0 / 10.0))) - 1);
  EXPECT_GT(spikes[5] - spikes[4], spikes[1] - spikes[0]);
}

/// The equations of the header, in v and in long double.
TEST(AdaptiveLif, FollowsItsEquationOverRandomInput) {
  for (const Reset reset : {Reset::to_value, Reset::subtract}) {
    for (const Scheme scheme : {Scheme::exact, Scheme::euler}) {
      const AdaptiveLif model{.tau_m_ms = 10,
                              .tau_a_ms = 60,
                              .a_jump_mv = 1.5,
                              .v_reset_mv = -66,
                              .t_ref_ms = 1,
                              .i_offset_mv = 3,
                              .reset = reset,
                              .scheme = scheme,
                              .input = Input::current};
      Neuron<AdaptiveLif> neuron(model, 0.5);
      const bool exact = scheme == Scheme::exact;
      const long double e_m = exact ? std::exp(-0.05L) : 0.95L;
      const long double e_a = exact ? std::exp(-0.5L / 60) : 1 - 0.5L / 60;
      long double v = -65, a = 0;
      int left = 0, spikes = 0;
      for (int t = 0; t < 2000; ++t) {
        const double x = test::random(7, t, -20, 70);
        a *= e_a;
        bool spike = false;
        if (left > 0) {
          --left;
        } else {
          const long double aim = -65 + 3 + static_cast<long double>(x);
          v = aim + (v - aim) * e_m;
          spike = v >= -50 + a;
          if (spike) {
            v = reset == Reset::to_value ? -66.0L : v - (-50.0L + 66.0L);
            a += 1.5L;
            left = 2;
          }
        }
        ASSERT_EQ(neuron.step(x), spike) << t;
        ASSERT_NEAR(neuron.state.u - 65, static_cast<double>(v), 1e-10) << t;
        ASSERT_NEAR(neuron.state.a, static_cast<double>(a), 1e-10) << t;
        spikes += spike;
      }
      EXPECT_GT(spikes, 40);
    }
  }
}

TEST(AdaptiveLif, UnitIsTheNeuronOfTrainedNetworks) {
  Neuron<AdaptiveLif> neuron(AdaptiveLif::unit(10, 100, 0.3));
  EXPECT_TRUE(neuron.step(1.5));
  EXPECT_EQ(neuron.state.u, 0.5);  // the base threshold is subtracted
  EXPECT_EQ(neuron.state.a, 0.3);
  const double u = 0.5 * std::exp(-0.1), a = 0.3 * std::exp(-0.01);
  EXPECT_FALSE(neuron.step(1 + a - u - 1e-12));
  neuron.state = {.u = 0.5, .a = 0.3};
  EXPECT_TRUE(neuron.step(1 + a - u + 1e-12));
}

TEST(AdaptiveLif, JumpEqualsSteps) {
  const AdaptiveLif model{.tau_m_ms = 9, .tau_a_ms = 70, .t_ref_ms = 4};
  for (const int refractory : {0, 1, 4}) {
    for (const double u : {0.0, 7.5, -12.25}) {
      for (const double a : {0.0, 2.25}) {
        test::expect_jump_equals_steps<AdaptiveLif, float>(
            model, {.u = static_cast<float>(u),
                    .refractory = static_cast<float>(refractory),
                    .a = static_cast<float>(a)});
        test::expect_jump_equals_steps<AdaptiveLif, double>(
            model, {.u = u, .refractory = static_cast<double>(refractory), .a = a});
      }
    }
  }
}

}  // namespace
}  // namespace snn
