// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "snn/backend/backend_state.hpp"
#include "snn/model/errors.hpp"

/// The arrays of a saved state by name.
namespace snn {

inline std::string array_path(const char* kind, std::size_t index, const char* what) {
  return std::string("/") + kind + "/" + std::to_string(index) + "/" + what;
}

/// The array of that name and type; ConfigError if there is none.
template <class T>
const std::vector<T>& find_array(const BackendState& state, const std::string& name) {
  for (const StateArray& array : state) {
    const auto* values = std::get_if<std::vector<T>>(&array.values);
    if (array.name == name && values != nullptr) return *values;
  }
  throw ConfigError("saved state", name, "missing", "a state that save() gave");
}

/// The same; ConfigError also if it has another size.
template <class T>
const std::vector<T>& find_array(const BackendState& state, const std::string& name,
                                 std::size_t size) {
  const auto& values = find_array<T>(state, name);
  if (values.size() != size) {
    throw ConfigError("saved state", name, std::to_string(values.size()) + " values",
                      std::to_string(size) + " values");
  }
  return values;
}

}  // namespace snn
