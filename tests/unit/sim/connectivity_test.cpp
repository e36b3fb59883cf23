// SPDX-License-Identifier: Apache-2.0
// The network of README.md, end to end: drawn pairs, delayed events, membranes.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "snn/compile/connect.hpp"
#include "snn/sim/simulation.hpp"

namespace snn {
namespace {

constexpr std::uint64_t seed = 7;
constexpr double dt_ms = 0.1;
constexpr std::int64_t ticks = 10000, delay = 15;

struct FiveLines {
  Network net;
  PopulationId in = net.add(PoissonSource{.rate_hz = 20}, {100}, "in");
  PopulationId out = net.add(Lif{.tau_m_ms = 20, .v_th_mv = -50}, {1000}, "out");
  ProjectionId all = net.connect(in, out, FixedProbability{0.1}, {.weight = 0.8, .delay_ms = 1.5});
  Pairs pairs = expand_pairs(net, all, seed);
};

TEST(Connectivity, EachSpikeArrivesAtTheTargetsThatWereDrawn) {
  const FiveLines five;
  Simulation run(five.net, {.dt_ms = dt_ms, .seed = seed});
  run.record_spikes(five.in);
  run.run_ms(1000);
  std::vector<std::uint64_t> targets(100);
  for (const std::int32_t k : five.pairs.source) ++targets[static_cast<std::size_t>(k)];
  std::uint64_t expected = 0;
  const auto& spikes = run.spikes(five.in);
  for (std::size_t i = 0; i < spikes.tick.size(); ++i) {
    if (spikes.tick[i] + delay < ticks)
      expected += targets[static_cast<std::size_t>(spikes.neuron[i])];
  }
  const ProjectionCounts counts = run.counts().projections.front();
  EXPECT_EQ(counts.synaptic_events, expected);
  EXPECT_EQ(counts.synapses, static_cast<std::int64_t>(five.pairs.size()));
  // 100 x 1000 pairs x 0.1, and 100 x 20 Hz x 1 s x 1000 x 0.1: 4 standard deviations.
  EXPECT_NEAR(static_cast<double>(five.pairs.size()), 1e4, 4 * std::sqrt(9e3));
  EXPECT_NEAR(static_cast<double>(expected), 2e5, 2e5 * 4 * std::sqrt(1 / 2000.0 + 1 / 1e4));
}

/// u = exp(-dt / tau) u + 0.8 mV for each event, added up here in double.
TEST(Connectivity, MembranesFollowTheDrawnPairs) {
  const FiveLines five;
  Simulation run(five.net, {.dt_ms = dt_ms, .seed = seed});
  run.record_spikes(five.in);
  run.record_spikes(five.out);
  const std::vector<std::int32_t> neurons{0, 1, 499, 999};
  run.record_membrane(five.out, neurons, dt_ms);
  run.run_ms(1000);
  const auto& spikes = run.spikes(five.in);
  for (std::size_t i = 0; i < neurons.size(); ++i) {
    std::vector<int> joined(100);
    for (std::size_t s = 0; s < five.pairs.size(); ++s) {
      if (five.pairs.target[s] == neurons[i])
        ++joined[static_cast<std::size_t>(five.pairs.source[s])];
    }
    std::vector<double> arriving(ticks + delay);
    for (std::size_t e = 0; e < spikes.tick.size(); ++e) {
      arriving[static_cast<std::size_t>(spikes.tick[e] + delay)] +=
          0.8 * joined[static_cast<std::size_t>(spikes.neuron[e])];
    }
    double u = 0, largest = 0;
    for (std::size_t t = 0; t < static_cast<std::size_t>(ticks); ++t) {
      u = std::exp(-dt_ms / 20) * u + arriving[t];
      ASSERT_LT(u, 15) << "the threshold";
      largest = std::max(largest, u);
      // Steps in float: at most 10^4 roundings of values below 16, of which each decays.
      ASSERT_NEAR(run.membrane(five.out).value[t * neurons.size() + i], -65 + u, 2e-4) << t;
    }
    EXPECT_GT(largest, 1);
  }
  EXPECT_TRUE(run.spikes(five.out).tick.empty());
}

TEST(Connectivity, ThreadsDoNotMatter) {
  FiveLines five;
  five.net[five.all].synapse = {.weight = Lognormal{1.5, 0.5}, .delay_ms = Normal{1.5, 0.5}};
  std::vector<std::int64_t> first;
  for (const int threads : {1, 2, 3}) {
    Simulation run(five.net, {.dt_ms = dt_ms, .seed = seed, .threads = threads});
    run.record_spikes(five.out);
    run.run_ms(200);
    if (threads == 1) first = run.spikes(five.out).tick;
    EXPECT_EQ(run.spikes(five.out).tick, first);
  }
  EXPECT_GT(first.size(), 1000u);
}

}  // namespace
}  // namespace snn
