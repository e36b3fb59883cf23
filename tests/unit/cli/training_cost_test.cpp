// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/training_cost.hpp"

#include <gtest/gtest.h>

#include "tests/unit/cli/contests.hpp"

namespace snn::cli {
namespace {

/// Three epochs of 1 s and 1000 MACs that reach 50, 80 and 70 % of the validation samples.
TrainingCost training() {
  TrainingCost cost;
  for (const double accuracy : {0.5, 0.8, 0.7}) {
    EpochReport epoch;
    epoch.epoch = static_cast<int>(cost.epochs.size());
    epoch.seconds = 1;
    epoch.validation_accuracy = accuracy;
    epoch.operations.forward.macs = 1000;
    cost.epochs.push_back(epoch);
    cost.measured.marks.push_back(
        {1.0 + epoch.epoch, test::measured(10.0 * (1 + epoch.epoch)), test::measured(10.0)});
  }
  return cost;
}

TEST(TrainingCost, IsWhatWasSpentUntilTheTargetWasReached) {
  const auto cost = cost_to(training(), 0.75);
  ASSERT_TRUE(cost.has_value());
  EXPECT_EQ(cost->epoch, 1);
  EXPECT_EQ(cost->seconds, 2);
  EXPECT_NEAR(cost->modelled.joules_per_inference.value(), 2000 * 4.6e-12, 1e-20);
  EXPECT_EQ(std::get<Measured>(cost->measured).joules.value(), 20);
}

TEST(TrainingCost, TheFirstEpochMayBeEnough) {
  EXPECT_EQ(cost_to(training(), 0.5)->epoch, 0);
}

TEST(TrainingCost, ATargetThatNoEpochReachedHasNoCost) {
  EXPECT_FALSE(cost_to(training(), 0.81).has_value());
}

TEST(TrainingCost, WithoutAMeterThereIsAReason) {
  TrainingCost cost = training();
  cost.measured.marks.clear();
  cost.measured.whole = Unavailable{"no counter", ""};
  EXPECT_EQ(std::get<Unavailable>(cost_to(cost, 0.8)->measured).reason, "no counter");
}

}  // namespace
}  // namespace snn::cli
