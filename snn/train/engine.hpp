// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "snn/energy/counts/counts.hpp"
#include "snn/train/encode.hpp"
#include "snn/train/loss.hpp"
#include "snn/train/options.hpp"
#include "snn/train/plan.hpp"
#include "snn/train/shard.hpp"

namespace snn {

/// One batch: what the source presents for sample b, and its label.
struct BatchInput {
  int samples = 0;
  std::function<EncodedSample(int b)> encoded;  ///< called once per sample, from several threads
  std::span<const std::int32_t> labels;         ///< [sample]
};

struct RowFacts;

/// Synapses of each source neuron: all, and those whose weight is not 0.
struct SourceFanOut {
  std::vector<std::uint64_t> all, nonzero;
  bool uniform = false;  ///< the same of all neurons
};

/// Forward and backward passes of a batch. A batch is cut into shards of samples whose size does
/// not depend on the number of threads; each shard runs on one thread, so that nothing inside a
/// pass has to wait, and sums over shards have a fixed order. `Real` is float in training, double
/// in gradient checks.
template <class Real>
class Engine {
 public:
  /// `network` gives the neurons' parameters; it and `plan` must outlive the engine.
  Engine(const Network& network, const Plan& plan, const TrainOptions& options);

  /// Takes over weights and biases (plan.parameters values), and the neurons' parameters of
  /// `network`.
  void load(std::span<const Real> parameters);

  /// Runs a batch forward; the loss is a sum over the batch.
  LossValue forward(const BatchInput& input);

  /// Gradient of (mean loss + regularisers) of the last batch with respect to all parameters. Uses
  /// up the membranes of the forward pass.
  void backward(std::span<Real> gradient);

  /// Adds exact counts of the last forward pass, and those of sample b of the batch to samples[b]
  /// unless `samples` is empty.
  void count(RawCounts& counts, std::span<SampleTotals> samples = {}) const;
  /// Counts of nothing, with the names and sizes of the network.
  RawCounts empty_counts() const;
  /// Spikes of all non-source populations in the last forward pass.
  std::uint64_t spikes() const;
  /// Value of the regularisers in the last backward pass.
  double penalty() const { return penalty_; }

  /// Operations executed since the last call, or since the start. `update` is the optimiser's.
  TrainingOperations take_operations();

  const std::vector<Shard<Real>>& shards() const { return shards_; }
  int shards_in_use() const { return used_; }

 private:
  void forward_shard(Shard<Real>& shard, const BatchInput& input);
  void present(Shard<Real>& shard, const BatchInput& input);
  void input_products(Shard<Real>& shard, int population, bool internal_only, int tick_begin,
                      int tick_end);
  void scan_forward(Shard<Real>& shard, int population, int tick_begin, int tick_end);
  LossValue read_out(Shard<Real>& shard, const BatchInput& input);

  CallCounts count_projection(std::size_t q, const Shard<Real>& shard,
                              const std::vector<RowFacts>& facts,
                              std::span<SampleTotals> samples) const;
  std::uint64_t count_outputs(std::size_t p, const Shard<Real>& shard,
                              const std::vector<RowFacts>& facts,
                              std::span<SampleTotals> samples) const;

  TrainingOperations no_operations() const;
  void collect_work(Shard<Real>& shard);

  void regularise(int samples);
  void backward_shard(Shard<Real>& shard);
  void backward_ticks(Shard<Real>& shard, const std::vector<std::int32_t>& component,
                      int tick_begin, int tick_end);
  void output_gradient(Shard<Real>& shard, int projection, int tick_begin, int tick_end,
                       Real* d_output);
  void scan_backward(Shard<Real>& shard, int population, int tick_begin, int tick_end,
                     const Real* d_output);
  void weight_gradients(std::span<Real> gradient);
  void other_gradients(std::span<Real> gradient);

  const Network& network_;
  const Plan& plan_;
  TrainOptions options_;
  std::vector<Real> parameters_;
  std::vector<CoeffTable<Real>> coeffs_;              ///< per population
  std::vector<std::vector<Real>> initial_;            ///< per population: membrane before tick 0
  std::vector<std::vector<Real>> d_output_constant_;  ///< per population: from the regularisers
  mutable std::vector<SourceFanOut> fans_;            ///< per projection, once they were counted
  std::vector<Shard<Real>> shards_;
  std::vector<Workspace<Real>> workspaces_;  ///< per thread
  int used_ = 0;
  int samples_ = 0;
  double penalty_ = 0;
  TrainingOperations operations_;
};

}  // namespace snn
