// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace snn {

/// A synapse as it is.
struct SynapseNow {
  std::int32_t source, target;  ///< neurons
  std::int32_t delay;           ///< in ticks
  float weight;                 ///< in the unit of the description
};

/// One array of what a backend must know to go on from a tick.
struct StateArray {
  std::string name;  ///< "/population/3/state" and the like
  std::variant<std::vector<float>, std::vector<std::int32_t>, std::vector<std::int64_t>,
               std::vector<std::uint64_t>, std::vector<double>>
      values;
};

/// All of it, the same for any number of workers.
using BackendState = std::vector<StateArray>;

}  // namespace snn
