// SPDX-License-Identifier: Apache-2.0
#include "snn/math/hodgkin_huxley.hpp"

#include <cmath>

#include "tests/unit/math/neuron_golden.hpp"

namespace snn {
namespace {

using test::Neuron;

TEST(HodgkinHuxley, ConvergesToTheSolutionOfItsEquationsWithSecondOrder) {
  test::expect_second_order(HodgkinHuxley{.e_l_mv = -70}, "hodgkin_huxley_e_l_70", 0.1, true, 0.01);
}

/// Through a spike, where the membrane moves by hundreds of mV per ms, smaller ticks are needed
/// before the order shows; 2 mV there are some 5 us.
TEST(HodgkinHuxley, ConvergesThroughASpike) {
  test::expect_second_order(HodgkinHuxley{.i_offset_pa = 200}, "hodgkin_huxley_200_pa", 0.02, false,
                            2);
}

TEST(HodgkinHuxley, SpikesWhenTheSolutionOfItsEquationsDoes) {
  const std::vector<double> expected = test::neuron_golden().at("hodgkin_huxley_200_pa_spikes_ms");
  for (const double dt : {0.1, 0.05, 0.025}) {
    Neuron<HodgkinHuxley> neuron(HodgkinHuxley{.i_offset_pa = 200}, dt);
    std::vector<double> times;
    for (int t = 1; t * dt <= 100; ++t)
      if (neuron.step({0, 0})) times.push_back(t * dt);
    ASSERT_EQ(times.size(), expected.size());
    // On the grid up to a tick late; a spike is early or late by the scheme's dt^2, each time.
    for (std::size_t s = 0; s < times.size(); ++s)
      EXPECT_NEAR(times[s], expected[s] + dt / 2, dt / 2 + 20 * dt * dt * double(s + 1)) << dt;
  }
}

/// At v_t + 13, 15 and 40 mV a rate is 0/0: its limit is taken there, and nothing jumps near it.
TEST(HodgkinHuxley, RatesAreSmoothWhereTheyAreZeroOverZero) {
  for (const double x : {13.0, 15.0, 40.0}) {
    const auto after = [&](double away) {
      Neuron<HodgkinHuxley> neuron(HodgkinHuxley{.e_l_mv = -64, .v_t_mv = -64}, 0.1);
      neuron.state.u = x + away;
      neuron.step({0, 0});
      return neuron.state;
    };
    const auto at = after(0);
    ASSERT_TRUE(std::isfinite(at.u) && std::isfinite(at.m) && std::isfinite(at.n));
    for (const double away : {-1e-3, -1e-6, -1e-9, 1e-9, 1e-6, 1e-3}) {
      EXPECT_NEAR(after(away).m, at.m, 0.1 * std::abs(away) + 1e-14) << x;
      EXPECT_NEAR(after(away).n, at.n, 0.1 * std::abs(away) + 1e-14) << x;
    }
  }
}

/// Rates against the formulas as printed, away from 0/0.
TEST(HodgkinHuxley, GatesRelaxAtThePrintedRates) {
  for (const double v : {-100.0, -70.0, -45.0, -20.0, 10.0, 60.0}) {
    const double x = v + 63, dt = 0.05;
    Neuron<HodgkinHuxley> neuron(HodgkinHuxley{}, dt);
    neuron.state.u = v + 60;
    const auto& c = neuron.coeffs;
    neuron.state.m = 0.3 - c.m;
    neuron.state.h = 0.6 - c.h;
    neuron.state.n = 0.2 - c.n;
    neuron.step({0, 0});
    const auto relaxed = [&](double from, double alpha, double beta) {
      return alpha / (alpha + beta) +
             (from - alpha / (alpha + beta)) * std::exp(-(alpha + beta) * dt);
    };
    EXPECT_NEAR(neuron.state.m + c.m,
                relaxed(0.3, 0.32 * (13 - x) / (std::exp((13 - x) / 4) - 1),
                        0.28 * (x - 40) / (std::exp((x - 40) / 5) - 1)),
                1e-13);
    EXPECT_NEAR(neuron.state.h + c.h,
                relaxed(0.6, 0.128 * std::exp((17 - x) / 18), 4 / (1 + std::exp((40 - x) / 5))),
                1e-13);
    EXPECT_NEAR(neuron.state.n + c.n,
                relaxed(0.2, 0.032 * (15 - x) / (std::exp((15 - x) / 5) - 1),
                        0.5 * std::exp((10 - x) / 40)),
                1e-13);
  }
}

/// A spike is a crossing from below: a membrane that stays above the level is one spike.
TEST(HodgkinHuxley, DepolarisationBlockIsOneSpike) {
  Neuron<HodgkinHuxley> neuron(HodgkinHuxley{.t_ref_ms = 0, .i_offset_pa = 200000}, 0.05);
  int spikes = 0;
  for (int t = 0; t < 4000; ++t) spikes += neuron.step({0, 0});
  EXPECT_GT(neuron.state.u - 60, -33);
  EXPECT_EQ(spikes, 1);
}

TEST(HodgkinHuxley, RefractoryTimeIsTheLeastInterval) {
  const auto intervals = [](double t_ref_ms) {
    Neuron<HodgkinHuxley> neuron(HodgkinHuxley{.t_ref_ms = t_ref_ms, .i_offset_pa = 500}, 0.1);
    std::vector<int> spikes;
    for (int t = 0; t < 5000; ++t)
      if (neuron.step({0, 0})) spikes.push_back(t);
    return std::pair{spikes.size(), spikes[1] - spikes[0]};
  };
  const auto [spikes, interval] = intervals(2);  // of some 12 ms
  EXPECT_GT(spikes, 30u);
  EXPECT_EQ(intervals(5), std::pair(spikes, interval));
  EXPECT_EQ(intervals(13).second, 2 * interval);  // every other one is not seen
}

TEST(HodgkinHuxley, FloatFollowsDouble) {
  test::expect_float_follows_double(HodgkinHuxley{.e_l_mv = -75}, 0, 0.4, 1e-3);
}

TEST(HodgkinHuxley, NoInputMakesItInfinite) {
  test::expect_finite(HodgkinHuxley{});
  test::expect_finite(HodgkinHuxley{.i_offset_pa = 1e6});
  test::expect_finite(HodgkinHuxley{.i_offset_pa = -1e6});
}

}  // namespace
}  // namespace snn
