// SPDX-License-Identifier: Apache-2.0
#include "snn/math/plasticity/reward_stdp.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/clocked_synapse.hpp"

namespace snn {
namespace {

using test::LazySynapse;

/// The integral of c (d - b) by Simpson's rule, in long double.
long double integral(const RewardStdp& m, long double c, long double d, long double ms) {
  constexpr int steps = 100000;
  const long double h = ms / steps;
  long double sum = 0;
  for (int i = 0; i <= steps; ++i) {
    const long double t = i * h, factor = i == 0 || i == steps ? 1 : (i % 2 == 1 ? 4 : 2);
    sum += factor * c * std::exp(-t / m.tau_c_ms) *
           (d * std::exp(-t / m.tau_d_ms) - m.baseline_per_ms);
  }
  return sum * h / 3;
}

TEST(RewardStdp, AdvanceIsTheIntegral) {
  const RewardStdp rule{
      .tau_c_ms = 1000, .tau_d_ms = 200, .baseline_per_ms = 0.001, .w_min = -1e9, .w_max = 1e9};
  const double dt = 0.1;
  const auto m = rule.modulation<double>(dt);
  const auto single = rule.modulation<float>(dt);
  for (const std::uint32_t ticks : {1u, 7u, 300u, 5000u, 70000u, 1000000u}) {
    for (const double d : {0.0, 0.004, 0.02}) {
      // Two terms, which may cancel.
      const double terms = static_cast<double>(
          integral({.baseline_per_ms = -rule.baseline_per_ms}, 3, d, ticks * dt));
      double w = 0, c = 3;
      RewardStdp::advance(w, c, m, d, ticks);
      const auto truth = static_cast<double>(integral(rule, 3, d, ticks * dt));
      EXPECT_NEAR(w, truth, 1e-11 * terms) << ticks;
      EXPECT_NEAR(c, 3 * std::exp(-(ticks * dt) / 1000), 1e-14);
      float w32 = 0, c32 = 3;
      RewardStdp::advance(w32, c32, single, static_cast<float>(d), ticks);
      EXPECT_NEAR(w32, truth, 1e-6 * terms) << ticks;
    }
  }
}

TEST(RewardStdp, PiecesOfAnIntervalAddUp) {
  const RewardStdp rule{.baseline_per_ms = 0.002, .w_min = -1e9, .w_max = 1e9};
  const auto m = rule.modulation<double>(0.1);
  double w = 0, c = 2, at_once = 0, c_at_once = 2, d = 0.01;
  RewardStdp::advance(at_once, c_at_once, m, d, 10000);
  for (const std::uint32_t ticks : {1u, 99u, 900u, 9000u}) {
    RewardStdp::advance(w, c, m, d, ticks);
    d *= m.dopamine(ticks);
  }
  EXPECT_NEAR(w, at_once, 1e-14);
  EXPECT_NEAR(c, c_at_once, 1e-14);
}

/// One pair, then one reward: the closed form of both.
TEST(RewardStdp, ARewardReachesBackToAPair) {
  const RewardStdp rule{};
  const double dt = 0.1, reward_ms = 500, end_ms = 20000;
  LazySynapse<RewardStdp, double> synapse{.w = 10};
  synapse.run(rule, dt, {{100}, {150}, 0, {{5000, rule.dopamine_per_reward()}}}, 200001, 64, 0);
  const double c_at_reward = std::exp(-5.0 / 20) * std::exp(-(reward_ms - 15) / 1000);
  const double both = 1 / (1.0 / 1000 + 1.0 / 200);
  const double expected = c_at_reward / 200 * both * (1 - std::exp(-(end_ms - reward_ms) / both));
  EXPECT_NEAR(synapse.w, 10 + expected, 1e-12);
}

/// Without dopamine above or below the baseline nothing is learnt; below it, the sign is turned.
TEST(RewardStdp, BaselineTurnsTheSign) {
  for (const double baseline : {0.0, 0.001}) {
    const RewardStdp rule{.baseline_per_ms = baseline};
    LazySynapse<RewardStdp, double> synapse{.w = 10};
    synapse.run(rule, 0.1, {{100}, {150}, 0}, 10000, 64, 0);
    if (baseline == 0)
      EXPECT_EQ(synapse.w, 10);
    else
      EXPECT_LT(synapse.w, 10);
  }
}

}  // namespace
}  // namespace snn
