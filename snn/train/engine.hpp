// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "snn/energy/counts/counts.hpp"
#include "snn/train/loss.hpp"
#include "snn/train/options.hpp"
#include "snn/train/pass.hpp"
#include "snn/train/plan.hpp"
#include "snn/train/shard.hpp"
#include "snn/train/training_engine.hpp"

namespace snn {

/// Forward and backward passes of a batch. A batch is cut into shards of samples whose size does
/// not depend on the number of threads; each shard runs on one thread, so that nothing inside a
/// pass has to wait, and sums over shards have a fixed order. `Real` is float in training, double
/// in gradient checks.
template <class Real>
class Engine final : public TrainingEngine<Real> {
 public:
  /// `network` gives the neurons' parameters; it and `plan` must outlive the engine.
  Engine(const Network& network, const Plan& plan, const TrainOptions& options);

  void load(std::span<const Real> parameters) override;
  LossValue forward(const BatchInput& input) override;
  void backward(std::span<Real> gradient) override;
  void count(RawCounts& counts, std::span<SampleTotals> samples = {}) const override;
  RawCounts empty_counts() const override;
  std::uint64_t spikes() const override;
  std::vector<Real> scores() const override;
  PopulationTape<Real> tape(std::size_t population) const override;
  double penalty() const override { return penalty_; }
  TrainingOperations take_operations() override;

  const std::vector<Shard<Real>>& shards() const { return shards_; }
  int shards_in_use() const { return used_; }

 private:
  void forward_shard(Shard<Real>& shard, const BatchInput& input);
  void input_products(Shard<Real>& shard, int population, bool internal_only, int tick_begin,
                      int tick_end);
  void scan_forward(Shard<Real>& shard, int population, int tick_begin, int tick_end);

  Pass<Real> pass() const;
  void collect_work(Shard<Real>& shard);

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
