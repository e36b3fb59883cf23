// SPDX-License-Identifier: Apache-2.0
#include "snn/math/plasticity/scaling.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

namespace snn {
namespace {

TEST(HomeostaticScaling, OneStepOfFullStrengthMeetsTheTarget) {
  std::vector<double> weights = {1, 2, 3.5, 0, 7};
  const auto c = HomeostaticScaling{.target_sum = 5}.derive<double>();
  const double factor =
      HomeostaticScaling::factor(std::accumulate(weights.begin(), weights.end(), 0.0), c);
  for (double& w : weights) w *= factor;
  EXPECT_NEAR(std::accumulate(weights.begin(), weights.end(), 0.0), 5, 1e-14);
}

/// A part of the way each time: the distance shrinks by 1 - strength.
TEST(HomeostaticScaling, WeakStepsComeCloserGeometrically) {
  const auto c = HomeostaticScaling{.target_sum = 5, .strength = 0.1}.derive<double>();
  double sum = 20;
  for (int n = 1; n <= 50; ++n) {
    sum *= HomeostaticScaling::factor(sum, c);
    EXPECT_NEAR(sum, 5 + 15 * std::pow(0.9, n), 1e-12);
  }
}

TEST(HomeostaticScaling, NothingCannotBeScaled) {
  const auto c = HomeostaticScaling{}.derive<float>();
  for (const float sum : {0.0f, -1.0f}) EXPECT_EQ(HomeostaticScaling::factor(sum, c), 1.0f);
}

/// ln factor = beta (target T - integral of the mean rate), and the rate decays.
TEST(RateScaling, FactorIsThatOfTheEquation) {
  const RateScaling rule{.target_hz = 5, .tau_s = 2, .beta_per_s_per_hz = 0.01};
  const auto c = rule.derive<double>(0.1);
  for (const std::uint32_t ticks : {1u, 100u, 20000u, 300000u}) {
    const double s = ticks * 1e-4;
    double rate = 12;
    const double factor = RateScaling::advance(rate, c, ticks);
    EXPECT_NEAR(std::log(factor), 0.01 * (5 * s - 12 * 2 * -std::expm1(-s / 2)), 1e-13);
    EXPECT_NEAR(rate, 12 * std::exp(-s / 2), 1e-13);
  }
}

/// A neuron that fires in proportion to its weight ends at the target, from above and below.
TEST(RateScaling, RateIsHeldAtTheTarget) {
  const auto c =
      RateScaling{.target_hz = 5, .tau_s = 1, .beta_per_s_per_hz = 0.02}.derive<double>(1.0);
  for (const double start : {0.2, 4.0}) {
    double w = start, rate = 0, phase = 0;
    for (int t = 0; t < 400000; ++t) {
      w *= RateScaling::advance(rate, c, 1);
      phase += 10 * w * 1e-3;  // 10 Hz at a weight of 1
      if (phase < 1) continue;
      phase -= 1;
      rate += c.hz_per_spike;
    }
    EXPECT_NEAR(w, 0.5, 0.01);
  }
}

}  // namespace
}  // namespace snn
