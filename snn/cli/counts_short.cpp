// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/counts_short.hpp"

#include <array>
#include <string_view>

namespace snn::cli {
namespace {

/// Figures that may be means of many samples are kept as integers of this many of them.
constexpr std::int64_t samples_of_means = 1'000'000;
/// Largest figure per inference: a million of them fit into 63 bits.
constexpr double most = 1e12;

/// Of one inference, as written.
struct WrittenLayer {
  std::string name, neuron = "relu";
  double inputs = 0, outputs = 0, synapses = 0, nonzero_synapses = 0;
  double macs = 0, acs = 0, synaptic_events = 0;
  double spikes = 0, neuron_updates = 0, membrane_updates = 0;
  bool bias = false;
};

constexpr std::array neurons{"relu", "lif", "if", "none"};

double whole(JsonObject& layer, const std::string& field, double otherwise, double least) {
  if (!layer.has(field) && otherwise >= least) {
    layer.may_have(field);
    return otherwise;
  }
  const double value = layer.number(field, least, most);
  if (value != std::floor(value))
    throw ConfigError(layer.name(), field, nlohmann::json(value).dump(), "a whole number");
  return value;
}

double figure(JsonObject& layer, const std::string& field, double otherwise, double largest,
              const std::string& of) {
  if (!layer.has(field)) {
    layer.may_have(field);
    return otherwise;
  }
  const double value = layer.number(field, 0, most);
  if (value > largest) {
    throw ConfigError(layer.name(), field, nlohmann::json(value).dump(),
                      "at most " + nlohmann::json(largest).dump() + ", " + of);
  }
  return value;
}

WrittenLayer read_layer(JsonObject& layer, const std::string& origin, double ticks) {
  WrittenLayer read;
  layer.read("name", read.name);
  layer.rename(origin + ": layer \"" + read.name + "\"");
  read.inputs = whole(layer, "inputs", -1, 1);
  read.outputs = whole(layer, "outputs", -1, 1);
  const double pairs = std::min(most, read.inputs * read.outputs);
  read.synapses = whole(layer, "synapses", pairs, 1);
  if (read.synapses > pairs) {
    throw ConfigError(layer.name(), "synapses", nlohmann::json(read.synapses).dump(),
                      "at most " + nlohmann::json(pairs).dump() + ", inputs x outputs");
  }
  read.nonzero_synapses = whole(layer, "nonzero_synapses", read.synapses, 0);
  if (read.nonzero_synapses > read.synapses) {
    throw ConfigError(layer.name(), "nonzero_synapses",
                      nlohmann::json(read.nonzero_synapses).dump(), "at most synapses");
  }
  const double dense = read.synapses * ticks;
  const std::string of = "synapses x ticks";
  read.macs = figure(layer, "macs", 0, dense, of);
  read.acs = figure(layer, "acs", 0, dense, of);
  if (read.macs + read.acs > dense) {
    throw ConfigError(layer.name(), "macs + acs", nlohmann::json(read.macs + read.acs).dump(),
                      "at most " + nlohmann::json(dense).dump() + ", " + of);
  }
  read.synaptic_events = figure(layer, "synaptic_events", read.macs + read.acs, dense, of);
  if (read.synaptic_events < read.macs + read.acs) {
    throw ConfigError(layer.name(), "synaptic_events", nlohmann::json(read.synaptic_events).dump(),
                      "at least macs + acs");
  }
  if (!layer.has("macs") && !layer.has("acs") && !layer.has("synaptic_events"))
    throw ConfigError(layer.name(), "macs", "missing",
                      "macs, acs or synaptic_events per inference");
  if (!layer.has("macs") && !layer.has("acs")) read.acs = read.synaptic_events;
  layer.may_have("bias");
  if (layer.has("bias")) layer.read("bias", read.bias);
  layer.may_have("neuron");
  if (layer.has("neuron")) layer.read("neuron", read.neuron);
  if (std::find(neurons.begin(), neurons.end(), std::string_view(read.neuron)) == neurons.end())
    throw ConfigError(layer.name(), "neuron", "\"" + read.neuron + "\"",
                      "\"relu\", \"lif\", \"if\" or \"none\"");
  const double places = read.outputs * ticks;
  read.spikes = figure(layer, "spikes", 0, places, "outputs x ticks");
  read.neuron_updates = figure(layer, "neuron_updates", places, most, "");
  read.membrane_updates = figure(layer, "membrane_updates", 0, places, "outputs x ticks");
  layer.refuse_others();
  return read;
}

bool is_whole(const WrittenLayer& layer) {
  for (const double value : {layer.macs, layer.acs, layer.synaptic_events, layer.spikes,
                             layer.neuron_updates, layer.membrane_updates}) {
    if (value != std::floor(value)) return false;
  }
  return true;
}

void add_layer(RawCounts& raw, const WrittenLayer& layer) {
  const auto times = static_cast<double>(raw.samples);
  const auto all = [&](double value) {
    return static_cast<std::uint64_t>(std::llround(value * times));
  };
  const auto size = [](double value) { return static_cast<std::int64_t>(value); };
  ProjectionCounts q;
  q.name = layer.name;
  q.source_size = size(layer.inputs);
  q.target_size = size(layer.outputs);
  q.synapses = size(layer.synapses);
  q.nonzero_synapses = size(layer.nonzero_synapses);
  q.synaptic_events = all(layer.synaptic_events);
  q.effective_events = all(layer.macs) + all(layer.acs);
  q.source_events = all(layer.synaptic_events * layer.inputs / layer.synapses);
  q.dense_events = static_cast<std::uint64_t>(q.synapses) * static_cast<std::uint64_t>(raw.ticks) *
                   static_cast<std::uint64_t>(raw.samples);
  q.graded = layer.macs > 0;
  q.has_bias = layer.bias;
  if (layer.macs > 0 && layer.acs > 0) {
    ValueCounts values;
    values.graded_synaptic = values.graded_effective = all(layer.macs);
    values.ternary_effective = values.binary_effective = all(layer.acs);
    values.binary_synaptic = q.synaptic_events - all(layer.macs);
    values.nonbinary_calls =
        static_cast<std::uint64_t>(raw.ticks) * static_cast<std::uint64_t>(raw.samples);
    values.value_sum = static_cast<double>(q.synaptic_events);
    q.values = values;
  }
  raw.projections.push_back(q);
  PopulationCounts p;
  p.name = layer.name + " neurons";
  p.size = q.target_size;
  p.graded = layer.neuron == "relu";
  p.emits = layer.neuron != "none";
  p.leaky = layer.neuron == "lif";
  p.state_values = layer.neuron == "lif" || layer.neuron == "if" ? 1 : 0;
  p.spikes = all(layer.spikes);
  p.stepped = all(layer.neuron_updates);
  p.membrane_updates = all(layer.membrane_updates);
  raw.populations.push_back(p);
}

}  // namespace

RawCounts counts_of_layers(JsonObject& file, const std::string& origin) {
  RawCounts raw;
  raw.ticks = 1;
  if (file.has("ticks")) file.read("ticks", raw.ticks);
  file.may_have("ticks");
  if (raw.ticks < 1 || raw.ticks > 1'000'000)
    throw ConfigError(file.name(), "ticks", std::to_string(raw.ticks), "1 .. 1000000");
  const nlohmann::json& layers = file.take("layers", "a list of layers in [ ]");
  if (!layers.is_array() || layers.empty())
    throw ConfigError(file.name(), "layers", JsonObject::shown(layers), "a list of layers in [ ]");
  std::vector<WrittenLayer> written;
  bool all_whole = true;
  for (std::size_t n = 0; n < layers.size(); ++n) {
    JsonObject layer(layers[n], origin + ": layer " + std::to_string(n + 1));
    written.push_back(read_layer(layer, origin, static_cast<double>(raw.ticks)));
    all_whole = all_whole && is_whole(written.back());
    if (written.back().synapses * static_cast<double>(raw.ticks) > most)
      throw ConfigError(
          layer.name(), "synapses x ticks",
          nlohmann::json(written.back().synapses * static_cast<double>(raw.ticks)).dump(),
          "at most 1e12");
  }
  raw.samples = all_whole ? 1 : samples_of_means;
  for (const WrittenLayer& layer : written) add_layer(raw, layer);
  return raw;
}

}  // namespace snn::cli
