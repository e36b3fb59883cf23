// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <tuple>
#include <vector>

#include "cuda/train/device_counts.hpp"
#include "cuda/train/device_parameters.hpp"
#include "cuda/train/device_product.hpp"
#include "cuda/train/device_scan.hpp"
#include "cuda/train/layer_ops.hpp"
#include "gpu_runtime.hpp"
#include "snn/train/pass.hpp"
#include "snn/train/training_engine.hpp"

namespace snn::cuda {

/// What one population did; as ShardPopulation, on the device, with the whole batch as its rows.
struct DeviceLayer {
  gpu::Buffer<float> u, constant, state, adjoint, input_sum, adaptation, output;
  gpu::Buffer<float> d_membrane, d_output, d_output_constant, d_decay, d_threshold;
  gpu::Buffer<float> coeffs, initial;
  gpu::Buffer<std::uint32_t> spikes, held;
  std::vector<float> host_coeffs;  ///< what `coeffs` holds
  bool coeffs_shared = true;
  bool has_constant = false;  ///< biases or held input
};

/// Values rounded up to whole 256 bytes, where arrays that share memory may begin.
inline std::int64_t whole_lines(std::int64_t values) {
  return (values + 63) / 64 * 64;
}

/// Of a projection with a mask or with a delay per source neuron.
struct DeviceProjection {
  gpu::Buffer<std::uint8_t> exists;
  gpu::Buffer<int> delay, group_delay;
  gpu::Buffer<std::uint32_t> group_mask, mixed_bits;
  gpu::Buffer<float> mixed_values;
  gpu::Buffer<float> handed;  ///< [tick][row][source] gradient of the input times weights
};

/// Training on a CUDA device. A batch is one shard: products take all ticks of a feed-forward layer
/// at once, scans have a thread per (row, neuron). What is launched for a batch is recorded once
/// for its number of samples, as one graph: what changes from batch to batch is read from the
/// device's memory, where it was written before. Parameters come from the host and gradients go
/// there; counts are taken on the device, summed by sample.
class DeviceEngine final : public TrainingEngine<float> {
 public:
  /// To be made while `device` is the current one. Without `records` everything is launched one by
  /// one.
  DeviceEngine(int device, const Network& network, const Plan& plan, const TrainOptions& options,
               bool records = true);

  void load(std::span<const float> parameters) override;
  LossValue forward(const BatchInput& input) override;
  void backward(std::span<float> gradient) override;
  void count(RawCounts& counts, std::span<SampleTotals> samples) const override;
  RawCounts empty_counts() const override;
  std::uint64_t spikes() const override;
  std::vector<float> scores() const override;
  PopulationTape<float> tape(std::size_t population) const override;
  double penalty() const override { return penalty_; }
  TrainingOperations take_operations() override;
  /// Unless decays or thresholds are learnt: coefficients are derived from them by the host.
  bool descends() const override;
  TrainedBatch train(const BatchInput& input, const DescentStep& step) override;
  void set_moments(const Optimizer::State& moments) override;
  void fetch(std::span<float> parameters, Optimizer::State* moments) const override;
  std::optional<CudaMemory> device_view(std::size_t first, std::size_t count) const override;

  /// How often a graph was started.
  std::uint64_t replays() const { return replays_; }

 private:
  /// What is recorded: passes, or a pass back and the step of the optimiser, or all.
  enum class Work : std::uint8_t { forward, backward, descent, batch };
  using Component = std::vector<std::int32_t>;

  void allocate_population(std::size_t p);
  void allocate_projection(std::size_t q);
  void allocate_above();

  void upload_batch(const BatchInput& input);
  void upload_source();
  void run_forward();
  void start_populations();
  void input_products(int population, bool internal, int tick_begin, int tick_end);
  void scan_forward(int population, int tick_begin, int tick_end);
  void upload_labels(std::span<const std::int32_t> labels);
  void evaluate_loss();
  /// What was counted, and the loss of each sample.
  LossValue download_results();

