// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "snn/cli/run_options.hpp"

namespace snn::cli {

/// The options that `snn bench FLAGS` runs with, e.g. {"--hidden=64", "--recurrent"}: the same
/// defaults for the data, the same checks. ConfigError for a flag or value that it refuses.
RunOptions bench_options(const std::vector<std::string>& flags);

}  // namespace snn::cli
