// SPDX-License-Identifier: Apache-2.0
#include "snn/record/spike_statistics.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace snn {
namespace {

using Spikes = std::vector<std::pair<std::int64_t, std::vector<std::int32_t>>>;

SpikeStatistics of(const Spikes& spikes, std::int64_t neurons = 4, double dt_ms = 0.5,
                   std::int64_t first = 0) {
  SpikeStatistics statistics(neurons, dt_ms, 5.0);
  statistics.start(first);
  for (const auto& [tick, fired] : spikes) statistics.add(tick, fired);
  return statistics;
}

TEST(SpikeStatistics, RatesAreSpikesPerNeuronAndSecond) {
  const auto statistics = of({{100, {0, 1}}, {150, {3}}, {299, {0}}}, 4, 0.5, 100);
  EXPECT_EQ(statistics.spikes(), 4u);
  EXPECT_DOUBLE_EQ(statistics.rate_hz(300), 4 / 4.0 / 0.1);
  EXPECT_DOUBLE_EQ(statistics.rate_hz(500), 4 / 4.0 / 0.2);
}

TEST(SpikeStatistics, CvIsOfIntervalsAveragedOverNeurons) {
  // Intervals 2 and 4 (mean 3, deviation 1), 5 and 5; two neurons have too few.
  const auto statistics = of({{0, {0, 1, 2}}, {2, {0}}, {5, {1}}, {6, {0}}, {9, {2}}, {10, {1}}});
  EXPECT_DOUBLE_EQ(statistics.cv(), (1.0 / 3 + 0) / 2);
  EXPECT_TRUE(std::isnan(of({}).cv()));
  EXPECT_TRUE(std::isnan(of({{0, {0}}, {5, {0}}}).cv()));
}

TEST(SpikeStatistics, FanoIsOfCountsInWholeBins) {
  // Ten ticks a bin: counts 3, 0, 1 and, in a bin that is not whole, 2. Mean 4/3, squares 10/3.
  const Spikes spikes{{20, {0, 1}}, {29, {3}}, {40, {2}}, {51, {0, 1}}};
  EXPECT_DOUBLE_EQ(of(spikes, 4, 0.5, 20).fano(55), (10 / 3.0 - 16 / 9.0) / (4 / 3.0));
  // With the fourth: mean 6/4, squares 14/4.
  EXPECT_DOUBLE_EQ(of(spikes, 4, 0.5, 20).fano(60), (14 / 4.0 - 36 / 16.0) / (6 / 4.0));
  // Silence after the last spike counts.
  EXPECT_DOUBLE_EQ(of(spikes, 4, 0.5, 20).fano(100), (14 / 8.0 - 36 / 64.0) / (6 / 8.0));
  EXPECT_TRUE(std::isnan(of({}).fano(100)));
}

TEST(SpikeStatistics, OfARegularTrainAreZero) {
  Spikes spikes;
  for (std::int64_t t = 3; t < 1000; t += 10) spikes.push_back({t, {0, 1, 2, 3}});
  EXPECT_EQ(of(spikes).cv(), 0);
  EXPECT_NEAR(of(spikes).fano(1000), 0, 1e-12);
}

/// Independent spikes with probability p per tick: intervals are geometric, with CV sqrt(1 - p),
/// and counts binomial, with Fano factor 1 - p.
TEST(SpikeStatistics, OfPoissonTrainsAreOne) {
  constexpr std::int64_t neurons = 100, ticks = 100000;
  constexpr double p = 0.005;
  std::mt19937_64 random(5);
  std::binomial_distribution<int> number(neurons, p);
  std::uniform_int_distribution<std::int32_t> which(0, neurons - 1);
  SpikeStatistics statistics(neurons, 0.1);
  for (std::int64_t t = 0; t < ticks; ++t) {
    std::set<std::int32_t> fired;
    for (auto count = static_cast<std::size_t>(number(random)); fired.size() < count;)
      fired.insert(which(random));
    statistics.add(t, std::vector<std::int32_t>(fired.begin(), fired.end()));
  }
  EXPECT_NEAR(statistics.rate_hz(ticks), 50, 4 * 50 / std::sqrt(5e4));
  // Of 500 intervals each: biased by some 1/500, with an error of 1/sqrt(500 x 100).
  EXPECT_NEAR(statistics.cv(), std::sqrt(1 - p), 4 / std::sqrt(5e4) + 0.002);
  // Of 2000 bins: sqrt(2/2000).
  EXPECT_NEAR(statistics.fano(ticks), 1 - p, 4 * std::sqrt(2 / 2000.0));
}

TEST(SpikeStatistics, TheHashTellsTrainsApart) {
  const std::vector<Spikes> trains{{},
                                   {{5, {0, 1}}, {6, {2}}},
                                   {{5, {0, 1}}, {7, {2}}},
                                   {{5, {0, 1}}, {6, {3}}},
                                   {{5, {0}}, {6, {1, 2}}},
                                   {{5, {0, 1}}},
                                   {{5, {0, 1, 2}}}};
  std::set<std::uint64_t> hashes;
  for (const Spikes& train : trains) {
    hashes.insert(of(train).hash());
    EXPECT_EQ(of(train).hash(), of(train).hash());
  }
  EXPECT_EQ(hashes.size(), trains.size());
  // Ticks without spikes are no part of a train. FNV-1a of nothing is its offset basis.
  EXPECT_EQ(of({{4, {}}, {5, {0, 1}}, {6, {2}}}).hash(), of(trains[1]).hash());
  EXPECT_EQ(of({}).hash(), 14695981039346656037u);
}

}  // namespace
}  // namespace snn
