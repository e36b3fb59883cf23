// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/protocol/statistics.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>
#include <random>
#include <set>
#include <vector>

#include "snn/energy/protocol/chance.hpp"

namespace {

using namespace snn;

TEST(MeasuringStatistics, QuantilesOfStudentAreThePublishedOnes) {
  // Two-sided 95 % and 99 % points of the usual tables, three decimals.
  const std::vector<std::array<double, 3>> table = {
      {1, 12.706, 63.657}, {2, 4.303, 9.925},  {3, 3.182, 5.841},  {4, 2.776, 4.604},
      {5, 2.571, 4.032},   {6, 2.447, 3.707},  {7, 2.365, 3.499},  {8, 2.306, 3.355},
      {9, 2.262, 3.250},   {10, 2.228, 3.169}, {14, 2.145, 2.977}, {15, 2.131, 2.947},
      {19, 2.093, 2.861},  {20, 2.086, 2.845}, {29, 2.045, 2.756}, {30, 2.042, 2.750},
      {60, 2.000, 2.660},  {120, 1.980, 2.617}};
  for (const auto& [degrees, at_95, at_99] : table) {
    EXPECT_NEAR(student_t_two_sided(static_cast<int>(degrees), 0.95), at_95, 5.01e-4) << degrees;
    EXPECT_NEAR(student_t_two_sided(static_cast<int>(degrees), 0.99), at_99, 5.01e-4) << degrees;
  }
}

TEST(MeasuringStatistics, QuantilesOfStudentAgreeWithClosedForms) {
  for (const double p : {0.5, 0.9, 0.95, 0.999}) {
    // 1 degree is Cauchy; for 2, p = t / sqrt(2 + t^2).
    EXPECT_NEAR(student_t_two_sided(1, p) / std::tan(std::numbers::pi * p / 2), 1, 1e-12);
    EXPECT_NEAR(student_t_two_sided(2, p) / (p * std::sqrt(2 / (1 - p * p))), 1, 1e-12);
  }
}

TEST(MeasuringStatistics, MeanMedianAndIntervalOfASmallSample) {
  const std::vector<double> five = {2, 4, 5, 9, 12};
  MeanInterval found = mean_interval(std::vector<double>{9, 2, 12, 5, 4});
  const double mean = 32.0 / 5;
  double squares = 0;
  for (const double v : five) squares += (v - mean) * (v - mean);
  EXPECT_DOUBLE_EQ(found.mean, mean);
  EXPECT_EQ(found.median, 5);
  EXPECT_NEAR(found.sd, std::sqrt(squares / 4), 1e-14);
  EXPECT_NEAR(found.high - found.mean, 2.7764451 * std::sqrt(squares / 4 / 5), 1e-6);
  EXPECT_NEAR(found.mean - found.low, found.high - found.mean, 1e-14);
  EXPECT_EQ(found.n, 5U);

  found = mean_interval(std::vector<double>{4, 1, 3, 2});
  EXPECT_EQ(found.median, 2.5);
  EXPECT_NEAR(found.sd, std::sqrt(5.0 / 3), 1e-14);

  found = mean_interval(std::vector<double>{7});
  EXPECT_EQ(found.mean, 7);
  EXPECT_TRUE(std::isinf(found.low) && std::isinf(found.high));
}

double normal(std::mt19937_64& generator) {
  return std::sqrt(-2 * std::log(1 - uniform_share(generator))) *
         std::cos(2 * std::numbers::pi * uniform_share(generator));
}

TEST(MeasuringStatistics, BothIntervalsHold95PercentOfNormalSamples) {
  std::mt19937_64 generator(11);
  for (const int n : {5, 10, 20}) {
    constexpr int experiments = 2000;
    int by_student = 0, by_bootstrap = 0;
    for (int e = 0; e < experiments; ++e) {
      std::vector<double> values(static_cast<std::size_t>(n));
      for (double& v : values) v = 3 + normal(generator);
      const MeanInterval student = mean_interval(values);
      by_student += student.low <= 3 && 3 <= student.high ? 1 : 0;
      const BootstrapInterval boot = bootstrap_mean(values, 1000, 5);
      by_bootstrap += boot.low <= 3 && 3 <= boot.high ? 1 : 0;
      EXPECT_DOUBLE_EQ(boot.mean, student.mean);
    }
    // Four standard errors. The bootstrap of few values is known to be approximate: the statistics
    // of 5 resampled values are discrete, and it may miss by 1 % more.
    const double error = 4 * std::sqrt(0.95 * 0.05 / experiments);
    EXPECT_NEAR(by_student / double{experiments}, 0.95, error) << n;
    EXPECT_NEAR(by_bootstrap / double{experiments}, 0.95, error + 0.01) << n;
  }
}

TEST(MeasuringStatistics, BootstrapIsReproducible) {
  const std::vector<double> values = {0.1013, 0.4177, 0.2239, 0.9031, 0.3371};
  const auto a = bootstrap_mean(values, 2000, 1), b = bootstrap_mean(values, 2000, 1),
             c = bootstrap_mean(values, 2000, 2);
  EXPECT_EQ(a.low, b.low);
  EXPECT_EQ(a.high, b.high);
  EXPECT_TRUE(a.low != c.low || a.high != c.high);
}

TEST(MeasuringStatistics, FirstAgainstLast) {
  const std::vector<double> values = {1, 3, 9, 2, 3};
  EXPECT_DOUBLE_EQ(first_against_last(values, 2), 0.25);  // 2 and 2.5
  const std::vector<double> falls = {2, 3, 9, 1, 3};
  EXPECT_DOUBLE_EQ(first_against_last(falls, 2), 0.25);
}

TEST(MeasuringStatistics, ShufflesEveryOrderAlikeOften) {
  std::mt19937_64 generator(3);
  std::vector<double> counts(6);
  for (int i = 0; i < 6000; ++i) {
    const auto order = shuffled(3, generator);
    EXPECT_EQ(std::set<int>(order.begin(), order.end()), (std::set<int>{0, 1, 2}));
    counts[static_cast<std::size_t>(2 * order[0] + (order[1] > order[2] ? 1 : 0))] += 1;
  }
  for (const double c : counts) EXPECT_NEAR(c, 1000, 5 * std::sqrt(1000 * 5.0 / 6));
}

}  // namespace
