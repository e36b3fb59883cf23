// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "snn/backend/cuda_memory.hpp"
#include "snn/energy/counts/counts.hpp"
#include "snn/io/dataset.hpp"
#include "snn/model/network.hpp"
#include "snn/train/options.hpp"

namespace snn {

/// How training went.
struct TrainResult {
  std::vector<EpochReport> epochs;  ///< that were finished
  int best_epoch = -1;              ///< by validation accuracy, then loss
  double seconds = 0;               ///< of training proper, over all epochs
  TrainingOperations operations;    ///< of training proper; each epoch's are in its report
  Operations validation;            ///< of the forward passes that validate, after each epoch
  bool interrupted = false;         ///< ended before its time
};

/// Accuracy and exact counts over some samples.
struct Evaluation {
  double accuracy = 0;                ///< 0 to 1
  double loss = 0;                    ///< mean over the samples
  RawCounts counts;                   ///< over all samples
  std::vector<SampleTotals> samples;  ///< of each sample, in the order that was asked for
};

/// Weights or biases of a projection where training has them: values change as it goes on.
struct ParameterView {
  std::string name;                 ///< "input->hidden.weight", "input->hidden.bias"
  std::vector<std::int64_t> shape;  ///< (source, target); (target) of biases and one-to-one weights
  std::span<const float> host;      ///< of a trainer on the CPU
  std::optional<CudaMemory> device;  ///< of a trainer on a CUDA device
};

class Training;

/// Batched backpropagation through time on a Network (Werbos 1990; surrogate gradients: Neftci et
/// al. 2019). The network has one source that takes data, and its last population is the readout.
/// Every random choice follows from options.seed; results do not depend on the number of threads
/// unless the BLAS library's do.
class Trainer {
 public:
  /// Validates, compiles the description and draws its initial weights. Throws ConfigError.
  Trainer(const Network& network, TrainOptions options);
  ~Trainer();
  Trainer(Trainer&&) noexcept;
  Trainer& operator=(Trainer&&) noexcept;

  /// Trains on split.train, chooses the best epoch on split.validation and leaves its weights in
  /// place.
  TrainResult train(const Dataset& data, const Split& split, const ProgressCallback& progress = {});

  /// The same epoch by epoch (snn/train/training.hpp). The trainer and its arguments must live as
  /// long.
  Training begin(const Dataset& data, const Split& split);

  /// Accuracy, loss and counts over samples, in evaluation mode.
  Evaluation evaluate(const Dataset& data, std::span<const std::int64_t> samples);

  /// Accuracy alone, without counting: what an inference costs.
  double evaluate_accuracy(const Dataset& data, std::span<const std::int64_t> samples);

  /// What the loss takes the classes' scores from, [sample][class]: spike counts or membranes. The
  /// class of a sample is that of its largest score, the lowest of equal ones.
  std::vector<float> scores(const Dataset& data, std::span<const std::int64_t> samples);

  /// Spikes of every population for one sample, to compare with an event-driven run:
  /// [population][tick][neuron], 0 or 1 (sources included; graded populations are empty).
  struct Trace {
    std::vector<std::vector<std::uint8_t>> spikes;
    std::vector<std::vector<float>> membrane;  ///< before the reset, [population][tick][neuron]
  };
  Trace trace(const Dataset& data, std::int64_t sample);

  /// The description with the learnt weights, biases and parameters in it; drawn rules have become
  /// the Sparse lists that options.seed draws.
  Network network() const;

  /// Weights and biases without a copy, of each projection in turn, for as long as the trainer
  /// lives: row-major float32, 0 where there is no synapse. Learnt time constants and thresholds
  /// are in network().
  std::vector<ParameterView> parameters() const;

  const TrainOptions& options() const;

 private:
  friend class Training;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace snn
