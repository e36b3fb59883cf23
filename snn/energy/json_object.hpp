// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "snn/model/errors.hpp"

namespace snn {

/// A JSON object whose fields are taken out one by one with their types; whatever is wrong is a
/// ConfigError that names the object, the field, its value and what is allowed.
class JsonObject {
 public:
  JsonObject(const nlohmann::json& object, std::string name)
      : object_(object), name_(std::move(name)) {
    if (!object.is_object()) throw ConfigError(name_, "value", shown(object), "an object in { }");
  }

  const std::string& name() const { return name_; }
  bool has(const std::string& field) const { return object_.contains(field); }
  void rename(std::string name) { name_ = std::move(name); }

  /// The field, which is then known.
  const nlohmann::json& take(const std::string& field, const std::string& allowed) {
    known_.push_back(field);
    if (!has(field)) throw ConfigError(name_, field, "missing", allowed);
    return object_.at(field);
  }

  void read(const std::string& field, bool& value) {
    const nlohmann::json& given = take(field, "true or false");
    if (!given.is_boolean()) throw ConfigError(name_, field, shown(given), "true or false");
    value = given.get<bool>();
  }
  void read(const std::string& field, std::string& value) {
    const nlohmann::json& given = take(field, "text in \"quotes\"");
    if (!given.is_string()) throw ConfigError(name_, field, shown(given), "text in \"quotes\"");
    value = given.get<std::string>();
  }
  void read(const std::string& field, std::int64_t& value) {
    value = static_cast<std::int64_t>(whole(field, std::numeric_limits<std::int64_t>::max()));
  }
  void read(const std::string& field, std::uint64_t& value) {
    value = whole(field, std::numeric_limits<std::uint64_t>::max());
  }
  void read(const std::string& field, double& value) {
    const nlohmann::json& given = take(field, "a number");
    if (!given.is_number() || !std::isfinite(given.get<double>()))
      throw ConfigError(name_, field, shown(given), "a finite number");
    value = given.get<double>();
  }

  /// A number in least .. most.
  double number(const std::string& field, double least, double most) {
    const std::string allowed = "a number in " + text(least) + " .. " + text(most);
    const nlohmann::json& given = take(field, allowed);
    const double value = given.is_number() ? given.get<double>() : std::nan("");
    if (!(value >= least && value <= most)) throw ConfigError(name_, field, shown(given), allowed);
    return value;
  }

  /// Throws for fields that nobody asked for: spelling mistakes.
  void refuse_others() const {
    for (const auto& [field, value] : object_.items()) {
      if (std::find(known_.begin(), known_.end(), field) != known_.end()) continue;
      std::string allowed = "one of";
      for (const std::string& name : known_) allowed += " " + name;
      throw ConfigError(name_, field, shown(value), allowed);
    }
  }
  /// Makes a field known that this object lacks.
  void may_have(const std::string& field) { known_.push_back(field); }

  static std::string shown(const nlohmann::json& value) {
    std::string text = value.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
    return text.size() > 60 ? text.substr(0, 57) + "..." : text;
  }

 private:
  static std::string text(double value) { return nlohmann::json(value).dump(); }

  std::uint64_t whole(const std::string& field, std::uint64_t most) {
    const std::string allowed = "a whole number in 0 .. " + std::to_string(most);
    const nlohmann::json& given = take(field, allowed);
    if (!given.is_number_unsigned() || given.get<std::uint64_t>() > most)
      throw ConfigError(name_, field, shown(given), allowed);
    return given.get<std::uint64_t>();
  }

  const nlohmann::json& object_;
  std::string name_;
  std::vector<std::string> known_;
};

}  // namespace snn
