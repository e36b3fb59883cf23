// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/model/network.hpp"

namespace snn {

/// Checks a whole description for a tick of dt_ms, the one place where user mistakes are found.
/// Throws ConfigError, which names population or projection, field, value with unit, and what is
/// allowed.
void validate(const Network& network, double dt_ms);

/// The same for one population: its shape, parameters and stimuli.
void validate(const Population& population, double dt_ms);

}  // namespace snn
