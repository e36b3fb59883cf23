// SPDX-License-Identifier: Apache-2.0
#include "snn/model/network.hpp"

#include <gtest/gtest.h>

namespace snn {
namespace {

TEST(Network, NumbersAndNamesPopulationsInTheOrderTheyAreAdded) {
  Network network;
  const auto in = network.add(PoissonSource{.rate_hz = 20}, {2, 3});
  const auto out = network.add(Lif{.tau_m_ms = 7}, {4}, "out");
  EXPECT_EQ(network[in].name, "population0");
  EXPECT_EQ(network[out].name, "out");
  EXPECT_EQ(network[in].size(), 6);
  EXPECT_TRUE(network[in].is_source());
  EXPECT_FALSE(network[out].is_source());
  EXPECT_EQ(std::get<PoissonSource>(network[in].source()).rate_hz, 20);
  const auto& neurons = std::get<ParametersOf<Lif>>(network[out].neurons());
  ASSERT_EQ(neurons.size(), 1u);
  EXPECT_EQ(neurons.front().tau_m_ms, 7);
  EXPECT_EQ(network.find("out"), out);
}

TEST(Network, KeepsParametersOfEachNeuron) {
  Network network;
  const auto out =
      network.add(std::vector<CubaLif>{{.tau_syn_ms = 3}, {.tau_syn_ms = 4}}, {2}, "out");
  const auto& neurons = std::get<ParametersOf<CubaLif>>(network[out].neurons());
  ASSERT_EQ(neurons.size(), 2u);
  EXPECT_EQ(neurons[1].tau_syn_ms, 4);
}

TEST(Network, SizeIsTheProductOfTheShape) {
  EXPECT_EQ((Population{"p", {}, Source{}, {}}.size()), 0);
  EXPECT_EQ((Population{"p", {5}, Source{}, {}}.size()), 5);
  EXPECT_EQ((Population{"p", {2, 3, 4}, Source{}, {}}.size()), 24);
}

TEST(Network, NamesProjectionsByTheirEnds) {
  Network network;
  const auto a = network.add(If{}, {1}, "a");
  const auto b = network.add(If{}, {1}, "b");
  const auto first = network.connect(a, b, AllToAll{});
  const auto back = network.connect(b, a, AllToAll{}, {.delay_ms = 1.0});
  const auto second = network.connect(a, b, OneToOne{}, {.weight = 2.0});
  EXPECT_EQ(network.name_of(first), "a->b");
  EXPECT_EQ(network.name_of(back), "b->a");
  EXPECT_EQ(network.name_of(second), "a->b#2");
  EXPECT_EQ(std::get<double>(network[second].synapse.weight), 2.0);
}

TEST(Network, AnUnknownNameListsThoseThereAre) {
  Network network;
  network.add(If{}, {1}, "a");
  network.add(If{}, {1}, "b");
  try {
    network.find("c");
    FAIL() << "no error";
  } catch (const ConfigError& error) {
    EXPECT_EQ(error.value, "c");
    EXPECT_EQ(error.allowed, "a, b");
  }
}

}  // namespace
}  // namespace snn
