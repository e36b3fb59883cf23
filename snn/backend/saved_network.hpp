// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "snn/backend/held_values.hpp"
#include "snn/backend/homeostasis_share.hpp"
#include "snn/backend/plastic_share.hpp"
#include "snn/backend/saved_arrays.hpp"
#include "snn/backend/short_term_share.hpp"
#include "snn/backend/sources.hpp"

/// The arrays that all backends save alike, so that each can go on from what another has saved.
namespace snn {

/// Tells networks apart: models, sources, drives, delays, degrees, rules, scales and the weights
/// that are the same for all synapses, not every synapse.
std::uint64_t fingerprint(const CompiledNetwork& network);
/// ConfigError if the state is not of a network with this fingerprint.
void check_fingerprint(const BackendState& state, std::uint64_t described);

/// What a source was given: values that are held, and spikes to come.
void save_given(std::size_t population, const std::vector<float>& values,
                const PresentedSpikes& presented, BackendState& state);
const std::vector<float>& saved_values(const BackendState& state, std::size_t population);
PresentedSpikes saved_spikes(const BackendState& state, std::size_t population);

/// Counts of graded inputs, per projection.
void save_value_counts(std::vector<CallCounts> counts, BackendState& state);
void restore_value_counts(const BackendState& state, std::vector<CallCounts>& counts);

/// What a fan-out with short-term plasticity knows.
void save_short_term(std::size_t fan_out, const ShortTermArrays& arrays, BackendState& state);
ShortTermArrays saved_short_term(const BackendState& state, std::size_t fan_out,
                                 std::int64_t sources);

/// What a plastic fan-out knows, and its weights.
void save_plastic(std::size_t fan_out, std::vector<float> weights, std::vector<float> eligibility,
                  PlasticArrays arrays, BackendState& state);
PlasticArrays saved_plastic(const BackendState& state, std::size_t fan_out);
const std::vector<float>& saved_weights(const BackendState& state, std::size_t number,
                                        const FanOut& fan_out);
const std::vector<float>& saved_eligibility(const BackendState& state, std::size_t number,
                                            const FanOut& fan_out);

/// What homeostasis of a fan-out knows.
void save_homeostasis(std::size_t fan_out, const HomeostasisArrays& arrays, BackendState& state);
HomeostasisArrays saved_homeostasis(const BackendState& state, std::size_t number,
                                    const FanOut& fan_out);

}  // namespace snn
