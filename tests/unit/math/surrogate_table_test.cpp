// SPDX-License-Identifier: Apache-2.0
// The table of docs/surrogates.md, read from the page: which fields give which library's function.
// The libraries' formulas are written out here as they stand in their sources.
#include <gtest/gtest.h>

#include <cctype>
#include <cmath>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <numbers>
#include <stdexcept>
#include <string>

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
  const char* library;
  const char* surrogate;
  std::function<double(double)> theirs;
};

const Row rows[] = {
    {"snnTorch", "straight_through_estimator", [](double) { return 1.0; }},
    {"SpyTorch", "SuperSpike, beta 100",
     [](double x) { return 1 / std::pow(100 * std::abs(x) + 1, 2); }},
    {"stork", "SuperSpike, beta 20",
     [](double x) { return 1 / std::pow(20 * std::abs(x) + 1, 2); }},
    {"Norse", "SuperSpike, alpha 100",
     [](double x) { return 1 / std::pow(100 * std::abs(x) + 1, 2); }},
    {"snnTorch", "fast_sigmoid, slope 25",
     [](double x) { return 1 / std::pow(25 * std::abs(x) + 1, 2); }},
    {"Spyx", "superspike, k 25", [](double x) { return 1 / std::pow(1 + 25 * std::abs(x), 2); }},
    {"SpikingJelly", "SuperSpike, alpha 1",
     [](double x) { return 1 / std::pow(1 + std::abs(x), 2); }},
    {"SpikingJelly", "SuperSpike, alpha 3",
     [](double x) { return 3 / std::pow(1 + std::abs(x), 2); }},
    {"SpikingJelly", "SoftSign, alpha 2",
     [](double x) { return 1 / (2 * 2 * std::pow(1.0 / 2 + std::abs(x), 2)); }},
    {"SpikingJelly", "SoftSign, alpha 5",
     [](double x) { return 1 / (2 * 5 * std::pow(1.0 / 5 + std::abs(x), 2)); }},
    {"snnTorch", "atan, alpha 2",
     [](double x) { return 2.0 / 2 / (1 + std::pow(pi / 2 * 2 * x, 2)); }},
    {"SpikingJelly", "ATan, alpha 2",
     [](double x) { return 2.0 / 2 / (1 + std::pow(pi / 2 * 2 * x, 2)); }},
    {"DCLS networks", "ATan, alpha 5",
     [](double x) { return 5.0 / 2 / (1 + std::pow(pi / 2 * 5 * x, 2)); }},
    {"Spyx", "arctan, k 2", [](double x) { return 1 / (pi * (1 + std::pow(2 * pi * x, 2))); }},
    {"snnTorch", "sigmoid, slope 25",
     [](double x) { return 25 * std::exp(-25 * x) / std::pow(std::exp(-25 * x) + 1, 2); }},
    {"SpikingJelly", "Sigmoid, alpha 4",
     [](double x) { return 4 * logistic(4 * x) * (1 - logistic(4 * x)); }},
    {"Norse", "tanh, alpha 100", [](double x) { return 1 - std::pow(std::tanh(100 * x), 2); }},
    {"Norse", "triangle, alpha 0.3", [](double x) { return 0.3 * std::max(0.0, 1 - std::abs(x)); }},
    {"Norse", "triangle in its LIF, alpha 100",
     [](double x) { return 100 * std::max(0.0, 1 - std::abs(x)); }},
    {"DelRec", "triangle, gamma 0.5",
     [](double x) { return std::max(0.0, 0.5 - std::abs(x)) / (0.5 * 0.5); }},
    {"Spyx", "triangular, k 2", [](double x) { return std::max(0.0, 1 - 2 * std::abs(x)); }},
    {"mlGeNN", "e-prop psi, threshold 0.6",
     [](double x) { return 0.3 / 0.6 * std::max(0.0, 1 - std::abs(x / 0.6)); }},
    {"SpikingJelly", "PiecewiseQuadratic, alpha 1",
     [](double x) { return std::max(0.0, 1 - std::abs(x)); }},
    {"SpikingJelly", "PiecewiseQuadratic, alpha 2",
     [](double x) { return std::max(0.0, 2 - 4 * std::abs(x)); }},
    {"SpikingJelly", "Rect, alpha 1", [](double x) { return std::abs(x) < 0.5 ? 1.0 : 0.0; }},
    {"SpikingJelly", "Rect, alpha 2",
     [](double x) { return std::abs(x) < 1 / (2 * 2.0) ? 2.0 : 0.0; }},
    {"Spyx", "boxcar, width 2, height 0.5",
     [](double x) { return std::abs(x) <= 2.0 / 2 ? 0.5 : 0.0; }},
    {"sparch", "boxcar", [](double x) { return x > -0.5 && x <= 0.5 ? 1.0 : 0.0; }},
    {"SE-adLIF", "SLAYER, alpha 5, c 0.4",
     [](double x) { return 0.4 * 5.0 / 2 * std::exp(-5 * std::abs(x)); }},
    {"Sinabs", "SingleExponential, threshold 1",
     [](double x) { return 1 / 0.5 * std::exp(-std::abs(x) / 0.5); }},
    {"Lava-DL", "SLAYER, tau 100, scale 0.1",
     [](double x) { return 0.1 / (2 * 100) * std::exp(-std::abs(x) / 100); }},
    {"SpikingJelly", "PiecewiseExp, alpha 1",
     [](double x) { return 1.0 / 2 * std::exp(-std::abs(x)); }},
    {"SpikingJelly", "Erf, alpha 2",
     [](double x) { return 2 / std::sqrt(pi) * std::exp(-std::pow(2 * x, 2)); }},
    {"Norse", "erfc, alpha 100",
     [](double x) { return 2 / std::sqrt(pi) * std::exp(-std::pow(100 * x, 2)); }},
    {"Sinabs", "Gaussian, sigma 0.5", [](double x) { return normal(x, 0, 0.5); }},
    {"Sinabs", "MultiGaussian",
     [](double x) {
       return 1.15 * normal(x, 0, 0.5) - 0.15 * normal(x, 0.5, 3) - 0.15 * normal(x, -0.5, 3);
     }},
};

