// SPDX-License-Identifier: Apache-2.0
#include "snn/math/plasticity/tsodyks_markram.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace snn {
namespace {

std::vector<TsodyksMarkram> synapses() {
  return {TsodyksMarkram::depressing(),
          TsodyksMarkram::facilitating(),
          {.U = 1, .tau_rec_ms = 300},
          {.U = 0.2, .tau_rec_ms = 0, .tau_fac_ms = 400}};
}

/// Fixed points of u -> U + (1 - U) u F and x -> 1 - (1 - (1 - u) x) R over an interval with decays
/// F and R.
TEST(TsodyksMarkram, RegularTrainReachesTheSteadyState) {
  const double dt = 0.1;
  for (const TsodyksMarkram& synapse : synapses()) {
    const auto c = synapse.derive<double>(dt);
    const auto decays = synapse.decays<double>(dt);
    for (const double hz : {1.0, 10.0, 20.0, 100.0}) {
      const auto ticks = static_cast<std::uint32_t>(std::lround(1e4 / hz));
      const double ms = ticks * dt;
      const double rec = synapse.tau_rec_ms > 0 ? std::exp(-ms / synapse.tau_rec_ms) : 0;
      const double fac = synapse.tau_fac_ms > 0 ? std::exp(-ms / synapse.tau_fac_ms) : 0;
      const double u = synapse.U / (1 - (1 - synapse.U) * fac);
      const double x = (1 - rec) / (1 - (1 - u) * rec);
      TsodyksMarkram::State<double> state;
      double factor = TsodyksMarkram::on_spike(state, c, decays.rec(ticks), decays.fac(ticks));
      EXPECT_DOUBLE_EQ(factor, synapse.U);  // a synapse at rest
      for (int n = 0; n < 2000; ++n)
        factor = TsodyksMarkram::on_spike(state, c, decays.rec(ticks), decays.fac(ticks));
      EXPECT_NEAR(factor, u * x, 1e-12) << hz;
    }
  }
}

/// The differential equations in steps of 1 us, spikes at irregular times.
TEST(TsodyksMarkram, IsTheSolutionOfItsEquations) {
  const double dt = 0.1, h = 1e-3;
  const std::uint32_t gaps[] = {50, 200, 13, 1000, 400, 100, 100};
  for (const TsodyksMarkram& synapse :
       {TsodyksMarkram::facilitating(),
        TsodyksMarkram{.U = 0.4, .tau_rec_ms = 300, .tau_fac_ms = 60}}) {
    TsodyksMarkram::State<double> state;
    const auto c = synapse.derive<double>(dt);
    const auto decays = synapse.decays<double>(dt);
    double u = 0, x = 1;
    for (const std::uint32_t gap : gaps) {
      for (int i = 0; i < std::lround(gap * dt / h); ++i) {  // midpoint rule
        u += -h / synapse.tau_fac_ms * (u - 0.5 * h * u / synapse.tau_fac_ms);
        const double dx = (1 - x) / synapse.tau_rec_ms;
        x += h * (1 - (x + 0.5 * h * dx)) / synapse.tau_rec_ms;
      }
      u += synapse.U * (1 - u);
      EXPECT_NEAR(TsodyksMarkram::on_spike(state, c, decays.rec(gap), decays.fac(gap)), u * x,
                  1e-9);
      x -= u * x;
    }
  }
}

TEST(TsodyksMarkram, PresetsDepressAndFacilitate) {
  const auto second_over_first = [](const TsodyksMarkram& synapse) {
    TsodyksMarkram::State<float> state;
    const auto c = synapse.derive<float>(0.1);
    const auto decays = synapse.decays<float>(0.1);
    const float first = TsodyksMarkram::on_spike(state, c, 0.0f, 0.0f);
    return TsodyksMarkram::on_spike(state, c, decays.rec(500), decays.fac(500)) / first;
  };
  EXPECT_LT(second_over_first(TsodyksMarkram::depressing()), 0.6);
  EXPECT_GT(second_over_first(TsodyksMarkram::facilitating()), 1.5);
}

TEST(TsodyksMarkram, ReleaseStaysBetweenNoneAndAll) {
  for (const double U : {0.0, 1e-6, 0.5, 1.0}) {
    TsodyksMarkram::State<float> state;
    for (int n = 0; n < 10000; ++n) {
      const float rec = static_cast<float>(n % 7) / 6, fac = static_cast<float>(n % 5) / 4;
      const float factor = TsodyksMarkram::on_spike(state, {static_cast<float>(U)}, rec, fac);
      ASSERT_GE(factor, 0.0f);
      ASSERT_LE(factor, 1.0f);
      ASSERT_TRUE(state.x >= 0 && state.x <= 1 && state.u >= 0 && state.u <= 1);
    }
  }
}

}  // namespace
}  // namespace snn
