// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "snn/backend/cuda_memory.hpp"
#include "snn/energy/counts/counts.hpp"
#include "snn/train/encode.hpp"
#include "snn/train/loss.hpp"
#include "snn/train/optimizer.hpp"
#include "snn/train/options.hpp"
#include "snn/train/plan.hpp"

namespace snn {

/// One batch: what the source presents for sample b, and its label.
struct BatchInput {
  int samples = 0;
  std::function<EncodedSample(int b)> encoded;  ///< called once per sample, from several threads
  std::span<const std::int32_t> labels;         ///< [sample]
};

/// What one population did in the last forward pass; rows are the samples of the batch.
template <class Real>
struct PopulationTape {
  std::vector<std::uint64_t> spikes;  ///< [tick][row][word]; empty: it does not spike
  /// [tick][row][neuron] before the reset (of graded populations: the input); empty: a source.
  std::vector<Real> membrane;
};

/// A step of an optimiser on the gradient of a batch.
struct DescentStep {
  const OptimizerKind& optimizer;
  double rate = 0;       ///< learning rate
  double clip_norm = 0;  ///< largest L2 norm of the gradient; 0: no clipping
};
struct Descent {
  double norm = 0;       ///< L2, of the gradient before clipping
  bool clipped = false;  ///< to clip_norm
};
/// What learning from a batch came to.
struct TrainedBatch {
  LossValue loss;
  Descent descent;
};

/// The seam between training and what computes it: forward and backward passes of a batch.
template <class Real>
class TrainingEngine {
 public:
  virtual ~TrainingEngine() = default;

  /// Takes over weights and biases (plan.parameters values), and the neurons' parameters of the
  /// network.
  virtual void load(std::span<const Real> parameters) = 0;

  /// Runs a batch forward; the loss is a sum over the batch.
  virtual LossValue forward(const BatchInput& input) = 0;

  /// Gradient of (mean loss + regularisers) of the last batch with respect to all parameters. Uses
  /// up the membranes of the forward pass.
  virtual void backward(std::span<Real> gradient) = 0;

  /// Adds exact counts of the last forward pass, and those of sample b of the batch to samples[b]
  /// unless `samples` is empty.
  virtual void count(RawCounts& counts, std::span<SampleTotals> samples) const = 0;
  /// Counts of nothing, with the names and sizes of the network.
  virtual RawCounts empty_counts() const = 0;
  /// Spikes of all non-source populations in the last forward pass.
  virtual std::uint64_t spikes() const = 0;
  /// What the loss took the classes' scores from in the last forward pass, [sample][class].
  virtual std::vector<Real> scores() const = 0;
  /// Of the last forward pass; its membranes only before a backward pass.
  virtual PopulationTape<Real> tape(std::size_t population) const = 0;
  /// Value of the regularisers in the last backward pass.
  virtual double penalty() const = 0;

  /// Whether train() is there: weights then stay where the engine computes while they are learnt.
  virtual bool descends() const { return false; }
  /// forward(), backward() and one step of the optimiser with the gradient, which stays where it
  /// is. Parameters and moments do not change if the loss or the norm of the gradient is not
  /// finite.
  virtual TrainedBatch train(const BatchInput&, const DescentStep&) { return {}; }
  /// Moments that the next train() goes on from.
  virtual void set_moments(const Optimizer::State&) {}
  /// What train() has made of the parameters, and of the moments unless null.
  virtual void fetch(std::span<Real>, Optimizer::State*) const {}

  /// Where `count` parameters from offset `first` of the plan on lie on a device, as they are now
  /// and will be: the memory stays while the engine does. Nothing where the host has them.
  virtual std::optional<CudaMemory> device_view(std::size_t /*first*/,
                                                std::size_t /*count*/) const {
    return {};
  }

  /// Operations executed since the last call, or since the start. `update` is the optimiser's.
  virtual TrainingOperations take_operations() = 0;
};

/// The engine of options.device: the CPU's, or one of a CUDA device. `network` and `plan` must
/// outlive it. ConfigError for a name that is none, UnavailableError for a device that cannot be
/// used.
std::unique_ptr<TrainingEngine<float>> make_engine(const Network& network, const Plan& plan,
                                                   const TrainOptions& options);

/// Of "cuda" or "cuda:N". Its sources lie in cuda/train/; without nvcc it throws UnavailableError.
std::unique_ptr<TrainingEngine<float>> make_cuda_engine(const Network& network, const Plan& plan,
                                                        const TrainOptions& options);

}  // namespace snn
