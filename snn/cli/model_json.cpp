// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/model_json.hpp"

#include "snn/cli/counts_file.hpp"
#include "snn/cli/measured_json.hpp"
#include "snn/cli/neurobench_results.hpp"
#include "snn/cli/training_cost.hpp"

namespace snn::cli {
namespace {

Json json_of(const Counts& counts) {
  return {{"macs_dense", counts.macs_dense},
          {"macs_effective", counts.macs_effective},
          {"acs_effective", counts.acs_effective},
          {"synaptic_events", counts.synaptic_events},
          {"spikes", counts.spikes},
          {"neuron_updates", counts.neuron_updates}};
}

Json dialect_json(Dialect dialect, const RawCounts& raw) {
  const Counts counts = counts_in(dialect, raw);
  Json json = json_of(counts);
  json["membrane_updates"] = counts.membrane_updates;
  json["bias_additions"] = counts.bias_additions;
  json["drive_additions"] = counts.drive_additions;
  json["leak_multiplications"] = counts.leak_multiplications;
  return json;
}

Json json_of(const SampleSpread& spread) {
  return {{"mean", spread.mean}, {"sd", spread.sd},   {"min", spread.min},
          {"p5", spread.p5},     {"p25", spread.p25}, {"median", spread.median},
          {"p75", spread.p75},   {"p95", spread.p95}, {"max", spread.max}};
}

Json spread_json(const std::vector<SampleTotals>& samples) {
  const SampleSpreads spreads = spreads_of(samples);
  return {{"synaptic_events", json_of(spreads.synaptic_events)},
          {"effective_events", json_of(spreads.effective_events)},
          {"macs", json_of(spreads.macs)},
          {"acs", json_of(spreads.acs)},
          {"spikes", json_of(spreads.spikes)},
          {"neuron_updates", json_of(spreads.neuron_updates)}};
}

Json json_of(const Operations& operations) {
  return {{"macs", operations.macs}, {"acs", operations.acs}};
}

Json json_of(const UpdateOperations& update) {
  return {{"additions", update.additions},
          {"multiplications", update.multiplications},
          {"divisions", update.divisions},
          {"square_roots", update.square_roots}};
}

Json json_of(const TrainingOperations& operations) {
  Json json = {{"forward", json_of(operations.forward)},
               {"backward", json_of(operations.backward)},
               {"update", json_of(operations.update)},
               {"bias_additions", operations.bias_additions},
               {"neuron_updates", operations.neuron_updates},
               {"adjoint_updates", operations.adjoint_updates}};
  json["layers"] = Json::array();
  for (const ProjectionOperations& q : operations.projections) {
    json["layers"].push_back({{"name", q.name},
                              {"forward", json_of(q.forward)},
                              {"input_gradient", json_of(q.input_gradient)},
                              {"weight_gradient", json_of(q.weight_gradient)},
                              {"bias_additions", q.bias_additions},
                              {"update", json_of(q.update)}});
  }
  return json;
}

Json json_of(const SampleRun& sample) {
  Json json = {{"index", sample.index},
               {"label", sample.label},
               {"predicted", sample.predicted},
               {"ticks", sample.ticks}};
  json["populations"] = Json::array();
  for (const PopulationRun& population : sample.populations) {
    json["populations"].push_back({{"name", population.name},
                                   {"neurons", population.neurons},
                                   {"neurons_shown", population.neurons_shown},
                                   {"spikes", population.spikes},
                                   {"ticks", population.ticks},
                                   {"neurons_fired", population.neurons_fired}});
  }
  return json;
}

constexpr double joules_per_kwh = 3.6e6;

/// Modelled joules of a training, with what they would be in kWh and CO2e.
Json modelled_training(const Modelled& modelled, const CarbonChoice& carbon) {
  const ModelledJoules joules = modelled.joules_per_inference;
  Json json = cli::json_of(modelled);
  json.erase("joules_per_inference");
  json["joules"] = joules.value();
  json["kwh"] = joules.value() / joules_per_kwh;
  json["co2e_g"] = carbon.grams(joules).value();
  return json;
}

/// The measured branch gets kWh and grams; the other has neither.
Json measured_training(const MeasuredEnergy& energy, const CarbonChoice& carbon) {
  Json json = energy_json(energy);
  if (const auto* measured = std::get_if<Measured>(&energy)) {
    json["measured"]["kwh"] = measured->joules.value() / joules_per_kwh;
    json["measured"]["co2e_g"] = carbon.grams(measured->joules).value();
  }
  return json;
}

/// One entry per epoch in each list.
Json epochs_json(const TrainingCost& training) {
  Json json = {{"seconds", Json::array()},
               {"validation_accuracy", Json::array()},
               {"modelled_joules", Json::array()},
               {"measured_joules", Json::array()}};
  for (std::size_t e = 0; e < training.epochs.size(); ++e) {
    const EpochReport& epoch = training.epochs[e];
    json["seconds"].push_back(epoch.seconds);
    json["validation_accuracy"].push_back(epoch.validation_accuracy);
    json["modelled_joules"].push_back(
        training_compute(epoch.operations).joules_per_inference.value());
    const auto& marks = training.measured.marks;
    const auto* measured =
        e < marks.size() ? std::get_if<Measured>(&marks[e].since_last_mark) : nullptr;
    json["measured_joules"].push_back(measured != nullptr ? Json(measured->joules.value())
                                                          : Json(nullptr));
  }
  return json;
}

}  // namespace

Json counts_json(const std::string& name, const RawCounts& raw,
                 const std::vector<SampleTotals>& samples) {
  Json counts = json_of(neurobench_counts(raw));
  counts["dialect"] = "neurobench";
  counts["samples"] = raw.samples;
  counts["ticks"] = raw.ticks;
  counts["activation_sparsity"] = activation_sparsity(raw);
  counts["layers"] = Json::array();
  for (const LayerCounts& layer : neurobench_layers(raw)) {
    Json entry = {{"name", layer.name}};
    entry.update(json_of(layer.counts));
    counts["layers"].push_back(std::move(entry));
  }
  for (const Dialect dialect : all_dialects)
    counts["dialects"][std::string(name_of(dialect))] = dialect_json(dialect, raw);
  if (!samples.empty()) counts["spread"] = spread_json(samples);
  counts["raw"] = Json::parse(counts_text({name, raw, {}}));
  return counts;
}

Json training_json(const TrainingCost& training, const CarbonChoice& carbon,
                   double target_accuracy) {
  const double epochs = static_cast<double>(training.epochs.size());
  Json json = {{"seconds", training.seconds},
               {"seconds_per_epoch", epochs > 0 ? training.seconds / epochs : 0.0},
               {"epochs", training.epochs.size()},
               {"operations", json_of(training.operations)},
               {"energy", measured_training(training.measured.whole, carbon)}};
  json["energy"]["modelled"] = modelled_training(training_compute(training.operations), carbon);
  json["per_epoch"] = epochs_json(training);
  json["to_target"] = nullptr;
  if (const auto cost = cost_to(training, target_accuracy)) {
    json["to_target"] = {{"validation_accuracy", target_accuracy},
                         {"epochs", cost->epoch + 1},
                         {"seconds", cost->seconds},
                         {"energy", measured_training(cost->measured, carbon)}};
    const ModelledJoules joules = cost->modelled.joules_per_inference;
    json["to_target"]["energy"]["modelled"] = {{"model", cost->modelled.model},
                                               {"joules", joules.value()},
                                               {"kwh", joules.value() / joules_per_kwh},
                                               {"co2e_g", carbon.grams(joules).value()}};
  }
  return json;
}

Json model_json(const Contest& contest, const ModelResult& model) {
  const bool known = !model.accuracies.empty();
  Json entry = {{"label", model.label},
                {"accuracy", known ? Json(model.accuracy()) : Json(nullptr)},
                {"accuracy_sd", model.accuracy_sd()},
                {"accuracies", model.accuracies},
                {"best_epochs", model.best_epochs},
                {"ticks", model.ticks}};
  if (model.bits > 0) entry["bits"] = model.bits;
  entry["counts"] = counts_json(model.label, model.counts, model.samples);
  const std::optional<double> accuracy = known ? std::optional(model.accuracy()) : std::nullopt;
  entry["neurobench"] = Json::parse(neurobench_json(neurobench_results(model.counts, accuracy)));
  entry["energy"] = inference_json(measured_of(contest, model), contest.measured);
  entry["energy"]["modelled"] = Json::array();
  for (const Modelled& modelled : model.modelled())
    entry["energy"]["modelled"].push_back(cli::json_of(modelled));
  if (model.training)
    entry["training"] = training_json(*model.training, contest.carbon, contest.target_accuracy);
  if (model.sample) entry["sample"] = json_of(*model.sample);
  return entry;
}

}  // namespace snn::cli
