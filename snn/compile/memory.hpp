// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace snn {

/// Bytes that this process may still take: what Linux says is available (MemAvailable), or what its
/// control groups (version 1 or 2) leave if that is less. INT64_MAX where nothing says so. `root`:
/// of the file system, for tests.
std::int64_t available_memory(const std::filesystem::path& root = "/");

/// "1.5 GiB".
std::string memory_text(std::int64_t bytes);

}  // namespace snn
