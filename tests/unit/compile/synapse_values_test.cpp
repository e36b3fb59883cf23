// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "snn/compile/connect.hpp"

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
  const auto count = [](std::int64_t sources, std::int64_t targets, const Connectivity& rule) {
    return synapse_count(projections(sources, targets, 1.0, rule), {0}, 1);
  };
  EXPECT_EQ(count(3, 5, AllToAll{}), 15);
  EXPECT_EQ(count(4, 4, OneToOne{}), 4);
  EXPECT_EQ(count(3, 5, Sparse{{0, 0}, {4, 4}}), 2);
  EXPECT_EQ(count(3, 5, FixedInDegree{2}), 10);
  EXPECT_EQ(count(3, 5, FixedOutDegree{2}), 6);
  EXPECT_EQ(count(3, 5, FixedTotalNumber{7}), 7);
  const Network drawn = projections(30, 50, 1.0, FixedProbability{0.2});
  for (const std::uint64_t seed : {1, 2, 3}) {
    const auto pairs = static_cast<std::int64_t>(expand_pairs(drawn, {0}, seed).size());
    EXPECT_EQ(synapse_count(drawn, {0}, seed), pairs);
    EXPECT_EQ(draw(drawn, seed).size(), static_cast<std::size_t>(pairs));
  }
}

TEST(Weights, AConstantAndExplicitValuesAreTaken) {
  EXPECT_EQ(draw(projections(2, 3, -0.25), 1), std::vector<float>(6, -0.25f));
  const std::vector<float> values{1, -2, 0, 0.5f};
  EXPECT_EQ(draw(projections(2, 2, values), 1), values);
}

TEST(Weights, ADrawnWeightDependsOnSeedProjectionAndSynapseAlone) {
  for (const Weight& weight : {Weight{Uniform{-1, 1}}, Weight{Normal{0, 1}},
                               Weight{TruncatedNormal{0, 1, -1, 1}}, Weight{Lognormal{0, 1}}}) {
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

/// Mean and variance of N(0, 1) within a .. b are (f(a) - f(b)) / Z and 1 + (a f(a) - b f(b)) / Z -
/// mean^2, f the density and Z the share within (Johnson, Kotz & Balakrishnan 1994,
/// section 13.10.1).
TEST(Weights, TruncatedNormalHasItsMomentsAndBounds) {
  const double mean = 0.5, sd = 0.2, a = -1.0, b = 2.5;
  const auto values =
      draw(projections(200, 200, TruncatedNormal{mean, sd, mean + a * sd, mean + b * sd}), 4);
  const auto density = [](double z) {
    return std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
  };
  const double share = 0.5 * (std::erf(b / std::sqrt(2.0)) - std::erf(a / std::sqrt(2.0)));
  const double m = (density(a) - density(b)) / share;
  const double variance = 1 + (a * density(a) - b * density(b)) / share - m * m;
  const double n = static_cast<double>(values.size());
  const Moments found(values);
  EXPECT_NEAR(found.mean, mean + m * sd, 4 * sd * std::sqrt(variance / n));
  // Its fourth moment is below that of the whole distribution, 3 variance^2.
  EXPECT_NEAR(found.sd * found.sd, sd * sd * variance, 4 * sd * sd * variance * std::sqrt(2 / n));
  EXPECT_GE(found.low, mean + a * sd - 1e-7);  // a float is that coarse
  EXPECT_LE(found.high, mean + b * sd + 1e-7);
  EXPECT_LT(found.low, mean + a * sd + 0.001);
}

/// The logarithms are N(mu, sigma^2); the mean is exp(mu + sigma^2 / 2), the variance mean^2
/// (exp(sigma^2) - 1).
TEST(Weights, LognormalHasItsMoments) {
  const double mu = -0.7, sigma = 0.4;
  auto values = draw(projections(200, 200, Lognormal{mu, sigma}), 4);
  const double n = static_cast<double>(values.size());
  const double mean = std::exp(mu + sigma * sigma / 2);
  EXPECT_NEAR(Moments(values).mean, mean, 4 * mean * std::sqrt(std::expm1(sigma * sigma) / n));
  for (float& value : values) value = std::log(value);
  const Moments logarithms(values);
  EXPECT_NEAR(logarithms.mean, mu, 4 * sigma / std::sqrt(n));
  EXPECT_NEAR(logarithms.sd, sigma, 4 * sigma / std::sqrt(2 * n));
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

TEST(Weights, KaimingTakesTheFanInThatWasDrawn) {
  const Network net = projections(100, 400, KaimingUniform{}, FixedProbability{0.2});
  const double fan_in = static_cast<double>(expand_pairs(net, {0}, 2).size()) / 400;
  expect_uniform(draw(net, 2), -std::sqrt(3 / fan_in), std::sqrt(3 / fan_in));
  expect_uniform(draw(projections(100, 400, KaimingUniform{}, FixedInDegree{20}), 2),
                 -std::sqrt(3.0 / 20), std::sqrt(3.0 / 20));
}

TEST(Weights, KaimingWithLessThanOneSynapsePerTargetCountsOne) {
  const auto values = draw(projections(1, 10, KaimingUniform{}, Sparse{{0, 0}, {1, 2}}), 2);
  for (const float w : values) EXPECT_LE(std::abs(static_cast<double>(w)), std::sqrt(3.0));
}

}  // namespace
}  // namespace snn
