// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/protocol/figures.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace {

using namespace snn;

EnergyWindow window(double joules, double seconds, std::int64_t repetitions = 0) {
  return {MeasuredJoules(joules), seconds, repetitions, MeasuredJoules(0.5)};
}

/// Two contestants in five trials, idle at 10 W; the first does 100 repetitions of 4 samples in
/// 10 s, the second 50 of 1 sample in 20 s.
EnergyComparison written() {
  EnergyComparison comparison;
  comparison.contestants = {{"first", 4, 10}, {"second", 1, 20}};
  comparison.max_difference = 0.05;
  comparison.seed = 1;
  comparison.resamples = 10000;
  const std::array<double, 5> first = {998, 1002, 1000, 1004, 996},
                              second = {400, 404, 396, 400, 400};
  for (std::size_t t = 0; t < 5; ++t) {
    comparison.trials.push_back({{0, 1},
                                 window(98, 10),
                                 window(102, 10),
                                 {window(first[t], 10, 100), window(second[t], 20, 50)},
                                 ""});
  }
  return comparison;
}

TEST(EnergyFigures, AreTheClosedForms) {
  const auto comparison = written();
  const auto energy = std::get<ContestantEnergy>(contestant_energy(comparison, 0));
  EXPECT_EQ(energy.trials, 5);
  EXPECT_NEAR(energy.total.mean.value(), 10, 1e-12);
  EXPECT_NEAR(energy.total.median.value(), 10, 1e-12);
  // Deviations of 2, 2, 0, 4, 4 J of a window of 100 repetitions.
  const double sd = std::sqrt(40.0 / 4) / 100;
  EXPECT_NEAR(energy.total.sd.value(), sd, 1e-12);
  EXPECT_NEAR(energy.total.high.value(), 10 + 2.776445 * sd / std::sqrt(5), 1e-7);
  EXPECT_NEAR(energy.total.low.value(), 10 - 2.776445 * sd / std::sqrt(5), 1e-7);
  EXPECT_NEAR(energy.dynamic.mean.value(), 9, 1e-12);  // 10 W for 0.1 s less
  EXPECT_NEAR(energy.dynamic.sd.value(), sd, 1e-12);
  EXPECT_NEAR(energy.total_per_sample.mean.value(), 2.5, 1e-12);
  EXPECT_NEAR(energy.total_per_sample.sd.value(), sd / 4, 1e-12);
  EXPECT_NEAR(energy.dynamic_per_sample.mean.value(), 2.25, 1e-12);
  EXPECT_NEAR(energy.power_w.mean, 100, 1e-12);
  EXPECT_NEAR(energy.repetition_s.mean, 0.1, 1e-12);
  EXPECT_NEAR(energy.repetition_s.sd, 0, 1e-12);
  EXPECT_NEAR(energy.energy_delay.mean.value(), 0.25, 1e-12);
  EXPECT_NEAR(energy.quantisation, 0.5 / 996, 1e-12);
}

TEST(EnergyFigures, RatiosArePerSample) {
  const auto ratio = std::get<EnergyRatio>(energy_ratio(written(), 0, 1));
  // Means of logarithms: near the ratios of means, 2.5 J / 8 J and (2.5 - 0.25) / (8 - 4).
  EXPECT_NEAR(ratio.total.ratio, 2.5 / 8, 1e-4);
  EXPECT_NEAR(std::get<RatioInterval>(ratio.dynamic).ratio, 2.25 / 4, 3e-4);
  EXPECT_NEAR(ratio.time.ratio, 0.025 / 0.4, 1e-12);
  EXPECT_NEAR(ratio.time.low, ratio.time.high, 1e-12);
  EXPECT_NEAR(ratio.energy_delay.ratio, 2.5 * 0.1 / (8 * 0.4), 1e-4);
  EXPECT_LT(ratio.total.low, ratio.total.ratio);
  EXPECT_GT(ratio.total.high, ratio.total.ratio);
  const auto inverse = std::get<EnergyRatio>(energy_ratio(written(), 1, 0));
  EXPECT_NEAR(inverse.total.ratio * ratio.total.ratio, 1, 1e-12);
}

TEST(EnergyFigures, WhatTrialsHaveInCommonCancelsInRatios) {
  auto comparison = written();
  for (std::size_t t = 0; t < 5; ++t) {
    const double common = 1 + 0.004 * static_cast<double>(t % 3);
    comparison.trials[t].work = {window(1000 * common, 10, 100), window(400 * common, 20, 50)};
  }
  const auto ratio = std::get<EnergyRatio>(energy_ratio(comparison, 0, 1));
  EXPECT_NEAR(ratio.total.low, 2.5 / 8, 1e-12);
  EXPECT_NEAR(ratio.total.high, 2.5 / 8, 1e-12);
}

TEST(EnergyFigures, VoidedTrialsDoNotCount) {
  auto comparison = written();
  comparison.trials.push_back(comparison.trials[0]);
  comparison.trials[1].work[0] = window(5000, 10, 100);
  comparison.trials[1].voided = "the idle power went from 10 W to 12 W";
  const auto energy = std::get<ContestantEnergy>(contestant_energy(comparison, 0));
  EXPECT_EQ(energy.trials, 5);
  EXPECT_LT(energy.total.high.value(), 10.1);

  comparison.trials.pop_back();
  const auto refused = contestant_energy(comparison, 0);
  ASSERT_TRUE(std::holds_alternative<Unavailable>(refused));
  EXPECT_EQ(std::get<Unavailable>(refused).reason,
            "only 4 of 5 trials count: the idle power went from 10 W to 12 W");
  EXPECT_TRUE(std::holds_alternative<Unavailable>(energy_ratio(comparison, 0, 1)));
}

TEST(EnergyFigures, FirstAndLastTrialsMustAgree) {
  for (const auto& [step, stable] : {std::pair{9.5, true}, std::pair{10.5, false}}) {
    auto comparison = written();
    comparison.trials.insert(comparison.trials.end(), 5, comparison.trials[0]);
    // 1000 J and a step per trial; the fifth step lies between the means of the halves.
    for (std::size_t t = 0; t < 10; ++t) {
      comparison.trials[t].work = {window(1000 + step * (static_cast<double>(t) - 2), 10, 100),
                                   window(400, 20, 50)};
    }
    const auto energy = contestant_energy(comparison, 0);
    ASSERT_EQ(std::holds_alternative<ContestantEnergy>(energy), stable);
    EXPECT_EQ(std::holds_alternative<EnergyRatio>(energy_ratio(comparison, 1, 0)), stable);
    EXPECT_TRUE(std::holds_alternative<ContestantEnergy>(contestant_energy(comparison, 1)));
    if (stable) continue;
    EXPECT_EQ(std::get<Unavailable>(energy).reason,
              "first is unstable: the means of its first and last 5 trials differ by 5.250000 %, "
              "allowed are 5.000000 %");
    comparison.max_difference = 0.06;
    EXPECT_TRUE(std::holds_alternative<ContestantEnergy>(contestant_energy(comparison, 0)));
  }
}

TEST(EnergyFigures, NoRatioOfWhatLiesBelowIdle) {
  auto comparison = written();
  comparison.trials[2].idle_after = window(900, 10);
  const auto ratio = std::get<EnergyRatio>(energy_ratio(comparison, 0, 1));
  ASSERT_TRUE(std::holds_alternative<Unavailable>(ratio.dynamic));
  EXPECT_NE(std::get<Unavailable>(ratio.dynamic).reason.find("no more than the idle power"),
            std::string::npos);
  EXPECT_NEAR(ratio.total.ratio, 2.5 / 8, 1e-4);
}

}  // namespace
