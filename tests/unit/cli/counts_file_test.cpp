// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/counts_file.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "snn/cli/neurobench_results.hpp"
#include "snn/model/errors.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using namespace snn;
using cli::CountsFile;

/// Every field another number, some beyond 2^53, where doubles are no longer exact.
CountsFile everything() {
  CountsFile file;
  file.name = "all fields \"and\" \xC3\xA9";
  file.accuracy = 0.1 + 0.2;
  file.counts.samples = 70'000'000;
  file.counts.ticks = 1'000'001;
  ProjectionCounts q;
  q.name = "in->out";
  q.source_size = 10'000;
  q.target_size = 20'000;
  q.synapses = 150'000;
  q.nonzero_synapses = 140'001;
  q.padded_synapses = 160'002;
  q.kernel_weights = 9;
  q.dense_events = (std::uint64_t{1} << 63) + 12'345;
  q.synaptic_events = (std::uint64_t{1} << 53) + 1;
  q.effective_events = (std::uint64_t{1} << 52) + 3;
  q.source_events = (std::uint64_t{1} << 40) + 5;
  q.graded = q.constant = q.has_bias = q.binary_weights = true;
  file.counts.projections.push_back(q);
  q.values = ValueCounts{.graded_synaptic = 11,
                         .graded_effective = 7,
                         .ternary_effective = 5,
                         .binary_synaptic = 4,
                         .binary_effective = 3,
                         .nonbinary_calls = 2,
                         .value_sum = -1.0 / 3};
  q.graded = q.constant = q.has_bias = q.binary_weights = false;
  file.counts.projections.push_back(q);
  PopulationCounts p;
  p.name = "out";
  p.size = 20'000;
  p.source = p.graded = p.leaky = true;
  p.emits = false;
  p.state_values = 2;
  p.spikes = 101;
  p.stepped = std::numeric_limits<std::uint64_t>::max();
  p.touched = 103;
  p.drive_events = 104;
  p.membrane_updates = 105;
  file.counts.populations.push_back(p);
  return file;
}

void expect_same(const RawCounts& a, const RawCounts& b) {
  EXPECT_EQ(a.samples, b.samples);
  EXPECT_EQ(a.ticks, b.ticks);
  ASSERT_EQ(a.projections.size(), b.projections.size());
  for (std::size_t n = 0; n < a.projections.size(); ++n) {
    const ProjectionCounts &x = a.projections[n], &y = b.projections[n];
    EXPECT_EQ(x.name, y.name);
    EXPECT_EQ(x.source_size, y.source_size);
    EXPECT_EQ(x.target_size, y.target_size);
    EXPECT_EQ(x.synapses, y.synapses);
    EXPECT_EQ(x.nonzero_synapses, y.nonzero_synapses);
    EXPECT_EQ(x.padded_synapses, y.padded_synapses);
    EXPECT_EQ(x.kernel_weights, y.kernel_weights);
    EXPECT_EQ(x.source_events, y.source_events);
    EXPECT_EQ(x.synaptic_events, y.synaptic_events);
    EXPECT_EQ(x.effective_events, y.effective_events);
    EXPECT_EQ(x.dense_events, y.dense_events);
    EXPECT_EQ(x.graded, y.graded);
    EXPECT_EQ(x.constant, y.constant);
    EXPECT_EQ(x.has_bias, y.has_bias);
    EXPECT_EQ(x.binary_weights, y.binary_weights);
    EXPECT_EQ(x.values, y.values);
  }
  ASSERT_EQ(a.populations.size(), b.populations.size());
  for (std::size_t n = 0; n < a.populations.size(); ++n) {
    const PopulationCounts &x = a.populations[n], &y = b.populations[n];
    EXPECT_EQ(x.name, y.name);
    EXPECT_EQ(x.size, y.size);
    EXPECT_EQ(x.source, y.source);
    EXPECT_EQ(x.graded, y.graded);
    EXPECT_EQ(x.emits, y.emits);
    EXPECT_EQ(x.leaky, y.leaky);
    EXPECT_EQ(x.state_values, y.state_values);
    EXPECT_EQ(x.spikes, y.spikes);
    EXPECT_EQ(x.stepped, y.stepped);
    EXPECT_EQ(x.touched, y.touched);
    EXPECT_EQ(x.drive_events, y.drive_events);
    EXPECT_EQ(x.membrane_updates, y.membrane_updates);
  }
}

