// SPDX-License-Identifier: Apache-2.0
#include "snn/compile/initial_membranes.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "snn/compile/compiled_network.hpp"
#include "tests/support/statistics.hpp"

namespace snn {
namespace {

constexpr std::int64_t size = 200000;

Population lif(const InitialDraw& draw) {
  Network net;
  const auto id = net.add(Lif{.v_rest_mv = -65}, {size});
  net[id].v_init_drawn = draw;
  return net[id];
}

/// Share of N(0, 1) below x.
double below(double x) {
  return 0.5 * std::erfc(-x / std::sqrt(2.0));
}

/// Counts in `cells` equal cells of low .. high, all values being there, against shares of a
/// distribution function.
template <class Function>
void expect_follows(const std::vector<double>& u, double low, double high, Function&& share) {
  constexpr std::size_t cells = 40;
  std::vector<double> count(cells), probability(cells);
  const double width = (high - low) / cells;
  for (std::size_t c = 0; c < cells; ++c) {
    const double from = low + width * static_cast<double>(c);
    probability[c] = share(from + width) - share(from);
  }
  for (const double value : u) {
    const double v = value - 65;
    ASSERT_GE(v, low);
    ASSERT_LE(v, high);
    ++count[std::min(cells - 1, static_cast<std::size_t>((v - low) / width))];
  }
  test::expect_distribution(count, probability);
}

TEST(InitialMembranes, FollowTheirDistribution) {
  expect_follows(initial_membranes(lif(Uniform{-70, -50}), 3, 1), -70, -50,
                 [](double v) { return (v + 70) / 20; });
  expect_follows(initial_membranes(lif(Normal{-58, 10}), 3, 1), -58 - 70, -58 + 70,
                 [](double v) { return below((v + 58) / 10); });
  expect_follows(initial_membranes(lif(TruncatedNormal{-58, 10, -70, -55}), 3, 1), -70, -55,
                 [](double v) {
                   const double low = below(-1.2), high = below(0.3);
                   return (below((v + 58) / 10) - low) / (high - low);
                 });
}

TEST(InitialMembranes, DependOnSeedPopulationAndNeuronAlone) {
  const Population population = lif(Normal{-58, 10});
  const auto first = initial_membranes(population, 0, 1);
  EXPECT_EQ(initial_membranes(population, 0, 1), first);
  EXPECT_NE(initial_membranes(population, 1, 1), first);
  EXPECT_NE(initial_membranes(population, 0, 2), first);
  Population fewer = population;
  fewer.shape = {1003};
  const auto part = initial_membranes(fewer, 0, 1);
  EXPECT_TRUE(std::equal(part.begin(), part.end(), first.begin()));
}

TEST(InitialMembranes, AreRelativeToEachNeuronsRest) {
  Network net;
  const auto id = net.add(std::vector<Lif>{{.v_rest_mv = -65}, {.v_rest_mv = -70}}, {2});
  EXPECT_EQ(initial_membranes(net[id], 0, 1), (std::vector<double>{0, 0}));
  net[id].v_init_mv = {-60};
  EXPECT_EQ(initial_membranes(net[id], 0, 1), (std::vector<double>{5, 10}));
  net[id].v_init_mv = {-60, -61};
  EXPECT_EQ(initial_membranes(net[id], 0, 1), (std::vector<double>{5, 9}));
  net[id].v_init_mv.clear();
  net[id].v_init_drawn = Uniform{-60, -60};
  EXPECT_EQ(initial_membranes(net[id], 0, 1), (std::vector<double>{5, 10}));
}

TEST(InitialMembranes, AreWhatASimulationStartsFrom) {
  Network net;
  net.add(PoissonSource{}, {3});
  const auto id = net.add(LifCondExp{}, {50});
  net[id].v_init_drawn = Uniform{-60, -50};
  const auto u = initial_membranes(net[id], 1, 8);
  const CompiledNetwork compiled = compile(net, 1.0, 8);
  for (std::size_t n = 0; n < u.size(); ++n)
    EXPECT_EQ(compiled.populations[1].initial_u[n], static_cast<float>(u[n]));
}

}  // namespace
}  // namespace snn
