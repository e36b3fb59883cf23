// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <variant>

namespace snn {

/// Independent Poisson input to each neuron, as from many sources that nothing else hears: in a
/// tick of dt a Poisson number of events of mean rate * dt, each of which acts as a spike over a
/// synapse without delay.
struct PoissonDrive {
  double rate_hz = 0;  ///< of all sources together, >= 0; at most 500 events per tick
  double weight = 1;   ///< of one event, in the unit of the target's weights
  int receptor = 0;    ///< port of the target it enters

  static constexpr std::string_view name = "PoissonDrive";
};

using Stimulus = std::variant<PoissonDrive>;

}  // namespace snn
