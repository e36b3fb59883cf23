// SPDX-License-Identifier: Apache-2.0
#include "snn/math/relu.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tests/unit/math/neurons.hpp"

namespace snn {
namespace {

using test::Neuron;

double output(const Relu& relu, double x) {
  Neuron<Relu> neuron(relu);
  EXPECT_FALSE(neuron.step(x));
  return neuron.state.u;
}

struct Gradient {
  double input, clip;
};
Gradient gradient(const Relu& relu, double x) {
  Neuron<Relu> neuron(relu);
  CoeffGradient<double> coeffs;
  Relu::State<double> d{};
  const double d_input =
      Relu::adjoint(d, neuron.coeffs, AdjointInput<double>{.u = x, .d_spike = 3.0}, coeffs);
  return {d_input, coeffs.threshold};
}

TEST(Relu, IsTheLargerOfZeroAndItsInput) {
  for (const double x : {-2.0, -1e-300, 0.0, 1e-300, 0.7, 1e6})
    EXPECT_EQ(output(Relu{}, x), std::max(0.0, x));
}

TEST(Relu, GradientIsOneWhereItIsOpen) {
  EXPECT_EQ(gradient(Relu{}, 0.5).input, 3.0);
  EXPECT_EQ(gradient(Relu{}, 50.0).input, 3.0);  // the clip is no bound without levels
  EXPECT_EQ(gradient(Relu{}, -0.5).input, 0.0);
  EXPECT_EQ(gradient(Relu{}, 0.0).input, 0.0);
  EXPECT_EQ(gradient(Relu{}, 50.0).clip, 0.0);
}

TEST(Relu, QuantisedOutputIsTheNearestLevel) {
  for (const int levels : {1, 3, 7, 31, 255}) {
    for (const double clip : {1.0, 2.5, 0.3}) {
      const Relu relu{.levels = levels, .clip = clip};
      for (double x = -0.5; x < 4; x += 0.0137) {
        const double y = output(relu, x), level = y / clip * levels;
        EXPECT_NEAR(level, std::round(level), 1e-12);
        EXPECT_NEAR(y, std::clamp(x, 0.0, clip), clip / levels / 2 + 1e-12);
        EXPECT_GE(y, 0.0);
        EXPECT_LE(y, clip * (1 + 1e-15));
      }
    }
  }
}

TEST(Relu, QuantisedGradientIsStraightThroughInsideTheClip) {
  const Relu relu{.levels = 3, .clip = 2.0};
  EXPECT_EQ(gradient(relu, 0.1).input, 3.0);  // rounded to 0, and still learning
  EXPECT_EQ(gradient(relu, 1.9).input, 3.0);
  EXPECT_EQ(gradient(relu, 2.0).input, 0.0);
  EXPECT_EQ(gradient(relu, -0.1).input, 0.0);
  EXPECT_EQ(gradient(relu, 1.9).clip, 0.0);
  EXPECT_EQ(gradient(relu, 2.5).clip, 3.0);  // Choi et al., eq. 4
}

TEST(Relu, LetsNanThrough) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(std::isnan(output(Relu{}, nan)));
  EXPECT_TRUE(std::isnan(output(Relu{.levels = 7}, nan)));
}

}  // namespace
}  // namespace snn
