// SPDX-License-Identifier: Apache-2.0
#include <limits>
#include <nlohmann/json.hpp>

#include "snn/cli/report/read_model.hpp"
#include "snn/model/errors.hpp"

namespace snn::cli::page {
namespace {

/// Before anything else of the file is believed.
void check_schema(const FileValue& file) {
  const auto schema = file.find("schema");
  if (!schema) file.refuse("has no `schema`: these are no results of snn bench");
  const std::int64_t found = schema->integer_from(1);
  const std::string layout = "is layout " + std::to_string(found) + "; this program reads layout " +
                             std::to_string(results_schema);
  if (found > results_schema) schema->refuse(layout + ": a newer snn wrote it, and can read it");
  if (found < results_schema) schema->refuse(layout + ": run snn bench again, or use an older snn");
}

void read_machine(const FileValue& value, Results& r) {
  r.machine.cpu = value.at("cpu").text();
  r.machine.cores = static_cast<int>(value.at("cores").integer_from(1));
  if (const auto features = value.find("features")) r.machine.features = features->texts();
  r.machine.isa = value.at("isa").text();
  r.machine.system = value.at("system").text();
  r.machine.governor = value.at("governor").text();
  r.machine.virtual_machine = value.at("virtual_machine").boolean();
  r.machine.container = value.at("container").boolean();
  r.compiler = value.at("compiler").text();
}

void read_data(const FileValue& value, Results& r) {
  r.data = value.at("name").text();
  for (const FileValue& extent : value.at("shape").list())
    r.shape.push_back(extent.integer_from(1));
  r.classes = value.at("classes").integer_from(1);
  r.train = value.at("train").integer_from(0);
  r.validation = value.at("validation").integer_from(0);
  r.test = value.at("test").integer_from(0);
  r.dt_ms = value.at("dt_ms").number_from(0);
}

CarbonChoice read_grid(const FileValue& value) {
  CarbonChoice carbon;
  carbon.grid.code = value.at("code").text();
  carbon.grid.country = value.at("country").text();
  carbon.grid.g_per_kwh = value.at("g_per_kwh").number_from(0);
  carbon.grid.year = static_cast<int>(value.at("year").integer_from(0));
  carbon.grid.retrieved = value.at("retrieved").text();
  carbon.grid.source = value.at("source").text();
  carbon.pue = value.at("pue").number_from(1);
  carbon.chosen_by = value.at("chosen_by").text();
  return carbon;
}

std::variant<Unavailable, Protocol> read_measurement(const FileValue& value) {
  if (const auto why = value.find("unavailable")) return read_unavailable(*why);
  Protocol protocol;
  protocol.counter = value.at("counter").text();
  protocol.resolution_j = value.at("resolution_j").number_from(0);
  protocol.update_interval_s = value.at("update_interval_s").number_from(0);
  const FileValue gain = value.at("systematic_gain");
  if (!gain.is_null()) protocol.systematic_gain = gain.number_from(0);
  protocol.seed = value.at("seed").integer_from(0);
  protocol.resamples = value.at("resamples").integer_from(1);
  for (const FileValue& trial : value.at("trials").list()) {
    ++protocol.trials;
    if (!trial.at("voided").text().empty()) ++protocol.voided;
  }
  return protocol;
}

RatioInterval read_interval(const FileValue& value) {
  const auto bounds = value.at("interval_95").list();
  if (bounds.size() != 2) value.at("interval_95").refuse("needs two numbers: low and high");
  return {value.at("ratio").number_from(0), bounds[0].number_from(0), bounds[1].number_from(0)};
}

MeasuredRatio read_ratio(const FileValue& value) {
  if (const auto why = value.find("unavailable")) return read_unavailable(*why);
  EnergyRatio ratio;
  ratio.total = read_interval(value.at("total"));
  const FileValue dynamic = value.at("dynamic");
  if (const auto why = dynamic.find("unavailable"))
    ratio.dynamic = read_unavailable(*why);
  else
    ratio.dynamic = read_interval(dynamic);
  ratio.time = read_interval(value.at("time"));
  ratio.energy_delay = read_interval(value.at("energy_delay"));
  return ratio;
}

std::vector<LayerBreakEven> read_layers(const FileValue& list) {
  std::vector<LayerBreakEven> layers;
  for (const FileValue& value : list.list()) {
    LayerBreakEven layer;
    layer.layer = value.at("layer").text();
    layer.graded = value.at("graded").boolean();
    layer.spikes_per_synapse = value.at("spikes_per_synapse").number_from(0);
    layer.allowed = value.at("allowed_spikes_per_synapse").number();
    const FileValue ratio = value.at("energy_ratio");
    // null: the opponent's layer costs nothing.
    layer.ratio = ratio.is_null() ? std::numeric_limits<double>::infinity() : ratio.number_from(0);
    layers.push_back(layer);
  }
  return layers;
}

void read_verdict(const FileValue& value, Results& r) {
  r.verdict.text = value.at("text").texts();
  r.verdict.fp32_layers = read_layers(value.at("layers").at("fp32_against_dense"));
  r.verdict.int8_layers = read_layers(value.at("layers").at("int8_against_quantised"));
  r.verdict.against_dense = read_ratio(value.at("measured_ratio").at("against_dense"));
  r.verdict.against_quantised = read_ratio(value.at("measured_ratio").at("against_quantised"));
  for (const FileValue& bound : value.at("published_bounds").list()) {
    r.bounds.push_back({bound.at("name").text(), bound.at("low").number_from(0),
                        bound.at("high").number_from(0), bound.at("source").text()});
  }
}

void read_published(const FileValue& list, Results& r) {
  for (const FileValue& value : list.list()) {
    ScaleTraining training;
    training.model = value.at("model").text();
    training.devices = value.at("devices").text();
    training.note = value.at("note").text();
    training.source = value.at("source").text();
    training.hours = value.at("hours").number_from(0);
    training.kwh = value.at("kwh").number_from(0);
    const FileValue corrected = value.at("corrected_co2e_g");
    training.corrected = !corrected.is_null();
    training.co2e_g = (training.corrected ? corrected : value.at("co2e_g")).number_from(0);
    r.published.push_back(std::move(training));
  }
}

void read_contenders(const FileValue& file, Results& r) {
  r.contenders.push_back(read_contender(file.at("spiking"), Role::spiking));
  r.contenders.push_back(read_contender(file.at("dense"), Role::dense));
  r.contenders.push_back(read_contender(file.at("quantised"), Role::quantised));
  const auto equal = file.find("equal_accuracy");
  if (equal && equal->find("label"))  // else the search found none, as the verdict says
    r.contenders.push_back(read_contender(*equal, Role::equal_accuracy));
  if (const auto users = file.find("users")) {
    for (const FileValue& user : users->list())
      r.contenders.push_back(read_contender(user, Role::user));
  }
}

nlohmann::json parsed(const std::string& text, const std::string& file) {
  try {
    return nlohmann::json::parse(text);
  } catch (const nlohmann::json::exception& error) {  // of the syntax, or a number beyond double
    std::string why = error.what();  // quotes the file, perhaps in the middle of a letter
    for (char& c : why)
      if (c < ' ' || c > '~') c = '?';
    throw FileError(file, "", "is not JSON: " + why);
  }
}

}  // namespace

Results read_results(const std::string& text, const std::string& file) {
  const nlohmann::json json = parsed(text, file);
  const FileValue top(json, file);
  check_schema(top);
  Results r;
  r.version = top.at("version").text();
  r.commit = top.at("commit").text();
  r.command = top.at("command").text();
  read_machine(top.at("machine"), r);
  read_data(top.at("data"), r);
  for (const auto& [name, value] : top.at("options").entries())
    r.options.emplace_back(name, value.shown());
  r.carbon = read_grid(top.at("grid"));
  r.measurement = read_measurement(top.at("measurement"));
  read_contenders(top, r);
  read_verdict(top.at("verdict"), r);
  read_published(top.at("published_trainings"), r);
  return r;
}

}  // namespace snn::cli::page
