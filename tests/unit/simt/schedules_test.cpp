// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <numeric>

#include "spikes_kernel.hpp"

/// A right kernel gives the right numbers in whatever order its threads run.
namespace emulation {
namespace {

using simt::Options;
using simt::Order;
using simt::ScopedOptions;

constexpr int steps = 4;

std::size_t spikes_of(const Outcome& outcome) {
  return std::accumulate(outcome.spikes.begin(), outcome.spikes.end(), std::size_t{0},
                         [](std::size_t sum, const auto& ids) { return sum + ids.size(); });
}

TEST(Schedules, EveryBlockSizeGivesWhatPlainLoopsGive) {
  for (const unsigned neurons : {1u, 31u, 32u, 33u, 300u}) {
    const Network network(neurons, 40);
    const Outcome plain = expected(network, steps);
    EXPECT_EQ(emulated<32>(network, steps), plain) << neurons;
    EXPECT_EQ(emulated<64>(network, steps), plain) << neurons;
    EXPECT_EQ(emulated<256>(network, steps), plain) << neurons;
  }
  EXPECT_GT(spikes_of(expected(Network(300, 40), steps)), 100u);  // there is work
}

TEST(Schedules, EveryOrderGivesWhatPlainLoopsGive) {
  const Network network(300, 40);
  const Outcome plain = expected(network, steps);
  for (const unsigned resident : {1u, 2u, 3u}) {
    for (const unsigned preempt_one_in : {0u, 1u, 3u}) {
      const auto with = [&](Order order, std::uint64_t seed) {
        const ScopedOptions options(
            {.order = order, .seed = seed, .preempt_one_in = preempt_one_in, .resident = resident});
        return emulated<64>(network, steps);
      };
      EXPECT_EQ(with(Order::forward, 1), plain);
      EXPECT_EQ(with(Order::reverse, 1), plain);
      for (const std::uint64_t seed : {1, 2}) EXPECT_EQ(with(Order::random, seed), plain) << seed;
    }
  }
}

/// In which order threads passed a place in the kernel.
__global__ void note_order(unsigned* order, unsigned* count, bool barrier) {
  if (barrier) __syncthreads();
  order[atomicAdd(count, 1u)] = blockIdx.x * blockDim.x + threadIdx.x;
}

std::vector<unsigned> order_noted(unsigned blocks, unsigned threads, const Options& options,
                                  bool barrier) {
  const ScopedOptions scoped(options);
  const gpu::Stream stream;
  const gpu::Buffer<unsigned> order(std::size_t{blocks} * threads);
  const auto count = gpu::zeros<unsigned>(stream, 1);
  gpu::launch(stream, {.grid = blocks, .block = threads}, note_order, order.data(), count.data(),
              barrier);
  return gpu::downloaded(stream, order);
}

TEST(Schedules, RunInTheOrderThatIsAskedFor) {
  std::vector<unsigned> forward(2 * 40);
  std::iota(forward.begin(), forward.end(), 0u);
  const std::vector<unsigned> reverse(forward.rbegin(), forward.rend());
  EXPECT_EQ(order_noted(2, 40, {.order = Order::forward}, false), forward);
  EXPECT_EQ(order_noted(2, 40, {.order = Order::reverse}, false), reverse);
  for (const bool barrier : {false, true}) {
    const auto first = order_noted(2, 40, {.order = Order::random, .seed = 1}, barrier);
    EXPECT_TRUE(std::is_permutation(first.begin(), first.end(), forward.begin()));
    EXPECT_NE(first, forward);
    EXPECT_EQ(order_noted(2, 40, {.order = Order::random, .seed = 1}, barrier), first);
    EXPECT_NE(order_noted(2, 40, {.order = Order::random, .seed = 2}, barrier), first);
  }
}

/// Who comes last to a barrier goes on at once; the others follow in order.
TEST(Schedules, BarriersKeepTheOrder) {
  EXPECT_EQ(order_noted(2, 4, {.order = Order::forward}, true),
            (std::vector<unsigned>{3, 0, 1, 2, 7, 4, 5, 6}));
  EXPECT_EQ(order_noted(2, 4, {.order = Order::reverse}, true),
            (std::vector<unsigned>{4, 7, 6, 5, 0, 3, 2, 1}));
}

TEST(Schedules, ResidentBlocksInterleave) {
  // Block 0 has gone no further than its barrier when block 1 starts.
  const auto blocks_in_order = [](unsigned resident) {
    std::vector<unsigned> blocks;
    const auto order =
        order_noted(2, 32, {.order = Order::random, .seed = 3, .resident = resident}, true);
    for (const unsigned thread : order) {
      if (blocks.empty() || blocks.back() != thread / 32) blocks.push_back(thread / 32);
    }
    return blocks.size();
  };
  EXPECT_EQ(blocks_in_order(1), 2u);
  EXPECT_GT(blocks_in_order(2), 2u);
}

/// Reads and writes with an atomic between: right only if nobody comes between.
__global__ void increment_apart(unsigned* value, unsigned* steps_done) {
  const unsigned before = atomicAdd(value, 0u);
  atomicAdd(steps_done, 1u);
  atomicExch(value, before + 1);
}

TEST(Schedules, PreemptionAtAtomicsShowsWhatIsNotAtomic) {
  const auto sum = [](unsigned preempt_one_in) {
    const ScopedOptions options({.preempt_one_in = preempt_one_in});
    const gpu::Stream stream;
    const auto values = gpu::zeros<unsigned>(stream, 2);
    gpu::launch(stream, {.grid = 1, .block = 64}, increment_apart, values.data(),
                values.data() + 1);
    return gpu::downloaded(stream, values);
  };
  EXPECT_EQ(sum(0), (std::vector<unsigned>{64, 64}));
  EXPECT_EQ(sum(1)[1], 64u);
  EXPECT_LT(sum(1)[0], 64u);
}

/// The last thread lets the others go on.
__global__ void wait_for_last(unsigned* flag) {
  if (threadIdx.x + 1 == blockDim.x) atomicExch(flag, 1u);
  while (atomicAdd(flag, 0u) == 0) __nanosleep(100);
}

TEST(Schedules, LoopsThatWaitLetOthersRun) {
  for (const Order order : {Order::forward, Order::reverse, Order::random}) {
    const ScopedOptions options({.order = order});
    const gpu::Stream stream;
    const auto flag = gpu::zeros<unsigned>(stream, 1);
    gpu::launch(stream, {.grid = 1, .block = 96}, wait_for_last, flag.data());
    EXPECT_EQ(gpu::downloaded(stream, flag).front(), 1u);
  }
}

/// Each round every thread reads what another block wrote in the round before.
__global__ void pass_on(unsigned* values, unsigned rounds) {
  const unsigned i = blockIdx.x * blockDim.x + threadIdx.x, all = gridDim.x * blockDim.x;
  for (unsigned round = 0; round < rounds; ++round) {
    const unsigned next = values[(i + blockDim.x) % all];
    gpu::grid_sync();
    values[i] = next + 1;
    gpu::grid_sync();
  }
}

TEST(Schedules, TheGridsBarrierMeetsAllBlocks) {
  for (const Order order : {Order::forward, Order::reverse, Order::random}) {
    const ScopedOptions options({.order = order});
    const gpu::Stream stream;
    std::vector<unsigned> start(4 * 48);
    for (unsigned i = 0; i < start.size(); ++i) start[i] = 1000 * (i / 48);
    const auto values = gpu::uploaded(stream, start);
    gpu::launch(stream, {.grid = 4, .block = 48, .cooperative = true}, pass_on, values.data(), 5u);
    const auto found = gpu::downloaded(stream, values);
    for (unsigned i = 0; i < start.size(); ++i)
      EXPECT_EQ(found[i], start[(i + 5 * 48) % start.size()] + 5) << i;
  }
}

/// Three dimensions, x first.
__global__ void note_places(unsigned* places) {
  const unsigned thread = (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
  const unsigned block = (blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x;
  const unsigned lane = static_cast<unsigned>(__ffs(static_cast<int>(__activemask()))) - 1;
  places[block * blockDim.x * blockDim.y * blockDim.z + thread] = lane;
}

TEST(Schedules, ThreadsAndBlocksOfThreeDimensionsCountXFirst) {
  const gpu::Stream stream;
  const gpu::Buffer<unsigned> places(2 * 3 * 2 * 60);
  gpu::launch(stream, {.grid = dim3(2, 3, 2), .block = dim3(5, 4, 3)}, note_places, places.data());
  const auto found = gpu::downloaded(stream, places);
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_EQ(found[i], i % 60 % 32) << i;
}

}  // namespace
}  // namespace emulation
