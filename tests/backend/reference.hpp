// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/backend/fixture.hpp"

/// The simulation written a second time, plainly: every synapse of every projection at every tick,
/// membranes as potentials in double from the published update formulas, inputs as 64-bit sums.
/// It shares no code with the library but the description of the network.
namespace reference {

/// What a recorded run was compared in.
struct Verdict {
  std::int64_t steps = 0;      ///< neurons times ticks
  std::int64_t undecided = 0;  ///< of these, membranes too close to the threshold for a float
  std::int64_t fired = 0;
};

/// Checks every membrane and every spike of a run that recorded both. Each tick starts from the
/// spikes of the run itself, so that one flipped spike does not end the comparison. Also checks the
/// counts.
Verdict check(const backend::Scene& scene, const backend::Record& record);

}  // namespace reference
