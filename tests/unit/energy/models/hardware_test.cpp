// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/models/hardware.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "snn/energy/models/energy_model.hpp"
#include "snn/model/errors.hpp"
#include "tests/support/config_error.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using namespace snn;

TEST(Hardware, HorowitzAsPublished) {
  const Hardware& table = hardware("horowitz-45nm");
  EXPECT_EQ(table.node_nm, 45);
  EXPECT_EQ(table.voltage_v, 0.9);
  const std::pair<const char*, double> published[] = {
      {"add_int8", 0.03}, {"multiply_int8", 0.2}, {"add_int32", 0.1}, {"multiply_int32", 3.1},
      {"add_fp16", 0.4},  {"multiply_fp16", 1.1}, {"add_fp32", 0.9},  {"multiply_fp32", 3.7},
      {"memory_8kb", 10}, {"memory_32kb", 20},    {"memory_1mb", 100}};
  EXPECT_EQ(table.constants.size(), std::size(published));
  for (const auto& [name, value] : published) EXPECT_EQ(table.picojoules(name), value) << name;
}

TEST(Hardware, PublishedEnergyPerSynapticOperation) {
  // Tang et al., Front. Neurosci. 17:1187252 (2023), table 3.
  const std::pair<const char*, double> published[] = {{"odin", 12.7},
                                                      {"reckon", 5.3},
                                                      {"ubrain", 26},
                                                      {"tianjic", 1.54},
                                                      {"loihi", 23.6},
                                                      {"truenorth-core", 2.5},
                                                      {"seneca", 2.8},
                                                      {"neuronflow", 20},
                                                      {"spinnaker-increment", 45},
                                                      {"spinnaker2-increment", 10}};
  for (const auto& [name, value] : published)
    EXPECT_EQ(hardware(name).picojoules("synaptic_operation"), value) << name;
}

TEST(Hardware, EveryConstantHasASourceAndAMark) {
  const std::set<std::string> marks = {"verified", "primary", "secondary",
                                       "recalled", "vendor",  "derived"};
  std::set<std::string> names;
  for (const Hardware& table : known_hardware()) {
    EXPECT_TRUE(names.insert(table.name).second) << table.name << " twice";
    EXPECT_FALSE(table.definition.empty()) << table.name;
    for (const NamedConstant& constant : table.constants) {
      EXPECT_GT(constant.value, 0) << table.name << " " << constant.name;
      EXPECT_GT(constant.source.size(), 10u) << table.name << " " << constant.name;
      EXPECT_EQ(marks.count(constant.evidence), 1u) << table.name << " " << constant.name;
    }
  }
}

TEST(Hardware, NothingIsInventedForLoihi2) {
  EXPECT_EQ(hardware("loihi2").kind, HardwareKind::unpriced);
  EXPECT_TRUE(hardware("loihi2").constants.empty());
  EXPECT_TRUE(models_for(hardware("loihi2")).empty());
}

TEST(Hardware, AnUnknownNameListsTheNames) {
  support::expect_config_error([] { hardware("loihi3"); },
                               {"energy model", "hardware", "loihi3", "loihi2"});
  support::expect_config_error([] { hardware("loihi").picojoules("add_fp32"); },
                               {"hardware \"loihi\"", "add_fp32", "missing", "synaptic_operation"});
}

/// A chip of a user's own, as docs/energy.md shows it.
const std::string own_chip = R"({
  "name": "my-chip",
  "kind": "chip",
  "node_nm": 28,
  "definition": "core only, at 0.8 V, without leakage",
  "constants": [
    {"name": "synaptic_operation", "value": 4200, "unit": "fJ", "source": "our measurement, 2026"},
    {"name": "spike", "value": 0.002, "unit": "nJ", "source": "our measurement, 2026"}
  ]
})";

struct OwnHardware : testing::Test {
  support::TemporaryFolder folder;
  std::filesystem::path file(const std::string& text) {
    const auto path = folder.path() / "chip.json";
    std::ofstream(path) << text;
    return path;
  }
  /// The user's chip with one piece of its text replaced.
  std::filesystem::path changed(const std::string& from, const std::string& to) {
    std::string text = own_chip;
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return file(text.replace(at, from.size(), to));
  }
};

TEST_F(OwnHardware, TenLinesAreEnough) {
  const Hardware chip = read_hardware(file(own_chip));
  EXPECT_EQ(chip.name, "my-chip");
  EXPECT_EQ(chip.picojoules("synaptic_operation"), 4.2);
  EXPECT_EQ(chip.picojoules("spike"), 2.0);
  EXPECT_EQ(chip.constants[0].evidence, "user");
  RawCounts raw;
  raw.samples = 1;
  ProjectionCounts q;
  q.synaptic_events = 10;
  raw.projections = {q};
  EXPECT_NEAR(models_for(chip).at(0)(raw).joules_per_inference.value(), 42e-12, 1e-24);
  EXPECT_EQ(own_hardware(own_chip).picojoules("synaptic_operation"),
            chip.picojoules("synaptic_operation"));
  EXPECT_THROW(own_hardware("{"), FileError);
}

TEST_F(OwnHardware, WhatIsWrongIsNamed) {
  using support::expect_config_error;
  const std::string one = "constant \"synaptic_operation\" of my-chip";
  expect_config_error([&] { read_hardware(changed("\"chip\"", "\"board\"")); },
                      {"hardware \"my-chip\"", "kind", "board", "processor"});
  expect_config_error([&] { read_hardware(changed("4200", "-1")); },
                      {one, "value", "-1", "0.0 .."});
  expect_config_error([&] { read_hardware(changed("4200", "\"4200\"")); },
                      {one, "value", "4200", "number"});
  expect_config_error([&] { read_hardware(changed("\"fJ\"", "\"eV\"")); },
                      {one, "unit", "eV", "fJ pJ"});
  expect_config_error([&] { read_hardware(changed("\"fJ\"", "\"W\"")); },
                      {"hardware \"my-chip\"", "synaptic_operation", "in W", "pJ"});
  expect_config_error(
      [&] { read_hardware(changed(", \"source\": \"our measurement, 2026\"", "")); },
      {one, "source", "missing", "text"});
  expect_config_error([&] { read_hardware(changed("\"our measurement, 2026\"", "\"\"")); },
                      {one, "source", "", "text"});
  expect_config_error([&] { read_hardware(changed("\"spike\"", "\"synaptic_operation\"")); },
                      {"hardware \"my-chip\"", "constants", "synaptic_operation twice", "once"});
  expect_config_error([&] { read_hardware(changed("\"synaptic_operation\"", "\"synop\"")); },
                      {"hardware \"my-chip\"", "synaptic_operation", "missing", "must be given"});
  expect_config_error([&] { read_hardware(changed("node_nm", "node")); },
                      {folder.path() / "chip.json", "node", "28", "node_nm"});
  expect_config_error([&] { read_hardware(file("[1, 2]")); },
                      {folder.path() / "chip.json", "value", "[1,2]", "object"});
}

TEST_F(OwnHardware, AFileThatIsNoneIsAFileError) {
  EXPECT_THROW(read_hardware(folder.path() / "missing.json"), FileError);
  EXPECT_THROW(read_hardware(file("{\"name\": ")), FileError);
  EXPECT_THROW(read_hardware(file("")), FileError);
}

}  // namespace
