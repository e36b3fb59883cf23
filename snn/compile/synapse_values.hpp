// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "snn/model/convolution.hpp"
#include "snn/model/network.hpp"

namespace snn {

/// The neurons at both ends of some synapses.
struct Ends {
  std::span<const std::uint32_t> source, target;
};

struct ValueDraw;

/// Weights and delays of a projection's synapses by their numbers (Lines; of Sparse the place in
/// the list). Each is a function of (seed, projection, number) alone.
class SynapseValues {
 public:
  /// `synapses`: how many there are, exact or expected; KaimingUniform needs it.
  SynapseValues(const Network& network, ProjectionId projection, double dt_ms, std::uint64_t seed,
                double synapses);

  /// Of the synapses first, first + 1, ...; `ends` may be empty unless they are looked at.
  void weights(std::int64_t first, const Ends& ends, std::span<float> out) const;
  /// Delays in ticks.
  void ticks(std::int64_t first, const Ends& ends, std::span<std::int32_t> out) const;
  bool weights_look_at_ends() const { return map_.has_value(); }
  bool ticks_look_at_ends() const;

  /// How weights are drawn that do not look at ends; they are not explicit.
  ValueDraw weight_draw() const;
  /// How delays in ms are drawn, which follow a distribution.
  ValueDraw delay_draw() const;

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
  const Positions *from_, *to_;
  const DistanceDependent* space_;     ///< the rule, if it is one
  std::optional<ConvolutionMap> map_;  ///< of weights that synapses share
  std::vector<float> shared_;          ///< those weights

  void values(std::int64_t first, std::span<float> out) const;
};

/// Whether weights that all have one sign are negative.
bool has_negative_weights(const Weight& weight);

}  // namespace snn
