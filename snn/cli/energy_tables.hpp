// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "snn/energy/models/hardware.hpp"

/// `snn energy hardware` and `snn energy carbon`: the tables that come with snn.
namespace snn::cli {

/// A known table by name, or that of a file if there is one of that name. ConfigError, FileError.
Hardware find_hardware(const std::string& name_or_file);

std::string hardware_list(bool json);
std::string hardware_text(const Hardware& hardware, bool json);

std::string carbon_list(bool json);
/// All years of one country. ConfigError for an unknown code.
std::string carbon_text(const std::string& code, bool json);

}  // namespace snn::cli
