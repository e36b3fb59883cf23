// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "snn/backend/backend_state.hpp"
#include "snn/sim/change.hpp"

namespace snn {

/// What a simulation goes on from.
struct SimulationCheckpoint {
  BackendState state;
  Changes changes;  ///< of each population only what was set
};

/// Writes a checkpoint to a file, or leaves the one that is there. Throws FileError.
void write_checkpoint(const std::filesystem::path& path, const BackendState& state,
                      const Changes& changes);

/// Reads it back. Throws FileError: missing, damaged, of another kind.
SimulationCheckpoint read_checkpoint(const std::filesystem::path& path);

}  // namespace snn
