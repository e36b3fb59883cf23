// SPDX-License-Identifier: Apache-2.0
#include "snn/compile/update_order.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "tests/support/config_error.hpp"

namespace snn {
namespace {

/// Populations of two neurons each, and projections between them.
struct Graph {
  struct Edge {
    std::int32_t from, to;
    double delay_ms;
  };
  std::int32_t populations;
  std::vector<Edge> edges;

  Network network() const {
    Network net;
    for (std::int32_t p = 0; p < populations; ++p) net.add(If{}, {2}, "p" + std::to_string(p));
    for (const Edge& edge : edges)
      net.connect({edge.from}, {edge.to}, AllToAll{}, {.delay_ms = edge.delay_ms});
    return net;
  }
  /// reach[a][b]: a way of at least one projection leads from a to b (Warshall).
  std::vector<std::vector<bool>> reach() const {
    const auto n = static_cast<std::size_t>(populations);
    std::vector<std::vector<bool>> r(n, std::vector<bool>(n));
    for (const Edge& e : edges)
      r[static_cast<std::size_t>(e.from)][static_cast<std::size_t>(e.to)] = true;
    for (std::size_t k = 0; k < n; ++k) {
      for (std::size_t a = 0; a < n; ++a) {
        for (std::size_t b = 0; b < n; ++b) {
          if (r[a][k] && r[k][b]) r[a][b] = true;
        }
      }
    }
    return r;
  }
};

/// Undelayed projections follow a hidden order, so they have no cycle; delayed ones go anywhere.
Graph random_graph(std::mt19937& random) {
  const auto below = [&](int n) {
    return static_cast<std::int32_t>(random() % static_cast<unsigned>(n));
  };
  Graph graph{1 + below(8), {}};
  std::vector<std::int32_t> hidden(static_cast<std::size_t>(graph.populations));
  std::iota(hidden.begin(), hidden.end(), 0);
  std::shuffle(hidden.begin(), hidden.end(), random);
  const int edges = below(14);
  for (int e = 0; e < edges; ++e) {
    const std::int32_t a = below(graph.populations), b = below(graph.populations);
    if (a < b && below(2) == 0) {
      graph.edges.push_back(
          {hidden[static_cast<std::size_t>(a)], hidden[static_cast<std::size_t>(b)], 0});
    } else {
      graph.edges.push_back({a, b, 1.0 + below(3)});
    }
  }
  return graph;
}

TEST(UpdateOrder, UndelayedProjectionsGoForwardInRandomGraphs) {
  std::mt19937 random(1);
  int undelayed = 0;
  for (int round = 0; round < 500; ++round) {
    const Graph graph = random_graph(random);
    const UpdateOrder found = update_order(graph.network(), 1.0);
    std::vector<std::size_t> place(static_cast<std::size_t>(graph.populations), 99);
    ASSERT_EQ(found.order.size(), place.size());
    for (std::size_t i = 0; i < found.order.size(); ++i)
      place[static_cast<std::size_t>(found.order[i])] = i;
    EXPECT_EQ(std::count(place.begin(), place.end(), 99u), 0);
    for (const Graph::Edge& edge : graph.edges) {
      if (edge.delay_ms > 0) continue;
      ++undelayed;
      EXPECT_LT(place[static_cast<std::size_t>(edge.from)],
                place[static_cast<std::size_t>(edge.to)]);
    }
  }
  EXPECT_GT(undelayed, 200);
}

TEST(UpdateOrder, ComponentsAreWhatReachesEachOther) {
  std::mt19937 random(2);
  int cycles = 0;
  for (int round = 0; round < 500; ++round) {
    const Graph graph = random_graph(random);
    const auto reach = graph.reach();
    const UpdateOrder found = update_order(graph.network(), 1.0);
    std::vector<std::size_t> component(static_cast<std::size_t>(graph.populations));
    std::vector<std::int32_t> flat;
    for (std::size_t c = 0; c < found.components.size(); ++c) {
      for (const std::int32_t p : found.components[c]) component[static_cast<std::size_t>(p)] = c;
      flat.insert(flat.end(), found.components[c].begin(), found.components[c].end());
      const auto first = static_cast<std::size_t>(found.components[c].front());
      EXPECT_EQ(found.recurrent(c), reach[first][first]);
      cycles += found.recurrent(c);
    }
    EXPECT_EQ(flat, found.order);
    for (std::size_t a = 0; a < reach.size(); ++a) {
      for (std::size_t b = 0; b < reach.size(); ++b) {
        EXPECT_EQ(component[a] == component[b], a == b || (reach[a][b] && reach[b][a]));
        EXPECT_TRUE(!reach[a][b] || component[a] <= component[b]);
      }
    }
  }
  EXPECT_GT(cycles, 100);
}

TEST(UpdateOrder, ACycleWithoutDelayIsAnErrorThatNamesItsPopulations) {
  const Graph two{4, {{0, 1, 0}, {1, 2, 0}, {2, 1, 0}, {2, 3, 0}}};
  support::expect_config_error([&] { update_order(two.network(), 1.0); },
                               {"network", "delay_ms", "\"p1\", \"p2\"", "one tick"});
  const Graph itself{2, {{0, 1, 0}, {1, 1, 0}}};
  support::expect_config_error([&] { update_order(itself.network(), 1.0); },
                               {"network", "delay_ms", "\"p1\"", "one tick"});
  const Graph delayed{4, {{0, 1, 0}, {1, 2, 0}, {2, 1, 1}, {2, 3, 0}}};
  EXPECT_NO_THROW(update_order(delayed.network(), 1.0));
}

TEST(UpdateOrder, WhatRoundsToNoTickHasNoDelay) {
  const Graph loop{1, {{0, 0, 0.4}}};
  EXPECT_THROW(update_order(loop.network(), 1.0), ConfigError);
  EXPECT_NO_THROW(update_order(loop.network(), 0.5));
}

TEST(UpdateOrder, OneUndelayedSynapseIsEnough) {
  for (const Delay& delay : {Delay{PerSource{{1.0, 0.0}}}, Delay{PerSynapse{{1, 1, 1, 0}}}}) {
    Network net;
    const auto b = net.add(If{}, {2}), a = net.add(If{}, {2});
    net.connect(a, b, AllToAll{}, {.delay_ms = delay});
    EXPECT_EQ(update_order(net, 1.0).order, (std::vector<std::int32_t>{1, 0}));
    net.connect(b, a, AllToAll{});
    EXPECT_THROW(update_order(net, 1.0), ConfigError);
  }
}

}  // namespace
}  // namespace snn
