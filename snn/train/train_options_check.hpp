// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/io/dataset.hpp"
#include "snn/train/options.hpp"

namespace snn {

/// Throws ConfigError for options out of range.
void check_options(const TrainOptions& options);

/// Throws ConfigError for empty parts, samples out of range, or a test or validation sample that
/// trains.
void check_split(const Dataset& data, const Split& split);

}  // namespace snn
