// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "snn/backend/backend_state.hpp"

namespace snn {

/// Writes a backend's state to a file, or leaves the one that is there. Throws FileError.
void write_checkpoint(const std::filesystem::path& path, const BackendState& state);

/// Reads it back. Throws FileError: missing, damaged, of another kind.
BackendState read_checkpoint(const std::filesystem::path& path);

}  // namespace snn
