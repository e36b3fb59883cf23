// SPDX-License-Identifier: Apache-2.0
#include "snn/compile/connect.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "snn/compile/compiled_network.hpp"
#include "tests/support/statistics.hpp"
#include "tests/support/synapses.hpp"

namespace snn {
namespace {

using test::expect_distribution;
using test::expect_uniform_distribution;
using Pair = std::pair<std::int32_t, std::int32_t>;

/// A projection from one population to another.
Network between(std::int64_t sources, std::int64_t targets, const Connectivity& rule) {
  Network net;
  const auto in = net.add(PoissonSource{}, {sources});
  const auto out = net.add(Lif{}, {targets});
  net.connect(in, out, rule, {.delay_ms = 1.0});
  return net;
}

/// A projection within one population.
Network within(std::int64_t neurons, const Connectivity& rule) {
  Network net;
  const auto all = net.add(Lif{}, {neurons});
  net.connect(all, all, rule, {.delay_ms = 1.0});
  return net;
}

std::vector<Pair> pairs_of(const Network& net, std::uint64_t seed, std::int32_t projection = 0) {
  const Pairs pairs = expand_pairs(net, {projection}, seed);
  std::vector<Pair> list;
  for (std::size_t s = 0; s < pairs.size(); ++s)
    list.emplace_back(pairs.source[s], pairs.target[s]);
  return list;
}

std::vector<double> histogram(const std::vector<std::int32_t>& neurons, std::int64_t size) {
  std::vector<double> count(static_cast<std::size_t>(size));
  for (const std::int32_t n : neurons) ++count.at(static_cast<std::size_t>(n));
  return count;
}

std::size_t distinct(const std::vector<Pair>& pairs) {
  return std::set<Pair>(pairs.begin(), pairs.end()).size();
}

std::int64_t selves(const std::vector<Pair>& pairs) {
  return std::count_if(pairs.begin(), pairs.end(), [](Pair p) { return p.first == p.second; });
}

TEST(Connect, FixedRulesListTheirPairsInOrder) {
  EXPECT_EQ(pairs_of(between(2, 3, AllToAll{}), 1),
            (std::vector<Pair>{{0, 0}, {0, 1}, {0, 2}, {1, 0}, {1, 1}, {1, 2}}));
  EXPECT_EQ(pairs_of(between(2, 2, OneToOne{}), 1), (std::vector<Pair>{{0, 0}, {1, 1}}));
  EXPECT_EQ(pairs_of(between(2, 3, Sparse{{1, 0, 1}, {2, 2, 2}}), 1),
            (std::vector<Pair>{{1, 2}, {0, 2}, {1, 2}}));
}

TEST(Connect, InDegreesAreExact) {
  for (const bool multiple : {true, false}) {
    const FixedInDegree rule{.in_degree = 30, .allow_multiple = multiple};
    const Pairs pairs = expand_pairs(between(40, 500, rule), {0}, 3);
    EXPECT_EQ(histogram(pairs.target, 500), std::vector<double>(500, 30.0));
    EXPECT_TRUE(std::is_sorted(pairs.target.begin(), pairs.target.end()));
    const auto list = pairs_of(between(40, 500, rule), 3);
    // With repetition, 30 of 40 are distinct with a probability of 1e-7.
    EXPECT_EQ(distinct(list) == list.size(), !multiple);
  }
}

TEST(Connect, OutDegreesAreExact) {
  for (const bool multiple : {true, false}) {
    const FixedOutDegree rule{.out_degree = 30, .allow_multiple = multiple};
    const Pairs pairs = expand_pairs(between(500, 40, rule), {0}, 3);
    EXPECT_EQ(histogram(pairs.source, 500), std::vector<double>(500, 30.0));
    const auto list = pairs_of(between(500, 40, rule), 3);
    EXPECT_TRUE(std::is_sorted(list.begin(), list.end()));
    EXPECT_EQ(distinct(list) == list.size(), !multiple);
  }
}

TEST(Connect, TheTotalNumberIsExact) {
  for (const bool multiple : {true, false}) {
    const FixedTotalNumber rule{.synapses = 700, .allow_multiple = multiple};
    const auto list = pairs_of(between(30, 40, rule), 3);
    EXPECT_EQ(list.size(), 700u);
    EXPECT_EQ(distinct(list) == list.size(), !multiple);
  }
}

TEST(Connect, AllOfThemIsEveryPairOnce) {
  const auto all = pairs_of(between(6, 9, AllToAll{}), 0);
  for (const Connectivity& rule :
       {Connectivity{FixedProbability{1.0}}, Connectivity{FixedInDegree{6, true, false}},
        Connectivity{FixedOutDegree{9, true, false}},
        Connectivity{FixedTotalNumber{54, true, false}}}) {
    auto list = pairs_of(between(6, 9, rule), 1);
    std::sort(list.begin(), list.end());
    EXPECT_EQ(list, all);
  }
}

TEST(Connect, NoneIsNoPair) {
  for (const Connectivity& rule :
       {Connectivity{FixedProbability{0.0}}, Connectivity{FixedInDegree{0}},
        Connectivity{FixedOutDegree{0}}, Connectivity{FixedTotalNumber{0}},
        Connectivity{FixedTotalNumber{0, false, false}}}) {
    EXPECT_TRUE(pairs_of(between(6, 9, rule), 1).empty());
    EXPECT_TRUE(pairs_of(within(1, rule), 1).empty());
  }
}

TEST(Connect, TheNumberOfSynapsesIsBinomial) {
  const double n = 300.0 * 400.0;
  for (const double p : {0.001, 0.1, 0.5, 0.97}) {
    const auto list = pairs_of(between(300, 400, FixedProbability{p}), 5);
    EXPECT_NEAR(static_cast<double>(list.size()), n * p, 4 * std::sqrt(n * p * (1 - p))) << p;
    EXPECT_EQ(distinct(list), list.size());
    EXPECT_TRUE(std::is_sorted(list.begin(), list.end()));
  }
}

/// Over many draws, each pair is there with probability p, and any two in a row with p^2.
TEST(Connect, PairsAreIndependentTrials) {
  const double p = 0.3, draws = 4000;
  std::vector<double> there(15), both(15);
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    std::vector<bool> drawn(16);
    for (const auto& [k, n] : pairs_of(between(3, 5, FixedProbability{p}), seed))
      drawn[static_cast<std::size_t>(5 * k + n)] = true;
    for (std::size_t i = 0; i < 15; ++i) {
      there[i] += drawn[i] ? 1 : 0;
      both[i] += drawn[i] && drawn[(i + 1) % 15] ? 1 : 0;
    }
  }
  for (std::size_t i = 0; i < 15; ++i) {
    EXPECT_NEAR(there[i], draws * p, 4 * std::sqrt(draws * p * (1 - p))) << i;
    EXPECT_NEAR(both[i], draws * p * p, 4 * std::sqrt(draws * p * p * (1 - p * p))) << i;
  }
}

/// 10^10 pairs, of which about 100 are drawn: this test would not end if each pair were looked at.
TEST(Connect, CostFollowsSynapses) {
  const auto list = pairs_of(between(5, 2'000'000'000, FixedProbability{1e-8}), 2);
  EXPECT_NEAR(static_cast<double>(list.size()), 100, 4 * 10);
  EXPECT_TRUE(std::is_sorted(list.begin(), list.end()));
  EXPECT_LT(list.back().second, 2'000'000'000);
}

/// Two sources out of five for each of many targets: how often each choice came up.
std::map<Pair, double> choices_of_two(bool multiple) {
  const FixedInDegree rule{.in_degree = 2, .allow_multiple = multiple};
  const Pairs pairs = expand_pairs(between(5, 20000, rule), {0}, 11);
  std::map<Pair, double> count;
  for (std::size_t s = 0; s < pairs.size(); s += 2) {
    const auto [low, high] = std::minmax(pairs.source[s], pairs.source[s + 1]);
    ++count[{low, high}];
  }
  return count;
}

TEST(Connect, WithoutRepetitionEverySubsetIsAsLikely) {
  std::vector<double> count;
  for (const auto& [choice, times] : choices_of_two(false)) {
    EXPECT_NE(choice.first, choice.second);
    count.push_back(times);
  }
  ASSERT_EQ(count.size(), 10u);
  expect_uniform_distribution(count);
}

TEST(Connect, WithRepetitionDrawsAreIndependent) {
  std::vector<double> count, probability;
  for (const auto& [choice, times] : choices_of_two(true)) {
    count.push_back(times);
    probability.push_back(choice.first == choice.second ? 1.0 / 25 : 2.0 / 25);
  }
  ASSERT_EQ(count.size(), 15u);
  expect_distribution(count, probability);
}

TEST(Connect, SubsetsOfAllPairsAreAsLikely) {
  std::map<std::vector<Pair>, double> found;
  for (std::uint64_t seed = 0; seed < 8000; ++seed)
    ++found[pairs_of(between(2, 3, FixedTotalNumber{2, true, false}), seed)];
  std::vector<double> count;
  for (const auto& [choice, times] : found) count.push_back(times);
  ASSERT_EQ(count.size(), 15u);  // 6 choose 2
  expect_uniform_distribution(count);
}

TEST(Connect, TheOtherEndIsUniform) {
  const Pairs in = expand_pairs(between(50, 4000, FixedInDegree{10}), {0}, 1);
  expect_uniform_distribution(histogram(in.source, 50));
  const Pairs out = expand_pairs(between(4000, 50, FixedOutDegree{10}), {0}, 1);
  expect_uniform_distribution(histogram(out.target, 50));
  const Pairs total = expand_pairs(between(40, 50, FixedTotalNumber{40000}), {0}, 1);
  expect_uniform_distribution(histogram(total.source, 40));
  expect_uniform_distribution(histogram(total.target, 50));
}

/// The pairs of 4 neurons with each other that are not of one neuron are equally likely.
TEST(Connect, WithoutSelfTheOthersShareAlike) {
  for (const Connectivity& rule :
       {Connectivity{FixedProbability{0.25, false}}, Connectivity{FixedInDegree{1, false}},
        Connectivity{FixedOutDegree{1, false, false}}, Connectivity{FixedTotalNumber{4, false}},
        Connectivity{FixedTotalNumber{4, false, false}}}) {
    std::map<Pair, double> found;
    for (std::uint64_t seed = 0; seed < 3000; ++seed) {
      const auto list = pairs_of(within(4, rule), seed);
      EXPECT_EQ(selves(list), 0);
      for (const Pair& pair : list) ++found[pair];
    }
    std::vector<double> count;
    for (const auto& [pair, times] : found) count.push_back(times);
    ASSERT_EQ(count.size(), 12u) << rule.index();
    expect_uniform_distribution(count);
  }
}

TEST(Connect, SelfIsAsLikelyAsOthersWhereAllowed) {
  // 1000 neurons x 20 synapses, each its own with probability 1/1000.
  for (const Connectivity& rule :
       {Connectivity{FixedProbability{0.02}}, Connectivity{FixedInDegree{20}},
        Connectivity{FixedOutDegree{20}}, Connectivity{FixedTotalNumber{20000}}}) {
    const auto self = static_cast<double>(selves(pairs_of(within(1000, rule), 4)));
    EXPECT_NEAR(self, 20, 4 * std::sqrt(20.0)) << rule.index();
  }
}

TEST(Connect, NeuronsOfOtherPopulationsAreNotSelf) {
  EXPECT_EQ(pairs_of(between(20, 20, FixedProbability{0.3, false}), 9),
            pairs_of(between(20, 20, FixedProbability{0.3, true}), 9));
  EXPECT_EQ(pairs_of(between(20, 20, FixedInDegree{5, false, false}), 9),
            pairs_of(between(20, 20, FixedInDegree{5, true, false}), 9));
}

TEST(Connect, PairsDependOnSeedProjectionAndRowAlone) {
  for (const Connectivity& rule :
       {Connectivity{FixedProbability{0.2}}, Connectivity{FixedInDegree{8}},
        Connectivity{FixedOutDegree{8, true, false}}, Connectivity{FixedTotalNumber{160}}}) {
    Network net = between(20, 20, rule);
    const auto first = pairs_of(net, 5);
    EXPECT_EQ(pairs_of(net, 5), first);
    EXPECT_NE(pairs_of(net, 6), first);
    net.connect({0}, {1}, rule, {.delay_ms = 1.0});
    EXPECT_EQ(pairs_of(net, 5), first);
    const auto second = pairs_of(net, 5, 1);
    EXPECT_NE(second, first);
    net[ProjectionId{0}].rule = AllToAll{};
    net[ProjectionId{0}].synapse.weight = Normal{};
    net.add(Lif{}, {7});
    EXPECT_EQ(pairs_of(net, 5, 1), second);
  }
  // More rows leave those there are as they were.
  auto more = pairs_of(between(20, 50, FixedInDegree{8}), 5);
  more.resize(160);
  EXPECT_EQ(more, pairs_of(between(20, 20, FixedInDegree{8}), 5));
}

TEST(Connect, CompilingADrawnRuleIsCompilingItsPairs) {
  for (const Connectivity& rule :
       {Connectivity{FixedProbability{0.2}}, Connectivity{FixedInDegree{8}},
        Connectivity{FixedOutDegree{8}}, Connectivity{FixedTotalNumber{160}}}) {
    const Network net = between(20, 30, rule);
    Sparse listed;
    for (const auto& [k, n] : pairs_of(net, 5)) {
      listed.source.push_back(k);
      listed.target.push_back(n);
    }
    const auto drawn = support::stored_synapses(compile(net, 0.5, 5), 0);
    const auto same = support::stored_synapses(compile(between(20, 30, listed), 0.5, 5), 0);
    ASSERT_EQ(drawn.size(), same.size());
    EXPECT_GT(drawn.size(), 0u);
    for (std::size_t s = 0; s < drawn.size(); ++s) {
      EXPECT_EQ(drawn[s].source, same[s].source);
      EXPECT_EQ(drawn[s].delay, same[s].delay);
      EXPECT_EQ(drawn[s].target, same[s].target);
      EXPECT_EQ(drawn[s].weight, same[s].weight);
    }
  }
}

}  // namespace
}  // namespace snn
