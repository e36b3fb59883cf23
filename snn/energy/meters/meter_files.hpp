// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "snn/energy/energy.hpp"
#include "snn/energy/meters/meter_host.hpp"

/// Small text files of /sys and /proc, as meters read them.
namespace snn {

/// First line without its end, if the file can be read and the line is not empty.
std::optional<std::string> meter_line(const MeterHost& host, const std::filesystem::path& file);

/// A number that is the whole file: digits alone, at most 19 of them, and an end of line. Otherwise
/// why not; `permission_fix` is what helps where permission is missing.
std::variant<std::uint64_t, Unavailable> meter_number(const MeterHost& host,
                                                      const std::filesystem::path& file,
                                                      const std::string& permission_fix = "");

/// A number if there is one, where its absence is no fault.
std::optional<std::uint64_t> optional_number(const MeterHost& host,
                                             const std::filesystem::path& file);

/// What a folder holds, sorted; nothing if there is no such folder.
std::set<std::filesystem::path> folder_entries(const std::filesystem::path& folder);

/// Seconds, watts or joules as they are printed in reasons: "2.5", not "2.500000".
std::string short_number(double value);

}  // namespace snn
