// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "snn/compile/update_order.hpp"
#include "snn/model/network.hpp"

/// A Network as immutable flat arrays: rules expanded, delays in ticks, coefficients derived,
/// weights in fixed point. Inputs are summed as 32-bit integers, so that sums do not depend on
/// their order: one power-of-two scale per target population, chosen so that all afferents of any
/// neuron in one tick, with bias and the largest graded input, cannot overflow.
namespace snn {

struct CompiledPopulation {
  std::string name;
  std::int64_t size = 0;
  std::variant<Neurons, Source> kind;
  int level = 0;                   ///< populations of a lower level are updated earlier in the tick
  int scale_log2 = 0;              ///< a sum of inputs s means s * 2^-scale_log2
  bool shared = true;              ///< coefficients: one set, or one per neuron
  std::vector<float> coeffs;       ///< [field], or [field][neuron]
  std::vector<float> v_rest_mv;    ///< one, or one per neuron
  std::vector<float> initial_u;    ///< [neuron], relative to rest
  std::vector<std::int32_t> bias;  ///< [neuron], fixed point; empty: none
  bool driven = false;             ///< has input at every tick: bias, drive or graded source
  std::vector<std::int32_t> inputs;        ///< projections that end here
  std::vector<std::int64_t> spike_tick;    ///< of a SpikeSource: sorted
  std::vector<std::int32_t> spike_neuron;  ///< the same
  std::uint64_t poisson_bound = 0;         ///< a random word below it is a spike
};

struct CompiledProjection {
  std::string name;
  std::int32_t source = 0, target = 0;
  bool graded = false;               ///< the source hands on values
  bool dense = false;                ///< rows of all targets without stored targets, one delay
  std::vector<std::int32_t> delays;  ///< distinct, in ticks, ascending
  /// Synapses of source k with delays[i]: row[k*delays.size() + i] .. the next entry. Sorted by
  /// target.
  std::vector<std::int64_t> row;
  std::vector<std::int32_t> target_of;  ///< [synapse]; empty if dense
  std::vector<std::int32_t> weight;     ///< [synapse], fixed point; empty if graded
  std::vector<float> value_weight;      ///< [synapse] of a graded source
  std::vector<std::int32_t> nonzero;    ///< per row: synapses whose weight, as described, is not 0
  std::int64_t synapses = 0, nonzero_synapses = 0;
  bool has_bias = false;
  int weight_bits = 0;  ///< of the largest weight in fixed point

  std::int64_t rows() const { return static_cast<std::int64_t>(row.size()) - 1; }
  double bytes_per_synapse() const;
};

struct CompiledNetwork {
  double dt_ms = 0;
  std::uint64_t seed = 0;
  std::vector<CompiledPopulation> populations;
  std::vector<CompiledProjection> projections;
  std::vector<std::int32_t> order;  ///< update order within a tick
  int levels = 1;
  std::int32_t least_delay = 1;  ///< over all projections; 0 if some has none
  std::int32_t largest_delay = 0;
};

/// Validates and expands. Deterministic in the seed. Throws ConfigError.
CompiledNetwork compile(const Network& network, double dt_ms, std::uint64_t seed);

}  // namespace snn
