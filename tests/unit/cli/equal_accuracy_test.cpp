// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/equal_accuracy.hpp"

#include <gtest/gtest.h>

namespace {

using namespace snn::cli;

/// Accuracy grows with the first layer; `needed` neurons reach 0.9.
auto grows(std::int64_t needed) {
  return [needed](const Widths& hidden) -> std::optional<double> {
    return hidden.front() >= needed ? 0.9 : 0.5;
  };
}

TEST(EqualAccuracy, FindsTheSmallestToAnEighth) {
  for (const std::int64_t needed : {1, 2, 3, 5, 7, 8, 9, 23, 100, 256, 1000}) {
    const auto search = search_equal_accuracy({256}, 0.9, grows(needed));
    ASSERT_TRUE(search.smallest.has_value()) << needed;
    const std::int64_t found = search.smallest->front();
    EXPECT_GE(found, needed);
    EXPECT_LE(found - needed, found / 8) << needed;
    EXPECT_LE(search.tried.size(), 16u);
  }
}

TEST(EqualAccuracy, SaysWhenNoneReachesIt) {
  const auto search = search_equal_accuracy({64}, 0.95, grows(1));
  EXPECT_FALSE(search.smallest.has_value());
  EXPECT_FALSE(search.interrupted);
  EXPECT_EQ(search.tried.back().hidden, Widths{256});  // four times the spiking network's
  EXPECT_EQ(search.target, 0.95);
}

TEST(EqualAccuracy, LayersKeepTheirProportion) {
  EXPECT_EQ(scaled_widths({200, 100, 10}, 20), (Widths{20, 10, 1}));
  EXPECT_EQ(scaled_widths({200, 100, 10}, 2), (Widths{2, 1, 1}));
}

TEST(EqualAccuracy, StopsWithTheUser) {
  int calls = 0;
  const auto search = search_equal_accuracy(
      {64}, 0.9, [&](const Widths&) { return ++calls < 3 ? std::optional(0.1) : std::nullopt; });
  EXPECT_TRUE(search.interrupted);
  EXPECT_FALSE(search.smallest.has_value());
  EXPECT_EQ(search.tried.size(), 2u);
}

}  // namespace
