// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/results.hpp"

#include "snn/cli/energy_json.hpp"
#include "snn/cli/machine.hpp"
#include "snn/cli/metered.hpp"
#include "snn/io/atomic_file.hpp"
#include "snn/model/version.hpp"

namespace snn::cli {
namespace {

constexpr int schema = 1;

Json json_of(const Counts& counts) {
  return {{"macs_dense", counts.macs_dense},
          {"macs_effective", counts.macs_effective},
          {"acs_effective", counts.acs_effective},
          {"synaptic_events", counts.synaptic_events},
          {"spikes", counts.spikes},
          {"neuron_updates", counts.neuron_updates}};
}

Json json_of(const RawCounts& raw) {
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
  return counts;
}

Json json_of(const Operations& operations) {
  return {{"macs", operations.macs}, {"acs", operations.acs}};
}

Json json_of(const ModelResult& model, const GridIntensity& grid) {
  Json entry = {{"label", model.label},
                {"accuracy", model.accuracy()},
                {"accuracy_sd", model.accuracy_sd()},
                {"accuracies", model.accuracies},
                {"best_epochs", model.best_epochs},
                {"ticks", model.ticks}};
  if (model.bits > 0) entry["bits"] = model.bits;
  entry["counts"] = json_of(model.counts);
  entry["energy"] = energy_json(model.inference);
  entry["energy"]["modelled"] = Json::array();
  for (const Modelled& modelled : model.modelled())
    entry["energy"]["modelled"].push_back(cli::json_of(modelled));
  const Modelled modelled_training = training_compute(model.operations);
  const auto* measured = std::get_if<Measured>(&model.training);
  entry["training"] = {
      {"seconds", model.training_seconds},
      {"seconds_per_epoch", model.epochs > 0 ? model.training_seconds / model.epochs : 0.0},
      {"epochs", model.epochs},
      {"operations",
       {{"forward", json_of(model.operations.forward)},
        {"backward", json_of(model.operations.backward)}}},
      {"energy", energy_json(model.training)},
      {"co2e_g", measured != nullptr ? Json(co2e(measured->joules, grid).value()) : Json(nullptr)}};
  entry["training"]["energy"]["modelled"] = {
      {"model", modelled_training.model},
      {"joules", modelled_training.joules_per_inference.value()},
      {"co2e_g", co2e(modelled_training.joules_per_inference, grid).value()}};
  return entry;
}

/// Every option that decides the numbers, named like its flag (- becomes _).
Json options_json(const RunOptions& o) {
  return {{"data", o.data},
          {"train_limit", o.train_limit},
          {"validation_fraction", o.validation_fraction},
          {"validation_speaker", o.validation_speaker},
          {"hidden", o.hidden},
          {"recurrent", o.recurrent},
          {"encode", o.encode},
          {"neuron", o.neuron},
          {"tau", o.tau},
          {"tau_syn", o.tau_syn},
          {"tau_out", o.tau_out},
          {"reset", o.reset},
          {"delay", o.delay},
          {"gain", o.gain},
          {"steps", o.steps},
          {"dt_ms", o.dt_ms},
          {"epochs", o.epochs},
          {"batch", o.batch},
          {"lr", o.lr},
          {"loss", o.loss},
          {"optimizer", o.optimizer},
          {"weight_decay", o.weight_decay},
          {"schedule", o.schedule},
          {"surrogate", o.surrogate},
          {"surrogate_slope", o.surrogate_slope},
          {"learn_tau", o.learn_tau},
          {"learn_threshold", o.learn_threshold},
          {"augment", o.augment},
          {"clip_norm", o.clip_norm},
          {"patience", o.patience},
          {"lambda_synops", o.lambda_synops},
          {"lambda_rate", o.lambda_rate},
          {"target_rate", o.target_rate},
          {"seed", o.seed},
          {"seeds", o.seeds},
          {"threads", o.threads},
          {"measure_seconds", o.measure_seconds},
          {"country", o.country}};
}

Json break_even_json(const Contest& c) {
  const auto one = [](const BreakEven& point) {
    return Json{{"allowed_spikes_per_neuron_and_tick", point.allowed},
                {"measured_spikes_per_neuron_and_tick", point.measured},
                {"energy_ratio", point.ratio}};
  };
  return {{"fp32_against_dense", one(break_even(c.spiking.counts, c.dense.counts, Format::fp32))},
          {"int8_against_quantised",
           one(break_even(c.spiking.counts, c.quantised.counts, Format::int8))},
          {"fp32_held_input_against_dense",
           one(break_even(held_inputs(c.spiking.counts), c.dense.counts, Format::fp32))}};
}

}  // namespace

std::string results_json(const Contest& c) {
  const Machine machine = this_machine();
  Json json;
  json["schema"] = schema;
  json["version"] = version();
  json["commit"] = commit();
  json["command"] = c.command;
  json["machine"] = {{"cpu", machine.cpu},           {"cores", machine.cores},
                     {"features", machine.features}, {"isa", machine.isa},
                     {"system", machine.system},     {"compiler", build_options().compiler}};
  json["data"] = {
      {"name", c.data_info.name}, {"shape", c.data_info.shape}, {"classes", c.data_info.classes},
      {"train", c.train},         {"validation", c.validation}, {"test", c.test},
      {"dt_ms", c.dt_ms}};
  json["options"] = options_json(c.options);
  json["grid"] = {{"code", c.grid.code},
                  {"g_per_kwh", c.grid.g_per_kwh},
                  {"year", c.grid.year},
                  {"source", c.grid.source}};
  json["spiking"] = json_of(c.spiking, c.grid);
  json["dense"] = json_of(c.dense, c.grid);
  json["quantised"] = json_of(c.quantised, c.grid);
  json["verdict"] = {{"text", c.verdict}, {"break_even", break_even_json(c)}};
  return json.dump(2) + "\n";
}

void write_results(const std::filesystem::path& path, const Contest& contest) {
  write_atomically(path, std::string_view(results_json(contest)));
}

std::string counts_json(const RawCounts& raw, double accuracy) {
  Json json = {{"schema", schema}, {"version", version()}, {"commit", commit()}};
  if (accuracy >= 0) json["accuracy"] = accuracy;
  json["counts"] = json_of(raw);
  return json.dump(2) + "\n";
}

}  // namespace snn::cli
