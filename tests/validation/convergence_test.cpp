// SPDX-License-Identifier: Apache-2.0
// What the length of a tick changes: nothing for the exact scheme on the grid; an error of first
// order for the Euler preset, which follows its own recurrence.
#include <random>

#include "tests/validation/single_neuron.hpp"

namespace validation {
namespace {

/// Events at whole milliseconds.
std::vector<Event> random_events(int count, int duration_ms, double low, double high) {
  std::mt19937 random(5);
  std::vector<Event> events;
  for (int k = 0; k < count; ++k) {
    const double time = static_cast<double>(random() % static_cast<unsigned>(duration_ms));
    events.push_back({time, low + (high - low) * static_cast<double>(random()) * 0x1p-32});
  }
  return events;
}

template <class Model>
std::vector<double> spike_times(const Model& model, double dt_ms,
                                const std::vector<Event>& events) {
  std::vector<double> times;
  for (const std::int64_t tick : simulate(model, dt_ms, std::llround(400 / dt_ms), events).spikes)
    times.push_back(static_cast<double>(tick) * dt_ms);
  return times;
}

TEST(Convergence, ExactSpikeTimesOnTheGridDoNotDependOnTheTick) {
  const auto events = random_events(300, 400, -2, 12);
  for (const double t_ref_ms : {0.0, 3.0}) {
    const snn::Lif lif{.tau_m_ms = 9, .v_reset_mv = -68, .t_ref_ms = t_ref_ms};
    const auto expected = spike_times(lif, 1.0, events);
    EXPECT_GT(expected.size(), 10u);
    for (const double dt_ms : {0.5, 0.25, 0.125})
      EXPECT_EQ(spike_times(lif, dt_ms, events), expected) << dt_ms;
    const snn::AdaptiveLif adaptive{
        .tau_m_ms = 9, .tau_a_ms = 30, .a_jump_mv = 3, .t_ref_ms = t_ref_ms};
    const auto adapted = spike_times(adaptive, 1.0, events);
    EXPECT_GT(adapted.size(), 10u);
    for (const double dt_ms : {0.5, 0.25, 0.125})
      EXPECT_EQ(spike_times(adaptive, dt_ms, events), adapted) << dt_ms;
  }
}

TEST(Convergence, ExactMembranesOnTheGridDoNotDependOnTheTick) {
  const auto events = random_events(100, 200, -3, 4);
  const snn::CubaLif cuba{.tau_m_ms = 12, .tau_syn_ms = 3, .v_th_mv = 100, .i_offset_mv = 4};
  const Trace coarse = simulate(cuba, 1.0, 200, events);
  for (const int parts : {2, 4, 8}) {
    const Trace fine = simulate(cuba, 1.0 / parts, 200 * parts, events);
    for (std::size_t k = 0; k < coarse.v.size(); ++k) {
      // The end of the coarse tick is the end of its last part.
      const std::size_t same = (k + 1) * static_cast<std::size_t>(parts) - 1;
      ASSERT_NEAR(fine.v[same], coarse.v[k], float_error(20, 12, 1.0 / parts)) << k;
    }
  }
}

TEST(Euler, LifFollowsItsRecurrence) {
  const double dt = 0.5;
  const auto events = random_events(200, 100, -3, 3);
  const snn::Lif lif{
      .tau_m_ms = 10, .v_th_mv = 100, .i_offset_mv = 6, .scheme = snn::Scheme::euler};
  const Trace trace = simulate(lif, dt, 200, events);
  double v = -65;
  for (std::size_t k = 0; k < trace.v.size(); ++k) {
    v += dt / 10 * (-(v + 65) + 6);
    for (const Event& event : events)
      v += event.time_ms == static_cast<double>(k) * dt ? event.weight : 0;
    ASSERT_NEAR(trace.v[k], v, float_error(30, 10, dt)) << k;
  }
}

TEST(Euler, CubaLifFollowsItsRecurrence) {
  const double dt = 0.5;
  const auto events = random_events(200, 100, -10, 10);
  const snn::CubaLif cuba{
      .tau_m_ms = 10, .tau_syn_ms = 4, .v_th_mv = 100, .scheme = snn::Scheme::euler};
  const Trace trace = simulate(cuba, dt, 200, events);
  double v = -65, i = 0;
  for (std::size_t k = 0; k < trace.v.size(); ++k) {
    i -= dt / 4 * i;
    for (const Event& event : events)
      i += event.time_ms == static_cast<double>(k) * dt ? event.weight : 0;
    v += dt / 10 * (-(v + 65) + i);
    ASSERT_NEAR(trace.v[k], v, float_error(60, 10, dt)) << k;
  }
}

/// Half the tick, half the error, while the exact scheme has none.
TEST(Euler, ErrsInFirstOrderOfTheTick) {
  const auto error = [](snn::Scheme scheme, double dt_ms) {
    const snn::Lif lif{.tau_m_ms = 10, .i_offset_mv = 12, .scheme = scheme};
    const Trace trace = simulate(lif, dt_ms, std::llround(10 / dt_ms));
    return std::abs(trace.v.back() - (-65 + 12 * (1 - std::exp(-1.0))));
  };
  for (const double dt_ms : {1.0, 0.5, 0.25, 0.125}) {
    EXPECT_LT(error(snn::Scheme::exact, dt_ms), float_error(12, 10, dt_ms));
    const double ratio = error(snn::Scheme::euler, dt_ms) / error(snn::Scheme::euler, dt_ms / 2);
    EXPECT_NEAR(ratio, 2, dt_ms / 4);
  }
}

}  // namespace
}  // namespace validation
