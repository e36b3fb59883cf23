// SPDX-License-Identifier: Apache-2.0
#include "snn/math/plasticity/decay_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "snn/math/plasticity/rise_table.hpp"

namespace snn {
namespace {

template <class Real>
class Tables : public testing::Test {};
using Reals = testing::Types<float, double>;
TYPED_TEST_SUITE(Tables, Reals);

struct Times {
  double tau_ms, dt_ms;
};
// From less than a tick to 10^6 ticks.
const std::vector<Times> times = {{0.05, 0.1}, {0.3, 0.1}, {5, 1},      {16.8, 0.1},
                                  {20, 0.1},   {101, 0.1}, {1000, 0.1}, {100000, 0.1}};

std::vector<std::uint32_t> ticks() {
  std::vector<std::uint32_t> all;
  for (std::uint32_t k = 0; k < 200000; ++k) all.push_back(k);
  for (std::uint32_t k = 200000; k < 4000000000u; k += k / 97) all.push_back(k);
  for (std::uint32_t power = 8; power < 32; power += 8)
    for (const std::int64_t off : {-1, 0, 1})
      all.push_back(static_cast<std::uint32_t>((std::int64_t{1} << power) + off));
  return all;
}

TYPED_TEST(Tables, DecayIsTheExponential) {
  using Real = TypeParam;
  const long double unit = sizeof(Real) == 4 ? 2e-7L : 4e-16L;
  const long double least = std::numeric_limits<Real>::min();
  for (const auto [tau, dt] : times) {
    const DecayTable<Real> decay(tau, dt);
    EXPECT_EQ(decay(0), Real(1));
    for (const std::uint32_t k : ticks()) {
      const long double x = static_cast<long double>(k) * dt / tau;
      const long double truth = std::exp(-x);
      const Real value = decay(k);
      if (value == Real(0)) {
        ASSERT_LT(truth, std::sqrt(least) * 2) << k;  // 2^-62 and 2^-510
        ASSERT_GE(k, decay.end());
      } else {
        ASSERT_GE(value, std::numeric_limits<Real>::min()) << k;
        const long double error = std::abs(value - truth) / truth;
        const long double in_double = sizeof(Real) == 4 ? 0 : unit * x;
        ASSERT_LT(error, (k < 65536 ? unit : 2 * unit) + in_double) << k << " " << tau;
      }
    }
    EXPECT_EQ(decay(DecayTable<Real>::for_ever), Real(0));
    EXPECT_EQ(decay(4294967295u), Real(0));
  }
}

TYPED_TEST(Tables, RiseIsWhatDecayLeavesAlsoForFewTicks) {
  using Real = TypeParam;
  const long double unit = sizeof(Real) == 4 ? 4e-7L : 8e-16L;
  for (const auto [tau, dt] : times) {
    const RiseTable<Real> rise(tau, dt);
    EXPECT_EQ(rise(0), Real(0));
    for (const std::uint32_t k : ticks()) {
      if (k == 0) continue;
      const long double truth = -std::expm1(-static_cast<long double>(k) * dt / tau);
      ASSERT_LT(std::abs(rise(k) - truth) / truth, unit) << k << " " << tau;
    }
  }
}

TYPED_TEST(Tables, NoTimeConstantIsGoneAtOnce) {
  for (const auto& decay : {DecayTable<TypeParam>(), DecayTable<TypeParam>(0, 0.1)}) {
    EXPECT_EQ(decay(0), 1);
    for (const std::uint32_t k : {1u, 2u, 255u, 256u, 65536u, 1u << 24, 4294967295u})
      EXPECT_EQ(decay(k), 0);
  }
  for (const auto& rise : {RiseTable<TypeParam>(), RiseTable<TypeParam>(0, 0.1)}) {
    EXPECT_EQ(rise(0), 0);
    for (const std::uint32_t k : {1u, 2u, 255u, 256u, 65536u, 1u << 24, 4294967295u})
      EXPECT_EQ(rise(k), 1);
  }
}

}  // namespace
}  // namespace snn
