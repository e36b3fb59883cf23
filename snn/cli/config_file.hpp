// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>
#include <vector>

namespace snn::cli {

/// One line of a configuration file: key = value.
struct ConfigEntry {
  std::string key;
  std::vector<std::string> values;  ///< one, or those of an array; quotes are gone
  int line = 0;
};

/// Reads the part of TOML that options need: one `key = value` per line, values being numbers,
/// true, false, strings and arrays of these; comments. Throws ConfigError, with the line, for
/// everything else: nothing is skipped.
std::vector<ConfigEntry> read_config(const std::filesystem::path& path);

/// Gives a command the options of a file, except those its flags have set already. Throws
/// ConfigError for keys that are no options, and CLI11's errors for values that are refused.
void apply_config(CLI::App& command, const std::filesystem::path& path);

}  // namespace snn::cli
