// SPDX-License-Identifier: Apache-2.0
#include "snn/backend/worker_team.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>

namespace snn {
namespace {

TEST(WorkerTeam, EveryWorkerDoesItsShareOncePerRun) {
  for (const int workers : {1, 2, 3, 7}) {
    WorkerTeam team(workers);
    EXPECT_EQ(team.size(), workers);
    std::vector<int> done(static_cast<std::size_t>(workers));
    for (int round = 1; round <= 200; ++round) {
      team.run([&](int w) { ++done[static_cast<std::size_t>(w)]; });
      // run() waits for all, so nothing is written while this reads.
      for (const int times : done) ASSERT_EQ(times, round);
    }
  }
}

TEST(WorkerTeam, WorkersAreDifferentThreadsAndTheFirstIsTheCaller) {
  WorkerTeam team(3);
  std::vector<std::thread::id> first(3), second(3);
  team.run([&](int w) { first[static_cast<std::size_t>(w)] = std::this_thread::get_id(); });
  team.run([&](int w) { second[static_cast<std::size_t>(w)] = std::this_thread::get_id(); });
  EXPECT_EQ(first[0], std::this_thread::get_id());
  EXPECT_NE(first[0], first[1]);
  EXPECT_NE(first[0], first[2]);
  EXPECT_NE(first[1], first[2]);
  EXPECT_EQ(first, second);
}

TEST(WorkerTeam, WakesAfterItsWorkersWentToSleep) {
  WorkerTeam team(3);
  std::atomic<int> calls{0};
  for (int round = 0; round < 3; ++round) {
    team.run([&](int) { ++calls; });
    std::this_thread::sleep_for(std::chrono::milliseconds(30));  // longer than they spin
  }
  EXPECT_EQ(calls, 9);
}

TEST(WorkerTeam, AnExceptionOfAnyWorkerIsThrownAfterAllAreDone) {
  WorkerTeam team(3);
  for (int failing = 0; failing < 3; ++failing) {
    std::atomic<int> calls{0};
    const auto work = [&](int w) {
      ++calls;
      if (w == failing) throw std::runtime_error("worker " + std::to_string(w));
    };
    try {
      team.run(work);
      ADD_FAILURE() << "nothing thrown by worker " << failing;
    } catch (const std::runtime_error& error) {
      EXPECT_EQ(error.what(), "worker " + std::to_string(failing));
    }
    EXPECT_EQ(calls, 3);
  }
  std::atomic<int> calls{0};
  EXPECT_NO_THROW(team.run([&](int) { ++calls; }));  // a failure is not remembered
  EXPECT_EQ(calls, 3);
}

TEST(WorkerTeam, TeamsThatAreNeverUsedEnd) {
  for (int round = 0; round < 20; ++round) WorkerTeam team(4);
}

}  // namespace
}  // namespace snn
