// SPDX-License-Identifier: Apache-2.0
#include "snn/record/recorder.hpp"

#include <gtest/gtest.h>

namespace snn {
namespace {

TEST(SpikeTrain, GrowsByTickAndKeepsTheOrderOfNeurons) {
  SpikeTrain train;
  train.add(3, std::vector<std::int32_t>{1, 4});
  train.add(4, {});
  train.add(9, std::vector<std::int32_t>{0});
  EXPECT_EQ(train.tick, (std::vector<std::int64_t>{3, 3, 9}));
  EXPECT_EQ(train.neuron, (std::vector<std::int32_t>{1, 4, 0}));
}

TEST(SpikeTrain, HoldsTicksBeyond32Bits) {
  SpikeTrain train;
  train.add(std::int64_t{1} << 40, std::vector<std::int32_t>{7});
  EXPECT_EQ(train.tick.front(), std::int64_t{1} << 40);
}

}  // namespace
}  // namespace snn