TEST(CountsFiles, KeepEveryNumber) {
  const support::TemporaryFolder folder;
  const auto path = folder.path() / "model.json";
  const CountsFile written = everything();
  cli::write_counts(path, written);
  const CountsFile read = cli::read_counts(path);
  EXPECT_EQ(read.name, written.name);
  EXPECT_EQ(read.accuracy, written.accuracy);
  expect_same(read.counts, written.counts);
  EXPECT_EQ(cli::counts_text(read), cli::counts_text(written));
  CountsFile bare = written;
  bare.accuracy.reset();
  bare.name.clear();
  EXPECT_FALSE(cli::counts_of_text(cli::counts_text(bare), "bare").accuracy.has_value());
}

constexpr const char* by_hand =
    R"({"format": "snn counts", "schema": 1, "name": "other", "ticks": 4,
  "accuracy": 0.97, "layers": [
  {"name": "a", "inputs": 100, "outputs": 20, "macs": 1500.25, "bias": true, "spikes": 30.5},
  {"name": "b", "inputs": 20, "outputs": 10, "synapses": 150, "nonzero_synapses": 140,
   "acs": 90, "synaptic_events": 100, "neuron": "lif", "spikes": 5, "membrane_updates": 40}]})";

TEST(CountsFiles, ShortFormByHand) {
  const CountsFile file = cli::counts_of_text(by_hand, "by hand");
  EXPECT_EQ(file.name, "other");
  EXPECT_EQ(file.accuracy, 0.97);
  const Counts counts = neurobench_counts(file.counts);
  EXPECT_DOUBLE_EQ(counts.macs_effective, 1500.25);
  EXPECT_DOUBLE_EQ(counts.acs_effective, 90);
  EXPECT_DOUBLE_EQ(counts.macs_dense, (2000 + 150) * 4);
  EXPECT_DOUBLE_EQ(counts.synaptic_events, 1600.25);
  EXPECT_DOUBLE_EQ(counts.spikes, 5);  // of neurons that spike
  EXPECT_DOUBLE_EQ(counts.neuron_updates, (20 + 10) * 4);
  EXPECT_DOUBLE_EQ(counts.membrane_updates, 40);
  EXPECT_EQ(parameter_count(file.counts), 2000 + 20 + 150);
  EXPECT_TRUE(file.counts.projections[0].graded);
  EXPECT_FALSE(file.counts.projections[1].graded);
  EXPECT_TRUE(file.counts.populations[1].leaky);
  // What is read can be written in the long form.
  expect_same(cli::counts_of_text(cli::counts_text(file), "again").counts, file.counts);
}

TEST(CountsFiles, MixedLayerKeepsBothKinds) {
  const CountsFile file = cli::counts_of_text(
      R"({"format": "snn counts", "schema": 1, "layers": [
        {"name": "a", "inputs": 9, "outputs": 9, "macs": 30, "acs": 12}]})",
      "mixed");
  EXPECT_EQ(file.counts.samples, 1);  // whole numbers
  EXPECT_EQ(neurobench_counts(file.counts).macs_effective, 30);
  EXPECT_EQ(neurobench_counts(file.counts).acs_effective, 12);
  EXPECT_EQ(counts_in(Dialect::snn, file.counts).macs_effective, 30);
  EXPECT_EQ(counts_in(Dialect::snn, file.counts).acs_effective, 12);
}

