// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "snn/cli/contest.hpp"
#include "snn/cli/counts_file.hpp"

namespace snn::cli {

/// The results file of a benchmark as JSON text; keys: docs/results.md.
std::string results_json(const Contest& contest);

/// Writes it so that the old file stays if anything fails.
void write_results(const std::filesystem::path& path, const Contest& contest);

/// Counts of a simulation or an evaluation as JSON text; `samples` may be empty. The rate at which
/// the model is meant to be run, Hz, is NeuroBench's; it is the user's word.
std::string evaluation_json(const CountsFile& file, const std::vector<SampleTotals>& samples,
                            std::optional<double> execution_rate_hz = {});

}  // namespace snn::cli
