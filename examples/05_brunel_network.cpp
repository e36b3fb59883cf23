// SPDX-License-Identifier: Apache-2.0
// A balanced network after Brunel (2000): 12,500 neurons, 15.6 million synapses. Excitation and
// inhibition cancel on average, and neurons fire irregularly, from the fluctuations.
//
// Run: build/release/bin/05_brunel_network
#include <cstdio>
#include <snn/snn.hpp>
#include <thread>

int main() {
  // Described here line by line; snn::brunel() is the same.
  const snn::Lif neuron{
      .tau_m_ms = 20, .v_rest_mv = 0, .v_reset_mv = 0, .v_th_mv = 20, .t_ref_ms = 2};
  constexpr double weight_mv = 0.1, g = 6, delay_ms = 1.5;
  snn::Network net;
  const auto excitatory = net.add(neuron, {10000}, "E");
  const auto inhibitory = net.add(neuron, {2500}, "I");
  for (const auto target : {excitatory, inhibitory}) {
    net[target].v_init_drawn = snn::Uniform{0, 20};
    // As from 1000 sources of 10 Hz each: their mean input alone is the threshold.
    net.drive(target, snn::PoissonDrive{.rate_hz = 10000, .weight = weight_mv});
    net.connect(excitatory, target, snn::FixedInDegree{1000},
                {.weight = weight_mv, .delay_ms = delay_ms});
    net.connect(inhibitory, target, snn::FixedInDegree{250},
                {.weight = -g * weight_mv, .delay_ms = delay_ms});
  }

  const int threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  snn::Simulation run(net, {.dt_ms = 0.1, .seed = 1, .threads = threads});
  run.run_ms(500);  // the start dies away
  snn::SpikeStatistics statistics(10000, 0.1);
  statistics.start(run.tick());
  run.listen_to_spikes(excitatory, [&](std::int64_t tick, std::span<const std::int32_t> neurons) {
    statistics.add(tick, neurons);
  });
  run.run_ms(1000);

  const double rate_hz = statistics.rate_hz(run.tick()), cv = statistics.cv();
  std::printf("rate %.2f Hz, CV of intervals %.2f, %llu synaptic events\n", rate_hz, cv,
              static_cast<unsigned long long>(run.counts().projections[0].synaptic_events));
  // NEST: 3.9 to 4.3 Hz in single seconds.
  const bool right = rate_hz > 3.4 && rate_hz < 4.8 && cv > 0.3;
  std::printf("%s\n", right ? "Low and irregular, as published." : "NOT AS PUBLISHED.");
  return right ? 0 : 1;
}
