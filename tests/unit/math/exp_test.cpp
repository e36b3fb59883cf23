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

}  // namespace
}  // namespace snn
