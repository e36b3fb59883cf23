// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/models/hardware.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

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

/// Reads the members of one JSON object, each once, and refuses those nobody asked for.
class Members {
 public:
  Members(const Json& json, std::string object) : json_(json), object_(std::move(object)) {
    if (!json.is_object()) throw ConfigError(object_, "value", json.dump(), "a JSON object");
  }
  std::string text(const char* field, bool required) {
    const Json* value = get(field, required);
    if (value == nullptr) return {};
    if (!value->is_string() || value->get<std::string>().empty())
      throw ConfigError(object_, field, value->dump(), "text");
    return value->get<std::string>();
  }
  double number(const char* field, bool required) {
    const Json* value = get(field, required);
    if (value == nullptr) return 0;
    const double number = value->is_number() ? value->get<double>() : -1.0;
    if (!std::isfinite(number) || number < 0)
      throw ConfigError(object_, field, value->dump(), "a finite number >= 0");
    return number;
  }
  const Json* get(const char* field, bool required) {
    seen_.insert(field);
    const auto at = json_.find(field);
    if (at != json_.end()) return &*at;
    if (required) throw ConfigError(object_, field, "missing", "must be given");
    return nullptr;
  }
  void no_others() const {
    std::string allowed;
    for (const std::string& field : seen_) allowed += (allowed.empty() ? "" : " ") + field;
    for (const auto& [field, value] : json_.items()) {
      if (seen_.count(field) == 0) throw ConfigError(object_, field, value.dump(), allowed);
    }
  }

 private:
  const Json& json_;
  std::string object_;
  std::set<std::string> seen_;
};

NamedConstant constant_of(const Json& json, const std::string& of) {
  Members members(json, "constant of " + of);
  NamedConstant constant;
  constant.name = members.text("name", true);
  const std::string object = "constant \"" + constant.name + "\" of " + of;
  Members rest(json, object);
  rest.text("name", true);
  constant.value = rest.number("value", true);
  constant.unit = rest.text("unit", true);
  constant.bits = static_cast<int>(std::min(rest.number("bits", false), 4096.0));
  constant.source = rest.text("source", true);
  constant.evidence = rest.text("evidence", false);
  if (constant.evidence.empty()) constant.evidence = "user";
  rest.no_others();
  if (!in_picojoules(constant.unit) && constant.unit != "W" && constant.unit != "TFLOPS")
    throw ConfigError(object, "unit", constant.unit, "fJ pJ nJ uJ W TFLOPS");
  const bool rate = constant.unit == "TFLOPS" || constant.unit == "W";
  if (rate && constant.value == 0) throw ConfigError(object, "value", "0", "> 0");
  return constant;
}

Hardware hardware_of(const Json& json, const std::string& where) {
  Members members(json, where);
  Hardware made;
  made.name = members.text("name", true);
  const std::string kind = members.text("kind", true);
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
  made.node_nm = members.number("node_nm", false);
  made.voltage_v = members.number("voltage_v", false);
  made.definition = members.text("definition", true);
  const Json& constants = *members.get("constants", true);
  members.no_others();
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

Hardware read_hardware(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) throw FileError(file.string(), "", "cannot be opened");
  Json json;
  try {
    json = Json::parse(in);
  } catch (const Json::parse_error& error) {
    throw FileError(file.string(), "byte " + std::to_string(error.byte), "is no JSON");
  }
  return hardware_of(json, file.string());
}

}  // namespace snn
