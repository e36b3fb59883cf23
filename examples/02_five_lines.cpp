// SPDX-License-Identifier: Apache-2.0
// A network in five lines: 100 Poisson sources drive 1000 neurons. What came out is compared with
// what the description implies.
//
// Run: build/release/bin/02_five_lines
#include <cmath>
#include <cstdio>
#include <snn/snn.hpp>

int main() {
  snn::Network net;
  const auto in = net.add(snn::PoissonSource{.rate_hz = 20}, {100}, "in");
  const auto out = net.add(snn::Lif{.tau_m_ms = 20, .v_th_mv = -50}, {1000}, "out");
  net.connect(in, out, snn::AllToAll{}, {.weight = snn::Uniform{0, 1}, .delay_ms = 1.5});
  snn::Simulation run(net, {.dt_ms = 0.1, .seed = 7});

  run.record_spikes(in);
  run.record_spikes(out);
  run.run_ms(1000);

  const auto& arrived = run.counts().projections.front();
  const auto emitted = static_cast<double>(run.spikes(in).tick.size());
  const double rate_hz = static_cast<double>(run.spikes(out).tick.size()) / 1000.0;
  std::printf("%zu spikes in, %llu of them arrived, %llu synaptic events\n",
              run.spikes(in).tick.size(), static_cast<unsigned long long>(arrived.source_events),
              static_cast<unsigned long long>(arrived.synaptic_events));

  // 100 sources x 20 Hz x 1 s: 2000 spikes, standard deviation sqrt(2000).
  const bool poisson = std::abs(emitted - 2000) < 4 * std::sqrt(2000.0);
  // Each spike that arrived met all 1000 neurons, and was counted for each.
  const bool counted = arrived.synaptic_events == 1000 * arrived.source_events;
  // The mean input moves a neuron by 0.5 mV x 2000 Hz x 20 ms = 20 mV; without its fluctuations the
  // neuron would reach the threshold, 15 mV, every 20 ms x ln(20 / 5).
  const double drive_hz = 1000.0 / (20.0 * std::log(20.0 / 5.0));
  const bool plausible = std::abs(rate_hz / drive_hz - 1) < 0.15;
  std::printf("neurons fire at %.1f Hz; under the mean input alone they would at %.1f Hz\n",
              rate_hz, drive_hz);
  return poisson && counted && plausible ? 0 : 1;
}
