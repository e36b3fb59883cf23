// SPDX-License-Identifier: Apache-2.0
#include "snn/backend/flush_to_zero.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <thread>

namespace snn {
namespace {

/// A product that the compiler cannot do by itself.
float product(float a, float b) {
  volatile float x = a, y = b;
  return x * y;
}

constexpr float least = std::numeric_limits<float>::min();  // 2^-126, the least normal float

#if defined(__SSE__) || defined(__aarch64__)

TEST(FlushToZero, ResultsBelowTheNormalRangeAreZeroWhileItLives) {
  ASSERT_EQ(product(least, 0.5f), std::ldexp(1.0f, -127));
  {
    const FlushToZero flush;
    EXPECT_EQ(product(least, 0.5f), 0.0f);
    EXPECT_EQ(product(least, 1.0f), least);
    EXPECT_EQ(product(3.0f, 0.25f), 0.75f);
    {
      const FlushToZero again;
      EXPECT_EQ(product(least, 0.5f), 0.0f);
    }
    EXPECT_EQ(product(least, 0.5f), 0.0f);
  }
  EXPECT_EQ(product(least, 0.5f), std::ldexp(1.0f, -127));
}

TEST(FlushToZero, NumbersBelowTheNormalRangeCountAsZero) {
  const float tiny = product(least, 0.5f);
  const FlushToZero flush;
  EXPECT_EQ(product(tiny, 0x1p100f), 0.0f);
}

TEST(FlushToZero, IsOfItsOwnThread) {
  const FlushToZero flush;
  float there = 0;
  std::thread([&] {
    // A thread may start with the settings of its parent; what it sets is its own.
    {
      const FlushToZero its_own;
      there = product(least, 0.5f);
    }
  }).join();
  EXPECT_EQ(there, 0.0f);
  EXPECT_EQ(product(least, 0.5f), 0.0f);
}

#endif

}  // namespace
}  // namespace snn
