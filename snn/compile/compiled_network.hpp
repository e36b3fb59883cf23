// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "snn/compile/compiled_stimuli.hpp"
#include "snn/compile/fan_out.hpp"
#include "snn/compile/update_order.hpp"
#include "snn/math/neuron_loops.hpp"
#include "snn/model/network.hpp"

/// A Network as immutable flat arrays: rules expanded, delays in ticks, coefficients derived,
/// weights in fixed point. Inputs are summed as 32-bit integers, so that sums do not depend on
/// their order: one power-of-two scale per receptor port of a population, chosen so that all
/// afferents of any neuron in one tick, with bias and the largest graded input, cannot overflow.
namespace snn {

/// Largest sum of inputs in fixed point.
inline constexpr double largest_sum = 2147483646.0;

/// What a population's neurons are told of their parameters.
struct CompiledParameters {
  bool shared = true;            ///< one set, or one per neuron
  std::vector<float> coeffs;     ///< [field], or [field][neuron]
  std::vector<float> v_rest_mv;  ///< one, or one per neuron
  bool driven = false;           ///< some neuron has a constant input
};

/// RegularSource: spikes at start + phase + k * interval.
struct CompiledRegular {
  double interval_ms = 1, start_ms = 0;
  std::vector<double> phase_ms;      ///< ascending; empty: 0 for all neurons
  std::vector<std::int32_t> neuron;  ///< whose phase it is
};

struct CompiledPopulation {
  std::string name;
  std::int64_t size = 0;
  std::optional<Source> source;  ///< of a population of neurons: none
  std::int64_t first = 0;  ///< of a population of neurons: number of its first neuron among all
  const NeuronLoops* loops = nullptr;
  int receptors = 1;
  int level = 0;                ///< populations of a lower level are updated earlier in the tick
  std::vector<int> scale_log2;  ///< [receptor]: a sum of inputs s means s * 2^-scale_log2
  /// What the sums of a port may be at most.
  struct Load {
    double sum = 0;       ///< of magnitudes of weights
    double rounding = 0;  ///< units of the fixed point that rounding may add
  };
  std::vector<Load> loads;       ///< [receptor], as described
  bool shared = true;            ///< coefficients: one set, or one per neuron
  std::vector<float> coeffs;     ///< [field], or [field][neuron]
  std::vector<float> v_rest_mv;  ///< one, or one per neuron
  std::vector<float> initial_u;  ///< [neuron], relative to rest
  std::vector<CompiledPoissonDrive> drives;
  CompiledCurrents currents;
  std::vector<std::vector<std::int32_t>> bias;  ///< [receptor][neuron], fixed point; empty: none
  bool driven = false;  ///< has input at every tick: offset, bias, stimulus or graded source
  std::vector<std::int32_t> inputs;        ///< projections that end here
  std::vector<std::int64_t> spike_tick;    ///< of a SpikeSource: sorted
  std::vector<std::int32_t> spike_neuron;  ///< the same
  Pieces<std::uint64_t> poisson_bound;     ///< a random word below it is a spike
  CompiledRegular regular;

  bool is_source() const { return source.has_value(); }
};

/// Synapses of a source that hands on values: products of value and weight, made once per value.
struct GradedSynapses {
  std::vector<std::int64_t> row;        ///< [source]: first synapse, and the end
  std::vector<std::int32_t> target_of;  ///< [synapse]
  std::vector<float> weight;            ///< [synapse]
};

struct CompiledProjection {
  std::string name;
  std::int32_t source = 0, target = 0;
  int receptor = 0;
  bool graded = false;               ///< the source hands on values: `values` holds the synapses
  std::vector<std::int32_t> delays;  ///< that its synapses may have, in ticks, ascending
  GradedSynapses values;
  std::vector<std::uint32_t> degree;  ///< [source]: synapses; one entry: of each source
  std::vector<std::uint32_t>
      nonzero;  ///< [source]: of these with a weight that is not 0; empty: all
  std::int64_t synapses = 0, nonzero_synapses = 0;
  double expected_synapses = 0;  ///< before they are drawn
  bool has_bias = false;
  int weight_bits = 0;           ///< of the largest weight in fixed point
  double bytes_per_synapse = 0;  ///< with its share of the rows' index

  std::uint64_t degree_of(std::size_t k) const { return degree[degree.size() == 1 ? 0 : k]; }
  std::uint64_t nonzero_of(std::size_t k) const {
    return nonzero.empty() ? degree_of(k) : nonzero[k];
  }
};

struct CompiledNetwork {
  double dt_ms = 0;
  std::uint64_t seed = 0;
  std::int64_t neurons = 0;  ///< of all populations, each rounded up to a multiple of 256
  std::vector<CompiledPopulation> populations;
  std::vector<CompiledProjection> projections;
  std::vector<FanOut> fan_outs;
  std::vector<std::int32_t> order;  ///< update order within a tick
  int levels = 1;
  std::int32_t least_delay = 1;  ///< over all projections; 0 if some has none
  std::int32_t largest_delay = 0;
};

struct CompileOptions {
  double dt_ms = 0.1;
  std::uint64_t seed = 1;
  int threads = 1;  ///< that build; the result does not depend on it
  /// Largest rounding error of a weight, as a part of its projection's largest: ConfigError if it
  /// cannot be kept. 0: constants and explicit weights to 2^-21 where their sums leave room, drawn
  /// ones to 1/128 of their standard deviation.
  double weight_tolerance = 0;
  /// Most that building synapses may take; 0: what the machine has available.
  std::int64_t memory_bytes = 0;
};

/// Parameters of a population of neurons, which must be valid.
CompiledParameters compile_parameters(const Neurons& neurons, double dt_ms);

/// What must be added to the states of `size` neurons whose parameters change, so that what they
/// mean to the user stays: [field][neuron]. Empty: nothing.
std::vector<float> origin_shift(const Neurons& before, const Neurons& after, std::int64_t size);

class RowBuilder;

/// Validates and expands. Deterministic in the seed. Throws ConfigError, and ResourceError before
/// it allocates synapses that do not fit into memory (estimate()). With a builder rows lie with it
/// (FanOut::elsewhere), and the host keeps what there is once per source neuron.
CompiledNetwork compile(const Network& network, const CompileOptions& options,
                        RowBuilder* builder = nullptr);
inline CompiledNetwork compile(const Network& network, double dt_ms, std::uint64_t seed) {
  return compile(network, {.dt_ms = dt_ms, .seed = seed});
}

}  // namespace snn
