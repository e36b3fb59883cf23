// SPDX-License-Identifier: Apache-2.0
#include "snn/math/compiled_model.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string_view>
#include <vector>

namespace snn {
namespace {

/// u grows by `slope` times dt per tick and starts at `start`.
struct Ramp {
  double slope, start;

  static constexpr std::string_view name = "Ramp";
  static constexpr Output output = Output::spikes;
  static constexpr std::array<VariableName, 2> variables{{{"v", "mV"}, {"w", "pA"}}};
  static constexpr std::array<const char*, 1> coeff_names{{"slope"}};

  template <class Real>
  struct Coeffs {
    Real step;
  };
  template <class Real>
  struct State {
    Real u{}, w{};
  };

  State<double> origin() const { return {start, 2 * start}; }
  template <class Real>
  Coeffs<Real> derive(double dt_ms) const {
    return {Real(slope * dt_ms)};
  }
  template <class Real>
  static Real integrate(State<Real>& s, const Coeffs<Real>& c, Real input) {
    s.u += c.step + input;
    return s.u - Real(1);
  }
  template <class Real>
  static void fire(State<Real>& s, const Coeffs<Real>&, Real spike) {
    s.u = s.u * (Real(1) - spike);
  }
};

TEST(CompiledModel, HandsOverParametersByFieldAndEntry) {
  constexpr CompiledModel model = compiled_model<Ramp>("1.2.3");
  EXPECT_EQ(model.layout, compiled_model_layout);
  EXPECT_EQ(std::string_view(model.version), "1.2.3");
  EXPECT_EQ(model.loops, &loops_of<Ramp>);
  EXPECT_EQ(model.parameters, 2);
  EXPECT_EQ(model.variables[1].unit, "pA");
  const std::vector<double> parameters{1, 2, 3, 10, 20, 30};  // slopes, then starts
  std::vector<float> coeffs(3);
  model.coeffs(parameters.data(), 3, 0.5, coeffs.data());
  EXPECT_EQ(coeffs, (std::vector<float>{0.5f, 1.0f, 1.5f}));
  std::vector<double> coeffs_double(3);
  model.coeffs_double(parameters.data(), 3, 0.25, coeffs_double.data());
  EXPECT_EQ(coeffs_double, (std::vector<double>{0.25, 0.5, 0.75}));
  std::vector<double> origin(6);
  model.origin(parameters.data(), 3, origin.data());
  EXPECT_EQ(origin, (std::vector<double>{10, 20, 30, 20, 40, 60}));
}

TEST(Equation, WholePowersAreProducts) {
  EXPECT_EQ(equation::power<0>(3.0), 1.0);
  EXPECT_EQ(equation::power<1>(-3.0), -3.0);
  EXPECT_EQ(equation::power<2>(-3.0), 9.0);
  EXPECT_EQ(equation::power<7>(3.0f), 2187.0f);
  EXPECT_EQ(equation::power<12>(-2.0), 4096.0);
  EXPECT_EQ(equation::power<-2>(4.0), 0.0625);
  EXPECT_EQ(equation::power<64>(2.0), 18446744073709551616.0);
  EXPECT_EQ(equation::power<3>(0.0), 0.0);
}

TEST(Equation, ChoosesAndBounds) {
  EXPECT_EQ(equation::choose(true, 1.0, 2.0), 1.0);
  EXPECT_EQ(equation::choose(false, 1.0, 2.0), 2.0);
  EXPECT_EQ(equation::least(2.0, -1.0), -1.0);
  EXPECT_EQ(equation::least(-1.0, 2.0), -1.0);
  EXPECT_EQ(equation::most(2.0, -1.0), 2.0);
  EXPECT_EQ(equation::most(-1.0, 2.0), 2.0);
  EXPECT_EQ(equation::magnitude(-2.5), 2.5);
  EXPECT_EQ(equation::magnitude(2.5), 2.5);
}

}  // namespace
}  // namespace snn
