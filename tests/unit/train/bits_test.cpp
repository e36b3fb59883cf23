// SPDX-License-Identifier: Apache-2.0
#include "snn/train/bits.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "snn/math/philox.hpp"

namespace snn {
namespace {

TEST(Bits, ARowTakesWholeWords) {
  EXPECT_EQ(words_for(0), 0);
  EXPECT_EQ(words_for(1), 1);
  EXPECT_EQ(words_for(64), 1);
  EXPECT_EQ(words_for(65), 2);
  EXPECT_EQ(words_for(128), 2);
}

TEST(Bits, EachByteGoesToItsOwnBit) {
  for (std::int64_t count = 1; count <= 64; ++count) {
    for (std::int64_t set = 0; set < count; ++set) {
      std::vector<std::uint8_t> bytes(static_cast<std::size_t>(count));
      bytes[static_cast<std::size_t>(set)] = 1;
      EXPECT_EQ(pack_word(bytes.data(), count), std::uint64_t{1} << set) << count;
    }
  }
}

TEST(Bits, PackedBitsAreVisitedAndCounted) {
  for (const std::int64_t neurons : {1, 8, 9, 63, 64, 65, 200}) {
    std::vector<std::uint8_t> bytes;
    std::vector<std::int64_t> expected;
    for (std::int64_t n = 0; n < neurons; ++n) {
      const auto word = random_words(1, RandomUse::weights, 0, static_cast<std::uint64_t>(n))[0];
      bytes.push_back(static_cast<std::uint8_t>(word >> 31));
      if (bytes.back() != 0) expected.push_back(n);
    }
    std::vector<std::uint64_t> row;
    for (std::int64_t n = 0; n < neurons; n += 64)
      row.push_back(pack_word(bytes.data() + n, std::min<std::int64_t>(64, neurons - n)));
    std::vector<std::int64_t> visited;
    for_each_bit(row.data(), words_for(neurons), [&](std::int64_t n) { visited.push_back(n); });
    EXPECT_EQ(visited, expected);
    EXPECT_EQ(count_bits(row.data(), words_for(neurons)),
              static_cast<std::int64_t>(expected.size()));
  }
}

TEST(Bits, BeyondACountNothingIsRead) {
  const std::vector<std::uint8_t> bytes(64, 1);
  EXPECT_EQ(pack_word(bytes.data(), 5), 31u);
  EXPECT_EQ(pack_word(bytes.data(), 0), 0u);
}

}  // namespace
}  // namespace snn
