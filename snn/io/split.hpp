// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "snn/io/dataset.hpp"
#include "snn/io/load.hpp"

namespace snn {

/// The samples in a random order that takes from every class in turn, so that its beginning of any
/// length is balanced as far as the classes allow. Follows from the seed alone.
std::vector<std::int64_t> balanced_order(std::span<const std::int32_t> labels,
                                         std::span<const std::int64_t> samples, std::uint64_t seed);

/// Keeps n of the training samples, a class-balanced random choice in which a smaller n keeps a
/// part of what a larger one keeps. n >= their number keeps all. Validation and test stay. n >= 1.
Split train_limit(const Dataset& data, Split split, std::int64_t n, std::uint64_t seed = 1);

/// Moves a balanced random part of split.train to split.validation.
void hold_out_fraction(const Dataset& data, Split& split, double fraction, std::uint64_t seed);

/// Moves the training samples of one group to split.validation; negative: of the last group.
void hold_out_group(const Dataset& data, Split& split, std::int32_t group);

/// The fraction of `options`, or the data set's own; ConfigError unless it is in [0, 1).
double validation_fraction(const SplitOptions& options, double own);

}  // namespace snn
