// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "snn/math/value_counts.hpp"
#include "snn/train/shard.hpp"

/// What is counted where a pass took place, sample by sample; what it adds up to is the same
/// wherever that was (add_counts()).
namespace snn {

/// Synapses of each source neuron: all, and those whose weight is not 0.
struct SourceFanOut {
  std::vector<std::uint64_t> all, nonzero;
  bool uniform = false;  ///< the same of all neurons
};

/// Of each projection, with the weights that are in use.
template <class Real>
std::vector<SourceFanOut> source_fan_outs(const Plan& plan, std::span<const Real> parameters);

/// Some samples of a pass.
struct Tally {
  int first = 0;  ///< sample of the batch that is row 0
  int rows = 0;
  std::vector<std::vector<CallCounts>> calls;  ///< [projection][row], over all ticks
  /// [population][row] outputs that are not 0, over all ticks; empty where nobody takes them.
  std::vector<std::vector<std::uint64_t>> outputs;
  std::vector<std::uint64_t> moved;  ///< [population] membranes that changed from tick to tick
};

/// Ticks of a projection's source that arrive within the sample; of one that is held a single one
/// stands for all.
inline int delivered_ticks(const PlannedProjection& projection, int ticks) {
  return projection.held_input ? 1 : std::max(0, ticks - projection.delay);
}

/// Counts what a shard holds.
template <class Real>
Tally tally_of(const Plan& plan, const TrainOptions& options, const std::vector<SourceFanOut>& fans,
               const Shard<Real>& shard);

}  // namespace snn
