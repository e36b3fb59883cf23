// SPDX-License-Identifier: Apache-2.0
#include "snn/math/random_block.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "tests/support/statistics.hpp"

namespace snn {
namespace {

std::vector<Isa> available() {
  std::vector<Isa> all{Isa::baseline};
  if (best_isa() != Isa::baseline) all.push_back(Isa::avx2);
  if (best_isa() == Isa::avx512) all.push_back(Isa::avx512);
  return all;
}

TEST(RandomBlock, HoldsTheWordsOfItsElements) {
  for (const std::uint64_t first : {0ull, 5ull, 0xFFFFFFF0ull, 0xFFFFFFFFFFull}) {
    for (const std::int64_t count : {1, 7, 64, 255, 256}) {
      for (const Isa isa : available()) {
        RandomBlock block{};
        run_kernel(detail::RandomBlockKernel{random_key(11, RandomUse::weights), first, 9, 77,
                                             count, &block},
                   isa);
        for (std::int64_t j = 0; j < count; ++j) {
          const auto words =
              random_words(11, RandomUse::weights, 9, first + static_cast<std::uint64_t>(j), 77);
          for (std::size_t i = 0; i < 4; ++i) ASSERT_EQ(block.words[i][j], words[i]);
        }
      }
    }
  }
}

TEST(FillNormal, GivesTheSameNumbersInAnyPieces) {
  std::vector<float> all(3000);
  fill_normal(2, RandomUse::weights, 1, 0, all);
  for (const std::size_t piece : {1, 3, 4, 1023, 1024, 1025}) {
    for (std::size_t begin = 0; begin < all.size(); begin += piece) {
      std::vector<float> part(std::min(piece, all.size() - begin));
      fill_normal(2, RandomUse::weights, 1, begin, part);
      ASSERT_TRUE(std::equal(part.begin(), part.end(), all.begin() + static_cast<long>(begin)));
    }
  }
  for (std::size_t e = 0; e < all.size(); ++e)
    ASSERT_EQ(normal_of(2, RandomUse::weights, 1, e, 0), all[e]);
  EXPECT_NE(normal_of(2, RandomUse::weights, 1, 0, 1), all[0]);
}

TEST(FillNormal, GivesTheSameBitsOnEveryInstructionSet) {
  RandomBlock block;
  fill_random_block(1, RandomUse::weights, 0, 0, RandomBlock::most, 0, block);
  // Words at the ends of their range, too.
  const std::uint32_t ends[] = {0u, 1u, ~0u, ~0u - 1, 1u << 31, (1u << 31) - 1, 1u << 29, 3u << 30};
  for (std::size_t j = 0; j < std::size(ends); ++j) {
    for (auto& words : block.words) words[j] = ends[j];
  }
  std::vector<float> expected(4 * RandomBlock::most);
  run_kernel(detail::NormalKernel{&block, RandomBlock::most, expected.data()}, Isa::baseline);
  for (const Isa isa : available()) {
    std::vector<float> found(expected.size());
    run_kernel(detail::NormalKernel{&block, RandomBlock::most, found.data()}, isa);
    for (std::size_t i = 0; i < found.size(); ++i)
      ASSERT_EQ(std::bit_cast<std::uint32_t>(found[i]), std::bit_cast<std::uint32_t>(expected[i]));
  }
  for (const float z : expected) {
    EXPECT_TRUE(std::isfinite(z));
    EXPECT_LE(std::abs(z), 6.77f);
  }
}

/// Against the formula of Box and Muller in double, with libm.
TEST(BoxMuller, IsItsFormula) {
  constexpr double pi = 3.14159265358979323846;
  for (std::uint64_t e = 0; e < 20000; ++e) {
    const auto words = random_words(3, RandomUse::weights, 0, e);
    float first = 0, second = 0;
    detail::box_muller(words[0], words[1], first, second);
    const double u = (static_cast<double>(words[0]) + 0.5) * 0x1p-32;
    const double radius = std::sqrt(-2 * std::log(u));
    // The angle's first two bits are its quadrant, and the next 24 signed steps from its middle.
    const auto steps = static_cast<std::int32_t>(words[1] << 2) >> 8;
    const double angle = steps * 0x1p-24 * pi / 2;
    const double c = std::cos(angle), s = std::sin(angle);
    const double sign = words[1] >> 31 != 0 ? -1 : 1;
    const bool swapped = (words[1] >> 30 & 1) != 0;
    const double x = sign * (swapped ? s : c), y = sign * (swapped ? -c : s);
    // Relative to the radius: 3e-7 of the logarithm, and a few roundings. The float of u is rounded
    // by up to 2^-25, which moves the radius by that over u radius, at most by its root.
    const double rounded = std::min(0x1p-25 / (u * radius), 3.5e-4);
    const double tolerance = 2e-6 * radius + rounded;
    EXPECT_NEAR(first, radius * x, tolerance);
    EXPECT_NEAR(second, radius * y, tolerance);
  }
}

class Normals : public testing::Test {
 protected:
  static constexpr std::size_t count = 1 << 21;
  Normals() : z(count) { fill_normal(5, RandomUse::weights, 0, 0, z); }
  std::vector<float> z;
};

/// Moments of N(0, 1), whose estimates have variances 1, 2, 15 and 96 over n.
TEST_F(Normals, HaveTheMomentsOfANormal) {
  double m[5] = {};
  for (const float value : z) {
    double power = 1;
    for (double& sum : m) {
      sum += power;
      power *= static_cast<double>(value);
    }
  }
  const double expected[] = {1, 0, 1, 0, 3}, variance[] = {0, 1, 2, 15, 96};
  for (int k = 1; k < 5; ++k)
    EXPECT_NEAR(m[k] / count, expected[k], 4.5 * std::sqrt(variance[k] / count)) << k;
}

TEST_F(Normals, HaveTheTailsOfANormal) {
  for (const double bound : {1.0, 2.0, 3.0, 4.0, 4.5, 5.0}) {
    for (const int side : {-1, 1}) {
      const double share = 0.5 * std::erfc(bound / std::sqrt(2.0)), mean = share * count;
      const auto found = std::count_if(z.begin(), z.end(), [&](float value) {
        return static_cast<double>(value) * side > bound;
      });
      EXPECT_NEAR(static_cast<double>(found), mean, 4.5 * std::sqrt(mean) + 1) << bound * side;
    }
  }
}

/// Kolmogorov & Smirnov: sqrt(n) D exceeds 2 with a probability of 7e-4.
TEST_F(Normals, FollowTheDistributionFunction) {
  std::sort(z.begin(), z.end());
  double largest = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double share = 0.5 * std::erfc(-static_cast<double>(z[i]) / std::sqrt(2.0));
    largest = std::max({largest, std::abs(share - static_cast<double>(i) / count),
                        std::abs(share - static_cast<double>(i + 1) / count)});
  }
  EXPECT_LT(largest * std::sqrt(count), 2.0);
}

/// Neighbours, which share a counter or a pair of words, and their squares are not correlated.
TEST_F(Normals, AreIndependentOfTheirNeighbours) {
  for (const std::size_t lag : {1, 2, 3, 4, 256, 1024}) {
    double product = 0, squares = 0;
    for (std::size_t i = 0; i + lag < count; ++i) {
      const double a = z[i], b = z[i + lag];
      product += a * b;
      squares += (a * a - 1) * (b * b - 1);
    }
    EXPECT_LT(std::abs(product) / std::sqrt(count), 4.5) << lag;
    EXPECT_LT(std::abs(squares) / std::sqrt(count), 4.5 * 2) << lag;
  }
}

TEST(FillBelow, GivesEachNumberWithTheSameProbability) {
  for (const std::uint32_t n : {1u, 2u, 3u, 7u, 100u, 1000u}) {
    std::vector<std::uint32_t> values(400000);
    fill_below(4, RandomUse::connections, n, 0, n, values);
    std::vector<double> count(n);
    for (const std::uint32_t value : values) ++count.at(value);
    if (n > 1) test::expect_uniform_distribution(count);
  }
  // A range that is no divisor of 2^32, in cells of unequal numbers of values.
  const std::uint32_t large = 3000000019u;
  std::vector<std::uint32_t> values(400000);
  fill_below(4, RandomUse::connections, 0, 0, large, values);
  std::vector<double> count(97);
  for (const std::uint32_t value : values) {
    ASSERT_LT(value, large);
    ++count[std::uint64_t{value} * 97 / large];
  }
  test::expect_uniform_distribution(count);
}

TEST(FillBelow, GivesTheSameNumbersInAnyPieces) {
  std::vector<std::uint32_t> all(2000);
  fill_below(4, RandomUse::connections, 0, 0, 12345, all);
  for (const std::size_t piece : {1, 2, 3, 511, 512, 513}) {
    for (std::size_t begin = 0; begin < all.size(); begin += piece) {
      std::vector<std::uint32_t> part(std::min(piece, all.size() - begin));
      fill_below(4, RandomUse::connections, 0, begin, 12345, part);
      ASSERT_TRUE(std::equal(part.begin(), part.end(), all.begin() + static_cast<long>(begin)));
    }
  }
}

}  // namespace
}  // namespace snn
