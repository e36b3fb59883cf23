// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace snn::test {

/// Expects counts that follow probabilities: Pearson's chi-square over the cells in which at least
/// five are expected; the others together are not exceeded. Chi-square has mean f and variance 2 f
/// for f degrees of freedom. Bounds are five standard deviations above the mean.
inline void expect_distribution(const std::vector<double>& count,
                                const std::vector<double>& probability) {
  ASSERT_EQ(count.size(), probability.size());
  double total = 0, chi_square = 0, rest_count = 0, rest_expected = 0;
  int cells = 0;
  for (const double c : count) total += c;
  for (std::size_t i = 0; i < count.size(); ++i) {
    const double expected = total * probability[i];
    if (expected < 5) {
      rest_count += count[i];
      rest_expected += expected;
      continue;
    }
    chi_square += std::pow(count[i] - expected, 2) / expected;
    ++cells;
  }
  EXPECT_LE(rest_count, rest_expected + 5 * std::sqrt(rest_expected));
  ASSERT_GT(cells, 1);
  EXPECT_LT(chi_square, cells - 1 + 5 * std::sqrt(2.0 * (cells - 1)));
}

inline void expect_uniform_distribution(const std::vector<double>& count) {
  expect_distribution(count,
                      std::vector<double>(count.size(), 1.0 / static_cast<double>(count.size())));
}

}  // namespace snn::test
