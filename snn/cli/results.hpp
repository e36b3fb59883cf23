// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "snn/cli/contest.hpp"

namespace snn::cli {

/// The results file of a benchmark as JSON text; keys: docs/results.md.
std::string results_json(const Contest& contest);

/// Writes it so that the old file stays if anything fails.
void write_results(const std::filesystem::path& path, const Contest& contest);

/// Counts of a simulation or an evaluation as JSON text.
std::string counts_json(const RawCounts& raw, double accuracy);

}  // namespace snn::cli
