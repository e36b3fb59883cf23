// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "snn/train/plan.hpp"

/// The flat array of everything that is learnt, and its way in and out of a Network.
namespace snn {

/// Weights (drawn from the seed where they are distributions), biases, decays as logits,
/// thresholds.
std::vector<float> initial_parameters(const Network& network, const Plan& plan, double dt_ms,
                                      std::uint64_t seed);

/// Writes learnt decays and thresholds into the neurons' parameters.
void apply_neuron_parameters(Network& network, const Plan& plan, double dt_ms,
                             std::span<const float> parameters);

/// Writes everything into the network: weights become explicit values.
void apply_parameters(Network& network, const Plan& plan, double dt_ms,
                      std::span<const float> parameters);

/// Keeps thresholds positive after a step of the optimiser.
void bound_parameters(const Plan& plan, std::span<float> parameters);

}  // namespace snn
