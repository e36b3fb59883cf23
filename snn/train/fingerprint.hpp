// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "snn/io/dataset.hpp"
#include "snn/model/network.hpp"
#include "snn/train/options.hpp"

namespace snn {

/// A number that follows from every value of a description (FNV-1a over its file).
std::string digest_of(const Network& network);

/// What must be equal for training to go on from a checkpoint, as text that a person can compare.
/// Left out is what does not change results: threads and product path.
std::string fingerprint(const std::string& network_digest, const Dataset& data, const Split& split,
                        const TrainOptions& options);

}  // namespace snn
