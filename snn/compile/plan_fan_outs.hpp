// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/compile/compiled_network.hpp"

/// What is decided before any synapse is drawn: which projections are fused, in what form synapses
/// are stored, and the scales of their weights.
namespace snn {

/// Largest number of synapses of a projection onto one neuron, and the expected number of all. Of
/// drawn numbers the largest is exceeded with probability < 1e-20.
struct Afferents {
  double most = 0;
  double synapses = 0;
};
Afferents afferents_of(const Network& network, ProjectionId projection);

/// Fan-outs without rows. Expects populations' sizes and numbers, and projections' delays.
std::vector<FanOut> plan_fan_outs(const Network& network, const CompiledNetwork& compiled);

/// Chooses each port's scale, fixes biases in it, and completes the plan: formats and weights of
/// uniform fan-outs. Throws ConfigError where the tolerance cannot be kept.
void fix_scales(const Network& network, const CompileOptions& options, CompiledNetwork& compiled);

/// Draws the rows of all fan-outs, and what projections say of them.
void build_fan_outs(const Network& network, const CompileOptions& options,
                    CompiledNetwork& compiled);

/// Rounds to the nearest whole number; what is not 0 stays so.
inline std::int32_t to_fixed(double scaled) {
  const auto rounded = static_cast<std::int32_t>(scaled + (scaled < 0 ? -0.5 : 0.5));
  return rounded != 0 ? rounded : (scaled > 0) - (scaled < 0);
}

}  // namespace snn
