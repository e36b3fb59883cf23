// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/models/hardware.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "snn/energy/json_object.hpp"
#include "snn/energy/models/hardware_data.hpp"
#include "snn/model/errors.hpp"

namespace snn {
namespace {

using Json = nlohmann::json;

constexpr std::array kinds = {HardwareKind::technology,    HardwareKind::synapse_costs,
                              HardwareKind::data_movement, HardwareKind::chip,
                              HardwareKind::processor,     HardwareKind::unpriced};

/// How many pJ a unit of energy is.
std::optional<double> in_picojoules(const std::string& unit) {
  if (unit == "fJ") return 1e-3;
  if (unit == "pJ") return 1.0;
  if (unit == "nJ") return 1e3;
  if (unit == "uJ") return 1e6;
  return std::nullopt;
}

/// What a table of a kind cannot do without.
std::vector<std::string> needed(HardwareKind kind) {
  switch (kind) {
    case HardwareKind::synapse_costs:
      return {"dense_synapse", "synaptic_event"};
    case HardwareKind::data_movement:
      return {"accumulate", "move_sparse", "move_dense", "read_weight"};
    case HardwareKind::chip:
      return {"synaptic_operation"};
    case HardwareKind::processor:
      return {"board_power"};
    case HardwareKind::technology:
    case HardwareKind::unpriced:
      return {};
  }
  return {};
}

std::string text_of(JsonObject& object, const std::string& field) {
  std::string text;
  object.read(field, text);
  if (text.empty()) throw ConfigError(object.name(), field, "\"\"", "text that is not empty");
  return text;
}

double number_of(JsonObject& object, const std::string& field, double otherwise) {
  if (object.has(field)) return object.number(field, 0, 1e30);
  object.may_have(field);
  return otherwise;
}

NamedConstant constant_of(const Json& json, const std::string& of) {
  JsonObject object(json, "constant of " + of);
  NamedConstant constant;
  constant.name = text_of(object, "name");
  object.rename("constant \"" + constant.name + "\" of " + of);
  constant.value = object.number("value", 0, 1e30);
  constant.unit = text_of(object, "unit");
  constant.bits = static_cast<int>(std::min(number_of(object, "bits", 0), 4096.0));
  constant.source = text_of(object, "source");
  object.may_have("evidence");
  constant.evidence = object.has("evidence") ? text_of(object, "evidence") : "user";
  object.refuse_others();
  if (!in_picojoules(constant.unit) && constant.unit != "W" && constant.unit != "TFLOPS")
    throw ConfigError(object.name(), "unit", constant.unit, "fJ pJ nJ uJ W TFLOPS");
  const bool rate = constant.unit == "TFLOPS" || constant.unit == "W";
  if (rate && constant.value == 0) throw ConfigError(object.name(), "value", "0", "> 0");
  return constant;
}

Hardware hardware_of(const Json& json, const std::string& where) {
  JsonObject members(json, where);
  Hardware made;
  made.name = text_of(members, "name");
  const std::string kind = text_of(members, "kind");
  std::string names;
  bool found = false;
  for (const HardwareKind candidate : kinds) {
    names += (names.empty() ? "" : " ") + std::string(name_of(candidate));
    if (kind != name_of(candidate)) continue;
    made.kind = candidate;
    found = true;
  }
  const std::string object = "hardware \"" + made.name + "\"";
  if (!found) throw ConfigError(object, "kind", kind, names);
  made.node_nm = number_of(members, "node_nm", 0);
  made.voltage_v = number_of(members, "voltage_v", 0);
  made.definition = text_of(members, "definition");
  const Json& constants = members.take("constants", "a list");
  members.refuse_others();
  if (!constants.is_array()) throw ConfigError(object, "constants", constants.dump(), "a list");
  for (const Json& constant : constants) {
    made.constants.push_back(constant_of(constant, made.name));
    const std::string& name = made.constants.back().name;
    if (made.find(name) != &made.constants.back())
      throw ConfigError(object, "constants", name + " twice", "each name once");
  }
  for (const std::string& name : needed(made.kind)) {
    if (made.find(name) == nullptr) throw ConfigError(object, name, "missing", "must be given");
    if (made.kind != HardwareKind::processor) made.picojoules(name);  // an energy
  }
  return made;
}

}  // namespace

const NamedConstant* Hardware::find(const std::string& constant) const {
  const auto at = std::find_if(constants.begin(), constants.end(),
                               [&](const NamedConstant& one) { return one.name == constant; });
  return at == constants.end() ? nullptr : &*at;
}

double Hardware::picojoules(const std::string& constant) const {
  const NamedConstant* found = find(constant);
  if (found == nullptr) {
    std::string names;
    for (const NamedConstant& one : constants) names += (names.empty() ? "" : " ") + one.name;
    throw ConfigError("hardware \"" + name + "\"", constant, "missing",
                      "a table that has it; this one has: " + names);
  }
  const auto factor = in_picojoules(found->unit);
  if (!factor)
    throw ConfigError("hardware \"" + name + "\"", constant, "in " + found->unit, "fJ pJ nJ uJ");
  return found->value * *factor;
}

const char* name_of(HardwareKind kind) {
  switch (kind) {
    case HardwareKind::technology:
      return "technology";
    case HardwareKind::synapse_costs:
      return "synapse-costs";
    case HardwareKind::data_movement:
      return "data-movement";
    case HardwareKind::chip:
      return "chip";
    case HardwareKind::processor:
      return "processor";
    case HardwareKind::unpriced:
      return "unpriced";
  }
  return "";
}

const std::vector<Hardware>& known_hardware() {
  static const std::vector<Hardware> table = [] {
    std::vector<Hardware> made;
    const Json data = Json::parse(hardware_data);
    for (const Json& entry : data.at("hardware"))
      made.push_back(hardware_of(entry, "hardware.json"));
    return made;
  }();
  return table;
}

const Hardware& hardware(const std::string& name) {
  const auto& table = known_hardware();
  const auto at = std::find_if(table.begin(), table.end(),
                               [&](const Hardware& one) { return one.name == name; });
  if (at != table.end()) return *at;
  std::string names;
  for (const Hardware& one : table) names += (names.empty() ? "" : " ") + one.name;
  throw ConfigError("energy model", "hardware", name, names);
}

Hardware own_hardware(const std::string& json, const std::string& where) {
  Json parsed;
  try {
    parsed = Json::parse(json);
  } catch (const Json::parse_error& error) {
    throw FileError(where, "byte " + std::to_string(error.byte), "is no JSON");
  }
  return hardware_of(parsed, where);
}

Hardware read_hardware(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) throw FileError(file.string(), "", "cannot be opened");
  return own_hardware({std::istreambuf_iterator<char>(in), {}}, file.string());
}

}  // namespace snn
