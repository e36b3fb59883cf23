// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "snn/energy/counts/counts.hpp"

namespace snn::cli {

/// Counts of one model as a file holds them: of snn's own models every raw number, or what a user
/// wrote by hand of any model. The two forms: docs/counts.md.
struct CountsFile {
  std::string name;
  RawCounts counts;
  std::optional<double> accuracy;  ///< in 0 .. 1
};

/// The long form, whole: read_counts() gives the same counts back.
std::string counts_text(const CountsFile& file);
void write_counts(const std::filesystem::path& path, const CountsFile& file);

/// Reads either form. Throws FileError for what is no JSON, and ConfigError for every other
/// mistake: it names the file, the layer, the field, its value and what is allowed.
CountsFile read_counts(const std::filesystem::path& path);
/// The same for text at hand; `origin` stands for it in errors.
CountsFile counts_of_text(std::string_view text, const std::string& origin);

}  // namespace snn::cli
