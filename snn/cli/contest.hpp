// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "snn/cli/equal_accuracy.hpp"
#include "snn/cli/run_options.hpp"
#include "snn/cli/sample_run.hpp"
#include "snn/energy/carbon/carbon_choice.hpp"
#include "snn/energy/counts/counts.hpp"
#include "snn/energy/models/break_even.hpp"
#include "snn/energy/models/common_models.hpp"
#include "snn/energy/protocol/figures.hpp"
#include "snn/energy/protocol/run_marks.hpp"
#include "snn/train/trainer.hpp"

namespace snn::cli {

/// What training took: of the first seed's run.
struct TrainingCost {
  double seconds = 0;               ///< of training proper, without validation
  std::vector<EpochReport> epochs;  ///< with the operations of each
  TrainingOperations operations;    ///< of all
  MarkedRun measured;               ///< joules of the run and of its epochs, validation included
};

/// What one model of the benchmark achieved, over all seeds.
struct ModelResult {
  std::string label;               ///< e.g. "dense twin (ReLU, fp32)"
  std::vector<double> accuracies;  ///< on test, of the epoch that was best on validation, per seed
  std::vector<int> best_epochs;
  RawCounts counts;                   ///< of the test samples, first seed
  std::vector<SampleTotals> samples;  ///< of each of them; empty for a user's counts
  int bits = 0;                       ///< of quantised activations
  int ticks = 1;
  std::optional<TrainingCost> training;   ///< not of a user's counts
  std::optional<SampleRun> sample;        ///< one test sample; of the spiking network alone
  std::optional<std::size_t> contestant;  ///< place in Contest::measured; none if it cannot run

  double accuracy() const;
  double accuracy_sd() const;  ///< of the sample; 0 for one seed
  /// All modelled figures that the report shows: compute-only fp32, fp16 and int8, memory-aware and
  /// both with a held input, Davidson & Furber, Yan et al., and published chips.
  std::vector<Modelled> modelled() const;
};

/// A benchmark's outcome.
struct Contest {
  RunOptions options;
  std::string command;
  Dataset data_info;  ///< without its samples
  std::size_t train = 0, validation = 0, test = 0;
  double dt_ms = 1;
  CarbonChoice carbon;
  ModelResult dense, quantised, spiking;
  std::optional<EqualAccuracySearch> search;  ///< if it was asked for
  std::optional<ModelResult> equal;           ///< the network it found
  std::vector<ModelResult> users;             ///< opponents given as files of counts
  /// Inference of all models that can run, each against each.
  MaybeComparison measured = Unavailable{"nothing was measured", ""};
  double target_accuracy = 0;        ///< on validation: what trainings are compared at
  std::vector<std::string> verdict;  ///< one sentence per energy model and one on accuracy
  bool interrupted = false;

  std::vector<const ModelResult*> opponents() const;
};

/// Joules of an inference, or why there are none.
std::variant<Unavailable, ContestantEnergy> measured_of(const Contest& contest,
                                                        const ModelResult& model);

/// How a contest is watched and stopped, and where its samples are from if not from the options.
struct ContestHooks {
  /// Samples and split of a run with these options (the seed differs between runs), without
  /// train_limit; empty: load_data().
  std::function<LoadedData(const RunOptions& options)> data = nullptr;
  /// What the training of a model tells; empty: nothing. The contest ends if the callback says
  /// false.
  std::function<ProgressCallback(const std::string& label)> training = nullptr;
  /// Called before each trial of the energy measurement, from 0.
  std::function<void(int trial, int trials)> on_trial = nullptr;
  /// Asked often while energy is measured; false ends the contest.
  std::function<bool()> go_on = nullptr;
};

/// Trains the spiking network and its opponents with the same data, epochs and seeds, and meters
/// them. `command` is what the results say made them. Stopped by a hook: `interrupted`, with the
/// models that were trained until then, without verdict.
Contest run_contest(const RunOptions& options, const std::string& command,
                    const ContestHooks& hooks = {});

/// Sentences: who wins by which model, by what factor, with break-even and measured spike rate.
std::vector<std::string> verdict_of(const Contest& contest);

}  // namespace snn::cli
