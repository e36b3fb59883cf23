// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>

#include "snn/model/connectivity.hpp"

namespace snn {

/// Whether some delay satisfies `wanted`, a predicate of milliseconds. Drawn delays are at least
/// one tick, whatever their number: `drawn` is the answer for them.
template <class Wanted>
bool some_delay(const Delay& delay, bool drawn, const Wanted& wanted) {
  if (const auto* one = std::get_if<double>(&delay)) return wanted(*one);
  if (const auto* source = std::get_if<PerSource>(&delay))
    return std::any_of(source->ms.begin(), source->ms.end(), wanted);
  if (const auto* synapse = std::get_if<PerSynapse>(&delay))
    return std::any_of(synapse->ms.begin(), synapse->ms.end(), wanted);
  return drawn;
}

/// Whether some synapse acts within the tick of its spike.
inline bool some_undelayed(const Delay& delay, double dt_ms) {
  return some_delay(delay, false, [&](double ms) { return std::lround(ms / dt_ms) == 0; });
}

/// Whether some synapse is described with a delay.
inline bool some_delayed(const Delay& delay) {
  return some_delay(delay, true, [](double ms) { return ms > 0; });
}

}  // namespace snn
