// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/meters/step_guard.hpp"

#include <gtest/gtest.h>

namespace {

using namespace snn;

/// At most 100 W, frozen after 2 s, at 10 J and 5 s.
class StepGuardTest : public ::testing::Test {
 protected:
  std::string verdict(double joules, double now_s) {
    const auto why = guard_.next(joules, now_s);
    return why ? why->reason : "sound";
  }
  StepGuard guard_{"counter", 100, 2, 10, 5};
};

TEST_F(StepGuardTest, TakesWhatTheTimeAllows) {
  EXPECT_EQ(verdict(10, 5), "sound");
  EXPECT_EQ(verdict(60, 5), "sound");   // half a second's worth at once
  EXPECT_EQ(verdict(210, 6), "sound");  // 100 W x (1 + 0.5) s
  EXPECT_EQ(verdict(360.1, 7), "counter jumped by 150.1 J in 1 s: more than 100 W can give");
  EXPECT_EQ(verdict(360, 7), "sound");  // the refused reading left no trace
}

TEST_F(StepGuardTest, SeesACounterGoBack) {
  EXPECT_EQ(verdict(9.999, 6), "counter went back: it was reset");
  EXPECT_EQ(verdict(11, 6), "sound");
}

TEST_F(StepGuardTest, SeesACounterFreeze) {
  EXPECT_EQ(verdict(11, 6), "sound");
  EXPECT_EQ(verdict(11, 7), "sound");
  EXPECT_EQ(verdict(11, 8), "sound");
  EXPECT_EQ(verdict(11, 8.5), "counter did not move for 2.5 s: the counter is frozen");
  EXPECT_EQ(verdict(12, 9), "sound");
}

TEST_F(StepGuardTest, AfterARestartThePastDoesNotMatter) {
  guard_.restart(3, 100);
  EXPECT_EQ(verdict(3, 101), "sound");
  EXPECT_EQ(verdict(2, 101), "counter went back: it was reset");
}

TEST_F(StepGuardTest, AClockThatStandsGivesNoNegativeTime) {
  EXPECT_DOUBLE_EQ(guard_.allowed_j(5), 50);
  EXPECT_DOUBLE_EQ(guard_.allowed_j(4), 50);
}

}  // namespace