/// The text with its first `from` replaced by `to`.
std::string with(const std::string& text, const std::string& from, const std::string& to) {
  std::string changed = text;
  const std::size_t at = changed.find(from);
  if (at == std::string::npos) throw std::out_of_range(from);
  return changed.replace(at, from.size(), to);
}

struct Mistake {
  std::string from, to, field, value;
};

void expect_refused(const std::string& text, const Mistake& mistake) {
  SCOPED_TRACE(mistake.from + " became " + mistake.to);
  try {
    cli::counts_of_text(with(text, mistake.from, mistake.to), "my.json");
    ADD_FAILURE() << "accepted";
  } catch (const ConfigError& error) {
    EXPECT_EQ(error.field, mistake.field) << error.what();
    EXPECT_EQ(error.value, mistake.value) << error.what();
    EXPECT_TRUE(error.object.starts_with("my.json")) << error.what();
    EXPECT_FALSE(error.allowed.empty());
  }
}

TEST(CountsFiles, MistakesOfTheShortFormAreNamed) {
  for (const Mistake& mistake : std::vector<Mistake>{
           {"1500.25", "-1", "macs", "-1"},
           {"1500.25", "null", "macs", "null"},
           {"1500.25", "\"NaN\"", "macs", "\"NaN\""},
           {"1500.25", "1e13", "macs", "10000000000000.0"},
           {"1500.25", "9000", "macs", "9000.0"},  // more than dense
           {"\"acs\": 90", "\"acs\": 90, \"macs\": 550", "macs + acs", "640.0"},
           {"\"acs\": 90", "\"acs\": 101", "synaptic_events", "100.0"},
           {"\"synapses\": 150", "\"synapses\": 201", "synapses", "201.0"},
           {"\"nonzero_synapses\": 140", "\"nonzero_synapses\": 151", "nonzero_synapses", "151.0"},
           {"\"inputs\": 100, ", "", "inputs", "missing"},
           {"\"inputs\": 100", "\"inputs\": 0", "inputs", "0"},
           {"\"inputs\": 100", "\"inputs\": 2.5", "inputs", "2.5"},
           {"\"macs\": 1500.25, ", "", "macs", "missing"},
           {"\"macs\"", "\"mac\"", "macs", "missing"},
           {"\"bias\": true", "\"bias\": 1", "bias", "1"},
           {"\"bias\": true", "\"biases\": true", "biases", "true"},
           {"\"lif\"", "\"LIF\"", "neuron", "\"LIF\""},
           {"30.5", "81", "spikes", "81.0"},
           {"\"name\": \"a\"", "\"name\": 5", "name", "5"},
           {"0.97", "97", "accuracy", "97"},
           {"\"ticks\": 4", "\"ticks\": 0", "ticks", "0"},
           {"\"ticks\": 4", "\"ticks\": -4", "ticks", "-4"},
           {"\"ticks\": 4", "\"ticks\": 4.5", "ticks", "4.5"},
           {"\"schema\": 1", "\"schema\": 2", "schema", "2"},
           {"snn counts", "counts", "format", "\"counts\""},
           {"\"layers\": [", "\"layers\": [5, ", "value", "5"},
       })
    expect_refused(by_hand, mistake);
  expect_refused(R"({"format": "snn counts", "schema": 1, "layers": 1})",
                 {"1}", "{}}", "layers", "{}"});
}