/// Rows of the page's table of other libraries: "library | surrogate" to the struct as written.
const std::map<std::string, std::string>& page() {
  static const std::map<std::string, std::string> table = [] {
    std::ifstream file(std::string(SNN_SOURCE_DIR) + "/docs/surrogates.md");
    std::map<std::string, std::string> found;
    for (std::string line; std::getline(file, line);) {
      // "| library | surrogate | `struct` |"
      const std::size_t first = line.find(" | "), code = line.find(" | `", first + 1);
      const std::size_t end = line.find("}` |", code);
      if (line.rfind("| ", 0) != 0 || end == std::string::npos || line.find('{', code) > end)
        continue;
      found[line.substr(2, code - 2)] = line.substr(code + 4, end + 1 - code - 4);
    }
    return found;
  }();
  return table;
}

/// "Kind{.field = number, ...}" as a surrogate; fields that are not written have their defaults.
Surrogate parsed(const std::string& text) {
  const auto field = [&](const char* name, double otherwise) {
    const std::size_t at = text.find(std::string(".") + name + " = ");
    return at == std::string::npos ? otherwise : std::stod(text.substr(text.find('=', at) + 1));
  };
  const std::string kind = text.substr(0, text.find('{'));
  if (kind == "FastSigmoid")
    return FastSigmoid{.beta = field("beta", 25), .scale = field("scale", 1)};
  if (kind == "Arctan") return Arctan{.alpha = field("alpha", 2), .scale = field("scale", 1)};
  if (kind == "Sigmoid") return Sigmoid{.k = field("k", 4), .scale = field("scale", 1)};
  if (kind == "Triangle") return Triangle{.height = field("height", 1), .width = field("width", 1)};
  if (kind == "PiecewiseQuadratic") return PiecewiseQuadratic{.alpha = field("alpha", 1)};
  if (kind == "Boxcar") return Boxcar{.height = field("height", 1), .width = field("width", 1)};
  if (kind == "Exponential")
    return Exponential{.alpha = field("alpha", 5), .scale = field("scale", 1)};
  if (kind == "Gaussian") return Gaussian{.sigma = field("sigma", 0.5), .scale = field("scale", 1)};
  if (kind == "MultiGaussian")
    return MultiGaussian{.sigma = field("sigma", 0.5), .h = field("h", 0.15), .s = field("s", 6)};
  throw std::invalid_argument(text);
}

std::string name_of(const Row& row) {
  return std::string(row.library) + " | " + row.surrogate;
}

class Table : public testing::TestWithParam<Row> {};

TEST_P(Table, GivesTheFunctionOfTheLibrary) {
  const Row& row = GetParam();
  ASSERT_EQ(page().count(name_of(row)), 1u) << "docs/surrogates.md lacks \"" << name_of(row) << '"';
  const Surrogate ours = parsed(page().at(name_of(row)));
  const double peak = std::max(1.0, row.theirs(0.0));
  // Edges of boxes, where conventions differ in one point, are not on the grid.
  for (double x = -4.0003; x < 4; x += 0.00937) {
    const auto single = static_cast<float>(x);
    const double in_double = std::visit([&](const auto& kind) { return kind.slope(x); }, ours);
    const float in_float = std::visit([&](const auto& kind) { return kind.slope(single); }, ours);
    ASSERT_NEAR(in_double, row.theirs(x), 1e-12 * peak) << "at " << x;
    // Of the peak: a single precision number of 100 is only known to 8e-6.
    ASSERT_NEAR(static_cast<double>(in_float), row.theirs(static_cast<double>(single)), 1e-6 * peak)
        << "at " << x;
  }
}
INSTANTIATE_TEST_SUITE_P(Surrogate, Table, testing::ValuesIn(rows), [](const auto& test) {
  std::string name = name_of(test.param);
  std::erase_if(name, [](unsigned char c) { return !std::isalnum(c); });
  return name;
});

TEST(SurrogatePage, HasNoRowThatIsNotTested) {
  EXPECT_EQ(page().size(), std::size(rows));
}

/// What parsed() fills in are the defaults of the structs.
TEST(SurrogatePage, FieldsThatAreNotWrittenHaveTheirDefaults) {
  const auto same = [](const char* name, const auto& kind) {
    const Surrogate other = parsed(std::string(name) + "{}");
    for (double x = -1; x <= 1; x += 0.0625)
      EXPECT_EQ(std::visit([x](const auto& k) { return k.slope(x); }, other), kind.slope(x))
          << name;
  };
  same("FastSigmoid", FastSigmoid{});
  same("Arctan", Arctan{});
  same("Sigmoid", Sigmoid{});
  same("Triangle", Triangle{});
  same("PiecewiseQuadratic", PiecewiseQuadratic{});
  same("Boxcar", Boxcar{});
  same("Exponential", Exponential{});
  same("Gaussian", Gaussian{});
  same("MultiGaussian", MultiGaussian{});
}

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
