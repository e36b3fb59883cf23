// SPDX-License-Identifier: Apache-2.0
// The table of docs/surrogates.md: which fields give which library's function. The libraries'
// formulas are written out here as they stand in their sources.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numbers>

#include "snn/math/surrogate.hpp"

namespace snn {
namespace {

constexpr double pi = std::numbers::pi;

double normal(double x, double mean, double sigma) {
  return std::exp(-(x - mean) * (x - mean) / (2 * sigma * sigma)) / (sigma * std::sqrt(2 * pi));
}
double logistic(double x) {
  return 1 / (1 + std::exp(-x));
}

struct Row {
  const char* name;
  Surrogate ours;
  std::function<double(double)> theirs;
};

const Row rows[] = {
    {"SpyTorchBeta100", FastSigmoid{.beta = 100},
     [](double x) { return 1 / std::pow(100 * std::abs(x) + 1, 2); }},
    {"StorkBeta20", FastSigmoid{.beta = 20},
     [](double x) { return 1 / std::pow(20 * std::abs(x) + 1, 2); }},
    {"NorseSuperSpike", FastSigmoid{.beta = 100},
     [](double x) { return 1 / std::pow(100 * std::abs(x) + 1, 2); }},
    {"SnnTorchFastSigmoid", FastSigmoid{.beta = 25},
     [](double x) { return 1 / std::pow(25 * std::abs(x) + 1, 2); }},
    {"SpyxSuperSpike", FastSigmoid{.beta = 25},
     [](double x) { return 1 / std::pow(1 + 25 * std::abs(x), 2); }},
    {"SpikingJellySuperSpike", FastSigmoid{.beta = 1, .scale = 1},
     [](double x) { return 1 / std::pow(1 + std::abs(x), 2); }},
    {"SpikingJellySuperSpikeAlpha3", FastSigmoid{.beta = 1, .scale = 3},
     [](double x) { return 3 / std::pow(1 + std::abs(x), 2); }},
    {"SpikingJellySoftSign", FastSigmoid{.beta = 2, .scale = 1},
     [](double x) { return 1 / (2 * 2 * std::pow(1.0 / 2 + std::abs(x), 2)); }},
    {"SpikingJellySoftSignAlpha5", FastSigmoid{.beta = 5, .scale = 2.5},
     [](double x) { return 1 / (2 * 5 * std::pow(1.0 / 5 + std::abs(x), 2)); }},
    {"SnnTorchAtan", Arctan{.alpha = 2},
     [](double x) { return 2.0 / 2 / (1 + std::pow(pi / 2 * 2 * x, 2)); }},
    {"SpikingJellyATan", Arctan{.alpha = 2},
     [](double x) { return 2.0 / 2 / (1 + std::pow(pi / 2 * 2 * x, 2)); }},
    {"DclsATan", Arctan{.alpha = 5},
     [](double x) { return 5.0 / 2 / (1 + std::pow(pi / 2 * 5 * x, 2)); }},
    {"SpyxArctan", Arctan{.alpha = 4, .scale = 1 / (2 * pi)},
     [](double x) { return 1 / (pi * (1 + std::pow(2 * pi * x, 2))); }},
    {"SnnTorchSigmoid", Sigmoid{.k = 25},
     [](double x) { return 25 * std::exp(-25 * x) / std::pow(std::exp(-25 * x) + 1, 2); }},
    {"SpikingJellySigmoid", Sigmoid{.k = 4},
     [](double x) { return 4 * logistic(4 * x) * (1 - logistic(4 * x)); }},
    {"NorseTanh", Sigmoid{.k = 200, .scale = 0.02},
     [](double x) { return 1 - std::pow(std::tanh(100 * x), 2); }},
    {"NorseTriangle", Triangle{.height = 0.3},
     [](double x) { return 0.3 * std::max(0.0, 1 - std::abs(x)); }},
    {"NorseTriangleInItsLif", Triangle{.height = 100},
     [](double x) { return 100 * std::max(0.0, 1 - std::abs(x)); }},
    {"DelRecTriangle", Triangle{.height = 1 / 0.5, .width = 0.5},
     [](double x) { return std::max(0.0, 0.5 - std::abs(x)) / (0.5 * 0.5); }},
    {"SpyxTriangular", Triangle{.height = 1, .width = 0.5},
     [](double x) { return std::max(0.0, 1 - 2 * std::abs(x)); }},
    {"MlGennEprop", Triangle{.height = 0.3 / 0.6, .width = 0.6},
     [](double x) { return 0.3 / 0.6 * std::max(0.0, 1 - std::abs(x / 0.6)); }},
    {"SpikingJellyPiecewiseQuadratic", PiecewiseQuadratic{.alpha = 1},
     [](double x) { return std::max(0.0, 1 - std::abs(x)); }},
    {"SpikingJellyPiecewiseQuadraticAlpha2", PiecewiseQuadratic{.alpha = 2},
     [](double x) { return std::max(0.0, 2 - 4 * std::abs(x)); }},
    {"SpikingJellyRect", Boxcar{.height = 1, .width = 1},
     [](double x) { return std::abs(x) < 0.5 ? 1.0 : 0.0; }},
    {"SpikingJellyRectAlpha2", Boxcar{.height = 2, .width = 0.5},
     [](double x) { return std::abs(x) < 1 / (2 * 2.0) ? 2.0 : 0.0; }},
    {"SpyxBoxcar", Boxcar{.height = 0.5, .width = 2},
     [](double x) { return std::abs(x) <= 2.0 / 2 ? 0.5 : 0.0; }},
    {"SparchBoxcar", Boxcar{.height = 1, .width = 1},
     [](double x) { return x > -0.5 && x <= 0.5 ? 1.0 : 0.0; }},
    {"SeAdLifSlayer", Exponential{.alpha = 5, .scale = 0.4},
     [](double x) { return 0.4 * 5.0 / 2 * std::exp(-5 * std::abs(x)); }},
    {"SinabsSingleExponential", Exponential{.alpha = 2, .scale = 2},
     [](double x) { return 1 / 0.5 * std::exp(-std::abs(x) / 0.5); }},
    {"LavaSlayer", Exponential{.alpha = 1 / 100.0, .scale = 0.1},
     [](double x) { return 0.1 / (2 * 100) * std::exp(-std::abs(x) / 100); }},
    {"SpikingJellyPiecewiseExp", Exponential{.alpha = 1, .scale = 1},
     [](double x) { return 1.0 / 2 * std::exp(-std::abs(x)); }},
    {"SpikingJellyErf", Gaussian{.sigma = 0.5 / std::numbers::sqrt2},
     [](double x) { return 2 / std::sqrt(pi) * std::exp(-std::pow(2 * x, 2)); }},
    {"NorseErfc", Gaussian{.sigma = 0.01 / std::numbers::sqrt2, .scale = 0.02},
     [](double x) { return 2 / std::sqrt(pi) * std::exp(-std::pow(100 * x, 2)); }},
    {"SinabsGaussian", Gaussian{.sigma = 0.5}, [](double x) { return normal(x, 0, 0.5); }},
    {"SinabsMultiGaussian", MultiGaussian{.sigma = 0.5, .h = 0.15, .s = 6},
     [](double x) {
       return 1.15 * normal(x, 0, 0.5) - 0.15 * normal(x, 0.5, 3) - 0.15 * normal(x, -0.5, 3);
     }},
};

class Table : public testing::TestWithParam<Row> {};

TEST_P(Table, GivesTheFunctionOfTheLibrary) {
  const Row& row = GetParam();
  const double peak = std::max(1.0, row.theirs(0.0));
  // Edges of boxes, where conventions differ in one point, are not on the grid.
  for (double x = -4.0003; x < 4; x += 0.00937) {
    const auto single = static_cast<float>(x);
    const double in_double = std::visit([&](const auto& kind) { return kind.slope(x); }, row.ours);
    const float in_float =
        std::visit([&](const auto& kind) { return kind.slope(single); }, row.ours);
    ASSERT_NEAR(in_double, row.theirs(x), 1e-12 * peak) << "at " << x;
    // Of the peak: a single precision number of 100 is only known to 8e-6.
    ASSERT_NEAR(static_cast<double>(in_float), row.theirs(static_cast<double>(single)), 1e-6 * peak)
        << "at " << x;
  }
}
INSTANTIATE_TEST_SUITE_P(Surrogate, Table, testing::ValuesIn(rows),
                         [](const auto& test) { return std::string(test.param.name); });

/// Functions of one name that differ, so that the page's warnings stay true.
TEST(SurrogateNames, DoNotSayWhichFunctionIsMeant) {
  const auto peak = [](const Surrogate& s) {
    return std::visit([](const auto& kind) { return kind.slope(0.0); }, s);
  };
  const auto at_tenth = [](const Surrogate& s) {
    return std::visit([](const auto& kind) { return kind.slope(0.1); }, s);
  };
  // "SuperSpike": SpyTorch and SpikingJelly agree in the peak and nowhere else.
  EXPECT_EQ(peak(FastSigmoid{.beta = 100}), peak(FastSigmoid{.beta = 1}));
  EXPECT_GT(at_tenth(FastSigmoid{.beta = 1}), 50 * at_tenth(FastSigmoid{.beta = 100}));
  // "arctan": peak 1 in snnTorch and SpikingJelly, 1/pi in Spyx.
  EXPECT_DOUBLE_EQ(peak(Arctan{}), 1.0);
  EXPECT_DOUBLE_EQ(peak(Arctan{.alpha = 4, .scale = 1 / (2 * pi)}), 1 / pi);
}

}  // namespace
}  // namespace snn
