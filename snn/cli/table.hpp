// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "snn/cli/contest.hpp"

namespace snn::cli {

/// The benchmark's outcome as text: what an inference costs, what training cost, and the verdict.
std::string table_of(const Contest& contest);

}  // namespace snn::cli
