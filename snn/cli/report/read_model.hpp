// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/cli/report/file_value.hpp"
#include "snn/cli/report/results_file.hpp"

/// Parts of a results file, each of which throws FileError with the key.
namespace snn::cli::page {

Unavailable read_unavailable(const FileValue& value);
Contender read_contender(const FileValue& model, Role role);

}  // namespace snn::cli::page
