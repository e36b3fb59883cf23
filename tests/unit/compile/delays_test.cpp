// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "snn/compile/connect.hpp"
#include "tests/support/statistics.hpp"

namespace snn {
namespace {

constexpr double dt_ms = 0.1;

std::vector<std::int32_t> delays(const Delay& delay, std::int64_t neurons, std::uint64_t seed,
                                 int projections = 1) {
  Network net;
  const auto in = net.add(PoissonSource{}, {neurons});
  const auto out = net.add(Lif{}, {neurons});
  for (int q = 0; q < projections; ++q) net.connect(in, out, OneToOne{}, {.delay_ms = delay});
  const ProjectionId last{projections - 1};
  return expand_delays(net, last, expand_pairs(net, last, seed), dt_ms, seed);
}

double normal_share_below(double x, double mean, double sd) {
  return 0.5 * std::erfc((mean - x) / (sd * std::sqrt(2.0)));
}

/// Compares drawn delays with a cumulative distribution in ms, rounded to ticks and without what
/// rounds to none: mean and variance within 4 standard errors, and the shares of ticks.
void expect_delays(const Delay& delay, const std::function<double(double)>& share_below) {
  constexpr int ticks = 400;
  const auto drawn = delays(delay, 40000, 8);
  std::vector<double> probability(ticks), count(ticks);
  const double none = share_below(0.5 * dt_ms);
  for (int k = 1; k < ticks; ++k) {
    probability[static_cast<std::size_t>(k)] =
        (share_below((k + 0.5) * dt_ms) - share_below((k - 0.5) * dt_ms)) / (1 - none);
  }
  const auto moment = [&](const auto& f) {
    double sum = 0;
    for (int k = 1; k < ticks; ++k) sum += probability[static_cast<std::size_t>(k)] * f(k);
    return sum;
  };
  const double mean = moment([](double k) { return k; });
  const double variance = moment([&](double k) { return std::pow(k - mean, 2); });
  const double fourth = moment([&](double k) { return std::pow(k - mean, 4); });
  const auto n = static_cast<double>(drawn.size());
  double found_mean = 0, found_variance = 0;
  for (const std::int32_t k : drawn) {
    ++count.at(static_cast<std::size_t>(k));
    found_mean += k / n;
    found_variance += std::pow(k - mean, 2) / n;
  }
  EXPECT_EQ(count[0], 0);
  EXPECT_NEAR(found_mean, mean, 4 * std::sqrt(variance / n));
  EXPECT_NEAR(found_variance, variance, 4 * std::sqrt((fourth - variance * variance) / n));
  test::expect_distribution(count, probability);
}

TEST(Delays, UniformOnesAreRounded) {
  expect_delays(Uniform{0.5, 2.0},
                [](double ms) { return std::clamp((ms - 0.5) / 1.5, 0.0, 1.0); });
}

TEST(Delays, BelowOneTickTheyAreDrawnAgain) {
  expect_delays(Uniform{0.0, 0.4}, [](double ms) { return std::clamp(ms / 0.4, 0.0, 1.0); });
  expect_delays(Normal{0.3, 0.2}, [](double ms) { return normal_share_below(ms, 0.3, 0.2); });
}

TEST(Delays, NormalOnesHaveTheirMoments) {
  expect_delays(Normal{1.5, 0.3}, [](double ms) { return normal_share_below(ms, 1.5, 0.3); });
}

TEST(Delays, TruncatedOnesStayWithin) {
  const auto below = [](double ms) { return normal_share_below(ms, 1.5, 0.5); };
  expect_delays(TruncatedNormal{1.5, 0.5, 1.0, 3.0}, [&](double ms) {
    const double x = std::clamp(ms, 1.0, 3.0);
    return (below(x) - below(1.0)) / (below(3.0) - below(1.0));
  });
}

TEST(Delays, ADrawnDelayDependsOnSeedProjectionAndSynapseAlone) {
  const Delay delay = Uniform{1, 1000};
  const auto small = delays(delay, 50, 5);
  auto larger = delays(delay, 200, 5);
  larger.resize(small.size());
  EXPECT_EQ(larger, small);
  EXPECT_NE(delays(delay, 50, 6), small);
  EXPECT_NE(delays(delay, 50, 5, 2), small);
}

TEST(Delays, GivenOnesAreRounded) {
  EXPECT_EQ(delays(0.26, 2, 1), (std::vector<std::int32_t>{3, 3}));
  EXPECT_EQ(delays(PerSource{{0.1, 0.34}}, 2, 1), (std::vector<std::int32_t>{1, 3}));
  EXPECT_EQ(delays(PerSynapse{{0, 7}}, 2, 1), (std::vector<std::int32_t>{0, 70}));
}

}  // namespace
}  // namespace snn
