// SPDX-License-Identifier: Apache-2.0
#include "snn/math/adex.hpp"

#include <cmath>
#include <map>

#include "snn/math/adex_patterns.hpp"
#include "tests/unit/math/neuron_golden.hpp"

namespace snn {
namespace {

using test::Neuron;

/// Times of spikes (ms) over 400 ms of a constant current from the start on.
std::vector<double> spike_times(AdEx model, double current_pa, double dt_ms) {
  model.i_offset_pa = current_pa;
  Neuron<AdEx> neuron(model, dt_ms);
  std::vector<double> times;
  for (int t = 1; t * dt_ms <= 400; ++t)
    if (neuron.step({0, 0})) times.push_back(t * dt_ms);
  return times;
}
std::vector<double> golden_spikes(std::string_view name) {
  return test::neuron_golden().at("adex_spikes_ms").at(std::string(name));
}

TEST(AdEx, ConvergesToTheSolutionOfItsEquationsWithSecondOrder) {
  test::expect_second_order(AdEx{.i_offset_pa = 300}, "adex_300_pa", 0.2, true, 1e-3);
}

/// Every spike falls on the end of a tick, up to a tick late, and the upswing takes up to another;
/// the next interval starts there.
TEST(AdEx, SpikesWhenTheSolutionOfItsEquationsDoes) {
  const auto expect_close = [](std::string_view name, const AdEx& model, double current_pa) {
    for (const double dt : {0.1, 0.025}) {
      const auto expected = golden_spikes(name), times = spike_times(model, current_pa, dt);
      ASSERT_GE(times.size() + 1, expected.size()) << name;  // one may fall beyond the end
      ASSERT_LE(times.size(), expected.size()) << name;
      for (std::size_t s = 0; s < times.size(); ++s) {
        EXPECT_GT(times[s], expected[s]) << name << " " << s;
        EXPECT_LT(times[s], expected[s] + 2 * dt * static_cast<double>(s + 1)) << name << " " << s;
      }
    }
  };
  expect_close("regular spiking", AdEx{}, 1000);
  for (const AdExPattern& pattern : adex_patterns()) {
    // The last two are sensitive to their start: their intervals, not times, are reproduced.
    if (pattern.name == "delayed regular bursting" || pattern.name == "irregular spiking") continue;
    expect_close(pattern.name, pattern.model, pattern.current_pa);
  }
}

/// What figure 4 of Naud et al. shows, at the usual tick.
TEST(AdEx, ShowsItsFiringPatterns) {
  std::map<std::string_view, std::vector<double>> times, gaps;
  for (const AdExPattern& pattern : adex_patterns()) {
    auto& t = times[pattern.name] = spike_times(pattern.model, pattern.current_pa, 0.1);
    ASSERT_FALSE(t.empty()) << pattern.name;
    for (std::size_t s = 1; s < t.size(); ++s) gaps[pattern.name].push_back(t[s] - t[s - 1]);
  }
  const auto& tonic = gaps["tonic spiking"];
  ASSERT_GT(tonic.size(), 30u);
  EXPECT_LT(*std::max_element(tonic.begin(), tonic.end()), 1.2 * tonic.front());
  const auto& adapting = gaps["adaptation"];
  ASSERT_GT(adapting.size(), 5u);
  EXPECT_TRUE(std::is_sorted(adapting.begin(), adapting.end() - 2));
  EXPECT_GT(adapting.back(), 4 * adapting.front());
  const auto& initial = gaps["initial burst"];
  ASSERT_GT(initial.size(), 5u);
  EXPECT_LT(initial[1], 10);
  EXPECT_GT(*std::min_element(initial.begin() + 2, initial.end()), 40);
  const auto bursts = [](const std::vector<double>& all) {
    std::size_t within = 0, between = 0;
    for (const double gap : all) (gap < 20 ? within : between)++;
    return std::pair{within, between};
  };
  const auto [within, between] = bursts(gaps["regular bursting"]);
  EXPECT_GE(between, 2u);
  EXPECT_GE(within, between);
  const auto& accelerating = gaps["delayed accelerating"];
  EXPECT_GT(times["delayed accelerating"].front(), 25);
  ASSERT_GT(accelerating.size(), 10u);
  for (std::size_t s = 1; s < accelerating.size(); ++s)
    EXPECT_LE(accelerating[s], accelerating[s - 1] + 0.1 + 1e-9) << s;
  EXPECT_LT(accelerating.back(), 0.7 * accelerating.front());
  const auto [late_within, late_between] = bursts(gaps["delayed regular bursting"]);
  EXPECT_GT(times["delayed regular bursting"].front(), 40);
  EXPECT_GE(late_between, 3u);
  EXPECT_GE(late_within, 2 * late_between);
  EXPECT_LT(times["transient spiking"].back(), 100);
  const auto& irregular = gaps["irregular spiking"];
  double mean = 0, square = 0;
  for (const double gap : irregular) {
    mean += gap / static_cast<double>(irregular.size());
    square += gap * gap / static_cast<double>(irregular.size());
  }
  EXPECT_GT(std::sqrt(square - mean * mean) / mean, 0.2);  // the second half, too, is no cycle
}

/// While v is held, w goes to a (v_reset - e_l) and g decays, as closed forms.
TEST(AdEx, AdaptationJumpsAndGoesOnWhileTheMembraneIsHeld) {
  Neuron<AdEx> neuron({.v_reset_mv = -60.6, .t_ref_ms = 2, .i_offset_pa = 3000}, 0.1);
  neuron.state.g = {0, 8};
  AdEx::State<double> before;
  double g = 8;
  do {
    before = neuron.state;
    g *= std::exp(-0.01);
  } while (!neuron.step({0, 0}));
  // Half a tick towards a u, another one towards that of the reset, and the jump.
  const double half = std::exp(-0.05 / 144);
  const double middle = 4 * before.u + (before.w - 4 * before.u) * half;
  EXPECT_NEAR(neuron.state.w, 4 * 10 + (middle - 4 * 10) * half + 80.5, 1e-11);
  EXPECT_DOUBLE_EQ(neuron.state.u, 10);
  const double start = neuron.state.w, end = 4 * 10;
  for (int k = 1; k <= 20; ++k) {
    EXPECT_FALSE(neuron.step({0, 0}));
    EXPECT_DOUBLE_EQ(neuron.state.u, 10) << k;
    EXPECT_NEAR(neuron.state.w, end + (start - end) * std::exp(-k * 0.1 / 144), 1e-11);
    EXPECT_NEAR(neuron.state.g[1], g * std::exp(-k * 0.1 / 10), 1e-12);
  }
  neuron.step({0, 0});
  EXPECT_GT(neuron.state.u, 10);
}

/// With a sharp exponential it is a leaky integrator with threshold v_t: spikes as its closed form,
/// up to two ticks late; and a jump far beyond v_t is a spike, not an overflow. (The exponential
/// outgrows the 393 pA left at v_t within delta_t ln(393 / (g_l delta_t)), which takes 0.03 ms.)
TEST(AdEx, IsLeakyIntegrateAndFireWhereTheExponentialIsSharp) {
  const AdEx model{.delta_t_mv = 0.005, .a_ns = 0, .b_pa = 0, .i_offset_pa = 1000};
  const double interval = 281 / 30.0 * std::log((1000 / 30.0) / (1000 / 30.0 - (70.6 - 50.4)));
  Neuron<AdEx, float> neuron(model, 0.1);
  int last = -1, spikes = 0;
  for (int t = 0; t < 2000; ++t) {
    if (!neuron.step({0, 0})) continue;
    EXPECT_GT((t - last) * 0.1, interval - 0.01);
    EXPECT_LT((t - last) * 0.1, interval + 0.03 + 0.2);
    last = t;
    ++spikes;
  }
  EXPECT_GT(spikes, 20);
  neuron.step({20000, 0});
  for (int t = 0; t < 5; ++t) EXPECT_TRUE(neuron.step({0, 0})) << t;
}

/// Below rheobase it settles where the currents cancel: at the lower root, found by Newton's
/// method.
TEST(AdEx, SettlesAtTheRootOfItsCurrents) {
  const AdEx model{.i_offset_pa = 200};
  Neuron<AdEx> neuron(model, 0.1);
  for (int t = 0; t < 40000; ++t) ASSERT_FALSE(neuron.step({0, 0}));
  double v = -65;
  for (int k = 0; k < 50; ++k) {
    const double exponential = 30 * std::exp((v + 50.4) / 2);
    v -= (34 * (v + 70.6) - 2 * exponential - 200) / (34 - exponential);
  }
  EXPECT_NEAR(neuron.state.u - 70.6, v, 1e-9);
  EXPECT_NEAR(neuron.state.w, 4 * (v + 70.6), 1e-8);
}

TEST(AdEx, FloatFollowsDouble) {
  test::expect_float_follows_double(AdEx{}, 0, 3, 1e-4);
}

TEST(AdEx, NoInputMakesItInfinite) {
  test::expect_finite(AdEx{});
  test::expect_finite(AdEx::delayed_bursting());  // g_l + a = 0
  test::expect_finite(AdEx{.delta_t_mv = 0.1});
  test::expect_finite(AdEx{.v_peak_mv = 500, .i_offset_pa = 1e6});
  test::expect_finite(AdEx{.i_offset_pa = -1e6});
}

}  // namespace
}  // namespace snn
