// SPDX-License-Identifier: Apache-2.0
#include "snn/train/schedule.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace snn {
namespace {

double rate(const Schedule& schedule, int epoch, int epochs) {
  return learning_rate(schedule, ScheduleState{}, 0.4, epoch, epochs);
}

TEST(Schedule, ConstantStays) {
  for (const int epoch : {0, 1, 99}) EXPECT_EQ(rate(ConstantRate{}, epoch, 100), 0.4);
}

TEST(Schedule, CosineHasItsValuesAtKnownAngles) {
  // cos of 0, 60, 90, 120 degrees = 1, 1/2, 0, -1/2.
  EXPECT_DOUBLE_EQ(rate(CosineRate{}, 0, 6), 0.4);
  EXPECT_DOUBLE_EQ(rate(CosineRate{}, 2, 6), 0.3);
  EXPECT_DOUBLE_EQ(rate(CosineRate{}, 3, 6), 0.2);
  EXPECT_NEAR(rate(CosineRate{}, 4, 6), 0.1, 1e-15);
  EXPECT_NEAR(rate(CosineRate{}, 6, 6), 0.0, 1e-15);
  const CosineRate floor{.final_fraction = 0.25};
  EXPECT_DOUBLE_EQ(rate(floor, 0, 6), 0.4);
  EXPECT_DOUBLE_EQ(rate(floor, 3, 6), 0.25);
  EXPECT_NEAR(rate(floor, 6, 6), 0.1, 1e-15);
  EXPECT_DOUBLE_EQ(rate(CosineRate{.final_fraction = 1.0}, 5, 6), 0.4);
}

TEST(Schedule, CosineOfOneEpochIsTheFullRate) {
  EXPECT_DOUBLE_EQ(rate(CosineRate{}, 0, 1), 0.4);
}

TEST(Schedule, StepsFallTogether) {
  const StepRate steps{.every = 3, .factor = 0.5};
  const std::vector<double> expected{0.4, 0.4, 0.4, 0.2, 0.2, 0.2, 0.1, 0.1, 0.1, 0.05};
  for (int epoch = 0; epoch < 10; ++epoch)
    EXPECT_DOUBLE_EQ(rate(steps, epoch, 10), expected[static_cast<std::size_t>(epoch)]) << epoch;
}

/// Rates of the epochs when the validation losses come as given.
std::vector<double> rates(const Schedule& schedule, const std::vector<double>& losses) {
  ScheduleState state;
  std::vector<double> result;
  for (std::size_t epoch = 0; epoch < losses.size(); ++epoch) {
    result.push_back(learning_rate(schedule, state, 1.0, static_cast<int>(epoch),
                                   static_cast<int>(losses.size())));
    after_epoch(schedule, state, losses[epoch]);
  }
  return result;
}

TEST(Schedule, PlateauLowersAfterEpochsWithoutABetterLoss) {
  const PlateauRate plateau{.patience = 2, .factor = 0.1};
  // Epochs 2 and 3 are no better than 1: 4 is lowered. 4 is better; 5 and 6 are not, equal is not.
  const std::vector<double> losses{1.0, 0.5, 0.6, 0.5, 0.4, 0.45, 0.4, 0.3};
  const std::vector<double> expected{1, 1, 1, 1, 0.1, 0.1, 0.1, 0.01};
  const std::vector<double> found = rates(plateau, losses);
  for (std::size_t e = 0; e < expected.size(); ++e) EXPECT_DOUBLE_EQ(found[e], expected[e]) << e;
}

TEST(Schedule, PlateauCountsAnewAfterLowering) {
  const std::vector<double> found =
      rates(PlateauRate{.patience = 1, .factor = 0.5}, {1.0, 1.0, 1.0, 1.0});
  const std::vector<double> expected{1, 1, 0.5, 0.25};
  for (std::size_t e = 0; e < expected.size(); ++e) EXPECT_DOUBLE_EQ(found[e], expected[e]) << e;
}

TEST(Schedule, ALossThatIsNotANumberIsNoImprovement) {
  ScheduleState state;
  const PlateauRate plateau{.patience = 2};
  after_epoch(plateau, state, 1.0);
  after_epoch(plateau, state, std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(state.best_loss, 1.0);
  EXPECT_EQ(state.bad_epochs, 1);
}

TEST(Schedule, OnlyAPlateauListensToLosses) {
  for (const Schedule& schedule :
       {Schedule{ConstantRate{}}, Schedule{CosineRate{}}, Schedule{StepRate{}}}) {
    ScheduleState state;
    for (int epoch = 0; epoch < 10; ++epoch) after_epoch(schedule, state, 5.0);
    EXPECT_EQ(state.scale, 1.0);
    EXPECT_EQ(state.bad_epochs, 0);
  }
}

}  // namespace
}  // namespace snn
