// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "snn/energy/counts/neurobench.hpp"

namespace snn::cli {

/// The results in the form that NeuroBench's Benchmark.run returns and saves: its keys, shares to
/// four digits where it rounds. Accuracy and execution rate only if they are known.
std::string neurobench_json(const NeuroBenchResults& results);

}  // namespace snn::cli
