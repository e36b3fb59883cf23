// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/compile/compiled_network.hpp"

/// What is decided before any synapse is drawn: which projections are fused, in what form synapses
/// are stored, and the scales of their weights.
namespace snn {

/// Largest number of synapses of a projection onto one neuron, and the expected and the least
/// number of all. Drawn numbers are beyond the bounds with probability < 1e-20.
struct Afferents {
  double most = 0;
  double synapses = 0;
  double least = synapses;
};
Afferents afferents_of(const Network& network, ProjectionId projection);

/// All of compile() but synapses.
CompiledNetwork plan_network(const Network& network, const CompileOptions& options);

/// Fan-outs without rows. Expects populations' sizes and numbers, and projections' delays.
std::vector<FanOut> plan_fan_outs(const Network& network, const CompiledNetwork& compiled);

/// Chooses each port's scale, fixes biases in it, and completes the plan: formats and weights of
/// uniform fan-outs. Throws ConfigError where the tolerance cannot be kept.
void fix_scales(const Network& network, const CompileOptions& options, CompiledNetwork& compiled);

/// Draws the rows of all fan-outs, and what projections say of them; where there is a builder they
/// end up with it.
void build_fan_outs(const Network& network, const CompileOptions& options,
                    CompiledNetwork& compiled, RowBuilder* builder);

/// Gives every projection that is not stored a fan-out of its own.
void split_procedural(const Network& network, CompiledNetwork& compiled);
/// What such a fan-out needs to draw its rows, and what its projection says of them.
void build_procedural(const Network& network, const CompileOptions& options,
                      CompiledNetwork& compiled, FanOut& fan_out);

}  // namespace snn
