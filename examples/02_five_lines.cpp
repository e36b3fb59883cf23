// SPDX-License-Identifier: Apache-2.0
// A network in five lines: 100 Poisson sources reach 1000 neurons, each pair with probability 0.1.
// What came out is compared with what the description implies.
//
// Run: build/release/bin/02_five_lines
#include <cmath>
#include <cstdio>
#include <numeric>
#include <snn/snn.hpp>

int main() {
  snn::Network net;
  const auto in = net.add(snn::PoissonSource{.rate_hz = 20}, {100}, "in");
  const auto out = net.add(snn::Lif{.tau_m_ms = 20, .v_th_mv = -50}, {1000}, "out");
  net.connect(in, out, snn::FixedProbability{0.1}, {.weight = 0.8, .delay_ms = 1.5});
  snn::Simulation run(net, {.dt_ms = 0.1, .seed = 7});

  run.record_spikes(in);
  run.record_spikes(out);
  run.record_membrane(out, {}, 1.0);
  run.run_ms(1000);

  const auto arrived = run.counts().projections.front();
  const auto emitted = static_cast<double>(run.spikes(in).tick.size());
  const auto synapses = static_cast<double>(arrived.synapses);
  const auto events = static_cast<double>(arrived.synaptic_events);
  const auto& v = run.membrane(out).value;
  const double mean_mv = std::accumulate(v.begin(), v.end(), 0.0) / static_cast<double>(v.size());
  std::printf("%.0f synapses; %.0f spikes in, %.0f synaptic events, %zu spikes out\n", synapses,
              emitted, events, run.spikes(out).tick.size());

  // 100 sources x 20 Hz x 1 s: 2000 spikes, standard deviation sqrt(2000). 100 x 1000 pairs x 0.1:
  // 10000 synapses, standard deviation sqrt(100000 x 0.1 x 0.9).
  const bool poisson = std::abs(emitted - 2000) < 4 * std::sqrt(2000.0);
  const bool drawn = std::abs(synapses - 10000) < 4 * std::sqrt(9000.0);
  // A neuron has 10 sources: 0.8 mV x 200 Hz x 20 ms lift it by 3.2 mV on average, of which the
  // first second shows 1 - 20 ms / 1 s. The threshold is 15 mV away: few neurons if any fire.
  const double expected_mv = 3.2 * (1 - 0.02);
  const double error_mv = 4 * expected_mv * std::sqrt(1.0 / 2000 + 1.0 / 10000);
  const bool lifted = std::abs(mean_mv + 65 - expected_mv) < error_mv;
  std::printf("mean membrane %.2f mV; the description implies %.2f +- %.2f mV\n", mean_mv,
              -65 + expected_mv, error_mv);
  return poisson && drawn && lifted ? 0 : 1;
}
