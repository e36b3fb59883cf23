// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "spikes_kernel.hpp"

/// What CUDA does not define is an error that says where, and the next launch works again.
namespace emulation {
namespace {

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// The error of a launch, whose text has to hold `part`.
template <class Kernel, class... Arguments>
simt::Error error_of(const std::string& part, const gpu::Config& config, Kernel kernel,
                     Arguments... arguments) {
  const gpu::Stream stream;
  try {
    gpu::launch(stream, config, kernel, arguments...);
    ADD_FAILURE() << "no error, but \"" << part << "\" was expected";
  } catch (const simt::Error& error) {
    EXPECT_TRUE(holds(error.what(), part)) << error.what();
    return error;
  }
  return simt::Error("none", {});
}

__global__ void nothing() {}

__global__ void barriers_in_branches() {
  if (threadIdx.x < 32)
    __syncthreads();
  else
    __syncthreads();
}
__global__ void different_barriers() {
  threadIdx.x < 32 ? __syncthreads() : static_cast<void>(__syncthreads_count(1));
}
__global__ void barrier_of_some() {
  if (threadIdx.x < 32) __syncthreads();
}
__global__ void barrier_after_end() {
  if (threadIdx.x == 0) return;
  __syncthreads();
}

TEST(Errors, BarriersThatThreadsDoNotAgreeIn) {
  const gpu::Config config{.grid = 1, .block = 64};
  error_of("meet in different __syncthreads", config, barriers_in_branches);
  error_of("meet in different __syncthreads", config, different_barriers);
  error_of("a thread ended while others wait at __syncthreads", config, barrier_of_some);
  error_of("__syncthreads after threads of the block ended", config, barrier_after_end);
}

constexpr unsigned line_of_own_mask = __LINE__ + 2;
__global__ void outside_of_own_mask() {
  __ballot_sync(1u, 1);
}
__global__ void lane_that_is_absent() {
  __ballot_sync(all_lanes, 1);
}
__global__ void lane_that_ended() {
  if (threadIdx.x == 3) return;
  __ballot_sync(all_lanes, 1);
}
__global__ void lane_that_ends() {
  if (threadIdx.x < 3) __ballot_sync(all_lanes, 1);
}
__global__ void overlapping_masks() {
  __ballot_sync(threadIdx.x < 16 ? all_lanes : 0xFFFFFF00u, 1);
}
__global__ void different_calls() {
  threadIdx.x < 16 ? __any_sync(all_lanes, 1) : static_cast<int>(__reduce_add_sync(all_lanes, 1u));
}

TEST(Errors, WarpCallsThatLanesDoNotAgreeIn) {
  const gpu::Config config{.grid = 1, .block = 32};
  const simt::Error error =
      error_of("a lane makes a warp call whose mask leaves it out (block 0,0,0, thread 1)", config,
               outside_of_own_mask);
  EXPECT_EQ(error.where.line, line_of_own_mask);
  EXPECT_TRUE(holds(error.where.file, "errors_test.cpp")) << error.where.file;
  EXPECT_TRUE(holds(error.what(), "errors_test.cpp:" + std::to_string(line_of_own_mask) + ": "));
  const std::string absent = "names a lane that has ended, or that the block lacks";
  error_of(absent, {.grid = 1, .block = 31}, lane_that_is_absent);
  error_of("ended while others wait for it in a warp call", config, lane_that_ended);
  error_of("ended while others wait for it in a warp call", config, lane_that_ends);
  const simt::ScopedOptions options({.order = simt::Order::reverse});
  error_of("while others wait for it with another mask", config, overlapping_masks);
  error_of("lanes of one mask are in different warp calls", config, different_calls);
  error_of("ended while others wait for it in a warp call", config, lane_that_ended);
}

constexpr unsigned line_of_deadlock = __LINE__ + 3;
__global__ void deadlock() {
  if (threadIdx.x < 10)
    __ballot_sync(all_lanes, 1);
  else
    __syncthreads();
}

TEST(Errors, ADeadlockSaysHowManyThreadsWaitWhere) {
  const simt::Error error = error_of("deadlock:", {.grid = 1, .block = 64}, deadlock);
  const auto place = [](unsigned line) { return "errors_test.cpp:" + std::to_string(line); };
  EXPECT_TRUE(holds(error.what(), "10 threads wait in a warp call of ")) << error.what();
  EXPECT_TRUE(holds(error.what(), place(line_of_deadlock) + ";")) << error.what();
  EXPECT_TRUE(holds(error.what(), "54 threads wait in a block's barrier of ")) << error.what();
  EXPECT_TRUE(holds(error.what(), place(line_of_deadlock + 2) + ";")) << error.what();
}

__global__ void meet_grid() {
  gpu::grid_sync();
}
__global__ void meet_grid_of_some() {
  if (blockIdx.x == 0) gpu::grid_sync();
}
__global__ void meet_grid_after_end() {
  if (blockIdx.x == 1) gpu::grid_sync();
}

TEST(Errors, TheGridsBarrierWithoutAllThreads) {
  const gpu::Config cooperative{.grid = 2, .block = 32, .cooperative = true};
  error_of("a launch that is not cooperative", {.grid = 2, .block = 32}, meet_grid);
  error_of("a thread ended while others wait at the grid's barrier", cooperative,
           meet_grid_of_some);
  error_of("the grid's barrier after threads of the grid ended", cooperative, meet_grid_after_end);
}

TEST(Errors, LaunchesBeyondTheLimits) {
  const std::string block = "a block has 1 to 1024 threads", grid = "a grid has 1 to 2147483647";
  error_of(block, {.grid = 1, .block = 1025}, nothing);
  error_of(block, {.grid = 1, .block = dim3(32, 32, 2)}, nothing);
  error_of(block, {.grid = 1, .block = dim3(1, 1, 65)}, nothing);
  error_of(block, {.grid = 1, .block = 0}, nothing);
  error_of(grid, {.grid = 0, .block = 1}, nothing);
  error_of(grid, {.grid = 0x80000000u, .block = 1}, nothing);
  error_of(grid, {.grid = dim3(1, 65536), .block = 1}, nothing);
  error_of("227 KiB", {.grid = 1, .block = 1, .shared_bytes = 227 * 1024 + 1}, nothing);
  // 2 multiprocessors, each of 2048 threads and 32 blocks.
  const std::string cooperative = "a cooperative grid of blocks of this size has at most ";
  error_of(cooperative + "4 ", {.grid = 5, .block = 1024, .cooperative = true}, nothing);
  error_of(cooperative + "64 ", {.grid = 65, .block = 1, .cooperative = true}, nothing);
  const gpu::Stream stream;
  gpu::launch(stream, {.grid = 64, .block = 1, .cooperative = true}, nothing);
  gpu::launch(stream, {.grid = 1, .block = dim3(16, 1, 64), .shared_bytes = 227 * 1024}, nothing);
}

__global__ void throws() {
  if (threadIdx.x == 5) throw std::out_of_range("of a container");
}

TEST(Errors, ExceptionsOfAKernelReachTheLaunch) {
  const gpu::Stream stream;
  EXPECT_THROW(gpu::launch(stream, {.grid = 1, .block = 32}, throws), std::out_of_range);
}

TEST(Errors, LeaveTheNextLaunchAlone) {
  const Network network(100, 10);
  const Outcome plain = expected(network, 2);
  for (int round = 0; round < 3; ++round) {
    error_of("deadlock:", {.grid = 3, .block = 64}, deadlock);
    EXPECT_EQ(emulated<64>(network, 2), plain);
  }
}

// Of the five mistakes the two that need no sanitizer; the others: planted_bug.cpp.

TEST(Mutants, AnEarlyReturnIsFound) {
  EXPECT_THROW((emulated<64, Mutant::early_return>(Network(100, 10), 1)), simt::Error);
}

TEST(Mutants, ABallotInABranchIsFound) {
  try {
    emulated<64, Mutant::ballot_in_branch>(Network(100, 10), 1);
    FAIL() << "no error";
  } catch (const simt::Error& error) {
    EXPECT_TRUE(holds(error.what(), "deadlock: ")) << error.what();
    EXPECT_TRUE(holds(error.what(), "threads wait in a warp call of ")) << error.what();
    EXPECT_TRUE(holds(error.what(), "spikes_kernel.hpp:")) << error.what();
  }
}

}  // namespace
}  // namespace emulation
