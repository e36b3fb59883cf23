// SPDX-License-Identifier: Apache-2.0
#include "snn/io/split.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

namespace snn {
namespace {

/// 100 samples: 60 of class 0, 30 of class 1, 10 of class 2; the last 20 are for the test.
Dataset uneven() {
  Dataset data;
  data.name = "uneven";
  data.classes = 3;
  for (int i = 0; i < 100; ++i) data.label.push_back(i % 10 < 6 ? 0 : i % 10 < 9 ? 1 : 2);
  return data;
}
Split first_80() {
  Split split;
  split.train.resize(80);
  std::iota(split.train.begin(), split.train.end(), 0);
  split.test.resize(20);
  std::iota(split.test.begin(), split.test.end(), 80);
  return split;
}

TEST(SplitTest, LimitIsBalancedAndNested) {
  const Dataset data = uneven();
  std::set<std::int64_t> smaller;
  for (const std::int64_t n : {1, 3, 15, 24, 60, 79}) {
    const Split split = train_limit(data, first_80(), n);
    ASSERT_EQ(static_cast<std::int64_t>(split.train.size()), n);
    EXPECT_TRUE(std::is_sorted(split.train.begin(), split.train.end()));
    const std::set<std::int64_t> chosen(split.train.begin(), split.train.end());
    EXPECT_EQ(static_cast<std::int64_t>(chosen.size()), n);
    EXPECT_LT(*chosen.rbegin(), 80);
    EXPECT_TRUE(std::includes(chosen.begin(), chosen.end(), smaller.begin(), smaller.end()));
    smaller = chosen;
    std::vector<std::int64_t> count(3);
    for (const auto i : chosen)
      ++count[static_cast<std::size_t>(data.label[static_cast<std::size_t>(i)])];
    // Class 2 has 8 samples: up to three times that, classes differ by one at most.
    if (n <= 24) {
      EXPECT_LE(*std::max_element(count.begin(), count.end()) -
                    *std::min_element(count.begin(), count.end()),
                1);
    }
    EXPECT_EQ(split.test, first_80().test);
  }
}

TEST(SplitTest, LimitFollowsFromTheSeed) {
  const Dataset data = uneven();
  EXPECT_EQ(train_limit(data, first_80(), 30, 5).train, train_limit(data, first_80(), 30, 5).train);
  EXPECT_NE(train_limit(data, first_80(), 30, 5).train, train_limit(data, first_80(), 30, 6).train);
  EXPECT_EQ(train_limit(data, first_80(), 1000).train, first_80().train);
  EXPECT_THROW(train_limit(data, first_80(), 0), ConfigError);
}

TEST(SplitTest, HeldOutPartIsTakenFromTraining) {
  const Dataset data = uneven();
  Split split = first_80();
  hold_out_fraction(data, split, 0.3, 1);
  EXPECT_EQ(split.validation.size(), 24u);
  EXPECT_EQ(split.train.size(), 56u);
  std::vector<std::int64_t> all = split.train;
  all.insert(all.end(), split.validation.begin(), split.validation.end());
  std::sort(all.begin(), all.end());
  EXPECT_EQ(all, first_80().train);
  EXPECT_EQ(split.test, first_80().test);
}

TEST(SplitTest, OneGroupAloneCannotBeHeldOut) {
  Dataset data = uneven();
  data.group.assign(100, 3);
  Split split = first_80();
  EXPECT_THROW(hold_out_group(data, split, -1), ConfigError);
  data.group[5] = 9;
  hold_out_group(data, split, -1);
  EXPECT_EQ(split.validation, std::vector<std::int64_t>{5});
  EXPECT_EQ(split.train.size(), 79u);
}

}  // namespace
}  // namespace snn
