// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "snn/cli/run_options.hpp"
#include "snn/energy/carbon/carbon.hpp"
#include "snn/energy/counts/counts.hpp"
#include "snn/energy/energy.hpp"
#include "snn/energy/models/break_even.hpp"
#include "snn/energy/models/common_models.hpp"
#include "snn/train/trainer.hpp"

namespace snn::cli {

/// What one model of the benchmark achieved, over all seeds.
struct ModelResult {
  std::string label;               ///< e.g. "dense twin (ReLU, fp32)"
  std::vector<double> accuracies;  ///< on test, of the epoch that was best on validation, per seed
  std::vector<int> best_epochs;
  RawCounts counts;  ///< of the test samples, first seed
  int bits = 0;      ///< of quantised activations
  int ticks = 1;
  MeasuredEnergy inference;     ///< per inference
  MeasuredEnergy training;      ///< of the first seed's run
  double training_seconds = 0;  ///< first seed
  int epochs = 0;
  TrainingOperations operations;  ///< first seed

  double accuracy() const;
  double accuracy_sd() const;  ///< of the sample; 0 for one seed
  /// All modelled figures: compute-only fp32 and int8, memory-aware, and compute-only with a held
  /// input.
  std::vector<Modelled> modelled() const;
};

/// A benchmark's outcome.
struct Contest {
  RunOptions options;
  std::string command;
  Dataset data_info;  ///< without its samples
  std::size_t train = 0, validation = 0, test = 0;
  double dt_ms = 1;
  GridIntensity grid;
  ModelResult dense, quantised, spiking;
  std::vector<std::string> verdict;  ///< one sentence per energy model and one on accuracy
  bool interrupted = false;
};

/// Trains the spiking network and its two twins with the same data, epochs and seeds, and meters
/// them.
Contest run_contest(const RunOptions& options, const std::string& command);

/// Sentences: who wins by which model, by what factor, with break-even and measured spike rate.
std::vector<std::string> verdict_of(const Contest& contest);

}  // namespace snn::cli
