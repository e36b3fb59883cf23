// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "snn/model/network.hpp"

namespace snn {

/// Weights and delays of a projection's synapses by their numbers (Lines; of Sparse the place in
/// the list). Each is a function of (seed, projection, number) alone.
class SynapseValues {
 public:
  /// `synapses`: how many there are, exact or expected; KaimingUniform needs it.
  SynapseValues(const Network& network, ProjectionId projection, double dt_ms, std::uint64_t seed,
                double synapses);

  void weights(std::int64_t first, std::span<float> out) const;
  /// Delays in ticks. `sources`: the source neuron of each synapse; only PerSource looks at it.
  void ticks(std::int64_t first, std::span<const std::uint32_t> sources,
             std::span<std::int32_t> out) const;

  /// Bound of a weight's magnitude.
  double largest_weight() const;
  /// Every delay in ticks that a synapse may have, ascending.
  std::vector<std::int32_t> possible_ticks() const;

 private:
  const Synapse* synapse_;
  double dt_ms_;
  std::uint64_t seed_;
  std::uint32_t stream_;
  double kaiming_bound_ = 0;
};

/// Whether weights that all have one sign are negative.
bool has_negative_weights(const Weight& weight);

}  // namespace snn
