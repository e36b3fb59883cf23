// SPDX-License-Identifier: Apache-2.0
// What a network can be given from outside: currents (steps, a sine, noise), drives and sources of
// spikes (Poisson trains whose rate changes, regular trains, lists), and how to change a stimulus
// between two pieces of a run. Each is beside what its description implies.
//
// Run: build/release/bin/11_stimuli
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numbers>
#include <numeric>
#include <snn/snn.hpp>

int main() {
  constexpr double dt_ms = 0.1, tau_ms = 20;
  // Neurons that never reach their threshold show the currents as their membranes smooth them.
  const snn::Lif passive{.tau_m_ms = tau_ms, .v_rest_mv = 0, .v_reset_mv = 0, .v_th_mv = 1000};
  snn::Network net;
  const auto step = net.add(passive, {1}, "step");
  net.drive(step, snn::StepCurrent{.times_ms = {20, 120}, .amplitudes = {10, 0}});
  const auto sine = net.add(passive, {1}, "sine");
  net.drive(sine, snn::SineCurrent{.amplitude = 10, .frequency_hz = 10});
  const auto noise = net.add(passive, {500}, "noise");
  net.drive(noise, snn::NoiseCurrent{.mean = 5, .sd = 3, .interval_ms = 1});
  const auto driven = net.add(passive, {500}, "driven");
  net.drive(driven, snn::PoissonDrive{.rate_hz = 1000, .weight = 0.2});

  const auto rising =
      net.add(snn::InhomogeneousPoissonSource{.times_ms = {0, 500}, .rates_hz = {10, 40}}, {1000},
              "rising");
  const auto regular =
      net.add(snn::RegularSource{.interval_ms = 8, .start_ms = 100, .phase_ms = {0, 2, 4, 6}}, {4},
              "regular");
  const auto listed = net.add(snn::SpikeSource{{{5.0, 17.5}, {12.3}}}, {2}, "listed");

  snn::Simulation run(net, {.dt_ms = dt_ms, .seed = 3});
  for (const auto neurons : {step, sine, noise, driven}) run.record_membrane(neurons);
  for (const auto source : {rising, regular, listed}) run.record_spikes(source);
  run.run_ms(200);
  // From here on another current, and a drive of twice the rate. The times of a stimulus count from
  // the start of the simulation, not from now.
  run.set_stimulus(step, 0, snn::StepCurrent{.times_ms = {0}, .amplitudes = {6}});
  run.set_stimulus(driven, 0, snn::PoissonDrive{.rate_hz = 2000, .weight = 0.2});
  run.run_ms(800);

  bool right = true;
  std::puts("                                            found   implied");
  const auto compare = [&right](const char* what, double found, double implied, double error) {
    std::printf("%-38s %10.3f %9.3f +- %.3f\n", what, found, implied, error);
    right &= std::abs(found - implied) <= error;
  };
  // Mean and standard deviation of a population's membranes at a time. A value is that of the end
  // of its tick.
  const auto membranes = [&run](snn::PopulationId population, double ms) {
    const snn::StateTrace& trace = run.membrane(population);
    const std::size_t count = trace.neuron.size();
    const auto n = static_cast<double>(count);
    const float* v = &trace.value[static_cast<std::size_t>(std::lround(ms / dt_ms) - 1) * count];
    const double mean = std::accumulate(v, v + count, 0.0) / n;
    return std::pair(mean, std::sqrt(std::inner_product(v, v + count, v, 0.0) / n - mean * mean));
  };

  const double charged = 10 * (1 - std::exp(-100 / tau_ms)),
               left = charged * std::exp(-80 / tau_ms);
  compare("step of 10 mV, after 100 ms (mV)", membranes(step, 120).first, charged, 1e-3);
  compare("80 ms after its end", membranes(step, 200).first, left, 1e-3);
  compare("20 ms into the one set at 200 ms", membranes(step, 220).first,
          6 + (left - 6) * std::exp(-20 / tau_ms), 1e-3);

  const auto& wave = run.membrane(sine).value;
  const double passed = 1 / std::hypot(1, 2 * std::numbers::pi * 10 * tau_ms * 1e-3);
  compare("sine of 10 mV and 10 Hz, amplitude (mV)",
          static_cast<double>(*std::max_element(wave.begin() + 5000, wave.end())), 10 * passed,
          0.01);

  // A membrane forgets all but a part of each value of the noise when the next is drawn.
  const double kept = std::exp(-1 / tau_ms), noise_sd = 3 * std::sqrt((1 - kept) / (1 + kept));
  compare("noise of mean 5 mV, mean (mV)", membranes(noise, 1000).first, 5,
          4 * noise_sd / std::sqrt(500));
  compare("noise of SD 3 mV, SD (mV)", membranes(noise, 1000).second, noise_sd,
          4 * noise_sd / std::sqrt(2 * 500));
  compare("events of 0.2 mV at 1 kHz, mean (mV)", membranes(driven, 200).first, 0.2 * 1 * tau_ms,
          4 * 0.2 * std::sqrt(1 * tau_ms / 2 / 500));
  compare("at 2 kHz, set at 200 ms", membranes(driven, 1000).first, 0.2 * 2 * tau_ms,
          4 * 0.2 * std::sqrt(2 * tau_ms / 2 / 500));

  const auto& ticks = run.spikes(rising).tick;
  const auto slow = std::lower_bound(ticks.begin(), ticks.end(), 5000) - ticks.begin();
  const auto fast = static_cast<double>(ticks.size()) - static_cast<double>(slow);
  compare("1000 Poisson trains, 0.5 s at 10 Hz", static_cast<double>(slow), 5000,
          4 * std::sqrt(5000));
  compare("0.5 s at 40 Hz", fast, 20000, 4 * std::sqrt(20000));
  compare("regular trains, spikes of all four",
          static_cast<double>(run.spikes(regular).tick.size()), (1000 - 100) / 2, 0);
  const auto& list = run.spikes(listed).tick;
  right &= list == std::vector<std::int64_t>{50, 123, 175};
  std::puts(right ? "All are as described." : "SOMETHING IS WRONG.");
  return right ? 0 : 1;
}
