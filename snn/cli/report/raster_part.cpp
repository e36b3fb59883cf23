// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "snn/cli/report/parts.hpp"
#include "snn/cli/report/svg.hpp"
#include "snn/cli/report/words.hpp"

namespace snn::cli::page {
namespace {

/// A dash per spike; one path, because there are thousands.
std::string dashes(const PopulationRun& run) {
  std::string path;
  for (std::size_t s = 0; s < run.ticks.size(); ++s) {
    path += "M" + std::to_string(run.ticks[s]) + ".1 " + std::to_string(run.neurons_fired[s]) +
            ".1h.8v.8h-.8z";
  }
  return path;
}

Html raster(const PopulationRun& run, int ticks) {
  const double places = static_cast<double>(run.neurons) * ticks;
  std::string words = run.name + ": " + std::to_string(run.neurons) + " neurons";
  if (run.neurons_shown < run.neurons)
    words += ", of which the first " + std::to_string(run.neurons_shown) + " are shown";
  words += "; " + std::to_string(run.spikes) + " spikes, " +
           with_digits(static_cast<double>(run.spikes) / places) + " per neuron and tick";
  const auto rows = static_cast<double>(std::max<std::int64_t>(run.neurons_shown, 1));
  const double height = std::clamp(3 * rows, 30.0, 300.0);
  const Html picture = element("svg",
                               {{"viewBox", "0 0 " + std::to_string(ticks) + " " + px(rows)},
                                {"preserveAspectRatio", "none"},
                                {"class", "raster"},
                                {"height", px(height)},
                                {"role", "img"},
                                {"aria-label", words}},
                               element("path", {{"d", dashes(run)}, {"class", "spikes"}}));
  return element("figcaption", words) + picture;
}

}  // namespace

Html raster_part(const Results& r) {
  const char* title = "Spikes of one sample";
  if (!r.spiking().sample) {
    return section(
        "raster", title,
        paragraph("These results hold no spikes: they were written before snn kept those "
                  "of one sample. Run snn bench again to see them."));
  }
  const SampleRun& sample = *r.spiking().sample;
  Html figures;
  for (const PopulationRun& run : sample.populations) figures += raster(run, sample.ticks);
  if (sample.populations.empty()) figures += paragraph("No population emits spikes.");
  const std::string judged =
      sample.label == sample.predicted
          ? "class " + std::to_string(sample.label) + ", which the network recognised"
          : "class " + std::to_string(sample.label) + ", which the network took for class " +
                std::to_string(sample.predicted);
  const Html axis = element("div", {{"class", "ticks"}},
                            element("span", "tick 0") +
                                element("span", "time, 1 tick = " + with_digits(r.dt_ms) + " ms") +
                                element("span", "tick " + std::to_string(sample.ticks - 1)));
  return section("raster", title,
                 paragraph("Test sample " + std::to_string(sample.index) + ": " + judged +
                           ". A row is a neuron, a dash is a spike.") +
                     element("figure", {{"class", "rasters"}}, figures + axis));
}

}  // namespace snn::cli::page
