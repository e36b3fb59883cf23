// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/results.hpp"

#include "snn/cli/energy_json.hpp"
#include "snn/cli/machine.hpp"
#include "snn/cli/measured_json.hpp"
#include "snn/cli/model_json.hpp"
#include "snn/cli/neurobench_results.hpp"
#include "snn/energy/carbon/published_trainings.hpp"
#include "snn/io/atomic_file.hpp"
#include "snn/model/version.hpp"

namespace snn::cli {
namespace {

constexpr int schema = 2;

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
          {"device", o.device},
          {"precision", o.precision},
          {"measure_seconds", o.measure_seconds},
          {"trials", o.trials},
          {"meter", name_of(o.meter.kind)},
          {"meter_device", o.meter.device},
          {"meter_file", o.meter.path.string()},
          {"allow_shared_device", o.meter.allow_shared},
          {"opponent", o.opponent},
          {"target_accuracy", o.target_accuracy},
          {"country", o.country},
          {"pue", o.pue}};
}

Json break_even_json(const Contest& c) {
  const auto one = [](const BreakEven& point) {
    return Json{{"allowed_spikes_per_neuron_and_tick", point.allowed},
                {"measured_spikes_per_neuron_and_tick", point.measured},
                {"energy_ratio", number_or_null(point.ratio)}};
  };
  return {{"fp32_against_dense", one(break_even(c.spiking.counts, c.dense.counts, Format::fp32))},
          {"int8_against_quantised",
           one(break_even(c.spiking.counts, c.quantised.counts, Format::int8))},
          {"fp32_held_input_against_dense",
           one(break_even(held_inputs(c.spiking.counts), c.dense.counts, Format::fp32))}};
}

/// Which layers lose: against the same layer of both twins, at one format each.
Json layers_json(const Contest& c) {
  const auto list = [&](const ModelResult& opponent, Format format) {
    Json layers = Json::array();
    for (const LayerBreakEven& layer : break_even_layers(c.spiking.counts, opponent.counts, format))
      layers.push_back(json_of(layer));
    return layers;
  };
  return {{"fp32_against_dense", list(c.dense, Format::fp32)},
          {"int8_against_quantised", list(c.quantised, Format::int8)}};
}

Json bounds_json() {
  Json bounds = Json::array();
  for (const PublishedBound& bound : published_bounds()) {
    bounds.push_back(
        {{"name", bound.name}, {"low", bound.low}, {"high", bound.high}, {"source", bound.source}});
  }
  return bounds;
}

Json measured_ratio_json(const Contest& c) {
  const auto against = [&](const ModelResult& opponent) {
    if (!c.spiking.contestant || !opponent.contestant) {
      const auto* why = std::get_if<Unavailable>(&c.measured);
      return json_of(why != nullptr ? *why : Unavailable{"one of the two did not run", ""});
    }
    return ratio_json(c.measured, *c.spiking.contestant, *opponent.contestant);
  };
  return {{"against_dense", against(c.dense)}, {"against_quantised", against(c.quantised)}};
}

/// The search, and the network it found.
Json equal_json(const Contest& c) {
  Json json = c.equal ? model_json(c, *c.equal) : Json::object();
  json["target"] = c.search->target;
  json["tried"] = Json::array();
  for (const WidthTried& tried : c.search->tried)
    json["tried"].push_back({{"hidden", tried.hidden}, {"accuracy", tried.accuracy}});
  json["hidden"] = c.search->smallest ? Json(*c.search->smallest) : Json(nullptr);
  return json;
}

/// Published trainings, for scale.
Json published_json() {
  Json list = Json::array();
  for (const PublishedTraining& training : published_trainings()) {
    list.push_back({{"model", training.model},
                    {"devices", training.devices},
                    {"hours", training.hours},
                    {"kwh", training.kwh},
                    {"co2e_g", training.co2e_lb * grams_per_pound},
                    {"corrected_co2e_g", number_or_null(training.corrected_t * 1e6)},
                    {"note", training.note},
                    {"source", published_trainings_source}});
  }
  return list;
}

}  // namespace

std::string results_json(const Contest& c) {
  const Machine machine = this_machine();
  Json json;
  json["schema"] = schema;
  json["version"] = version();
  json["commit"] = commit();
  json["command"] = c.command;
  json["machine"] = {{"cpu", machine.cpu},
                     {"cores", machine.cores},
                     {"features", machine.features},
                     {"isa", machine.isa},
                     {"system", machine.system},
                     {"governor", machine.governor},
                     {"virtual_machine", machine.virtual_machine},
                     {"container", machine.container},
                     {"compiler", build_options().compiler}};
  json["data"] = {
      {"name", c.data_info.name}, {"shape", c.data_info.shape}, {"classes", c.data_info.classes},
      {"train", c.train},         {"validation", c.validation}, {"test", c.test},
      {"dt_ms", c.dt_ms}};
  json["options"] = options_json(c.options);
  json["grid"] = json_of(c.carbon.grid);
  json["grid"]["pue"] = c.carbon.pue;
  json["grid"]["chosen_by"] = c.carbon.chosen_by;
  json["measurement"] = comparison_json(c.measured);
  json["spiking"] = model_json(c, c.spiking);
  json["dense"] = model_json(c, c.dense);
  json["quantised"] = model_json(c, c.quantised);
  if (c.search) json["equal_accuracy"] = equal_json(c);
  if (!c.users.empty()) {
    json["users"] = Json::array();
    for (const ModelResult& user : c.users) json["users"].push_back(model_json(c, user));
  }
  json["published_trainings"] = published_json();
  json["verdict"] = {{"text", c.verdict}, {"break_even", break_even_json(c)}};
  json["verdict"]["layers"] = layers_json(c);
  json["verdict"]["published_bounds"] = bounds_json();
  json["verdict"]["measured_ratio"] = measured_ratio_json(c);
  return json.dump(2) + "\n";
}

void write_results(const std::filesystem::path& path, const Contest& contest) {
  write_atomically(path, std::string_view(results_json(contest)));
}

std::string evaluation_json(const CountsFile& file, const std::vector<SampleTotals>& samples,
                            std::optional<double> execution_rate_hz) {
  Json json = {{"schema", schema}, {"version", version()}, {"commit", commit()}};
  if (file.accuracy) json["accuracy"] = *file.accuracy;
  json["counts"] = counts_json(file.name, file.counts, samples);
  json["neurobench"] = Json::parse(
      neurobench_json(neurobench_results(file.counts, file.accuracy, execution_rate_hz)));
  return json.dump(2) + "\n";
}

}  // namespace snn::cli
