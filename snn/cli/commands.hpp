// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "snn/cli/run_options.hpp"

namespace snn::cli {

inline constexpr int success = 0;
inline constexpr int run_failed = 1;
inline constexpr int usage_error = 2;

int bench(const RunOptions& options, const std::string& command);
int train(const RunOptions& options, const std::string& command);
int evaluate(const RunOptions& options);
int simulate(const RunOptions& options);

/// Fails before hours of work, not after: makes the folder of a file that will be written (nothing
/// for an empty name) and sees whether that folder takes one. FileError, which names the flag.
void prepare(const char* flag, const std::filesystem::path& file);

/// The `snn` command: parses, runs, and turns errors into a line on stderr and an exit code.
int run(int argc, const char* const* argv);

}  // namespace snn::cli
