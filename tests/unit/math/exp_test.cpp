// SPDX-License-Identifier: Apache-2.0
#include "snn/math/exp.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace snn {
namespace {

template <class Real>
struct Range;
template <>
struct Range<float> {
  static constexpr float low = -87.3f, high = 88.0f;
  static constexpr long double error = 2e-7L;
};
template <>
struct Range<double> {
  static constexpr double low = -708.0, high = 709.0;
  static constexpr long double error = 4e-16L;
};

template <class Real>
class FastExp : public testing::Test {};
using Reals = testing::Types<float, double>;
TYPED_TEST_SUITE(FastExp, Reals);

TYPED_TEST(FastExp, IsWithinItsErrorOverTheWholeRange) {
  using Real = TypeParam;
  constexpr int steps = 1000000;
  long double worst = 0;
  for (int k = 0; k <= steps; ++k) {
    const Real x =
        Range<Real>::low + (Range<Real>::high - Range<Real>::low) * Real(k) / Real(steps);
    const long double truth = std::exp(static_cast<long double>(x));
    const Real value = fast_exp(x);
    ASSERT_TRUE(std::isfinite(value)) << x;
    worst = std::max(worst, std::abs(static_cast<long double>(value) - truth) / truth);
  }
  EXPECT_LT(worst, Range<Real>::error);
}

TYPED_TEST(FastExp, IsWithinItsErrorNearZero) {
  using Real = TypeParam;
  for (Real x = Real(1e-30); x < Real(1); x *= Real(1.01)) {
    for (const Real signed_x : {x, -x}) {
      const long double truth = std::exp(static_cast<long double>(signed_x));
      EXPECT_LT(std::abs(static_cast<long double>(fast_exp(signed_x)) - truth) / truth,
                Range<Real>::error)
          << signed_x;
    }
  }
  EXPECT_EQ(fast_exp(Real(0)), Real(1));
}

TYPED_TEST(FastExp, NeverFallsAsItsArgumentGrows) {
  using Real = TypeParam;
  // Far enough apart that the true values differ by more than both errors.
  const Real step = Real(4 * Range<Real>::error * 100);
  for (const Real from : {Range<Real>::low, Real(-1), Real(-0.35), Real(0.34), Real(50)}) {
    Real before = fast_exp(from);
    for (int k = 1; k <= 20000; ++k) {
      const Real value = fast_exp(from + Real(k) * step);
      ASSERT_GE(value, before) << from << " + " << k << " steps";
      before = value;
    }
  }
}

TYPED_TEST(FastExp, IsDefinedForEveryArgument) {
  using Real = TypeParam;
  constexpr Real inf = std::numeric_limits<Real>::infinity();
  constexpr Real largest = std::numeric_limits<Real>::max();
  for (const Real x : {-inf, -largest, Real(-1e30), Range<Real>::low - Real(1)})
    EXPECT_EQ(fast_exp(x), Real(0)) << x;
  for (const Real x : {inf, largest, Real(1e30), Range<Real>::high + Real(1)})
    EXPECT_EQ(fast_exp(x), fast_exp(Range<Real>::high)) << x;
  EXPECT_TRUE(std::isnormal(fast_exp(Range<Real>::low)));
  EXPECT_TRUE(std::isfinite(fast_exp(Range<Real>::high)));
  EXPECT_TRUE(std::isnan(fast_exp(std::numeric_limits<Real>::quiet_NaN())));
}

TYPED_TEST(FastExp, MinusOneIsWithinItsErrorAlsoNearZero) {
  using Real = TypeParam;
  const auto error = [](Real x) {
    const long double truth = std::expm1(static_cast<long double>(x));
    return std::abs((static_cast<long double>(fast_expm1(x)) - truth) / truth);
  };
  long double worst = 0;
  for (int k = 0; k <= 1000000; ++k) {
    const Real x = Range<Real>::low + (Range<Real>::high - Range<Real>::low) * Real(k) / 1000000;
    if (x != 0) worst = std::max(worst, error(x));
  }
  for (Real x = Real(1e-30); x < Real(4); x *= Real(1.0001))
    worst = std::max({worst, error(x), error(-x)});
  EXPECT_LT(worst, 2 * Range<Real>::error);
  constexpr Real inf = std::numeric_limits<Real>::infinity();
  EXPECT_EQ(fast_expm1(Real(0)), Real(0));
  EXPECT_EQ(fast_expm1(-inf), Real(-1));
  EXPECT_TRUE(std::isfinite(fast_expm1(inf)));
  EXPECT_TRUE(std::isnan(fast_expm1(std::numeric_limits<Real>::quiet_NaN())));
}

TYPED_TEST(FastExp, MinusOneOverIsOneAtZero) {
  using Real = TypeParam;
  EXPECT_EQ(fast_expm1_over(Real(0)), Real(1));
  EXPECT_EQ(fast_expm1_over(Real(-0.0)), Real(1));
  for (const Real x : {Real(-3), Real(-1e-9), Real(1e-20), Real(0.5), Real(20)}) {
    const long double truth = std::expm1(static_cast<long double>(x)) / static_cast<long double>(x);
    EXPECT_NEAR(double(fast_expm1_over(x) / truth), 1, double(3 * Range<Real>::error)) << x;
  }
}

}  // namespace
}  // namespace snn
