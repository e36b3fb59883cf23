// SPDX-License-Identifier: Apache-2.0
#include "snn/math/surrogate.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "snn/math/neuron.hpp"
#include "tests/support/surrogate_primitive.hpp"

namespace snn {
namespace {

using reference::integral;
using reference::kinks;
using reference::smooth;

template <class Real>
Real slope(const Surrogate& surrogate, Real x) {
  return std::visit([x](const auto& kind) { return kind.slope(x); }, surrogate);
}

std::string name(const Surrogate& surrogate) {
  return std::visit([](const auto& kind) { return std::string(kind.name); }, surrogate);
}

const Surrogate surrogates[] = {
    FastSigmoid{},
    FastSigmoid{.beta = 2, .scale = 1},  // a density
    Arctan{},
    Arctan{.alpha = 5, .scale = 0.3},
    Sigmoid{},
    Sigmoid{.k = 25},
    Triangle{},
    Triangle{.height = 0.3, .width = 2},
    PiecewiseQuadratic{},
    PiecewiseQuadratic{.alpha = 3},
    Boxcar{},
    Boxcar{.height = 0.5, .width = 2},
    Exponential{},
    Exponential{.alpha = 1, .scale = 0.4},
    Gaussian{},
    Gaussian{.sigma = 0.2, .scale = 2},
    MultiGaussian{},
    MultiGaussian{.sigma = 0.3, .h = 0.2, .s = 4},
};

TEST(Surrogate, EveryKindIsTested) {
  std::vector<bool> seen(std::variant_size_v<Surrogate>);
  for (const Surrogate& surrogate : surrogates) seen[surrogate.index()] = true;
  for (const bool each : seen) EXPECT_TRUE(each);
}

TEST(Surrogate, IsExactlyZeroWhereASpikeIsImpossible) {
  for (const Surrogate& surrogate : surrogates) {
    EXPECT_EQ(slope(surrogate, never<float>), 0.0f) << name(surrogate);
    EXPECT_EQ(slope(surrogate, never<double>), 0.0) << name(surrogate);
  }
}

TEST(Surrogate, IsFiniteEverywhere) {
  for (const Surrogate& surrogate : surrogates) {
    for (const float x : {0.0f, 1e-30f, 3.4f, 87.0f, 1e3f, 1e10f, 1e20f, 3e38f,
                          std::numeric_limits<float>::infinity()}) {
      for (const float signed_x : {x, -x}) {
        EXPECT_TRUE(std::isfinite(slope(surrogate, signed_x))) << name(surrogate) << signed_x;
        EXPECT_TRUE(std::isfinite(slope(surrogate, static_cast<double>(signed_x))));
      }
    }
    EXPECT_TRUE(std::isfinite(slope(surrogate, std::numeric_limits<double>::max())));
  }
}

TEST(Surrogate, IsEvenAndOnlyTheMultiGaussianIsEverNegative) {
  for (const Surrogate& surrogate : surrogates) {
    double least = 0;
    for (double x = 0; x < 12; x += 0.01) {
      EXPECT_NEAR(slope(surrogate, x), slope(surrogate, -x), 1e-15) << name(surrogate);
      least = std::min(least, slope(surrogate, x));
    }
    EXPECT_EQ(least < 0, std::holds_alternative<MultiGaussian>(surrogate)) << name(surrogate);
  }
}

/// The slope is that of the closed form with libm.
TEST(Surrogate, EqualsItsClosedForm) {
  for (const Surrogate& surrogate : surrogates) {
    for (double x = -4.0005; x < 4; x += 0.0137) {
      const double truth = smooth(surrogate, x).slope;
      EXPECT_NEAR(slope(surrogate, x), truth, 1e-14 + 1e-13 * std::abs(truth)) << name(surrogate);
      const auto single = static_cast<float>(x);
      EXPECT_NEAR(slope(surrogate, single), smooth(surrogate, static_cast<double>(single)).slope,
                  1e-6)
          << name(surrogate);
    }
  }
}

/// Simpson's rule over the slope gives the primitive that smooth networks use.
TEST(Surrogate, IntegralIsThePrimitive) {
  for (const Surrogate& surrogate : surrogates) {
    double from = -3.0;
    const double start = smooth(surrogate, from).value;
    double sum = 0;
    std::vector<double> ends = kinks(surrogate);
    ends.push_back(3.0);
    for (const double to : ends) {  // piece by piece, so that each is smooth
      if (to <= from) continue;
      constexpr int steps = 8000;  // Simpson errs by h^4/180 S'''': 4e-11 here
      const double h = (to - from) / steps;
      // Open at both ends by a hair: a box may jump there.
      const auto at = [&](int k) {
        const double x = from + h * k;
        return slope(surrogate, k == 0 ? x + 1e-12 : (k == steps ? x - 1e-12 : x));
      };
      for (int k = 0; k < steps; k += 2) sum += h / 3 * (at(k) + 4 * at(k + 1) + at(k + 2));
      from = to;
      EXPECT_NEAR(start + sum, smooth(surrogate, to).value, 1e-8)
          << name(surrogate) << " to " << to;
    }
  }
}

TEST(Surrogate, DensitiesIntegrateToOne) {
  EXPECT_DOUBLE_EQ(integral(FastSigmoid{.beta = 2}), 1.0);
  EXPECT_DOUBLE_EQ(integral(Arctan{}), 1.0);
  EXPECT_DOUBLE_EQ(integral(Sigmoid{}), 1.0);
  EXPECT_DOUBLE_EQ(integral(Triangle{}), 1.0);
  EXPECT_DOUBLE_EQ(integral(PiecewiseQuadratic{.alpha = 3}), 1.0);
  EXPECT_DOUBLE_EQ(integral(Boxcar{}), 1.0);
  EXPECT_DOUBLE_EQ(integral(Exponential{}), 1.0);
  EXPECT_DOUBLE_EQ(integral(Gaussian{}), 1.0);
  EXPECT_DOUBLE_EQ(integral(MultiGaussian{}), 1.0 - 0.15);
}

TEST(Surrogate, CompactOnesAreZeroOutsideTheirSupport) {
  EXPECT_EQ((Triangle{.width = 0.5}.slope(0.5f)), 0.0f);
  EXPECT_EQ((PiecewiseQuadratic{.alpha = 2}.slope(-0.5f)), 0.0f);
  EXPECT_EQ((Boxcar{.width = 1}.slope(0.5f)), 1.0f);
  EXPECT_EQ((Boxcar{.width = 1}.slope(0.50001f)), 0.0f);
}

}  // namespace
}  // namespace snn
