// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "snn/compile/update_order.hpp"
#include "snn/model/network.hpp"

/// What the trainer works with: a Network as flat sizes, offsets and an order of work.
namespace snn {

inline constexpr std::size_t no_parameter = static_cast<std::size_t>(-1);

struct PlannedPopulation {
  std::int64_t size = 0;
  std::int64_t words = 0;  ///< 64-bit words of a row of spikes
  bool source = false;
  bool graded = false;               ///< hands on values (graded source, ReLU), not spikes
  bool spiking = false;              ///< hands on spikes
  bool held = false;                 ///< has a refractory time
  bool time_input = false;           ///< some input changes from tick to tick
  std::vector<int> inputs;           ///< projections that end here
  std::vector<int> outputs;          ///< projections that start here
  std::size_t decay = no_parameter;  ///< offset of learnt decays (as logits), one or one per neuron
  std::size_t threshold = no_parameter;  ///< offset of learnt thresholds
  std::size_t learnt = 0;                ///< entries of each: 1 or size
};

/// The source neurons of a projection that share a delay.
struct DelayGroup {
  int delay = 0;                    ///< ticks
  std::vector<std::uint64_t> mask;  ///< one bit per source neuron
};

struct PlannedProjection {
  enum class Kind : std::uint8_t { dense, diagonal };
  Kind kind = Kind::dense;
  int source = 0, target = 0;
  std::size_t weight = 0;           ///< offset in the parameters: [source][target], or [target]
  std::size_t weights = 0;          ///< number of them
  std::size_t bias = no_parameter;  ///< offset of [target]
  std::vector<std::uint8_t> mask;   ///< of dense weights that exist; empty: all
  int delay = 0;                    ///< ticks
  std::vector<int> source_delay;    ///< ticks per source neuron; empty: all `delay`
  std::vector<DelayGroup> groups;   ///< the same, grouped
  bool held_input = false;          ///< the source is graded and does not change over the ticks
  bool internal = false;            ///< inside a recurrent component
};

struct Plan {
  std::vector<PlannedPopulation> populations;
  std::vector<PlannedProjection> projections;
  UpdateOrder order;
  int input = -1;    ///< the population that takes data
  int readout = -1;  ///< the last population
  std::size_t parameters = 0;

  /// Whether a projection's rows must be put together from several ticks.
  static bool mixed_delay(const PlannedProjection& projection) {
    return !projection.source_delay.empty();
  }
};

struct PlanOptions {
  double dt_ms = 1.0;
  bool learn_tau = false;
  bool learn_threshold = false;
};

/// The network with the pairs of its rules, those drawn from the seed too, as Sparse lists, which
/// masks of the plan follow and learnt weights belong to; weights that a Convolution shares become
/// weights of their own. AllToAll and OneToOne stay. Throws ConfigError for rules that may draw a
/// pair twice.
Network with_listed_pairs(const Network& network, std::uint64_t seed);

/// Throws ConfigError for what can be simulated but not trained: models without an adjoint,
/// stimuli, per-synapse delays (use several projections), learnt coefficients that a model lacks,
/// pairs listed twice, rules not yet listed, other than one data source, autonomous sources.
Plan make_plan(const Network& network, const PlanOptions& options);

}  // namespace snn
