// SPDX-License-Identifier: Apache-2.0
#include "snn/compile/lines.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "tests/support/statistics.hpp"

namespace snn {
namespace {

Network between(std::int64_t sources, std::int64_t targets, const Connectivity& rule) {
  Network net;
  const auto in = net.add(PoissonSource{}, {sources});
  const auto out = net.add(Lif{}, {targets});
  net.connect(in, out, rule);
  return net;
}
Network within(std::int64_t neurons, const Connectivity& rule) {
  Network net;
  const auto all = net.add(Lif{}, {neurons});
  net.connect(all, all, rule, {.delay_ms = 1.0});
  return net;
}

std::vector<std::uint32_t> partners_of(const Lines& lines, std::int64_t line) {
  std::vector<std::uint32_t> partners(static_cast<std::size_t>(lines.degree(line)));
  lines.partners(line, partners);
  return partners;
}

std::vector<Connectivity> rules() {
  return {AllToAll{},
          FixedProbability{.probability = 0.3, .allow_self = false},
          FixedProbability{.probability = 1, .allow_self = false},
          FixedInDegree{.in_degree = 100},
          FixedInDegree{.in_degree = 20, .allow_self = false, .allow_multiple = false},
          FixedOutDegree{.out_degree = 60, .allow_self = false},
          FixedOutDegree{.out_degree = 7, .allow_multiple = false},
          FixedTotalNumber{.synapses = 3000, .allow_self = false},
          FixedTotalNumber{.synapses = 900, .allow_self = false, .allow_multiple = false}};
}

TEST(Lines, CanBeDrawnAgainInAnyOrderAndOnAnyThreads) {
  for (const Connectivity& rule : rules()) {
    const Network net = within(70, rule);
    const Lines lines(net, {0}, 3);
    std::vector<std::vector<std::uint32_t>> drawn;
    for (std::int64_t line = 0; line < lines.count(); ++line)
      drawn.push_back(partners_of(lines, line));
    EXPECT_EQ(lines.first(0), 0);
    EXPECT_EQ(lines.first(lines.count()), lines.synapses());
    for (const int threads : {2, 3, 8}) {
      const Lines again(net, {0}, 3, threads);
      ASSERT_EQ(again.count(), lines.count());
      for (std::int64_t line = lines.count() - 1; line >= 0; --line) {
        EXPECT_EQ(again.first(line), lines.first(line));
        EXPECT_EQ(partners_of(again, line), drawn[static_cast<std::size_t>(line)])
            << rule.index() << " line " << line;
      }
    }
  }
}

TEST(Lines, HoldWhatTheRuleAllowsAscending) {
  for (const Connectivity& rule : rules()) {
    const Network network = within(70, rule);
    const Lines lines(network, {0}, 5);
    const auto allowed = [&](auto flag, bool otherwise) {
      return std::visit([&](const auto& r) { return flag(r, otherwise); }, rule);
    };
    const bool self = allowed(
        [](const auto& r, bool otherwise) {
          if constexpr (requires { r.allow_self; }) return r.allow_self;
          return otherwise;
        },
        true);
    const bool multiple = allowed(
        [](const auto& r, bool otherwise) {
          if constexpr (requires { r.allow_multiple; }) return r.allow_multiple;
          return otherwise;
        },
        false);
    for (std::int64_t line = 0; line < lines.count(); ++line) {
      const auto partners = partners_of(lines, line);
      EXPECT_TRUE(std::is_sorted(partners.begin(), partners.end())) << rule.index();
      if (!partners.empty()) {
        EXPECT_LT(partners.back(), 70u);
      }
      const bool has_self = std::count(partners.begin(), partners.end(), line) > 0;
      EXPECT_FALSE(has_self && !self) << rule.index();
      const bool repeats = std::adjacent_find(partners.begin(), partners.end()) != partners.end();
      EXPECT_FALSE(repeats && !multiple) << rule.index();
    }
  }
}

/// Degrees of a total number with repetition are multinomial: mean N/n, variance N/n (1 - 1/n),
/// covariance -N/n^2; over many seeds within 4.5 standard errors.
TEST(Lines, DegreesOfATotalNumberAreMultinomial) {
  for (const std::int64_t synapses : {30, 2000}) {  // both ways of drawing a binomial number
    constexpr std::int64_t sources = 8;
    constexpr int seeds = 20000;
    const auto total = static_cast<double>(synapses);
    const double mean = total / sources, variance = mean * (1 - 1.0 / sources),
                 covariance = -mean / sources;
    const Network net = between(sources, 5, FixedTotalNumber{.synapses = synapses});
    std::vector<double> sum(sources), square(sources);
    double product = 0;  // of the first and the last
    for (int seed = 0; seed < seeds; ++seed) {
      const Lines lines(net, {0}, static_cast<std::uint64_t>(seed));
      ASSERT_EQ(lines.synapses(), synapses);
      for (std::int64_t k = 0; k < sources; ++k) {
        const double off = static_cast<double>(lines.degree(k)) - mean;
        sum[static_cast<std::size_t>(k)] += off;
        square[static_cast<std::size_t>(k)] += off * off;
      }
      product += (static_cast<double>(lines.degree(0)) - mean) *
                 (static_cast<double>(lines.degree(sources - 1)) - mean);
    }
    const double root = std::sqrt(seeds);
    for (std::int64_t k = 0; k < sources; ++k) {
      const auto at = static_cast<std::size_t>(k);
      EXPECT_NEAR(sum[at] / seeds, 0, 4.5 * std::sqrt(variance) / root) << k;
      EXPECT_NEAR(square[at] / seeds, variance, 4.5 * variance * 1.5 / root) << k;
    }
    EXPECT_NEAR(product / seeds, covariance, 4.5 * 1.1 * variance / root);
  }
}

TEST(Lines, TargetsOfATotalNumberAreUniform) {
  const Network network = between(9, 50, FixedTotalNumber{.synapses = 200000});
  const Lines lines(network, {0}, 1);
  std::vector<double> count(50);
  for (std::int64_t k = 0; k < lines.count(); ++k) {
    for (const std::uint32_t partner : partners_of(lines, k)) ++count[partner];
  }
  test::expect_uniform_distribution(count);
}

TEST(Lines, BelongToTargetsWhereInDegreesAreFixed) {
  EXPECT_TRUE(Lines::of_targets(FixedInDegree{}));
  EXPECT_FALSE(Lines::of_targets(FixedOutDegree{}));
  const Network network = between(4, 30, FixedInDegree{.in_degree = 6});
  const Lines lines(network, {0}, 1);
  EXPECT_EQ(lines.count(), 30);
  EXPECT_EQ(lines.degree(29), 6);
}

TEST(SortBelow, SortsAnyBoundAndSize) {
  std::mt19937 random(1);
  for (const std::uint32_t bound : {1u, 2u, 255u, 256u, 257u, 65536u, 65537u, 16777217u, ~0u}) {
    for (const std::size_t size : {0, 1, 47, 48, 1000}) {
      std::vector<std::uint32_t> values(size), scratch(size);
      for (auto& value : values) value = static_cast<std::uint32_t>(random() % bound);
      std::vector<std::uint32_t> expected = values;
      std::sort(expected.begin(), expected.end());
      sort_below(values, scratch, bound);
      EXPECT_EQ(values, expected) << bound << " " << size;
    }
  }
}

}  // namespace
}  // namespace snn
