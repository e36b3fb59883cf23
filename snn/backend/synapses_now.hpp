// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "snn/backend/backend_state.hpp"
#include "snn/compile/compiled_network.hpp"

/// Synapses that can be read and set between runs, whatever keeps their weights.
namespace snn {

/// Number of the fan-out of a projection whose weights change; ConfigError if they do not.
std::size_t plastic_fan_out(const CompiledNetwork& network, std::int32_t projection);

/// ConfigError if the weights cannot be set: one per synapse, within the bounds of the rule.
void check_weights(const CompiledNetwork& network, std::int32_t projection,
                   std::span<const float> weights);

/// ConfigError if the projection has no rule that listens to rewards.
void check_reward(const CompiledNetwork& network, std::int32_t projection);

/// The synapses of a projection. `weights_of(f)`: the weights of the plastic fan-out number f now,
/// as magnitudes, [synapse].
std::vector<SynapseNow> list_synapses(
    const CompiledNetwork& network, std::int32_t projection,
    const std::function<std::vector<float>(std::size_t)>& weights_of);

}  // namespace snn
