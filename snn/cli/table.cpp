// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/table.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

namespace snn::cli {
namespace {

using Row = std::vector<std::string>;

std::string format(const char* pattern, double value) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, pattern, value);
  return buffer;
}

/// Columns as wide as their widest cell; the first is flushed left, the others right.
std::string aligned(const std::vector<Row>& rows) {
  std::vector<std::size_t> width;
  for (const Row& row : rows) {
    width.resize(std::max(width.size(), row.size()));
    for (std::size_t c = 0; c < row.size(); ++c) width[c] = std::max(width[c], row[c].size());
  }
  std::string out;
  for (const Row& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::string pad(width[c] - row[c].size(), ' ');
      out += c == 0 ? row[c] + pad : "  " + pad + row[c];
    }
    out.erase(out.find_last_not_of(' ') + 1);
    out += '\n';
  }
  return out;
}

/// Long lines broken at words.
std::string wrapped(const std::string& text, std::size_t width, const std::string& indent) {
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t end = std::min(text.size(), at + width);
    if (end < text.size()) {
      const std::size_t space = text.rfind(' ', end);
      if (space != std::string::npos && space > at) end = space;
    }
    out += (at == 0 ? "- " : indent) + text.substr(at, end - at) + '\n';
    at = end < text.size() ? end + 1 : end;
  }
  return out;
}

std::string measured_cell(const MeasuredEnergy& energy) {
  const auto* measured = std::get_if<Measured>(&energy);
  return measured != nullptr ? with_prefix(measured->joules.value(), "J") : "unavailable";
}

std::string joules_of(const ModelResult& model, const std::string& name) {
  for (const Modelled& modelled : model.modelled()) {
    if (modelled.model == name) return with_prefix(modelled.joules_per_inference.value(), "J");
  }
  return "";
}

Row inference_row(const ModelResult& model) {
  const Counts counts = neurobench_counts(model.counts);
  std::string accuracy = format("%.2f %%", 100 * model.accuracy());
  if (model.accuracies.size() > 1) accuracy += format(" +- %.2f", 100 * model.accuracy_sd());
  return {model.label,
          accuracy,
          with_prefix(counts.macs_dense, ""),
          with_prefix(counts.macs_effective, ""),
          with_prefix(counts.acs_effective, ""),
          format("%.1f", counts.spikes),
          format("%.0f", counts.neuron_updates),
          measured_cell(model.inference),
          joules_of(model, model.bits > 0 ? "45nm-compute-int8" : "45nm-compute-fp32"),
          joules_of(model, "lemaire-2022-memory-int32")};
}

Row training_row(const ModelResult& model, const GridIntensity& grid) {
  const auto* measured = std::get_if<Measured>(&model.training);
  return {
      model.label,
      format("%.2f s", model.training_seconds),
      format("%.3f s", model.epochs > 0 ? model.training_seconds / model.epochs : 0),
      with_prefix(static_cast<double>(model.operations.forward.macs + model.operations.forward.acs),
                  ""),
      with_prefix(
          static_cast<double>(model.operations.backward.macs + model.operations.backward.acs), ""),
      measured != nullptr ? with_prefix(measured->joules.value(), "J") : "unavailable",
      measured != nullptr ? with_prefix(co2e(measured->joules, grid).value(), "g") : "unavailable",
      with_prefix(training_compute(model.operations).joules_per_inference.value(), "J")};
}

}  // namespace

std::string with_prefix(double value, const std::string& unit) {
  struct Prefix {
    double factor;
    const char* name;
  };
  constexpr Prefix prefixes[] = {{1e15, "P"}, {1e12, "T"}, {1e9, "G"},  {1e6, "M"},  {1e3, "k"},
                                 {1, ""},     {1e-3, "m"}, {1e-6, "u"}, {1e-9, "n"}, {1e-12, "p"}};
  const std::string gap = unit.empty() ? "" : " ";
  if (value == 0) return "0" + gap + unit;
  for (const Prefix& prefix : prefixes) {
    if (std::abs(value) < prefix.factor * 0.9995) continue;
    const double scaled = value / prefix.factor;
    const char* pattern = std::abs(scaled) >= 99.95   ? "%.0f"
                          : std::abs(scaled) >= 9.995 ? "%.1f"
                                                      : "%.2f";
    const bool whole = prefix.factor == 1 && unit.empty() && value == std::floor(value);
    return format(whole ? "%.0f" : pattern, scaled) +
           (unit.empty() && *prefix.name == 0 ? "" : " ") + prefix.name + unit;
  }
  return format("%.3g", value) + gap + unit;
}

std::string table_of(const Contest& c) {
  std::string out = "Per inference (" + c.data_info.name + ", " + std::to_string(c.test) +
                    " test samples, " + std::to_string(c.options.steps) +
                    " ticks, operations by NeuroBench's rule):\n\n";
  out +=
      aligned({{"", "accuracy", "dense", "effective", "effective", "spikes", "neuron", "energy",
                "45 nm", "memory-"},
               {"", "(test)", "MACs", "MACs", "ACs", "", "updates", "measured", "compute", "aware"},
               inference_row(c.dense),
               inference_row(c.quantised),
               inference_row(c.spiking)});
  out +=
      "\nModelled energy: 45 nm compute-only at fp32 (quantised twin: int8; the verdict compares "
      "equal formats); memory-aware after\n"
      "Lemaire et al. 2022. Not what this machine uses: that is the measured column.\n";
  if (const auto* why = std::get_if<Unavailable>(&c.spiking.inference)) {
    out += "Measured energy is unavailable: " + why->reason +
           (why->fix.empty() ? "" : "\n  to fix it: " + why->fix) + "\n";
  }
  out += "\nTraining (" + std::to_string(c.train) + " samples, " +
         std::to_string(c.options.epochs) + " epochs):\n\n";
  out += aligned({{"", "time", "per", "operations", "operations", "energy", "CO2e", "45 nm"},
                  {"", "", "epoch", "forward", "backward", "measured", "", "compute"},
                  training_row(c.dense, c.grid),
                  training_row(c.quantised, c.grid),
                  training_row(c.spiking, c.grid)});
  char grid[160];
  std::snprintf(grid, sizeof grid, "\nCO2e at %.0f g per kWh (%.*s, %d) of measured joules only.\n",
                c.grid.g_per_kwh, static_cast<int>(c.grid.code.size()), c.grid.code.data(),
                c.grid.year);
  out += grid;
  out += "\nVerdict:\n";
  for (const std::string& sentence : c.verdict) out += wrapped(sentence, 118, "  ");
  return out;
}

}  // namespace snn::cli
