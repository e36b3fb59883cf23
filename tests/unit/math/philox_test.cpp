// SPDX-License-Identifier: Apache-2.0
#include "snn/math/philox.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace snn {
namespace {

using Words = std::array<std::uint32_t, 4>;

/// Random123 1.14, examples/kat_vectors, "philox4x32 10".
TEST(Philox, GivesThePublishedAnswers) {
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}),
            (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox4x32({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
            (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(RandomWords, DifferForEverySeedUseStreamElementAndTick) {
  std::set<Words> seen;
  std::size_t drawn = 0;
  for (const std::uint64_t seed : {0ull, 1ull, 1ull << 32, 0xffffffffffffffffull}) {
    for (const RandomUse use : {RandomUse::weights, RandomUse::shuffle, RandomUse::encode,
                                RandomUse::poisson, RandomUse::dropout}) {
      for (const std::uint32_t stream : {0u, 1u, 2u, 0xffffffffu}) {
        for (const std::uint64_t element : {0ull, 1ull, 2ull, 1ull << 32, 1ull << 63}) {
          for (const std::uint32_t tick : {0u, 1u, 2u, 0x80000000u}) {
            seen.insert(random_words(seed, use, stream, element, tick));
            ++drawn;
          }
        }
      }
    }
  }
  EXPECT_EQ(seen.size(), drawn);
}

TEST(RandomWords, ArePureFunctions) {
  EXPECT_EQ(random_words(7, RandomUse::poisson, 1, 2, 3),
            random_words(7, RandomUse::poisson, 1, 2, 3));
}

/// Mean of the product of two standardised uniform numbers; 1/sqrt(n) is its standard error.
template <class First, class Second>
double correlation(int n, First first, Second second) {
  const auto standard = [](std::uint32_t word) {
    return (static_cast<double>(uniform01(word)) - 0.5) * std::sqrt(12.0);
  };
  double sum = 0;
  for (int k = 0; k < n; ++k) sum += standard(first(k)) * standard(second(k));
  return sum / n;
}

TEST(RandomWords, OfNeighbouringStreamsTicksElementsUsesAndSeedsAreUncorrelated) {
  constexpr int n = 40000;
  const auto word = [](std::uint64_t seed, RandomUse use, std::uint32_t stream, std::uint64_t shift,
                       std::uint32_t tick) {
    return [=](int k) {
      return random_words(seed, use, stream, static_cast<std::uint64_t>(k) + shift, tick)[0];
    };
  };
  const auto base = word(1, RandomUse::encode, 0, 0, 0);
  const double bound = 4.0 / std::sqrt(n);
  EXPECT_LT(std::abs(correlation(n, base, word(2, RandomUse::encode, 0, 0, 0))), bound);
  EXPECT_LT(std::abs(correlation(n, base, word(1, RandomUse::poisson, 0, 0, 0))), bound);
  EXPECT_LT(std::abs(correlation(n, base, word(1, RandomUse::encode, 1, 0, 0))), bound);
  EXPECT_LT(std::abs(correlation(n, base, word(1, RandomUse::encode, 0, 1, 0))), bound);
  EXPECT_LT(std::abs(correlation(n, base, word(1, RandomUse::encode, 0, 0, 1))), bound);
  EXPECT_NEAR(correlation(n, base, base), 1.0, 4.0 * std::sqrt(0.8 / n));  // variance of x^2: 4/5
}

TEST(Uniform01, CoversTheHalfOpenInterval) {
  EXPECT_EQ(uniform01(0u), 0.0f);
  EXPECT_EQ(uniform01(0x80000000u), 0.5f);
  EXPECT_EQ(uniform01(0xffffffffu), 1.0f - 0x1p-24f);
}

TEST(ProbabilityBound, IsAShareOfAllWords) {
  EXPECT_EQ(probability_bound(0.0), 0u);
  EXPECT_EQ(probability_bound(0.25), 1ull << 30);
  EXPECT_EQ(probability_bound(1.0), 1ull << 32);  // every word falls below it
  int below = 0;
  constexpr int n = 40000;
  for (int k = 0; k < n; ++k) {
    below += random_words(3, RandomUse::poisson, 0, static_cast<std::uint64_t>(k))[2] <
             probability_bound(0.1);
  }
  EXPECT_NEAR(below, 0.1 * n, 4 * std::sqrt(n * 0.1 * 0.9));
}

}  // namespace
}  // namespace snn
