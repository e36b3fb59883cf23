// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "snn/train/shard.hpp"
#include "snn/train/tally.hpp"
#include "snn/train/training_engine.hpp"

/// What surrounds the computation of a pass, and is the same wherever that took place.
namespace snn {

/// A forward pass that is over. Of its shards the activity is looked at: spikes, graded outputs,
/// rows that were mixed from several ticks, and how many membranes moved.
template <class Real>
struct Pass {
  const Network& network;
  const Plan& plan;
  const TrainOptions& options;
  std::span<const Real> parameters;
  std::span<const Shard<Real>> shards;
  int samples;
};

/// As TrainingEngine has them.
template <class Real>
RawCounts empty_counts(const Pass<Real>& pass);
template <class Real>
std::uint64_t count_spikes(const Pass<Real>& pass);
/// What was tallied in all samples of a pass, in any number of parts.
void add_counts(const Plan& plan, const TrainOptions& options, std::span<const Tally> tallies,
                RawCounts& counts, std::span<SampleTotals> samples);

/// Operations of nothing, with the names of the projections.
TrainingOperations no_operations(const Network& network);

/// Writes what the source presents in the shard's rows, which `threads` share.
template <class Real>
void present(Shard<Real>& shard, const Plan& plan, const TrainOptions& options,
             const BatchInput& input, int threads);

/// The loss of a shard from what its readout did, and the gradient of the batch's mean loss.
template <class Real>
LossValue read_out(Shard<Real>& shard, const Plan& plan, const TrainOptions& options,
                   const BatchInput& input);

/// Value of both regularisers, which depend on spike counts alone, so that their gradient is one
/// number per neuron: d_output[population][neuron], empty where there is none.
template <class Real>
double regularise(const Pass<Real>& pass, std::vector<std::vector<Real>>& d_output);

/// Adds the gradients of decays (as logits) and thresholds, from those of the shards in order.
template <class Real>
void add_coefficient_gradients(const Pass<Real>& pass, std::span<Real> gradient);

}  // namespace snn
