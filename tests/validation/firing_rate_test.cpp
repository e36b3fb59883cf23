// SPDX-License-Identifier: Apache-2.0
// Firing under constant drive: intervals between spikes in closed form. Gerstner et al., Neuronal
// Dynamics (2014), section 1.3.
#include "tests/validation/single_neuron.hpp"

namespace validation {
namespace {

constexpr double dt_ms = 0.1;

/// Ticks from v0 to the threshold, towards v_inf: tau ln((v_inf - v0) / (v_inf - v_th)), as the
/// first tick whose end is past it. `clear`: not so close to a tick that a float decides.
struct Charge {
  std::int64_t ticks;
  bool clear;
};
Charge charge(double tau_ms, double v0, double v_inf, double v_th) {
  const double exact = tau_ms * std::log((v_inf - v0) / (v_inf - v_th)) / dt_ms;
  return {static_cast<std::int64_t>(std::ceil(exact)), std::abs(exact - std::round(exact)) > 0.02};
}

TEST(FiringRate, LifIntervalsAreChargingTimePlusRefractoryTime) {
  int compared = 0;
  for (const double tau_ms : {5.0, 10.0, 20.0}) {
    for (const double t_ref_ms : {0.0, 0.3, 2.0, 5.0}) {
      for (const double v_reset_mv : {-65.0, -70.0, -58.0}) {
        for (double drive_mv = 15.5; drive_mv < 120; drive_mv *= 1.21) {
          const snn::Lif lif{.tau_m_ms = tau_ms,
                             .v_reset_mv = v_reset_mv,
                             .t_ref_ms = t_ref_ms,
                             .i_offset_mv = drive_mv};
          const Charge first = charge(tau_ms, -65, -65 + drive_mv, -50);
          const Charge next = charge(tau_ms, v_reset_mv, -65 + drive_mv, -50);
          if (!first.clear || !next.clear) continue;
          ++compared;
          const std::int64_t interval = next.ticks + std::llround(t_ref_ms / dt_ms);
          const auto spikes = simulate(lif, dt_ms, first.ticks + 5 * interval).spikes;
          ASSERT_EQ(spikes.size(), 6u) << tau_ms << " " << t_ref_ms << " " << drive_mv;
          for (std::size_t k = 0; k < spikes.size(); ++k)
            EXPECT_EQ(spikes[k], first.ticks - 1 + static_cast<std::int64_t>(k) * interval);
        }
      }
    }
  }
  EXPECT_GT(compared, 200);
}

TEST(FiringRate, ThereIsNoneUpToTheRheobase) {
  for (const double drive_mv : {0.0, 10.0, 14.9, -30.0}) {
    const Trace trace = simulate(snn::Lif{.tau_m_ms = 5, .i_offset_mv = drive_mv}, dt_ms, 2000);
    EXPECT_TRUE(trace.spikes.empty()) << drive_mv;
  }
}

TEST(FiringRate, AHeldCurrentIsAnOffset) {
  const snn::Lif by_offset{.tau_m_ms = 12, .t_ref_ms = 2, .i_offset_mv = 24};
  snn::Network net;
  const auto in = net.add(snn::CurrentSource{.max_abs = 1}, {1});
  const auto out =
      net.add(snn::Lif{.tau_m_ms = 12, .t_ref_ms = 2, .input = snn::Input::current}, {1});
  net.connect(in, out, snn::AllToAll{}, {.weight = 48.0});
  snn::Simulation simulation(net, {.dt_ms = dt_ms});
  simulation.record_spikes(out);
  simulation.set_values(in, std::vector<float>{0.5f});
  simulation.run_ms(200);
  ASSERT_TRUE(charge(12, -65, -65 + 24, -50).clear);
  EXPECT_EQ(simulation.spikes(out).tick, simulate(by_offset, dt_ms, 2000).spikes);
  EXPECT_GT(simulation.spikes(out).tick.size(), 10u);
}

/// Without leak, n events of weight w reach the threshold when n w does.
TEST(FiringRate, IfDividesItsInput) {
  for (const int divisor : {1, 2, 3, 7}) {
    std::vector<Event> events;
    for (int k = 0; k < 60; ++k) events.push_back({static_cast<double>(k), 1.0});
    const auto spikes =
        simulate(snn::If{.v_th_mv = static_cast<double>(divisor)}, 1.0, 60, events).spikes;
    ASSERT_EQ(spikes.size(), static_cast<std::size_t>(60 / divisor));
    for (std::size_t k = 0; k < spikes.size(); ++k)
      EXPECT_EQ(spikes[k], static_cast<std::int64_t>(k + 1) * divisor - 1);
  }
}

}  // namespace
}  // namespace validation
