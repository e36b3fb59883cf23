// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "snn/model/convolution.hpp"
#include "tests/unit/energy/counts/counting.hpp"

/// Counts against what NeuroBench, sinabs and SpikingJelly count for the same networks, number for
/// number: those of tests/validation/golden/counts.json, or of the file that the environment
/// variable SNN_COUNTED_NETWORKS names (tests/validation/counters/compare_random.py).
namespace {

using namespace snn;
using Json = nlohmann::json;

Json counted_networks() {
  const char* other = std::getenv("SNN_COUNTED_NETWORKS");
  const std::string path =
      other != nullptr ? other
                       : std::string(SNN_SOURCE_DIR) + "/tests/validation/golden/counts.json";
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  return Json::parse(file).at("networks");
}

std::int64_t volume(const Json& shape) {
  std::int64_t size = 1;
  for (const Json& length : shape) size *= length.get<std::int64_t>();
  return size;
}

Lif neuron_of(const Json& population) {
  const double tau = population["neuron"] == "if" ? 0 : population["tau"].get<double>();
  Lif lif = Lif::unit(tau > 0 ? tau : 1,
                      population["reset"] == "zero" ? Reset::to_value : Reset::subtract);
  lif.v_th_mv = 1 + 0x1p-9;
  lif.scheme = Scheme::euler;
  return lif;
}

PopulationId add_population(Network& net, const Json& population, const Json& input) {
  const auto shape = population["shape"].get<std::vector<std::int64_t>>();
  const auto name = population["name"].get<std::string>();
  if (population["neuron"] == "input") {
    if (input["kind"] == "spikes") return net.add(EventSource{}, shape, name);
    return net.add(CurrentSource{.max_abs = 4}, shape, name);
  }
  if (population["neuron"] == "relu") return net.add(Relu{}, shape, name);
  const Lif lif = neuron_of(population);
  if (population["neuron"] == "lif") return net.add(lif, shape, name);
  return net.add(If{.v_rest_mv = 0, .v_reset_mv = 0, .v_th_mv = lif.v_th_mv, .reset = lif.reset},
                 shape, name);
}

/// A convolution with groups, tap by tap; the weight of each beside it.
Sparse taps_of(const Json& q, const Json& from, const Json& to, std::vector<float>& weights) {
  const std::int64_t groups = q["groups"];
  const Convolution rule{.kernel = q["kernel"], .stride = q["stride"], .padding = q["padding"]};
  const std::vector<std::int64_t> in{from[0].get<std::int64_t>() / groups, from[1], from[2]};
  const std::vector<std::int64_t> out{to[0].get<std::int64_t>() / groups, to[1], to[2]};
  const ConvolutionMap map(rule, in, out);
  const std::int64_t sources = in[0] * in[1] * in[2], targets = out[0] * out[1] * out[2];
  Sparse taps;
  for (std::int64_t g = 0; g < groups; ++g) {
    for (std::int64_t s = 0; s < sources; ++s) {
      map.each_target(s, [&](std::int64_t t) {
        const std::int64_t w = map.weight_of(s, t), row = in[0] * map.y.kernel * map.x.kernel;
        taps.source.push_back(g * sources + s);
        taps.target.push_back(g * targets + t);
        const Json& kernel = q["weights"][static_cast<std::size_t>(g * out[0] + w / row)];
        weights.push_back(kernel[static_cast<std::size_t>(w % row)].get<float>() /
                          q["scale"].get<float>());
      });
    }
  }
  return taps;
}

void connect(Network& net, const Json& q, PopulationId source, PopulationId target) {
  const Json from = net[source].shape, to = net[target].shape;
  const auto scale = q["scale"].get<float>();
  Connectivity rule = AllToAll{};
  std::vector<float> weights, bias;
  const auto kind = q["kind"].get<std::string>();
  if (kind == "taps") {
    rule = taps_of(q, from, to, weights);
  } else if (kind == "conv") {  // [out][in][height][width] in both
    rule = Convolution{.kernel = q["kernel"], .stride = q["stride"], .padding = q["padding"]};
    for (const Json& row : q["weights"]) {
      for (const Json& w : row) weights.push_back(w.get<float>() / scale);
    }
  } else {  // [target][source] there, [source][target] here
    Sparse listed;
    for (std::size_t s = 0; s < static_cast<std::size_t>(volume(from)); ++s) {
      for (std::size_t t = 0; t < static_cast<std::size_t>(volume(to)); ++t) {
        const float w = q["weights"][t][s].get<float>() / scale;
        if (kind == "listed" && w == 0) continue;
        weights.push_back(w);
        listed.source.push_back(static_cast<std::int64_t>(s));
        listed.target.push_back(static_cast<std::int64_t>(t));
      }
    }
    if (kind == "listed") rule = std::move(listed);
  }
  const auto each =
      q["bias"].empty() ? 0 : volume(to) / static_cast<std::int64_t>(q["bias"].size());
  for (const Json& b : q["bias"])
    bias.insert(bias.end(), static_cast<std::size_t>(each), b.get<float>() / scale);
  net.connect(source, target, std::move(rule),
              {.weight = std::move(weights), .delay_ms = q["delay"].get<double>(), .bias = bias});
}

Network network_of(const Json& description) {
  Network net;
  std::map<std::string, PopulationId> ids;
  for (const Json& population : description["populations"])
    ids[population["name"]] = add_population(net, population, description["input"]);
  for (const Json& q : description["projections"])
    connect(net, q, ids.at(q["source"]), ids.at(q["target"]));
  return net;
}

RawCounts by_trainer(const Json& description, const Network& net,
                     std::vector<SampleTotals>& samples) {
  const Json& input = description["input"];
  const int ticks = description["ticks"];
  const auto features = volume(description["populations"].front()["shape"]);
  const auto classes = static_cast<std::int32_t>(net.populations().back().size());
  Dataset data;
  if (input["kind"] == "spikes") {
    std::vector<std::vector<counting::Spike>> spikes;
    for (const Json& sample : input["samples"]) {
      spikes.emplace_back();
      for (std::size_t t = 0; t < sample.size(); ++t) {
        for (std::uint32_t k = 0; k < features; ++k) {
          if (sample[t][k] == 1) spikes.back().push_back({static_cast<int>(t), k});
        }
      }
    }
    data = counting::events(spikes, features, classes);
  } else {
    std::vector<std::vector<std::uint8_t>> values;
    for (const Json& sample : input["samples"])
      values.push_back(sample.front().get<std::vector<std::uint8_t>>());
    data = counting::images(values, input["scale"].get<float>(), classes);
  }
  data.shape = description["populations"].front()["shape"].get<std::vector<std::int64_t>>();
  TrainOptions options = counting::options_for(net, ticks);
  options.batch = description["batch"];
  Evaluation done = Trainer(net, options).evaluate(data, counting::all_of(data));
  samples = std::move(done.samples);
  return done.counts;
}

RawCounts by_simulation(const Json& description, const Network& net) {
  const Json& input = description["input"];
  const int ticks = description["ticks"];
  RawCounts sum;
  for (const Json& sample : input["samples"]) {
    Simulation run(net, {.dt_ms = 1.0});
    std::vector<std::int32_t> begin{0};
    std::vector<std::uint32_t> neurons;
    for (std::size_t t = 0; t < static_cast<std::size_t>(ticks); ++t) {
      const Json& values = sample[sample.size() == 1 ? 0 : t];
      if (input["kind"] == "spikes") {
        for (std::uint32_t k = 0; k < values.size(); ++k) {
          if (values[k] == 1) neurons.push_back(k);
        }
        begin.push_back(static_cast<std::int32_t>(neurons.size()));
        continue;
      }
      std::vector<float> now;
      for (const Json& v : values) now.push_back(v.get<float>() / input["scale"].get<float>());
      run.set_values({0}, now);
      run.run_ticks(1);
    }
    if (input["kind"] == "spikes") {
      run.set_spikes({0}, begin, neurons);
      run.run_ticks(ticks);
    }
    if (sum.samples == 0)
      sum = run.counts();
    else
      sum += run.counts();
  }
  return sum;
}

/// Sums over samples, layer by layer, and the whole.
void compare(const Json& description, const RawCounts& raw) {
  const auto samples = static_cast<double>(raw.samples);
  const Json& tools = description["tools"];
  const auto neurobench = layers_in(Dialect::neurobench, raw);
  const auto sinabs = layers_in(Dialect::sinabs, raw);
  const auto jelly = layers_in(Dialect::spikingjelly, raw);
  bool whole = true;  // no pair is left out, so that totals compare too
  for (std::size_t q = 0; q < raw.projections.size(); ++q) {
    SCOPED_TRACE(raw.projections[q].name);
    const Json& theirs = tools["neurobench"]["layers"][q];
    EXPECT_NEAR(neurobench[q].counts.macs_effective * samples, theirs[0].get<double>(), 1e-6);
    EXPECT_NEAR(neurobench[q].counts.acs_effective * samples, theirs[1].get<double>(), 1e-6);
    // A pair that is not listed does not exist; for the tools it is a weight of 0.
    if (description["projections"][q]["kind"] == "listed") {
      whole = false;
      continue;
    }
    EXPECT_NEAR(neurobench[q].counts.macs_dense * samples, theirs[2].get<double>(), 1e-6);
    EXPECT_NEAR(sinabs[q].counts.synaptic_events * samples,
                tools["sinabs"]["layers"][q].get<double>(), 1e-6);
    const Json& pair = tools["spikingjelly"]["layers"][q];
    EXPECT_NEAR(jelly[q].counts.macs_effective * samples, pair[0].get<double>(), 1e-6);
    EXPECT_NEAR(jelly[q].counts.acs_effective * samples, pair[1].get<double>(), 1e-6);
  }
  const Json& results = tools["neurobench"]["results"];
  const NeuroBenchResults ours = neurobench_results(raw);
  EXPECT_NEAR(ours.activation_sparsity, results["ActivationSparsity"].get<double>(), 1e-12);
  EXPECT_NEAR(ours.membrane_updates, results["MembraneUpdates"].get<double>(), 1e-9);
  const Json& operations = results["SynapticOperations"];
  EXPECT_NEAR(ours.effective_macs, operations["Effective_MACs"].get<double>(), 1e-6);
  EXPECT_NEAR(ours.effective_acs, operations["Effective_ACs"].get<double>(), 1e-6);
  if (!whole) return;
  EXPECT_NEAR(ours.dense, operations["Dense"].get<double>(), 1e-6);
}

/// Metrics of the description; of a convolution, where its weights are shared.
void compare_static(const Json& description, const RawCounts& raw, bool shared) {
  for (const Json& q : description["projections"]) {
    const auto kind = q["kind"].get<std::string>();
    if (kind == "listed" || kind == "taps" || (kind == "conv" && !shared)) return;
    if (kind == "conv" && !q["bias"].empty()) return;  // here one bias per neuron
  }
  const Json& results = description["tools"]["neurobench"]["results"];
  const NeuroBenchResults ours = neurobench_results(raw);
  EXPECT_EQ(ours.parameter_count, results["ParameterCount"].get<std::int64_t>());
  EXPECT_EQ(ours.footprint, results["Footprint"].get<std::int64_t>());
  for (const Json& q : description["projections"]) {
    if (q["kind"] == "conv") return;  // here a share of synapses, there of weights
  }
  EXPECT_NEAR(ours.connection_sparsity, results["ConnectionSparsity"].get<double>(), 0.5e-4 + 1e-9);
}

TEST(CountingTools, AllCountTheSame) {
  std::size_t trained = 0, simulated = 0;
  for (const Json& description : counted_networks()) {
    SCOPED_TRACE(description["name"].get<std::string>());
    const Network net = network_of(description);
    const bool relu = description["populations"].back()["neuron"] == "relu";
    if (description["input"]["kind"] != "changing") {
      SCOPED_TRACE("trainer");
      std::vector<SampleTotals> samples;
      const RawCounts raw = by_trainer(description, net, samples);
      compare(description, raw);
      compare_static(description, raw, false);
      SampleTotals sum;
      for (const SampleTotals& sample : samples) sum += sample;
      EXPECT_EQ(samples.size(), description["input"]["samples"].size());
      const auto layers = description["tools"]["neurobench"]["layers"];
      std::uint64_t macs = 0, acs = 0;
      for (const Json& layer : layers) {
        macs += layer[0].get<std::uint64_t>();
        acs += layer[1].get<std::uint64_t>();
      }
      EXPECT_EQ(sum.macs, macs);
      EXPECT_EQ(sum.acs, acs);
      ++trained;
    }
    if (!relu) {
      SCOPED_TRACE("simulation");
      const RawCounts raw = by_simulation(description, net);
      compare(description, raw);
      compare_static(description, raw, true);
      ++simulated;
    }
  }
  if (std::getenv("SNN_COUNTED_NETWORKS") != nullptr) return;
  EXPECT_GE(trained, 14u);
  EXPECT_GE(simulated, 14u);
}

}  // namespace
