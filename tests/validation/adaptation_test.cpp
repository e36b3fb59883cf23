// SPDX-License-Identifier: Apache-2.0
// The adaptive threshold: rises by a_jump with each spike and decays with tau_a. Bellec et al.,
// Nat. Commun. 11 (2020) 3625, eq. 9-11.
#include "tests/validation/single_neuron.hpp"

namespace validation {
namespace {

constexpr double dt_ms = 0.5;

/// Spikes at the given times, then a probe of this height above rest: did it spike?
bool probe(const snn::AdaptiveLif& model, std::vector<Event> events, double time_ms,
           double height) {
  const std::size_t before = events.size();
  events.push_back({time_ms, height});
  const auto spikes = simulate(model, dt_ms, std::llround(time_ms / dt_ms) + 1, events).spikes;
  EXPECT_GE(spikes.size(), before);
  return spikes.size() > before;
}

TEST(Adaptation, TheThresholdDecaysExponentially) {
  const double tau_a_ms = 40, jump_mv = 6;
  // After a spike the membrane is at rest, so that a probe's height is its membrane.
  const snn::AdaptiveLif model{.tau_a_ms = tau_a_ms, .a_jump_mv = jump_mv};
  for (const double after_ms : {0.5, 1.0, 5.0, 20.0, 40.0, 100.0}) {
    const double threshold = 15 + jump_mv * std::exp(-after_ms / tau_a_ms);
    EXPECT_TRUE(probe(model, {{3.0, 30.0}}, 3 + after_ms, threshold + 1e-4)) << after_ms;
    EXPECT_FALSE(probe(model, {{3.0, 30.0}}, 3 + after_ms, threshold - 1e-4)) << after_ms;
  }
}

TEST(Adaptation, SpikesAddUp) {
  const double tau_a_ms = 25, jump_mv = 4;
  const snn::AdaptiveLif model{.tau_a_ms = tau_a_ms, .a_jump_mv = jump_mv, .t_ref_ms = 1};
  const std::vector<Event> spikes{{2.0, 90.0}, {5.0, 90.0}, {11.0, 90.0}};
  const double at_ms = 17;
  double threshold = 15;
  for (const Event& spike : spikes)
    threshold += jump_mv * std::exp(-(at_ms - spike.time_ms) / tau_a_ms);
  EXPECT_TRUE(probe(model, spikes, at_ms, threshold + 1e-4));
  EXPECT_FALSE(probe(model, spikes, at_ms, threshold - 1e-4));
}

TEST(Adaptation, TheSubtractingResetTakesTheBaseThreshold) {
  // 30 - (15 - (-2)) = 13 is left, and decays.
  const snn::AdaptiveLif model{.tau_m_ms = 10,
                               .a_jump_mv = 100,
                               .v_rest_mv = -65,
                               .v_reset_mv = -67,
                               .reset = snn::Reset::subtract};
  const Trace trace = simulate(model, dt_ms, 40, {{0.0, 30.0}});
  EXPECT_EQ(trace.spikes, (std::vector<std::int64_t>{0}));
  for (std::size_t k = 1; k < trace.v.size(); ++k)
    EXPECT_NEAR(trace.v[k], -65 + 13 * std::exp(-static_cast<double>(k) * dt_ms / 10),
                float_error(30, 10, dt_ms));
}

/// Under constant drive the intervals grow to where jump and decay balance: a before a spike is
/// a_jump / (e^(T/tau_a) - 1), and the membrane reaches v_th + a in T.
TEST(Adaptation, IntervalsGrowToTheirBalance) {
  const double tau_m = 10, tau_a = 80, jump = 2, drive = 40;
  const auto spikes =
      simulate(
          snn::AdaptiveLif{
              .tau_m_ms = tau_m, .tau_a_ms = tau_a, .a_jump_mv = jump, .i_offset_mv = drive},
          0.01, 200000)
          .spikes;
  ASSERT_GT(spikes.size(), 20u);
  for (std::size_t k = 2; k < 6; ++k)
    EXPECT_GT(spikes[k] - spikes[k - 1], spikes[k - 1] - spikes[k - 2]);
  double low = 1, high = 200;  // bisection for T
  for (int step = 0; step < 60; ++step) {
    const double t = (low + high) / 2;
    const double missing = drive * (1 - std::exp(-t / tau_m)) - 15 - jump / std::expm1(t / tau_a);
    (missing < 0 ? low : high) = t;
  }
  const double last = static_cast<double>(spikes.back() - spikes[spikes.size() - 2]) * 0.01;
  EXPECT_NEAR(last, low, 0.02);  // two ticks
}

}  // namespace
}  // namespace validation