TEST(CountsFiles, MistakesOfTheLongFormAreNamed) {
  CountsFile file = everything();
  file.counts.samples = 10;
  file.counts.ticks = 10;
  for (ProjectionCounts& q : file.counts.projections) {
    q.dense_events = 1000;
    q.synaptic_events = 900;
    q.effective_events = 800;
    q.source_events = 700;
  }
  const std::string text = cli::counts_text(file);
  EXPECT_NO_THROW(cli::counts_of_text(text, "my.json"));
  for (const Mistake& mistake : std::vector<Mistake>{
           {"\"effective_events\": 800", "\"effective_events\": 901", "effective_events", "901"},
           {"\"synaptic_events\": 900", "\"synaptic_events\": 1001", "synaptic_events", "1001"},
           {"\"dense_events\": 1000", "\"dense_events\": 15000001", "dense_events", "15000001"},
           {"\"source_events\": 700", "\"source_events\": 1000001", "source_events", "1000001"},
           {"\"nonzero_synapses\": 140001", "\"nonzero_synapses\": 150001", "nonzero_synapses",
            "150001"},
           {"\"graded_effective\": 7", "\"graded_effective\": 801", "graded_effective", "801"},
           {"\"nonbinary_calls\": 2", "\"nonbinary_calls\": 101", "nonbinary_calls", "101"},
           {"\"spikes\": 101", "\"spikes\": 2000001", "spikes", "2000001"},
           {"\"spikes\": 101", "\"spikes\": 1.0", "spikes", "1.0"},
           {"\"stepped\": 18446744073709551615", "\"stepped\": 18446744073709551616", "stepped",
            "1.8446744073709552e+19"},
           {"\"synapses\": 150000", "\"synapses\": 9223372036854775808", "synapses",
            "9223372036854775808"},
           {"\"value_sum\"", "\"sum\"", "value_sum", "missing"},
           {"\"samples\": 10", "\"samples\": 0", "samples", "0"},
           {"\"graded\": true", "\"graded\": 1", "graded", "1"},
           {"\"graded\": true", "\"graded\": true, \"gradedd\": true", "gradedd", "true"},
       })
    expect_refused(text, mistake);
}

TEST(CountsFiles, WhatIsNoJsonIsAFileError) {
  const support::TemporaryFolder folder;
  EXPECT_THROW(cli::read_counts(folder.path() / "missing.json"), FileError);
  EXPECT_THROW(cli::read_counts(folder.path()), FileError);
  for (const char* text : {"", "{", "NaN", "{\"format\": NaN}", "{\"schema\": 1e999}", "\xFF"})
    EXPECT_THROW(cli::counts_of_text(text, "my.json"), FileError) << text;
  EXPECT_THROW(cli::counts_of_text("[]", "my.json"), ConfigError);
}

TEST(NeuroBenchJson, HasItsKeys) {
  NeuroBenchResults results;
  results.footprint = 583'900;
  results.parameter_count = 145'955;
  results.connection_sparsity = 1.0 / 3;
  results.activation_sparsity = 0.96687;
  results.effective_acs = 3'289'834.32;
  results.dense = 29'030'400;
  results.membrane_updates = 50;
  nlohmann::json json = nlohmann::json::parse(cli::neurobench_json(results));
  EXPECT_EQ(json["Footprint"], 583'900);
  EXPECT_EQ(json["ParameterCount"], 145'955);
  EXPECT_EQ(json["ConnectionSparsity"], 0.3333);
  EXPECT_EQ(json["ActivationSparsity"], 0.96687);
  EXPECT_EQ(json["SynapticOperations"]["Effective_MACs"], 0.0);
  EXPECT_EQ(json["SynapticOperations"]["Effective_ACs"], 3'289'834.32);
  EXPECT_EQ(json["SynapticOperations"]["Dense"], 29'030'400.0);
  EXPECT_EQ(json["MembraneUpdates"], 50.0);
  EXPECT_FALSE(json.contains("ClassificationAccuracy"));
  EXPECT_EQ(json.size(), 6u);
  results.classification_accuracy = 0.8563;
  results.execution_rate_hz = 100;
  json = nlohmann::json::parse(cli::neurobench_json(results));
  EXPECT_EQ(json["ClassificationAccuracy"], 0.8563);
  EXPECT_EQ(json["ExecutionRate"], 100.0);
}

}  // namespace
