// SPDX-License-Identifier: Apache-2.0
#include "snn/compile/binomial.hpp"

#include <gtest/gtest.h>

#include "snn/compile/distributions.hpp"
#include "tests/support/statistics.hpp"

namespace snn {
namespace {

/// Numbers in (0, 1), one after the other.
struct Uniforms {
  std::uint32_t stream;
  std::uint64_t next = 0;
  double operator()() {
    const auto words = random_words(7, RandomUse::degrees, stream, next++);
    return open_uniform(words[0], words[1]);
  }
};

/// n! / (k! (n-k)!) p^k (1-p)^(n-k)
double mass(std::int64_t n, double p, std::int64_t k) {
  const auto trials = static_cast<double>(n), successes = static_cast<double>(k);
  return std::exp(std::lgamma(trials + 1) - std::lgamma(successes + 1) -
                  std::lgamma(trials - successes + 1) + successes * std::log(p) +
                  (trials - successes) * std::log1p(-p));
}

struct Case {
  std::int64_t n;
  double p;
};

/// Both ways of drawing, their border at n p = 10, and p above 1/2, which mirrors.
TEST(DrawBinomial, FollowsTheExactMass) {
  const Case cases[] = {{1, 0.5},     {20, 0.3},    {100, 0.05}, {33, 0.303},   {34, 0.297},
                        {1000, 0.01}, {50, 0.5},    {100, 0.3},  {1000, 0.5},   {1000000, 2e-5},
                        {20, 0.9},    {1000, 0.95}, {5000, 0.2}, {1000000, 0.1}};
  std::uint32_t stream = 0;
  for (const auto& [n, p] : cases) {
    SCOPED_TRACE(std::to_string(n) + " trials of " + std::to_string(p));
    Uniforms uniform{stream++};
    constexpr int draws = 200000;
    const double mean = static_cast<double>(n) * p, sd = std::sqrt(mean * (1 - p));
    // Where all but 1e-9 of the mass is; in cells of about a tenth of the spread.
    const auto first = static_cast<std::int64_t>(std::max(0.0, mean - 8 * sd - 8));
    const std::int64_t last = std::min(n, static_cast<std::int64_t>(mean + 8 * sd + 8));
    const std::int64_t width = std::max<std::int64_t>(1, static_cast<std::int64_t>(sd / 10));
    const auto cells = static_cast<std::size_t>((last - first) / width + 1);
    std::vector<double> count(cells), probability(cells);
    for (std::int64_t k = first; k <= last; ++k)
      probability[static_cast<std::size_t>((k - first) / width)] += mass(n, p, k);
    double sum = 0;
    for (int i = 0; i < draws; ++i) {
      const std::int64_t k = draw_binomial(n, p, uniform);
      ASSERT_GE(k, first);
      ASSERT_LE(k, last);
      ++count[static_cast<std::size_t>((k - first) / width)];
      sum += static_cast<double>(k);
    }
    test::expect_distribution(count, probability);
    EXPECT_NEAR(sum / draws, mean, 4.5 * sd / std::sqrt(draws));
  }
}

TEST(DrawBinomial, KnowsWhatIsCertain) {
  Uniforms uniform{99};
  EXPECT_EQ(draw_binomial(0, 0.5, uniform), 0);
  EXPECT_EQ(draw_binomial(10, 0.0, uniform), 0);
  EXPECT_EQ(draw_binomial(10, 1.0, uniform), 10);
  EXPECT_EQ(uniform.next, 0u);
}

}  // namespace
}  // namespace snn
