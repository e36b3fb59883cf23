// SPDX-License-Identifier: Apache-2.0
#include "snn/backend/spin_barrier.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace snn {
namespace {

TEST(SpinBarrier, LetsOneWorkerPass) {
  SpinBarrier barrier(1);
  for (int round = 0; round < 10; ++round) barrier.meet();
}

/// What each wrote before it met, all see after, without a lock; and nobody is a round ahead.
TEST(SpinBarrier, AllMeetInEveryRound) {
  for (const int workers : {2, 3, 8}) {
    constexpr int rounds = 400;
    SpinBarrier barrier(workers);
    std::vector<int> done(static_cast<std::size_t>(workers));
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int w = 0; w < workers; ++w) {
      threads.emplace_back([&, w] {
        for (int round = 1; round <= rounds; ++round) {
          done[static_cast<std::size_t>(w)] = round;
          barrier.meet();
          for (const int other : done) wrong += other != round ? 1 : 0;
          barrier.meet();
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(wrong, 0) << workers;
  }
}

}  // namespace
}  // namespace snn
