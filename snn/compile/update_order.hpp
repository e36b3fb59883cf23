// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "snn/model/network.hpp"

namespace snn {

/// The order populations are updated in within a tick, and what is recurrent.
struct UpdateOrder {
  /// All populations; projections without delay go forward in it.
  std::vector<std::int32_t> order;
  /// Strongly connected components over all projections, in topological order; each lists its
  /// populations in update order.
  std::vector<std::vector<std::int32_t>> components;
  /// Per component: whether it has a projection inside it.
  std::vector<bool> has_cycle;

  bool recurrent(std::size_t component) const { return has_cycle[component]; }
};

/// Throws ConfigError for a cycle without delay, naming its populations.
UpdateOrder update_order(const Network& network, double dt_ms);

}  // namespace snn
