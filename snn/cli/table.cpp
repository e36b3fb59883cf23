// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/table.hpp"

#include <cmath>

#include "snn/cli/text.hpp"
#include "snn/cli/training_cost.hpp"
#include "snn/energy/carbon/published_trainings.hpp"

namespace snn::cli {
namespace {

std::string measured_cell(const Contest& c, const ModelResult& model) {
  const auto energy = measured_of(c, model);
  const auto* measured = std::get_if<ContestantEnergy>(&energy);
  if (measured == nullptr) return "unavailable";
  const auto& total = measured->total_per_sample;
  return with_prefix(total.mean.value(), "J") +
         format(" +-%.1f %%", 50 * (total.high - total.low) / total.mean);
}

std::string joules_cell(const MeasuredEnergy& energy) {
  const auto* measured = std::get_if<Measured>(&energy);
  return measured != nullptr ? with_prefix(measured->joules.value(), "J") : "unavailable";
}

std::string joules_of(const ModelResult& model, const std::string& name) {
  for (const Modelled& modelled : model.modelled()) {
    if (modelled.model == name) return with_prefix(modelled.joules_per_inference.value(), "J");
  }
  return "";
}

Row inference_row(const Contest& c, const ModelResult& model) {
  const Counts counts = neurobench_counts(model.counts);
  std::string accuracy =
      model.accuracies.empty() ? "unknown" : format("%.2f %%", 100 * model.accuracy());
  if (model.accuracies.size() > 1) accuracy += format(" +- %.2f", 100 * model.accuracy_sd());
  return {model.label,
          accuracy,
          with_prefix(counts.macs_dense, ""),
          with_prefix(counts.macs_effective, ""),
          with_prefix(counts.acs_effective, ""),
          format("%.1f", counts.spikes),
          format("%.0f", counts.neuron_updates),
          measured_cell(c, model),
          joules_of(model, model.bits > 0 ? "45nm-compute-int8" : "45nm-compute-fp32"),
          joules_of(model, "lemaire-2022-memory-int32")};
}

double synaptic(const TrainingOperations& operations) {
  const Operations all = operations.forward + operations.backward;
  return static_cast<double>(all.macs) + static_cast<double>(all.acs);
}

Row training_row(const ModelResult& model, const CarbonChoice& carbon) {
  const TrainingCost& training = *model.training;
  const auto* measured = std::get_if<Measured>(&training.measured.whole);
  const double epochs = static_cast<double>(training.epochs.size());
  return {model.label,
          format("%.2f s", training.seconds),
          format("%.3f s", epochs > 0 ? training.seconds / epochs : 0),
          with_prefix(synaptic(training.operations), ""),
          joules_cell(training.measured.whole),
          measured != nullptr ? with_prefix(carbon.grams(measured->joules).value(), "g")
                              : "unavailable",
          with_prefix(training_compute(training.operations).joules_per_inference.value(), "J")};
}

Row target_row(const ModelResult& model, double target) {
  const auto cost = cost_to(*model.training, target);
  if (!cost) return {model.label, "not reached", "-", "-", "-"};
  return {model.label, std::to_string(cost->epoch + 1), format("%.2f s", cost->seconds),
          joules_cell(cost->measured),
          with_prefix(cost->modelled.joules_per_inference.value(), "J")};
}

/// Models that were trained, the spiking network last.
std::vector<const ModelResult*> trained(const Contest& c) {
  std::vector<const ModelResult*> list;
  for (const ModelResult* model : c.opponents())
    if (model->training) list.push_back(model);
  if (c.spiking.training) list.push_back(&c.spiking);
  return list;
}

/// What others' trainings took.
std::string scale_sentence() {
  std::string text = "For scale, published trainings:";
  for (const PublishedTraining& training : published_trainings()) {
    text += std::string(" ") + training.model + " " + format("%.0f kWh, ", training.kwh) +
            with_prefix(training.co2e_lb * grams_per_pound, "g") + " CO2e";
    if (std::isfinite(training.corrected_t))
      text += " (" + std::string(training.note) + ": " +
              with_prefix(training.corrected_t * 1e6, "g") + ")";
    text += ";";
  }
  return text + " " + published_trainings_source + ".";
}

std::string training_text(const Contest& c) {
  std::vector<Row> rows = {{"", "time", "per", "synaptic", "energy", "CO2e", "45 nm"},
                           {"", "", "epoch", "operations", "measured", "", "compute"}};
  for (const ModelResult* model : trained(c)) rows.push_back(training_row(*model, c.carbon));
  std::string out = "\nTraining (" + std::to_string(c.train) + " samples, " +
                    std::to_string(c.options.epochs) + " epochs):\n\n" + aligned(rows);
  out += "\nCO2e at " + c.carbon.text() + " of measured joules only.\n";
  out += format("\nTraining until %.2f %% of the validation samples are right:\n\n",
                100 * c.target_accuracy);
  rows = {{"", "epochs", "time", "energy", "45 nm"}, {"", "", "", "measured", "compute"}};
  for (const ModelResult* model : trained(c)) rows.push_back(target_row(*model, c.target_accuracy));
  return out + aligned(rows) + "\n" + wrapped(scale_sentence(), 118, "  ");
}

}  // namespace

std::string table_of(const Contest& c) {
  std::string out = "Per inference (" + c.data_info.name + ", " + std::to_string(c.test) +
                    " test samples, " + std::to_string(c.options.steps) +
                    " ticks, operations by NeuroBench's rule):\n\n";
  std::vector<Row> rows = {
      {"", "accuracy", "dense", "effective", "effective", "spikes", "neuron", "energy", "45 nm",
       "memory-"},
      {"", "(test)", "MACs", "MACs", "ACs", "", "updates", "measured", "compute", "aware"}};
  for (const ModelResult* model : c.opponents()) rows.push_back(inference_row(c, *model));
  rows.push_back(inference_row(c, c.spiking));
  out += aligned(rows);
  out +=
      "\nModelled energy: 45 nm compute-only at fp32 (quantised twin: int8; the verdict compares "
      "equal formats); memory-aware after\n"
      "Lemaire et al. 2022. Not what this machine uses: that is the measured column.\n";
  if (const auto* why = std::get_if<Unavailable>(&c.measured)) {
    out += "Measured energy is unavailable: " + why->reason +
           (why->fix.empty() ? "" : "\n  to fix it: " + why->fix) + "\n";
  }
  out += training_text(c);
  out += "\nVerdict:\n";
  for (const std::string& sentence : c.verdict) out += wrapped(sentence, 118, "  ");
  return out;
}

}  // namespace snn::cli
