// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/energy_report.hpp"

#include <sstream>

#include "snn/cli/energy_json.hpp"
#include "snn/cli/text.hpp"
#include "snn/energy/models/break_even.hpp"
#include "snn/energy/models/energy_model.hpp"
#include "snn/model/errors.hpp"

namespace snn::cli {
namespace {

std::vector<EnergyModel> models_of(const EnergyReport& report) {
  std::vector<EnergyModel> all;
  for (const Hardware& hardware : report.hardware) {
    if (hardware.kind == HardwareKind::unpriced) {
      throw UnavailableError("energy on " + hardware.name +
                             " is unavailable: " + hardware.definition);
    }
    for (EnergyModel model : models_for(hardware)) {
      model.weight_bits = report.weight_bits;
      model.activation_bits = report.activation_bits;
      all.push_back(std::move(model));
    }
  }
  return all;
}

RawCounts counts_of(const CountsFile& file, bool held) {
  return held ? held_inputs(file.counts) : file.counts;
}

std::string times(double ours, double theirs) {
  return theirs > 0 ? format("%.3g x", ours / theirs) : "-";
}

Json json_of_report(const EnergyReport& report) {
  const RawCounts raw = counts_of(report.counts, report.held);
  Json json;
  json["name"] = report.counts.name;
  json["counts"] = Json::parse(counts_text(report.counts));
  json["held_inputs"] = report.held;
  json["modelled"] = Json::array();
  for (const EnergyModel& model : models_of(report)) {
    Json entry = json_of(model(raw));
    if (report.against) {
      const Modelled other = model(report.against->counts);
      entry["against"] = json_of(other);
      entry["energy_ratio"] =
          other.joules_per_inference > ModelledJoules{}
              ? Json(model(raw).joules_per_inference / other.joules_per_inference)
              : Json(nullptr);
    }
    json["modelled"].push_back(std::move(entry));
  }
  const BitBudget budget = bit_budget(raw, report.weight_bits, 1);
  json["bit_budget"] = {{"weight_bits", report.weight_bits},
                        {"bits", budget.bits},
                        {"effort", budget.effort},
                        {"effective", budget.effective}};
  if (report.against) {
    json["against"] = Json::parse(counts_text(*report.against));
    json["layers"] = Json::array();
    for (const LayerBreakEven& layer : break_even_layers(raw, report.against->counts, Format::fp32))
      json["layers"].push_back(json_of(layer));
  }
  return json;
}

std::string layer_table(const RawCounts& raw, const RawCounts& against) {
  std::vector<Row> rows = {{"layer", "spikes per synapse", "allowed", "energy ratio", ""}};
  for (const LayerBreakEven& layer : break_even_layers(raw, against, Format::fp32)) {
    rows.push_back({layer.layer, format("%.3f", layer.spikes_per_synapse),
                    format("%.3f", layer.allowed), format("%.3g", layer.ratio),
                    layer.loses() ? "loses" : "wins"});
  }
  std::string text = "\nBreak-even by layer (45nm-compute-fp32, per synapse and inference):\n\n" +
                     aligned(rows) + "\nPublished bounds on spikes per synapse and inference:\n";
  for (const PublishedBound& bound : published_bounds()) {
    text += "  " + std::string(bound.name) + ": " + format("%.2f", bound.low) +
            (bound.high > bound.low ? format(" to %.2f", bound.high) : "") + "; " + bound.source +
            '\n';
  }
  return text;
}

}  // namespace

std::string energy_report(const EnergyReport& report, bool json) {
  if (json) return json_of_report(report).dump(2) + '\n';
  const RawCounts raw = counts_of(report.counts, report.held);
  std::ostringstream out;
  out << report.counts.name << ", per inference, modelled; no device was read\n\n";
  std::vector<Row> totals = {{"model", "energy"}};
  if (report.against) totals.front().insert(totals.front().end(), {report.against->name, "ratio"});
  std::vector<Row> terms = {{"model", "layer", "term", "operations", "pJ each", "energy", "price"}};
  std::vector<std::string> notes;
  for (const EnergyModel& model : models_of(report)) {
    const Modelled modelled = model(raw);
    totals.push_back({modelled.model, with_prefix(modelled.joules_per_inference.value(), "J")});
    if (report.against) {
      const ModelledJoules other = model(report.against->counts).joules_per_inference;
      totals.back().push_back(with_prefix(other.value(), "J"));
      totals.back().push_back(times(modelled.joules_per_inference.value(), other.value()));
    }
    for (const Modelled::Term& term : modelled.terms) {
      terms.push_back({modelled.model, term.layer, term.name, format("%.10g", term.operations),
                       format("%.4g", term.picojoules), with_prefix(term.joules.value(), "J"),
                       term.price});
    }
    for (const std::string& note : modelled.notes) notes.push_back(modelled.model + ": " + note);
  }
  out << aligned(totals) << "\nTerms:\n\n" << aligned_left(terms);
  if (report.against) out << layer_table(raw, report.against->counts);
  for (const std::string& note : notes) out << "note: " << note << '\n';
  out << "\nConstants with their sources: snn energy hardware show NAME\n";
  return out.str();
}

}  // namespace snn::cli
