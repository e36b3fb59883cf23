// SPDX-License-Identifier: Apache-2.0
#include "snn/math/izhikevich_patterns.hpp"

#include <algorithm>
#include <cmath>

#include "tests/unit/math/neurons.hpp"

namespace snn {
namespace {

using Times = std::vector<double>;

/// What a pattern looks like: times at which ticks with a spike start, and v after every tick.
struct Trace {
  Times spikes, v;
};

template <class Real>
Trace run(const FiringPattern& pattern) {
  test::Neuron<Izhikevich, Real> neuron(pattern.model, pattern.dt_ms);
  neuron.state = pattern.start<Real>();
  Trace trace;
  for (int k = 0; k * pattern.dt_ms <= pattern.duration_ms; ++k) {
    const double t = k * pattern.dt_ms;
    if (neuron.step(Real(pattern.input(t)))) trace.spikes.push_back(t);
    trace.v.push_back(double(neuron.state.u) + pattern.model.rest_mv());
  }
  return trace;
}

/// The script of the paper in its own letters, with its constants written out for each panel.
Trace script(char panel, double dt, double until, double a, double b, double c, double d, double v,
             double (*input)(double)) {
  double u = panel == 'R' ? -16 : b * v;
  Trace trace;
  for (int k = 0; k * dt <= until; ++k) {
    const double t = k * dt, i = input(t);
    const bool other = panel == 'G' || panel == 'L';
    v += dt * (0.04 * v * v + (other ? 4.1 * v + 108 : 5 * v + 140) - u + i);
    u += dt * (panel == 'R' ? a * (b * (v + 65)) : a * (b * v - u));
    if (v > 30) {
      trace.spikes.push_back(t);
      v = c;
      u += d;
    }
    trace.v.push_back(v);
  }
  return trace;
}

const FiringPattern& pattern(char panel) {
  static const auto all = firing_patterns();
  return *std::find_if(all.begin(), all.end(), [&](const auto& p) { return p.panel == panel; });
}
Times spikes(char panel) {
  return run<double>(pattern(panel)).spikes;
}
Times intervals(const Times& times) {
  Times all;
  for (std::size_t s = 1; s < times.size(); ++s) all.push_back(times[s] - times[s - 1]);
  return all;
}
/// Lengths of runs of spikes less than `ms` apart.
std::vector<int> groups(const Times& times, double ms) {
  std::vector<int> sizes;
  for (std::size_t s = 0; s < times.size(); ++s) {
    if (s == 0 || times[s] - times[s - 1] >= ms) sizes.push_back(0);
    ++sizes.back();
  }
  return sizes;
}
void expect_within(const Times& times, double from, double until) {
  ASSERT_FALSE(times.empty());
  EXPECT_GT(times.front(), from);
  EXPECT_LT(times.back(), until);
}

TEST(FiringPatterns, FollowThePublishedScript) {
  const auto in = [](double from, double t, double until) { return from < t && t < until; };
  static const auto between = in;
  const Trace scripts[] = {
      script('A', .25, 100, .02, .2, -65, 6, -70, [](double t) { return t > 10 ? 14. : 0; }),
      script('B', .25, 200, .02, .25, -65, 6, -64, [](double t) { return t > 20 ? .5 : 0; }),
      script('C', .25, 220, .02, .2, -50, 2, -70, [](double t) { return t > 22 ? 15. : 0; }),
      script('D', .2, 200, .02, .25, -55, .05, -64, [](double t) { return t > 20 ? .6 : 0; }),
      script('E', .25, 160, .02, .2, -55, 4, -70, [](double t) { return t > 16 ? 10. : 0; }),
      script('F', .25, 85, .01, .2, -65, 8, -70, [](double t) { return t > 8.5 ? 30. : 0; }),
      script('G', .25, 300, .02, -.1, -55, 6, -60,
             [](double t) { return t > 30 ? .075 * (t - 30) : 0; }),
      script('H', .25, 300, .2, .26, -65, 0, -64,
             [](double t) { return t > 30 ? -.5 + .015 * (t - 30) : -.5; }),
      script('I', .2, 100, .02, .2, -65, 6, -70,
             [](double t) { return between(10, t, 13) ? 7.04 : 0; }),
      script('J', .25, 200, .05, .26, -60, 0, -62,
             [](double t) { return between(20, t, 25) ? 2. : 0; }),
      script('K', .25, 400, .1, .26, -60, -1, -62,
             [](double t) {
               return between(40, t, 44) || between(60, t, 64) || between(280, t, 284) ||
                              between(320, t, 324)
                          ? .65
                          : 0;
             }),
      script('L', .25, 100, .02, -.1, -55, 6, -60,
             [](double t) {
               return between(100. / 11, t, 100. / 11 + 2) ||
                              between(100. / 11 + 5, t, 100. / 11 + 7) || between(70, t, 72) ||
                              between(80, t, 82)
                          ? 9.
                          : 0;
             }),
      script('M', .2, 200, .03, .25, -60, 4, -64,
             [](double t) { return between(20, t, 25) ? -15. : 0; }),
      script('N', .2, 200, .03, .25, -52, 0, -64,
             [](double t) { return between(20, t, 25) ? -15. : 0; }),
      script('O', .25, 100, .03, .25, -60, 4, -64,
             [](double t) {
               return between(10, t, 15) || between(80, t, 85) ? 1. : between(70, t, 75) ? -6. : 0;
             }),
      script('P', .25, 300, .1, .26, -60, 0, -61,
             [](double t) { return between(37.5, t, 42.5) || between(216, t, 221) ? 1.24 : .24; }),
      script('Q', .1, 50, 1, .2, -60, -21, -70,
             [](double t) { return std::abs(t - 10) < 1 ? 20. : 0; }),
      script('R', .5, 400, .02, 1, -55, 4, -65,
             [](double t) {
               if (t < 200) return t / 25;
               return t >= 300 && t < 312.5 ? (t - 300) / 12.5 * 4 : 0;
             }),
      script('S', .5, 350, -.02, -1, -60, 8, -63.8,
             [](double t) { return t < 50 || t > 250 ? 80. : 75; }),
      script('T', .5, 350, -.026, -1, -45, -2, -63.8,
             [](double t) { return t < 50 || t > 250 ? 80. : 75; })};
  const auto all = firing_patterns();
  for (std::size_t p = 0; p < all.size(); ++p) {
    const Trace trace = run<double>(all[p]);
    EXPECT_EQ(trace.spikes, scripts[p].spikes) << all[p].name;
    // Rounding grows by orders of magnitude on the way to a spike: v is compared up to the first.
    for (std::size_t k = 0; double(k) * all[p].dt_ms < scripts[p].spikes.at(0); ++k)
      ASSERT_NEAR(trace.v[k], scripts[p].v[k], 1e-8) << all[p].name << " tick " << k;
  }
}

// What each panel shows.

TEST(FiringPatterns, ATonicSpiking) {
  const auto gaps = intervals(spikes('A'));
  ASSERT_EQ(gaps.size(), 4u);
  EXPECT_NEAR(gaps[2], gaps[3], 0.5);
}
TEST(FiringPatterns, BPhasicSpikingIsOneSpike) {
  const auto times = spikes('B');
  ASSERT_EQ(times.size(), 1u);
  expect_within(times, 20, 60);
}
TEST(FiringPatterns, CTonicBursting) {
  const auto bursts = groups(spikes('C'), 15);
  EXPECT_GE(bursts.size(), 4u);
  for (const int size : bursts) EXPECT_GE(size, 4);
}
TEST(FiringPatterns, DPhasicBurstingIsOneBurst) {
  const auto times = spikes('D');
  EXPECT_EQ(groups(times, 15), std::vector<int>{6});
  expect_within(times, 20, 80);
}
TEST(FiringPatterns, EMixedModeIsABurstThenSingleSpikes) {
  EXPECT_EQ(groups(spikes('E'), 15), (std::vector<int>{3, 1, 1, 1}));
}
TEST(FiringPatterns, FIntervalsGrow) {
  const auto gaps = intervals(spikes('F'));
  ASSERT_EQ(gaps.size(), 5u);
  EXPECT_TRUE(std::is_sorted(gaps.begin(), gaps.end()));
  EXPECT_GT(gaps.back(), 10 * gaps.front());
}
TEST(FiringPatterns, GClassOneStartsSlowly) {
  const auto gaps = intervals(spikes('G'));
  ASSERT_GT(gaps.size(), 5u);
  EXPECT_TRUE(std::is_sorted(gaps.rbegin(), gaps.rend()));
  EXPECT_GT(gaps.front(), 2.5 * gaps.back());
}
TEST(FiringPatterns, HClassTwoStartsFast) {
  const auto gaps = intervals(spikes('H'));
  ASSERT_GT(gaps.size(), 10u);
  EXPECT_LT(gaps.front(), 2 * gaps.back());
}
TEST(FiringPatterns, ISpikeComesLongAfterThePulse) {
  const auto times = spikes('I');
  ASSERT_EQ(times.size(), 1u);
  expect_within(times, 13 + 10, 13 + 20);
}
TEST(FiringPatterns, JOscillatesBelowThreshold) {
  const Trace trace = run<double>(pattern('J'));
  ASSERT_EQ(trace.spikes.size(), 1u);
  const auto from = trace.v.begin() + 4 * 60;  // ms, four ticks each
  std::vector<std::size_t> tops;
  for (auto v = from; v + 1 != trace.v.end(); ++v)
    if (v[0] > v[-1] && v[0] >= v[1]) tops.push_back(static_cast<std::size_t>(v - from));
  ASSERT_GE(tops.size(), 3u);
  EXPECT_GT(*std::max_element(from, trace.v.end()) - *std::min_element(from, trace.v.end()), 0.2);
  // The linear part at rest oscillates at a frequency of its own.
  const double v = pattern('J').model.rest_mv(), trace_half = (0.08 * v + 5 - 0.05) / 2;
  const double determinant = 0.05 * (0.26 - (0.08 * v + 5));
  const double period = 2 * std::acos(-1.0) / std::sqrt(determinant - trace_half * trace_half);
  EXPECT_NEAR(double(tops[2] - tops[0]) / 4 / 2, period, 0.1 * period);
}
TEST(FiringPatterns, KResonatorPrefersTheSecondPair) {
  const auto times = spikes('K');
  ASSERT_EQ(times.size(), 1u);
  expect_within(times, 320, 345);
}
TEST(FiringPatterns, LIntegratorPrefersTheClosePair) {
  const auto times = spikes('L');
  ASSERT_EQ(times.size(), 1u);
  expect_within(times, 100.0 / 11 + 5, 25);
}
TEST(FiringPatterns, MReboundSpikeFollowsInhibition) {
  const auto times = spikes('M');
  ASSERT_EQ(times.size(), 1u);
  expect_within(times, 25, 80);
}
TEST(FiringPatterns, NReboundBurstFollowsInhibition) {
  const auto times = spikes('N');
  EXPECT_EQ(groups(times, 15), std::vector<int>{7});
  expect_within(times, 25, 100);
}
TEST(FiringPatterns, OTheSamePulseSpikesOnlyAfterInhibition) {
  const auto times = spikes('O');
  ASSERT_EQ(times.size(), 1u);
  expect_within(times, 80, 100);
}
TEST(FiringPatterns, POnePulseStartsAndAnotherStopsIt) {
  const auto times = spikes('P');
  EXPECT_EQ(groups(times, 50), std::vector<int>{5});
  expect_within(times, 37.5, 216);
  EXPECT_LT(times.back() + intervals(times).back(), 300 - 30);  // there was time for two more
}
TEST(FiringPatterns, QTheSpikeIsFollowedByADepolarisation) {
  const Trace trace = run<double>(pattern('Q'));
  ASSERT_EQ(trace.spikes.size(), 1u);
  const auto after = trace.v.begin() + std::lround(trace.spikes[0] / 0.1) + 1;
  EXPECT_GT(*std::max_element(after, trace.v.end()), -60 + 3);  // above the reset
  EXPECT_NEAR(trace.v.back(), -70, 2);
}
TEST(FiringPatterns, ROnlyTheSteepRampSpikesThoughItIsLower) {
  const auto times = spikes('R');
  ASSERT_EQ(times.size(), 1u);
  expect_within(times, 300, 315);
}
TEST(FiringPatterns, SInhibitionMakesItSpike) {
  const auto times = spikes('S');
  ASSERT_EQ(times.size(), 3u);
  expect_within(times, 50, 250);
}
TEST(FiringPatterns, TInhibitionMakesItBurst) {
  const auto times = spikes('T');
  const auto bursts = groups(times, 20);
  ASSERT_EQ(bursts.size(), 2u);
  for (const int size : bursts) EXPECT_GE(size, 4);
  expect_within(times, 50, 250);
}

/// In float, as a simulation runs it, every panel has as many spikes, and its first where it was.
TEST(FiringPatterns, AreTheSameInFloat) {
  for (const FiringPattern& p : firing_patterns()) {
    const auto twice = run<double>(p).spikes, single = run<float>(p).spikes;
    ASSERT_EQ(single.size(), twice.size()) << p.name;
    EXPECT_NEAR(single[0], twice[0], p.dt_ms + 1e-9) << p.name;
  }
}

}  // namespace
}  // namespace snn
