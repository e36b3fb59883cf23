// SPDX-License-Identifier: Apache-2.0
// The spike trains of the benchmark networks at small scale, as hashes that were written down once:
// every machine, compiler, instruction set and number of threads must give them. They say nothing
// about being right (nest_*_test.cpp do), only about being the same. A change of the random numbers
// or of the rules that draw changes them on purpose.
#include <gtest/gtest.h>

#include "snn/model/benchmark_networks.hpp"
#include "snn/record/spike_statistics.hpp"
#include "snn/sim/simulation.hpp"

namespace snn {
namespace {

std::uint64_t hash_of(const Network& network, int threads, double ms, double piece_ms) {
  Simulation run(network, {.dt_ms = 0.1, .seed = 11, .threads = threads});
  std::vector<SpikeStatistics> statistics;
  statistics.reserve(network.populations().size());
  for (std::size_t p = 0; p < network.populations().size(); ++p) {
    statistics.emplace_back(network.populations()[p].size(), 0.1);
    run.listen_to_spikes({static_cast<std::int32_t>(p)},
                         [&statistics, p](std::int64_t tick, std::span<const std::int32_t> n) {
                           statistics[p].add(tick, n);
                         });
  }
  for (double done = 0; done < ms - 1e-9; done += piece_ms) run.run_ms(piece_ms);
  std::uint64_t hash = 0;
  for (const SpikeStatistics& s : statistics) {
    EXPECT_GT(s.spikes(), 0u);
    hash = hash * 0x100000001B3u ^ s.hash();
  }
  return hash;
}

struct Case {
  const char* name;
  Network network;
  std::uint64_t hash;
};

class SpikeHash : public testing::TestWithParam<int> {};

TEST_P(SpikeHash, IsTheOneWrittenDown) {
  const std::vector<Case> cases{
      {"brunel", brunel({.scale = 0.3}), 0x879f53b8a2030fd9u},
      {"cuba", cuba({.scale = 2}), 0x6ebf3058d15833cdu},
      {"coba", coba({.scale = 2}), 0x2fcf1afe06cf4ae8u},
      {"microcircuit", microcircuit({.scale = 0.05}), 0xd9d818e932b49f4du},
      {"stdp-balanced", stdp_balanced({.scale = 0.3}), 0xcd8549032495c7e6u},
  };
  for (const Case& c : cases) {
    const std::uint64_t found = hash_of(c.network, GetParam(), 200, GetParam() == 2 ? 20 : 200);
    EXPECT_EQ(found, c.hash) << c.name << std::hex << " 0x" << found;
  }
}

INSTANTIATE_TEST_SUITE_P(Threads, SpikeHash, testing::Values(1, 2, 3, 8));

}  // namespace
}  // namespace snn
