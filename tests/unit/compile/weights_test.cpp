// SPDX-License-Identifier: Apache-2.0
#include "snn/compile/weights.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace snn {
namespace {

/// `sources` to `targets` neurons over any number of equal projections.
Network projections(std::int64_t sources, std::int64_t targets, const Weight& weight,
                    const Connectivity& rule = AllToAll{}, int count = 1) {
  Network net;
  const auto in = net.add(PoissonSource{}, {sources});
  const auto out = net.add(Lif{}, {targets});
  for (int q = 0; q < count; ++q) net.connect(in, out, rule, {.weight = weight});
  return net;
}

std::vector<float> draw(const Network& net, std::uint64_t seed, std::int32_t projection = 0) {
  return expand_weights(net, {projection}, seed);
}

struct Moments {
  double mean = 0, sd = 0, low = 0, high = 0;
  explicit Moments(const std::vector<float>& values) {
    const auto n = static_cast<double>(values.size());
    for (const float v : values) mean += static_cast<double>(v) / n;
    double variance = 0;
    for (const float v : values) variance += std::pow(static_cast<double>(v) - mean, 2) / n;
    sd = std::sqrt(variance);
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    low = static_cast<double>(*least);
    high = static_cast<double>(*most);
  }
};

/// A uniform distribution on (low, high): mean and variance, within 4 standard errors.
/// The fourth central moment is width^4/80, so the variance has error width^2 sqrt((1/80-1/144)/n).
void expect_uniform(const std::vector<float>& values, double low, double high) {
  const Moments found(values);
  const double width = high - low, n = static_cast<double>(values.size());
  EXPECT_NEAR(found.mean, (low + high) / 2, 4 * width / std::sqrt(12 * n));
  EXPECT_NEAR(found.sd * found.sd, width * width / 12,
              4 * width * width * std::sqrt((1.0 / 80 - 1.0 / 144) / n));
  EXPECT_GE(found.low, low);
  EXPECT_LE(found.high, high);
  // The chance that none of n values comes this close to an end is e^-20.
  EXPECT_LT(found.low, low + 20 * width / n);
  EXPECT_GT(found.high, high - 20 * width / n);
}

TEST(Weights, CountsTheSynapsesOfEveryRule) {
  EXPECT_EQ(synapse_count(projections(3, 5, 1.0), {0}), 15);
  EXPECT_EQ(synapse_count(projections(4, 4, 1.0, OneToOne{}), {0}), 4);
  EXPECT_EQ(synapse_count(projections(3, 5, 1.0, Sparse{{0, 0}, {4, 4}}), {0}), 2);
}

TEST(Weights, AConstantAndExplicitValuesAreTaken) {
  EXPECT_EQ(draw(projections(2, 3, -0.25), 1), std::vector<float>(6, -0.25f));
  const std::vector<float> values{1, -2, 0, 0.5f};
  EXPECT_EQ(draw(projections(2, 2, values), 1), values);
}

TEST(Weights, ADrawnWeightDependsOnSeedProjectionAndSynapseAlone) {
  for (const Weight& weight : {Weight{Uniform{-1, 1}}, Weight{Normal{0, 1}}}) {
    const auto small = draw(projections(10, 10, weight), 5);
    // More synapses or projections leave those there are as they were.
    auto larger = draw(projections(30, 10, weight, AllToAll{}, 3), 5);
    larger.resize(small.size());
    EXPECT_EQ(larger, small);
    // Other seeds and projections give other numbers for every synapse.
    const auto seed = draw(projections(10, 10, weight), 6);
    const auto projection = draw(projections(10, 10, weight, AllToAll{}, 2), 5, 1);
    for (std::size_t s = 0; s < small.size(); ++s) {
      EXPECT_NE(seed[s], small[s]);
      EXPECT_NE(projection[s], small[s]);
      EXPECT_TRUE(s == 0 || small[s] != small[s - 1]);
    }
  }
}

TEST(Weights, UniformHasItsMomentsAndBounds) {
  expect_uniform(draw(projections(200, 200, Uniform{-0.5, 2.0}), 3), -0.5, 2.0);
}

TEST(Weights, NormalHasItsMomentsAndShares) {
  const auto values = draw(projections(200, 200, Normal{1.5, 0.5}), 4);
  const double n = static_cast<double>(values.size());
  const Moments found(values);
  EXPECT_NEAR(found.mean, 1.5, 4 * 0.5 / std::sqrt(n));
  EXPECT_NEAR(found.sd, 0.5, 4 * 0.5 / std::sqrt(2 * n));
  // Shares beyond 1, 2 and 3 standard deviations, on each side.
  for (const double z : {1.0, 2.0, 3.0}) {
    const double share = 0.5 * std::erfc(z / std::sqrt(2.0));
    const double error = 4 * std::sqrt(share * (1 - share) / n);
    const auto above = std::count_if(values.begin(), values.end(), [&](float v) {
      return static_cast<double>(v) > 1.5 + z * 0.5;
    });
    const auto below = std::count_if(values.begin(), values.end(), [&](float v) {
      return static_cast<double>(v) < 1.5 - z * 0.5;
    });
    EXPECT_NEAR(static_cast<double>(above) / n, share, error) << z;
    EXPECT_NEAR(static_cast<double>(below) / n, share, error) << z;
  }
}

TEST(Weights, NeighboursAreNotCorrelated) {
  const auto values = draw(projections(200, 200, Normal{0, 1}), 9);
  const auto n = values.size() - 1;
  double product = 0;
  for (std::size_t s = 0; s < n; ++s)
    product += static_cast<double>(values[s]) * static_cast<double>(values[s + 1]);
  EXPECT_NEAR(product / static_cast<double>(n), 0, 4 / std::sqrt(static_cast<double>(n)));
}

/// He et al.: U(-b, b) with b = gain sqrt(3 / fan_in) has variance gain^2 / fan_in.
TEST(Weights, KaimingBoundFollowsFromTheFanIn) {
  const auto bound = [](double gain, double fan_in) { return gain * std::sqrt(3 / fan_in); };
  const auto all = draw(projections(100, 400, KaimingUniform{}), 2);
  expect_uniform(all, -bound(1, 100), bound(1, 100));
  const auto scaled = draw(projections(50, 400, KaimingUniform{std::sqrt(2.0)}), 2);
  expect_uniform(scaled, -bound(std::sqrt(2.0), 50), bound(std::sqrt(2.0), 50));
  const auto one = draw(projections(20000, 20000, KaimingUniform{}, OneToOne{}), 2);
  expect_uniform(one, -bound(1, 1), bound(1, 1));
  // Five synapses per target on average.
  Sparse sparse;
  for (std::int64_t s = 0; s < 20000; ++s) {
    sparse.source.push_back(s % 100);
    sparse.target.push_back(s % 4000);
  }
  const auto listed = draw(projections(100, 4000, KaimingUniform{}, sparse), 2);
  expect_uniform(listed, -bound(1, 5), bound(1, 5));
}

TEST(Weights, KaimingWithLessThanOneSynapsePerTargetCountsOne) {
  const auto values = draw(projections(1, 10, KaimingUniform{}, Sparse{{0, 0}, {1, 2}}), 2);
  for (const float w : values) EXPECT_LE(std::abs(static_cast<double>(w)), std::sqrt(3.0));
}

}  // namespace
}  // namespace snn
