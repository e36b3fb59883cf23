// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "snn/energy/protocol/examine_meters.hpp"

namespace snn::cli {

/// `snn energy doctor`: what this machine can measure, why not, and how to fix it.
std::string doctor_text(const std::vector<MeterExamined>& meters, bool json);

}  // namespace snn::cli
