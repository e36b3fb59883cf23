// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>

#include "spikes_kernel.hpp"

/// Warp calls and barriers, against what the CUDA C++ Programming Guide says of them.
namespace emulation {
namespace {

/// What `call(lane)` returns in each thread of a block.
template <class Result, class Call>
std::vector<Result> in_each_thread(unsigned threads, Call call) {
  const gpu::Stream stream;
  const gpu::Buffer<Result> results(threads);
  const auto store =
      +[](Result* to, Call function) { to[threadIdx.x] = function(static_cast<int>(threadIdx.x)); };
  gpu::launch(stream, {.grid = 1, .block = threads}, store, results.data(), call);
  return gpu::downloaded(stream, results);
}

TEST(WarpCalls, BallotGathersPredicatesOfAWarp) {
  const auto words =
      in_each_thread<unsigned>(64, [](int t) { return __ballot_sync(all_lanes, t % 3 == 0); });
  unsigned first = 0, second = 0;
  for (int t = 0; t < 32; ++t) first |= static_cast<unsigned>(t % 3 == 0) << t;
  for (int t = 32; t < 64; ++t) second |= static_cast<unsigned>(t % 3 == 0) << (t - 32);
  for (int t = 0; t < 64; ++t)
    EXPECT_EQ(words[static_cast<std::size_t>(t)], t < 32 ? first : second);
}

TEST(WarpCalls, OfTwoHalvesInBranchesAreApart) {
  const auto words = in_each_thread<unsigned>(32, [](int t) {
    return t < 16 ? __ballot_sync(0x0000FFFFu, t % 2 == 0) : __ballot_sync(0xFFFF0000u, t >= 30);
  });
  for (int t = 0; t < 32; ++t)
    EXPECT_EQ(words[static_cast<std::size_t>(t)], t < 16 ? 0x5555u : 0xC0000000u) << t;
}

TEST(WarpCalls, OfALastWarpThatIsNotFullNameItsLanes) {
  const auto sums = in_each_thread<unsigned>(
      40, [](int t) { return __reduce_add_sync(t < 32 ? all_lanes : 0xFFu, 1u); });
  for (int t = 0; t < 40; ++t) EXPECT_EQ(sums[static_cast<std::size_t>(t)], t < 32 ? 32u : 8u);
}

TEST(WarpCalls, AnyAndAllJudgeTheMask) {
  const auto found = in_each_thread<int>(32, [](int t) {
    return __any_sync(all_lanes, t == 5) + 2 * __any_sync(all_lanes, 0) +
           4 * __all_sync(all_lanes, t < 32) + 8 * __all_sync(all_lanes, t != 5);
  });
  EXPECT_EQ(found, std::vector<int>(32, 1 + 4));
}

TEST(WarpCalls, ReduceIntegersWithAndWithoutSign) {
  struct All {
    unsigned add;
    int add_signed, min, max;
    unsigned min_unsigned, max_unsigned, bits_and, bits_or, bits_xor;
  };
  const auto all = in_each_thread<All>(32, [](int t) {
    const unsigned bit = 1u << t;
    return All{.add = __reduce_add_sync(all_lanes, 0x80000001u),
               .add_signed = __reduce_add_sync(all_lanes, t - 20),
               .min = __reduce_min_sync(all_lanes, t - 20),
               .max = __reduce_max_sync(all_lanes, t - 20),
               .min_unsigned = __reduce_min_sync(all_lanes, bit),
               .max_unsigned = __reduce_max_sync(all_lanes, bit),
               .bits_and = __reduce_and_sync(all_lanes, 0xF0u | bit),
               .bits_or = __reduce_or_sync(all_lanes, bit & 0xFFu),
               .bits_xor = __reduce_xor_sync(all_lanes, t < 3 ? 5u : 6u)};
  });
  for (const All& found : all) {
    EXPECT_EQ(found.add, 32u);  // 32 times 2^31 wraps
    EXPECT_EQ(found.add_signed, 31 * 16 - 20 * 32);
    EXPECT_EQ(found.min, -20);
    EXPECT_EQ(found.max, 11);
    EXPECT_EQ(found.min_unsigned, 1u);
    EXPECT_EQ(found.max_unsigned, 0x80000000u);
    EXPECT_EQ(found.bits_and, 0xF0u);
    EXPECT_EQ(found.bits_or, 0xFFu);
    EXPECT_EQ(found.bits_xor, 5u ^ 6u);  // 3 times 5, 29 times 6
  }
}

TEST(WarpCalls, ShufflesMoveValuesOfEveryWidth) {
  const auto up =
      in_each_thread<double>(32, [](int t) { return __shfl_up_sync(all_lanes, 0.1 * t, 3u); });
  const auto down = in_each_thread<unsigned long long>(32, [](int t) {
    return __shfl_down_sync(all_lanes, (1ull << 40) + static_cast<unsigned>(t), 3u, 16);
  });
  const auto from = in_each_thread<float>(
      32, [](int t) { return __shfl_sync(all_lanes, static_cast<float>(t), t + 1, 8); });
  const auto across = in_each_thread<long long>(
      32, [](int t) { return __shfl_xor_sync(all_lanes, static_cast<long long>(-t), 5); });
  const auto segments =
      in_each_thread<int>(32, [](int t) { return __shfl_xor_sync(all_lanes, t, 8, 8); });
  for (int t = 0; t < 32; ++t) {
    const auto i = static_cast<std::size_t>(t);
    EXPECT_EQ(up[i], 0.1 * (t < 3 ? t : t - 3));
    // Below 16 and above are apart; the last three of each keep their own.
    EXPECT_EQ(down[i], (1ull << 40) + static_cast<unsigned>(t % 16 < 13 ? t + 3 : t));
    EXPECT_EQ(from[i], static_cast<float>(t / 8 * 8 + (t + 1) % 8));
    EXPECT_EQ(across[i], -(t ^ 5));
    // Lanes of later segments are out of reach, those of earlier ones are not.
    EXPECT_EQ(segments[i], (t ^ 8) < t ? t ^ 8 : t);
  }
}

TEST(WarpCalls, AShuffleFromAnInactiveLaneIsNoNumber) {
  const auto found = in_each_thread<float>(
      32, [](int t) { return t < 16 ? __shfl_sync(0xFFFFu, 1.0f, t + 8) : 0.0f; });
  for (int t = 0; t < 16; ++t)
    EXPECT_EQ(std::isnan(found[static_cast<std::size_t>(t)]), t >= 8) << t;
}

TEST(WarpCalls, MatchFindsEqualValues) {
  struct Matches {
    unsigned any, all_of_equal, all_of_others;
    int holds, fails;
  };
  const auto found = in_each_thread<Matches>(32, [](int t) {
    Matches matches{};
    matches.any = __match_any_sync(all_lanes, t % 4 + (1ll << 50));
    matches.all_of_equal = __match_all_sync(all_lanes, 7.5, &matches.holds);
    matches.all_of_others = __match_all_sync(all_lanes, t, &matches.fails);
    return matches;
  });
  for (unsigned t = 0; t < 32; ++t) {
    EXPECT_EQ(found[t].any, 0x11111111u << (t % 4));
    EXPECT_EQ(found[t].all_of_equal, all_lanes);
    EXPECT_EQ(found[t].all_of_others, 0u);
    EXPECT_EQ(found[t].holds, 1);
    EXPECT_EQ(found[t].fails, 0);
  }
}

TEST(WarpCalls, SyncwarpOrdersSharedMemory) {
  const auto found = in_each_thread<int>(32, [](int t) {
    auto& values = gpu::shared<int[32], struct Values>();
    values[t] = t * t;
    __syncwarp();
    return values[31 - t];
  });
  for (int t = 0; t < 32; ++t) EXPECT_EQ(found[static_cast<std::size_t>(t)], (31 - t) * (31 - t));
}

TEST(Barriers, CountThreadsWhosePredicateHolds) {
  struct Counts {
    int count, any, none, all, not_all;
  };
  const auto found = in_each_thread<Counts>(100, [](int t) {
    return Counts{.count = __syncthreads_count(t % 7 == 0),
                  .any = __syncthreads_or(t == 99),
                  .none = __syncthreads_or(0),
                  .all = __syncthreads_and(t < 100),
                  .not_all = __syncthreads_and(t < 99)};
  });
  for (const Counts& counts : found) {
    EXPECT_EQ(counts.count, 15);
    EXPECT_NE(counts.any, 0);
    EXPECT_EQ(counts.none, 0);
    EXPECT_NE(counts.all, 0);
    EXPECT_EQ(counts.not_all, 0);
  }
}

}  // namespace
}  // namespace emulation
