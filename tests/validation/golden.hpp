// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

namespace validation {

/// A file of tests/validation/golden; its README.md says what is in it.
inline nlohmann::json golden(const std::string& name) {
  const std::string path = std::string(SNN_SOURCE_DIR) + "/tests/validation/golden/" + name;
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  return nlohmann::json::parse(file);
}

}  // namespace validation
