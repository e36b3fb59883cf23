// SPDX-License-Identifier: Apache-2.0
#include "snn/train/optimizer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "snn/model/errors.hpp"

namespace snn {
namespace {

using nlohmann::json;

const json& golden() {
  static const json content = json::parse(
      std::ifstream(std::string(SNN_SOURCE_DIR) + "/tests/unit/train/optimizer_golden.json"));
  return content;
}

OptimizerKind kind_of(const json& one) {
  const std::string kind = one["kind"];
  const double decay = one["weight_decay"];
  if (kind == "Sgd") return Sgd{.momentum = one["momentum"], .weight_decay = decay};
  const double beta1 = one["betas"][0], beta2 = one["betas"][1], epsilon = one["eps"];
  if (kind == "Adam") return Adam{beta1, beta2, epsilon, decay};
  return AdamW{beta1, beta2, epsilon, decay};
}

/// Gradients of many sizes for many parameters: pseudo-random, with zeros.
std::vector<float> gradient_of(std::size_t size, int step) {
  std::vector<float> gradient(size);
  for (std::size_t i = 0; i < size; ++i) {
    const double phase = static_cast<double>(i) * 0.7390851 + step * 1.2020569;
    gradient[i] = i % 5 == 0 ? 0.0f : static_cast<float>(std::sin(phase) * std::exp(-phase / 1e3));
  }
  return gradient;
}

std::vector<std::uint32_t> bits(const std::vector<float>& values) {
  std::vector<std::uint32_t> words;
  for (const float value : values) words.push_back(std::bit_cast<std::uint32_t>(value));
  return words;
}

const std::vector<OptimizerKind>& kinds() {
  static const std::vector<OptimizerKind> all{Sgd{.weight_decay = 0.01}, Adam{}, AdamW{}};
  return all;
}

TEST(Optimizer, DoesWhatPyTorchDoes) {
  const std::vector<int> recorded = golden()["steps"];
  for (const json& one : golden()["cases"]) {
    SCOPED_TRACE(one["name"].get<std::string>());
    std::vector<float> parameters = golden()["initial"];
    std::vector<double> allowed(parameters.size());
    Optimizer optimizer(kind_of(one), parameters.size());
    std::size_t record = 0;
    for (int step = 1; step <= static_cast<int>(golden()["rates"].size()); ++step) {
      const auto at = static_cast<std::size_t>(step - 1);
      const std::vector<float> gradient = golden()["gradients"][at];
      const double rate = golden()["rates"][at];
      const std::vector<float> before = parameters;
      optimizer.step(parameters, gradient, rate, 1);
      // A step rounds the parameter, and makes its change with fewer than ten roundings.
      for (std::size_t i = 0; i < allowed.size(); ++i) {
        const double change = std::abs(static_cast<double>(parameters[i] - before[i]));
        const double size = std::abs(static_cast<double>(parameters[i]));
        allowed[i] += 0x1p-24 * (size + 10 * std::max(change, rate));
      }
      if (recorded[record] != step) continue;
      const std::vector<double> expected = one["after"][record++];
      for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_NEAR(static_cast<double>(parameters[i]), expected[i], allowed[i])
            << "parameter " << i << ", step " << step;
      }
    }
    EXPECT_EQ(record, recorded.size());
    EXPECT_EQ(optimizer.state().steps, 40);
  }
}

TEST(Optimizer, FirstAdamStepIsTheRateWhateverTheGradient) {
  // m' = g and v' = g^2 after one step, so that the parameter moves by lr * sign(g) (Kingma & Ba,
  // section 2.1).
  for (const float g : {1e-3f, 1.0f, -30.0f}) {
    std::vector<float> parameters{0.0f};
    Optimizer(Adam{}, 1).step(parameters, std::vector<float>{g}, 0.01, 1);
    EXPECT_NEAR(parameters[0], g > 0 ? -0.01 : 0.01, 2e-7);
  }
}

TEST(Optimizer, DecayOfAdamWDoesNotPassThroughTheMoments) {
  std::vector<float> parameters{2.0f};
  Optimizer optimizer(AdamW{.weight_decay = 0.1}, 1);
  for (int step = 0; step < 10; ++step) optimizer.step(parameters, std::vector<float>{0}, 0.5, 1);
  EXPECT_NEAR(parameters[0], 2.0 * std::pow(1 - 0.5 * 0.1, 10), 2e-6);
  EXPECT_EQ(optimizer.state().first[0], 0.0f);
  EXPECT_EQ(optimizer.state().second[0], 0.0f);
}

TEST(Optimizer, BitsDependNeitherOnThreadsNorOnNeighbours) {
  const std::size_t size = 50001;  // several blocks, and a rest that fills no vector
  for (const OptimizerKind& kind : kinds()) {
    const auto run = [&](int threads) {
      std::vector<float> parameters = gradient_of(size, 100);
      Optimizer optimizer(kind, size);
      for (int step = 0; step < 5; ++step)
        optimizer.step(parameters, gradient_of(size, step), 0.01, threads);
      return parameters;
    };
    const auto expected = bits(run(1));
    EXPECT_EQ(bits(run(2)), expected);
    EXPECT_EQ(bits(run(5)), expected);
    // A parameter on its own takes the same way as within the array.
    for (const std::size_t i : {std::size_t{0}, std::size_t{16385}, size - 1}) {
      std::vector<float> alone{gradient_of(size, 100)[i]};
      Optimizer optimizer(kind, 1);
      for (int step = 0; step < 5; ++step)
        optimizer.step(alone, std::vector<float>{gradient_of(size, step)[i]}, 0.01, 1);
      EXPECT_EQ(bits(alone)[0], expected[i]) << i;
    }
  }
}

TEST(Optimizer, RestoredStateGoesOnBitForBit) {
  const std::size_t size = 100;
  for (const OptimizerKind& kind : kinds()) {
    std::vector<float> parameters = gradient_of(size, 100);
    Optimizer whole(kind, size);
    for (int step = 0; step < 3; ++step) whole.step(parameters, gradient_of(size, step), 0.01, 1);
    std::vector<float> copy = parameters;
    Optimizer resumed(kind, size);
    resumed.restore(whole.state());
    for (int step = 3; step < 6; ++step) {
      whole.step(parameters, gradient_of(size, step), 0.01, 1);
      resumed.step(copy, gradient_of(size, step), 0.01, 1);
    }
    EXPECT_EQ(bits(copy), bits(parameters));
  }
}

TEST(Optimizer, RefusesStatesAndArraysOfOtherSizes) {
  Optimizer adam(Adam{}, 3);
  const Optimizer sgd(Sgd{}, 3);
  const Optimizer larger(Adam{}, 4);
  EXPECT_THROW(adam.restore(sgd.state()), ConfigError);
  EXPECT_THROW(adam.restore(larger.state()), ConfigError);
  Optimizer::State negative = adam.state();
  negative.steps = -1;
  EXPECT_THROW(adam.restore(negative), ConfigError);
  std::vector<float> three(3), four(4);
  EXPECT_THROW(adam.step(four, four, 0.1, 1), ConfigError);
  EXPECT_THROW(adam.step(three, four, 0.1, 1), ConfigError);
  EXPECT_EQ(adam.state().steps, 0);
  Optimizer none(Adam{}, 0);
  none.step({}, {}, 0.1, 2);  // nothing to learn is no error
}

}  // namespace
}  // namespace snn
