// SPDX-License-Identifier: Apache-2.0
// A neuron learns by spike-timing dependent plasticity to tell a volley of spikes from noise. A
// hundred inputs fire together every 50 ms, a hundred others at random with the same mean rate.
// Synapses of inputs that spike just before the neuron grow, the others shrink: Song, Miller &
// Abbott, Nat. Neurosci. 3 (2000) 919.
//
// Run: build/release/bin/07_learn_a_pattern
#include <cmath>
#include <cstdio>
#include <random>
#include <snn/snn.hpp>

int main() {
  constexpr int volley = 100, noise = 100, seconds = 20;
  std::mt19937 random(7);
  std::uniform_real_distribution<double> jitter_ms(0, 2), any_ms(0, 1000.0 * seconds);
  snn::SpikeSource spikes;
  spikes.times_ms.resize(volley + noise);
  for (int n = 0; n < volley + noise; ++n) {
    auto& times = spikes.times_ms[static_cast<std::size_t>(n)];
    for (int i = 0; i < 20 * seconds; ++i)
      times.push_back(n < volley ? 50.0 * i + jitter_ms(random) : any_ms(random));
    std::sort(times.begin(), times.end());
  }

  snn::Network net;
  const auto in = net.add(spikes, {volley + noise}, "in");
  const auto out = net.add(snn::Lif{.tau_m_ms = 10, .t_ref_ms = 5}, {1}, "out");
  snn::PairStdp rule = snn::PairStdp::additive();
  rule.lambda = 0.005;
  rule.alpha = 1.1;
  rule.w_max = 0.6;
  const auto learning =
      net.connect(in, out, snn::AllToAll{}, {.weight = 0.3, .delay_ms = 1.0, .plasticity = rule});

  snn::Simulation run(net, {.dt_ms = 0.1});
  run.record_spikes(out);
  const auto mean_weights = [&] {
    double in_volley = 0, in_noise = 0;
    for (const snn::SynapseNow& synapse : run.synapses(learning))
      (synapse.source < volley ? in_volley : in_noise) += static_cast<double>(synapse.weight);
    return std::pair(in_volley / volley, in_noise / noise);
  };
  std::printf("  s   volley   noise   spikes of the neuron per second\n");
  std::size_t before = 0;
  for (int s = 0; s <= seconds; s += 5) {
    const auto [in_volley, in_noise] = mean_weights();
    const std::size_t count = run.spikes(out).tick.size();
    std::printf("%3d   %.3f    %.3f   %.1f\n", s, in_volley, in_noise,
                s == 0 ? 0.0 : static_cast<double>(count - before) / 5);
    before = count;
    if (s < seconds) run.run_ms(5000);
  }
  const auto [in_volley, in_noise] = mean_weights();
  const bool learnt = in_volley > 0.45 && in_noise < 0.25;
  std::printf("%s\n", learnt ? "It listens to the volley." : "IT DID NOT LEARN.");
  return learnt ? 0 : 1;
}
