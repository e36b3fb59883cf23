// SPDX-License-Identifier: Apache-2.0
#include "snn/math/izhikevich.hpp"

#include <algorithm>
#include <cmath>

#include "tests/unit/math/neurons.hpp"

namespace snn {
namespace {

using test::Neuron;

/// The equations in the letters of the papers, in double; `dv` is v'.
struct Plain {
  Izhikevich m;
  double v, u;
  explicit Plain(const Izhikevich& model, double v_mv) : m(model), v(v_mv), u(m.b_per_ms * v_mv) {}
  double dv(double i) const { return 0.04 * v * v + 5 * v + 140 - u + i; }
  double du() const { return m.a_per_ms * (m.b_per_ms * v - u); }
  bool fire() {
    if (v < m.v_peak_mv) return false;
    v = m.c_mv;
    u += m.d_mv_per_ms;
    return true;
  }
};

std::vector<Izhikevich> presets() {
  return {Izhikevich::regular_spiking(),
          Izhikevich::intrinsically_bursting(),
          Izhikevich::chattering(),
          Izhikevich::fast_spiking(),
          Izhikevich::low_threshold_spiking(),
          Izhikevich::thalamo_cortical(),
          Izhikevich::resonator(),
          Izhikevich::tonic_spiking(),
          Izhikevich::phasic_spiking(),
          Izhikevich::tonic_bursting(),
          Izhikevich::frequency_adaptation(),
          Izhikevich::class_2(),
          Izhikevich::rebound_spiking()};
}

/// Times of spikes, ms, under an input that depends on the time.
template <class Input>
std::vector<double> spike_times(const Izhikevich& model, double dt_ms, double until_ms,
                                Input&& input) {
  Neuron<Izhikevich> neuron(model, dt_ms);
  std::vector<double> times;
  for (int t = 0; t * dt_ms < until_ms; ++t)
    if (neuron.step(input(t * dt_ms))) times.push_back((t + 1) * dt_ms);
  return times;
}
std::vector<double> spike_times(const Izhikevich& model, double dt_ms, double until_ms,
                                double input) {
  return spike_times(model, dt_ms, until_ms, [=](double) { return input; });
}

std::vector<double> intervals(const std::vector<double>& times) {
  std::vector<double> all;
  for (std::size_t s = 1; s < times.size(); ++s) all.push_back(times[s] - times[s - 1]);
  return all;
}

TEST(Izhikevich, RestsAtTheLowerRoot) {
  EXPECT_NEAR(Izhikevich::regular_spiking().rest_mv(), -70, 1e-12);  // (v + 70)(v + 50) = 0
  for (const Izhikevich& model : presets()) {
    const double v = model.rest_mv();
    EXPECT_NEAR(0.04 * v * v + (5 - model.b_per_ms) * v + 140, 0, 1e-12) << v;
    EXPECT_LT(0.08 * v + 5, model.b_per_ms);  // left of the least v' - u: the stable branch
    Neuron<Izhikevich, float> neuron(model, 0.5);
    for (int t = 0; t < 1000; ++t) ASSERT_FALSE(neuron.step(0.0f));
    EXPECT_EQ(neuron.state.u, 0.0f);
    EXPECT_EQ(neuron.state.w, 0.0f);
  }
}

/// With b = 1 the discriminant 16 - 22.4 is negative: no rest, and spikes without input.
TEST(Izhikevich, WithoutARootItFiresForEver) {
  const Izhikevich model{.a_per_ms = 0.1, .b_per_ms = 1, .d_mv_per_ms = 0};
  EXPECT_DOUBLE_EQ(model.rest_mv(), -50);  // the least of 0.04 v^2 + 4 v + 140
  const auto times = spike_times(model, 0.1, 1000, 0.0);
  ASSERT_GT(times.size(), 10u);
  EXPECT_GT(times.back(), 900);
}

/// The script of the 2003 paper, in its coordinates: two half steps of v, one of u, tick of 1 ms.
/// Each tick starts from the same state, as rounding grows by some 1e4 on the way to a spike.
TEST(Izhikevich, FollowsThePublishedSchemeOverRandomInput) {
  for (const Izhikevich& preset : presets()) {
    Izhikevich model = preset;
    model.i_offset_mv_per_ms = 1.5;
    Neuron<Izhikevich> neuron(model, 1.0);
    const double rest = model.rest_mv();
    Plain plain(model, rest);
    int spikes = 0;
    for (int t = 0; t < 1000; ++t) {
      EXPECT_NEAR(plain.v, neuron.state.u + rest, 1e-10) << t;
      EXPECT_NEAR(plain.u, neuron.state.w + model.b_per_ms * rest, 1e-10) << t;
      plain.v = neuron.state.u + rest;
      plain.u = neuron.state.w + model.b_per_ms * rest;
      const double x = test::random(21, t, -10, 20);
      plain.v += 0.5 * plain.dv(x + 1.5);
      plain.v += 0.5 * plain.dv(x + 1.5);
      plain.u += plain.du();
      const bool spike = plain.fire();
      ASSERT_EQ(neuron.step(x), spike) << t;
      spikes += spike;
    }
    EXPECT_GT(spikes, 5);
  }
}

/// Below threshold the error of the scheme has a bound. In the norm v^2 + u^2 / (a b) the coupling
/// of v and u is antisymmetric, so that differences grow at most at the rate g = max(0.08 v + 5).
/// A tick adds at most dt^2 (|v''| + |u'|) / 2 to v, and dt^2 (|u''| / 2 + a b |v'|) to u.
TEST(Izhikevich, ErrorBelowThresholdIsThatOfTheScheme) {
  const Izhikevich model = Izhikevich::regular_spiking();
  const double until = 60, input = 1.5, a = model.a_per_ms, ab = a * model.b_per_ms;
  std::vector<double> errors;
  for (const double dt : {0.2, 0.1}) {
    const int fine = 1000;
    Neuron<Izhikevich> neuron(model, dt);
    Plain plain(model, model.rest_mv());
    double worst = 0, sum = 0, growth = 0;
    const double h = dt / fine;
    for (int t = 0; t < std::lround(until / dt); ++t) {
      ASSERT_FALSE(neuron.step(input));
      for (int k = 0; k < fine; ++k) {
        const double dv = plain.dv(input), du = plain.du();
        const double ddv = (0.08 * plain.v + 5) * dv - du, ddu = ab * dv - a * du;
        sum += h * (0.5 * std::abs(ddv) + 0.5 * std::abs(du) +
                    (0.5 * std::abs(ddu) + ab * std::abs(dv)) / std::sqrt(ab));
        growth = std::max(growth, 0.08 * plain.v + 5);
        plain.v += h * dv;
        plain.u += h * du;
      }
      worst = std::max(worst, std::abs(neuron.state.u + model.rest_mv() - plain.v));
    }
    EXPECT_GT(plain.v, -69);  // it has moved
    EXPECT_LT(worst, dt * sum * std::exp(growth * until)) << dt;
    errors.push_back(worst);
  }
  EXPECT_NEAR(errors[0] / errors[1], 2, 0.2);  // of first order
}

/// Euler's first spike is late by (h / 2) ln(v'(end) / v'(start)) for steps h = dt / 2 of v, here
/// about dt; half a tick comes from the u that is held, and up to one from the tick it falls in.
TEST(Izhikevich, FirstSpikeConvergesToThatOfFineSteps) {
  for (const Izhikevich& model : {Izhikevich::regular_spiking(), Izhikevich::fast_spiking()}) {
    Plain plain(model, model.rest_mv());
    double time = 0;
    for (const double h = 1e-4; plain.v < model.v_peak_mv; time += h) {
      const double dv = plain.dv(10), du = plain.du();
      plain.v += h * dv;
      plain.u += h * du;
    }
    for (const double dt : {0.1, 0.05, 0.025}) {
      const auto times = spike_times(model, dt, 2 * time, 10.0);
      ASSERT_FALSE(times.empty());
      EXPECT_NEAR(times.front(), time, 3 * dt);
    }
  }
}

/// With a > b rest is lost where the roots of 0.04 v^2 + (5 - b) v + 140 + I meet. A ramp to below
/// it ends at rest, at the lower root; beyond it the neuron fires for ever.
TEST(Izhikevich, RheobaseIsWhereTheRootsMeet) {
  const Izhikevich model{.a_per_ms = 0.3};
  const double rheobase = 4.8 * 4.8 / 0.16 - 140;
  for (const double share : {0.99, 1.01}) {
    Neuron<Izhikevich> neuron(model, 0.2);
    std::vector<int> spikes;
    for (int t = 0; t < 20000; ++t)
      if (neuron.step(share * rheobase * std::min(1.0, t / 5000.0))) spikes.push_back(t);
    if (share < 1) {
      EXPECT_TRUE(spikes.empty());
      const double root = (-4.8 - std::sqrt(4.8 * 4.8 - 0.16 * (140 + share * rheobase))) / 0.08;
      EXPECT_NEAR(neuron.state.u + model.rest_mv(), root, 1e-9);
    } else {
      ASSERT_GT(spikes.size(), 5u);
      EXPECT_GT(spikes.back(), 19000);
    }
  }
}

/// With a < b rest is lost earlier, where the trace 0.08 v + 5 - a of the Jacobian vanishes.
TEST(Izhikevich, RestOfTheRegularSpikingNeuronIsLostWhereTheTraceVanishes) {
  const Izhikevich model = Izhikevich::regular_spiking();
  const double v = (0.02 - 5) / 0.08;
  const double lost = -(0.04 * v * v + 4.8 * v + 140);
  for (const double share : {0.98, 1.06}) {
    const auto times = spike_times(
        model, 0.1, 4000, [&](double ms) { return share * lost * std::min(1.0, ms / 2000); });
    EXPECT_EQ(times.empty(), share < 1) << share;
    if (share > 1 && !times.empty()) {
      EXPECT_GT(times.back(), 3700);
    }
  }
}

/// Class 1: beyond rheobase by e, v passes the place where the roots met by the normal form
/// v' = r (0.04 v^2 + e), r = a / (a - b) since u follows: it takes pi / (r sqrt(0.04 e)), without
/// bound. Class 2: at the onset the rate is not small. Hodgkin, J. Physiol. 107 (1948) 165.
TEST(Izhikevich, ClassOneStartsSlowlyAndClassTwoDoesNot) {
  const Izhikevich one{.a_per_ms = 1};
  const auto longest = [](const Izhikevich& model, double input) {
    const auto gaps = intervals(spike_times(model, 0.1, 4000, input));
    return gaps.size() < 3 ? 0.0 : *std::max_element(gaps.begin() + 1, gaps.end());
  };
  for (const double beyond : {0.01, 0.0025, 0.000625}) {
    const double passage = std::acos(-1.0) / (1 / (1 - 0.2) * std::sqrt(0.04 * beyond));
    // The rest of the cycle takes some 10 ms.
    EXPECT_NEAR(longest(one, 4 + beyond), passage, 0.02 * passage + 10) << beyond;
  }
  const Izhikevich two = Izhikevich::class_2();
  EXPECT_EQ(longest(two, 0.0), 0);
  double onset = 0;
  for (double input = 0; onset == 0 && input < 1; input += 0.005) onset = longest(two, input);
  EXPECT_GT(onset, 0);
  EXPECT_LT(onset, 60);
}

// Patterns of the 2004 paper, figure 1, at the currents given there.

TEST(Izhikevich, TonicSpikingGoesOnRegularly) {
  const auto times = spike_times(Izhikevich::tonic_spiking(), 0.25, 2000, 14.0);
  const auto gaps = intervals(times);
  ASSERT_GT(gaps.size(), 20u);
  EXPECT_GT(times.back(), 1900);
  const auto [least, most] = std::minmax_element(gaps.end() - 8, gaps.end());
  EXPECT_LE(*most - *least, 0.5);  // two ticks
}

TEST(Izhikevich, PhasicSpikingIsOneSpikeAtTheOnset) {
  const auto times = spike_times(Izhikevich::phasic_spiking(), 0.25, 2000, 0.5);
  ASSERT_EQ(times.size(), 1u);
  EXPECT_LT(times.front(), 50);
}

TEST(Izhikevich, TonicBurstingHasTwoKindsOfIntervals) {
  const auto gaps = intervals(spike_times(Izhikevich::tonic_bursting(), 0.25, 1000, 15.0));
  const auto within = std::count_if(gaps.begin(), gaps.end(), [](double ms) { return ms < 8; });
  const auto between = std::count_if(gaps.begin(), gaps.end(), [](double ms) { return ms > 16; });
  EXPECT_GT(between, 5);
  EXPECT_GE(within, between);  // two spikes or more in each burst
  EXPECT_GE(within + between, static_cast<std::int64_t>(gaps.size()) * 9 / 10);
}

TEST(Izhikevich, FrequencyAdaptationLengthensIntervals) {
  const auto gaps = intervals(spike_times(Izhikevich::frequency_adaptation(), 0.25, 300, 30.0));
  ASSERT_GT(gaps.size(), 6u);
  for (std::size_t s = 1; s < gaps.size(); ++s) EXPECT_GE(gaps[s], gaps[s - 1] - 0.25) << s;
  EXPECT_GT(gaps.back(), 2 * gaps.front());
}

TEST(Izhikevich, ReboundSpikeFollowsInhibition) {
  const auto pulse = [](double ms) { return ms >= 20 && ms < 25 ? -15.0 : 0.0; };
  const auto times = spike_times(Izhikevich::rebound_spiking(), 0.2, 500, pulse);
  ASSERT_EQ(times.size(), 1u);
  EXPECT_GT(times.front(), 25);
  EXPECT_LT(times.front(), 75);
}

TEST(Izhikevich, FastSpikingFiresFasterThanRegularSpiking) {
  const auto regular = spike_times(Izhikevich::regular_spiking(), 0.25, 1000, 10.0);
  const auto fast = spike_times(Izhikevich::fast_spiking(), 0.25, 1000, 10.0);
  EXPECT_GT(regular.size(), 10u);
  EXPECT_GT(fast.size(), 2 * regular.size());
}

TEST(Izhikevich, NoInputMakesItInfinite) {
  for (const double size : {1e3, 1e9, 1e30}) {
    Neuron<Izhikevich, float> neuron(Izhikevich{}, 1.0);
    for (int t = 0; t < 1000; ++t) {
      neuron.step(static_cast<float>(test::random(22, t, -size, size)));
      ASSERT_TRUE(std::isfinite(neuron.state.u) && std::isfinite(neuron.state.w)) << t;
    }
  }
}

}  // namespace
}  // namespace snn
