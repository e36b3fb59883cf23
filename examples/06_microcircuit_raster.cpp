// SPDX-License-Identifier: Apache-2.0
// The cortical microcircuit of Potjans & Diesmann (2014) at a tenth of its size, and a picture of
// its spikes: 06_microcircuit_raster.svg, neurons of eight populations over 300 ms.
//
// Run: build/release/bin/06_microcircuit_raster [scale] [file.svg]
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <snn/snn.hpp>

int main(int argc, char** argv) {
  const double scale = argc > 1 ? std::atof(argv[1]) : 0.1;
  const char* path = argc > 2 ? argv[2] : "06_microcircuit_raster.svg";
  const snn::Network net = snn::microcircuit({.scale = scale});
  snn::Simulation run(net, {.dt_ms = 0.1, .seed = 1, .threads = 2});
  run.run_ms(500);
  const std::int64_t start = run.tick();
  constexpr double shown_ms = 300;
  std::vector<snn::PopulationId> populations;
  for (std::int32_t p = 0; p < 8; ++p) {
    populations.push_back({p});
    run.record_spikes(populations.back());
  }
  run.run_ms(shown_ms);

  // Every population gets a band as high as its share of the neurons; layers 2/3 on top.
  std::int64_t neurons = 0;
  for (const snn::Population& population : net.populations()) neurons += population.size();
  constexpr double width = 900, height = 600, left = 60;
  std::ofstream svg(path);
  svg << "<svg xmlns='http://www.w3.org/2000/svg' width='" << left + width << "' height='"
      << height + 30 << "' font-family='sans-serif' font-size='12'>\n"
      << "<rect width='100%' height='100%' fill='white'/>\n";
  double top = 0;
  bool active = true;
  for (const snn::PopulationId p : populations) {
    const snn::Population& population = net[p];
    const double band =
        height * static_cast<double>(population.size()) / static_cast<double>(neurons);
    const snn::SpikeTrain& spikes = run.spikes(p);
    const bool excitatory = p.index % 2 == 0;
    svg << "<text x='4' y='" << top + band / 2 + 4 << "'>" << population.name
        << "</text>\n<g fill='" << (excitatory ? "#0072b2" : "#d55e00")
        << "'>\n";  // told apart by all kinds of eyes
    for (std::size_t s = 0; s < spikes.tick.size(); ++s) {
      const double x = left + width * static_cast<double>(spikes.tick[s] - start) * 0.1 / shown_ms;
      const double y = top + band * spikes.neuron[s] / static_cast<double>(population.size());
      svg << "<rect x='" << x << "' y='" << y << "' width='1.2' height='1.2'/>\n";
    }
    svg << "</g>\n";
    const double rate_hz = static_cast<double>(spikes.tick.size()) /
                           static_cast<double>(population.size()) / (shown_ms * 1e-3);
    std::printf("%-5s %6lld neurons %6.2f Hz\n", population.name.c_str(),
                static_cast<long long>(population.size()), rate_hz);
    active &= rate_hz > 0.05 && rate_hz < 20;
    top += band;
  }
  svg << "<text x='" << left << "' y='" << height + 20 << "'>0 ms</text>\n<text x='"
      << left + width - 50 << "' y='" << height + 20 << "'>300 ms</text>\n</svg>\n";
  svg.close();
  std::printf("raster written to %s\n", path);
  return active && svg ? 0 : 1;
}
