// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "snn/compile/compiled_network.hpp"

/// What ExactBackend keeps of a network, in double: lists as they are described, not rows that are
/// packed for speed.
namespace snn {

struct ExactSynapse {
  std::int32_t target;
  std::int32_t delay;  ///< ticks
  double weight;       ///< as described: a constant in double, others in the float they are kept in
};

/// The synapses of a projection by source neuron, then delay, then place in the connectivity.
struct ExactProjection {
  std::int32_t index = 0, source = 0;
  int receptor = 0;
  std::vector<std::int64_t> row;  ///< [source neuron]: its first synapse; and the end
  std::vector<ExactSynapse> synapses;
  std::vector<std::int32_t> delays;  ///< those that occur, ascending
};

/// The neurons of a population. Arrays are [field][neuron].
struct ExactNeurons {
  std::vector<double> coeffs;              ///< [field], or [field][neuron]
  std::vector<double> initial_u;           ///< relative to rest, mV
  std::vector<std::vector<double>> bias;   ///< [receptor][neuron]
  std::vector<ExactProjection> afferents;  ///< that carry spikes: by source population, then index
  std::vector<ExactProjection> graded;     ///< that carry values: the same
};

/// ConfigError for a plastic projection, which this mode does not offer.
ExactProjection exact_projection(const Network& network, ProjectionId id, double dt_ms,
                                 std::uint64_t seed);

/// All of a population of neurons but its afferents.
ExactNeurons exact_neurons(const Network& network, const CompiledNetwork& compiled,
                           std::int32_t population);

}  // namespace snn