  bool regularised() const { return options_.lambda_rate != 0 || options_.lambda_synops != 0; }
  /// The regularisers, which the host takes from spikes that are copied.
  void regularise();
  void run_backward();
  void run_descent(const OptimizerKind& optimizer);
  void start_backward();
  void hand_back(std::size_t projection, int tick_begin, int tick_end);
  void backward_component(std::size_t component);
  void backward_ticks(std::size_t component, int tick_begin, int tick_end);
  void output_gradient(int projection, int tick_begin, int tick_end, float* d_output,
                       bool accumulate);
  void scan_backward(int population, int tick_begin, int tick_end, const float* d_output);
  void weight_gradients();
  void bias_gradients();
  void coefficient_gradients(std::span<float> gradient);

  /// Does that work: from its second time with so many samples on as a graph. `kind` is which of
  /// several there are.
  void repeat(Work what, std::size_t kind, const std::function<void()>& work);

  int products_of(std::size_t projection) const;
  bool gathered(std::size_t projection) const;
  void add_biases(std::size_t projection);
  std::uint64_t neuron_steps() const;
  void add_forward_work();
  void add_backward_work();
  void add_product(std::size_t projection, Operations ProjectionOperations::*part,
                   Operations TrainingOperations::*total, std::int64_t rows);

  /// Where the losses of samples begin in the results.
  std::size_t losses_at() const { return decision_at() + DeviceParameters::decision_words; }
  std::size_t decision_at() const { return gathered_at() + projections_.size(); }
  std::size_t gathered_at() const { return 2 * populations_.size(); }
  Activity activity(int population, int tick_begin, int tick_end) const;
  /// What arrives over a projection at ticks tick_begin .. tick_end-1, of which the first ones
  /// that its delay reaches are left out; those mixed from several ticks must have been.
  Activity arriving(std::size_t projection, int tick_begin, int tick_end) const;
  bool hands_on(const PlannedPopulation& planned) const;
  void refresh_fans() const;
  /// Host copies of all spikes and outputs of the last pass, for tape().
  void mirror() const;
  /// Host copy of the parameters as they are now.
  void refresh() const;
  Pass<float> pass() const;

  const Network& network_;
  const Plan& plan_;
  TrainOptions options_;
  int device_;
  gpu::Stream stream_;
  DeviceParameters parameters_;
  Products products_;
  ColumnSums sums_;
  std::vector<DeviceLayer> populations_;
  std::vector<DeviceProjection> projections_;
  /// [population][2]: spikes, moved membranes; [projection] spikes that were gathered; what became
  /// of the step of the optimiser; then [sample][2]: loss, whether it was right.
  gpu::Buffer<unsigned long long> results_;
  gpu::Buffer<std::int32_t> labels_;
  gpu::Buffer<float> scores_;      ///< [sample][class]
  gpu::Buffer<double> loss_work_;  ///< the same
  gpu::Buffer<float> above_;       ///< gradients of outputs, of some ticks
  int ticks_above_ = 0;            ///< that fit, of the widest component

  struct Recorded {
    int uses = 0;
    std::unique_ptr<gpu::Graph> graph;
    std::uint64_t buffers = 0;  ///< of products and sums, when it was recorded
  };
  std::map<std::tuple<Work, std::size_t, int>, Recorded> recorded_;  ///< last: samples
  bool records_;
  std::uint64_t replays_ = 0;

  mutable std::vector<float> host_parameters_;
  mutable bool ahead_ = false;  ///< the device's parameters are newer
  std::vector<unsigned long long> host_results_;
  mutable Shard<float> host_;
  mutable bool mirrored_ = false;
  mutable std::vector<SourceFanOut> fans_;
  struct FanOutArrays {
    gpu::Buffer<std::uint32_t> all, nonzero;
  };
  mutable std::vector<FanOutArrays> device_fans_;  ///< `fans_`, where they are used
  mutable CallCounter counter_;
  std::vector<std::vector<float>> d_output_constant_;
  int rows_ = 0;
  double penalty_ = 0;
  TrainingOperations operations_;
};

}  // namespace snn::cuda
