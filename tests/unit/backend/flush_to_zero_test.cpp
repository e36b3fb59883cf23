// SPDX-License-Identifier: Apache-2.0
#include "snn/backend/flush_to_zero.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <limits>
#include <thread>

namespace snn {
namespace {

#if defined(__SSE__) || defined(__aarch64__)

constexpr float least = std::numeric_limits<float>::min();  // 2^-126, the least normal float

/// A product that the compiler cannot do by itself.
float product(float a, float b) {
  volatile float x = a, y = b;
  return x * y;
}

/// Half the least normal float is 2^-127, in bits: where tiny numbers count as zero, comparing
/// floats would not tell it from 0.
bool keeps_tiny_numbers() {
  return std::bit_cast<std::uint32_t>(product(least, 0.5f)) == 1u << 22;
}

TEST(FlushToZero, ResultsBelowTheNormalRangeAreZeroWhileItLives) {
  ASSERT_TRUE(keeps_tiny_numbers());
  {
    const FlushToZero flush;
    EXPECT_FALSE(keeps_tiny_numbers());
    EXPECT_EQ(product(least, 1.0f), least);
    EXPECT_EQ(product(3.0f, 0.25f), 0.75f);
    {
      const FlushToZero again;
      EXPECT_FALSE(keeps_tiny_numbers());
    }
    EXPECT_FALSE(keeps_tiny_numbers());
  }
  EXPECT_TRUE(keeps_tiny_numbers());
}

TEST(FlushToZero, NumbersBelowTheNormalRangeCountAsZero) {
  const float tiny = product(least, 0.5f);
  const FlushToZero flush;
  EXPECT_EQ(product(tiny, 0x1p100f), 0.0f);
}

TEST(FlushToZero, OfAnotherThreadEndsWithoutEndingThisOne) {
  const FlushToZero flush;
  bool there = true;
  std::thread([&] {
    const FlushToZero its_own;
    there = keeps_tiny_numbers();
  }).join();
  EXPECT_FALSE(there);
  EXPECT_FALSE(keeps_tiny_numbers());
}

#endif

}  // namespace
}  // namespace snn
