// SPDX-License-Identifier: Apache-2.0
#include "snn/math/log.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace snn {
namespace {

long double relative_error(long double value, long double truth) {
  return truth == 0 ? std::abs(value) : std::abs(value - truth) / std::abs(truth);
}

/// Every 199th float from the smallest subnormal one to the largest: all exponents.
TEST(FastLog, FloatIsWithinItsErrorOverTheWholeRange) {
  long double worst = 0;
  for (std::uint32_t bits = 1; bits < 0x7F800000u; bits += 199) {
    const auto x = std::bit_cast<float>(bits);
    worst = std::max(worst, relative_error(fast_log(x), std::log(static_cast<double>(x))));
  }
  EXPECT_LT(worst, 2e-7L);
}

TEST(FastLog, FloatIsWithinItsErrorAtEveryNumberNearOne) {
  long double worst = 0;
  for (auto bits = std::bit_cast<std::uint32_t>(0.9f); bits < std::bit_cast<std::uint32_t>(1.1f);
       ++bits) {
    const auto x = std::bit_cast<float>(bits);
    worst = std::max(worst, relative_error(fast_log(x), std::log(static_cast<double>(x))));
  }
  EXPECT_LT(worst, 2e-7L);
  EXPECT_EQ(fast_log(1.0f), 0.0f);
}

TEST(FastLog, DoubleIsWithinItsErrorOverTheWholeRange) {
  long double worst = 0;
  std::uint64_t state = 1;
  for (int i = 0; i < 2000000; ++i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    const auto x = std::bit_cast<double>(state % 0x7FF0000000000000u);
    worst = std::max(worst, relative_error(fast_log(x), std::log(static_cast<long double>(x))));
    const double near = 1.0 + static_cast<double>(state >> 11) * 0x1p-53 * 0.2 - 0.1;
    worst =
        std::max(worst, relative_error(fast_log(near), std::log(static_cast<long double>(near))));
  }
  EXPECT_LT(worst, 4e-16L);
  EXPECT_EQ(fast_log(1.0), 0.0);
}

template <class Real>
class FastPow : public testing::Test {};
using Reals = testing::Types<float, double>;
TYPED_TEST_SUITE(FastPow, Reals);

TYPED_TEST(FastPow, LogIsDefinedForEveryArgument) {
  using Real = TypeParam;
  constexpr Real inf = std::numeric_limits<Real>::infinity();
  EXPECT_EQ(fast_log(Real(0)), -inf);
  EXPECT_EQ(fast_log(-Real(0)), -inf);
  EXPECT_EQ(fast_log(inf), inf);
  for (const Real x :
       {-inf, Real(-1), -std::numeric_limits<Real>::min(), std::numeric_limits<Real>::quiet_NaN()})
    EXPECT_TRUE(std::isnan(fast_log(x))) << x;
}

TYPED_TEST(FastPow, IsWithinItsError) {
  using Real = TypeParam;
  const long double unit = sizeof(Real) == 4 ? 2e-7L : 4e-16L;
  for (int i = 1; i <= 1000; ++i) {
    for (const Real exponent : {Real(0.02), Real(0.4), Real(1), Real(2.5)}) {
      for (const Real base : {Real(i) / Real(1000), Real(i) * Real(1e-9)}) {
        const long double e =
            static_cast<long double>(exponent) * std::log(static_cast<long double>(base));
        EXPECT_LT(relative_error(fast_pow(base, exponent), std::exp(e)), unit * (1 + std::abs(e)));
      }
    }
  }
  EXPECT_EQ(fast_pow(Real(0), Real(0.4)), Real(0));
  EXPECT_EQ(fast_pow(Real(1), Real(0.4)), Real(1));
}

}  // namespace
}  // namespace snn
