// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/table.hpp"

#include <cstdio>

#include "snn/cli/text.hpp"

namespace snn::cli {
namespace {

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
