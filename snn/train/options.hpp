// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "snn/energy/counts/operations.hpp"
#include "snn/math/surrogate.hpp"
#include "snn/train/augment.hpp"
#include "snn/train/loss.hpp"
#include "snn/train/optimizer.hpp"
#include "snn/train/schedule.hpp"

namespace snn {

/// Which product kernel a layer uses; `automatic` chooses by measured density from a calibrated
/// table.
enum class ProductPath : std::uint8_t { automatic, dense, sparse };

/// What the products of training on a CUDA device are computed in; sums are float always. Neurons,
/// losses and the optimiser are float whatever this is.
enum class Precision : std::uint8_t {
  fp32,  ///< float
  tf32,  ///< operands rounded to 11 significant bits (TF32): spikes stay exact, weights do not
  bf16,  ///< operands rounded to 8 significant bits (bfloat16): half the memory traffic
  /// Products of spikes with floats as three of bfloat16, whose sum is the float: nothing is
  /// rounded. Products without spikes are fp32.
  bf16_split,
};

struct TrainOptions {
  double dt_ms = 1.0;                ///< length of a tick, > 0
  int ticks = 25;                    ///< per sample, >= 1
  int epochs = 20;                   ///< >= 1
  int batch = 128;                   ///< >= 1
  double learning_rate = 1e-3;       ///< at the start of the schedule, > 0
  std::uint64_t seed = 1;            ///< of weights, batches, codes and distortions
  int threads = 0;                   ///< 0: all
  Surrogate surrogate = Arctan{};    ///< derivative that stands in for that of a spike
  bool detach_reset = true;          ///< no gradient through the reset
  Loss loss = CountCrossEntropy{};   ///< on what the last population did
  OptimizerKind optimizer = Adam{};  ///< of all parameters
  Schedule schedule = CosineRate{};  ///< of the learning rate
  double clip_norm = 0.0;            ///< largest L2 norm of the gradient; 0: no clipping
  double lambda_rate =
      0.0;  ///< weight of sum over neurons of (rate - target_rate)^2, per population mean
  double target_rate = 0.05;  ///< spikes per neuron and tick
  double lambda_synops =
      0.0;  ///< weight of (synaptic events per sample / dense operations of one pass)
  bool learn_tau = false;        ///< also learn membrane decays
  bool learn_threshold = false;  ///< also learn thresholds (clips of a quantised ReLU always are)
  Augmentation augmentation{};   ///< of training images
  int patience = 0;  ///< epochs without a better validation accuracy before stopping; 0: never
  ProductPath path = ProductPath::automatic;
  std::string device = "cpu";             ///< "cpu", "cuda" or "cuda:N"
  Precision precision = Precision::fp32;  ///< of products on a CUDA device
  std::filesystem::path checkpoint{};  ///< written after each epoch and on interrupt; empty: none
  bool resume = false;                 ///< continue from `checkpoint` if it exists
};

/// How one epoch went.
struct EpochReport {
  int epoch = 0;                    ///< 0-based
  double train_loss = 0;            ///< mean over the training samples, while weights changed
  double train_accuracy = 0;        ///< 0 to 1, while weights changed
  double validation_loss = 0;       ///< mean over the validation samples, after the epoch
  double validation_accuracy = 0;   ///< 0 to 1, after the epoch
  double learning_rate = 0;         ///< of this epoch
  double seconds = 0;               ///< of training, without validation
  double spikes_per_sample = 0;     ///< of all populations but the source
  TrainingOperations operations{};  ///< of training, without validation
};

/// Where training stands; sent after every batch.
struct Progress {
  int epoch = 0, epochs = 0;
  std::int64_t batch = 0, batches = 0;
  double loss = 0;                        ///< mean of the epoch so far
  double accuracy = 0;                    ///< of the epoch so far
  const EpochReport* finished = nullptr;  ///< set once at the end of an epoch
};

/// Return false to stop: the checkpoint is written and train() returns what was done.
using ProgressCallback = std::function<bool(const Progress&)>;

}  // namespace snn
