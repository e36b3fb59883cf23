// SPDX-License-Identifier: Apache-2.0
// A leaky integrate-and-fire neuron under constant current: its spikes and its membrane, beside the
// closed form. Steps are exact, so that the two agree to the last tick.
//
// Run: build/release/bin/01_single_neuron
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <snn/snn.hpp>

int main() {
  constexpr double dt_ms = 0.1;
  const snn::Lif lif{.tau_m_ms = 20,
                     .v_rest_mv = -65,
                     .v_reset_mv = -65,
                     .v_th_mv = -50,
                     .t_ref_ms = 2,
                     .i_offset_mv = 20};
  snn::Network net;
  const auto neuron = net.add(lif, {1});

  snn::Simulation run(net, {.dt_ms = dt_ms});
  run.record_spikes(neuron);
  run.record_membrane(neuron);
  run.run_ms(100);

  // v(t) = v_rest + i_offset (1 - exp(-t / tau)) from rest; a value belongs to the end of its tick.
  const auto closed_form = [&](double t_ms) {
    return lif.v_rest_mv - lif.i_offset_mv * std::expm1(-t_ms / lif.tau_m_ms);
  };
  double largest_error = 0;
  std::printf("t (ms)  v (mV)     closed form\n");
  for (std::size_t tick = 0; tick < 270; ++tick) {
    const double t_ms = static_cast<double>(tick + 1) * dt_ms;
    const double v = static_cast<double>(run.membrane(neuron).value[tick]);
    largest_error = std::max(largest_error, std::abs(v - closed_form(t_ms)));
    if ((tick + 1) % 50 == 0) std::printf("%6.1f  %9.4f  %9.4f\n", t_ms, v, closed_form(t_ms));
  }

  // It reaches the threshold after tau ln(I / (I - (v_th - v_rest))), rounded up to a tick.
  const double rise_ms =
      lif.tau_m_ms * std::log(lif.i_offset_mv / (lif.i_offset_mv - (lif.v_th_mv - lif.v_rest_mv)));
  const auto expected = std::llround(std::ceil(rise_ms / dt_ms) + lif.t_ref_ms / dt_ms);
  const auto& ticks = run.spikes(neuron).tick;
  bool right = ticks.size() == 3 && largest_error < 1e-3;
  std::printf("\nspikes at (ms):");
  for (std::size_t s = 0; s < ticks.size(); ++s) {
    std::printf(" %.1f", static_cast<double>(ticks[s] + 1) * dt_ms);
    if (s > 0) right &= ticks[s] - ticks[s - 1] == expected;
  }
  std::printf("\ninterval between spikes, closed form: %.1f ms (%.3f ms to threshold, 2 ms held)\n",
              static_cast<double>(expected) * dt_ms, rise_ms);
  std::printf("%s\n", right ? "They agree." : "THEY DIFFER.");
  return right ? 0 : 1;
}
