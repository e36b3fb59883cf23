// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/cli/counts_file.hpp"
#include "snn/energy/json_object.hpp"

namespace snn::cli {

/// The short form of a counts file, that a user writes by hand: figures per inference and layer.
/// Fractions of an operation are kept to a millionth.
RawCounts counts_of_layers(JsonObject& file, const std::string& origin);

}  // namespace snn::cli
