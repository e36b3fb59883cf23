// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/contest.hpp"

#include <cmath>
#include <numeric>

#include "snn/cli/metered.hpp"
#include "snn/cli/progress.hpp"
#include "snn/energy/protocol/measure.hpp"
#include "snn/model/validate.hpp"
#include "snn/train/twin.hpp"

namespace snn::cli {
namespace {

/// Trains one model with one seed and adds what came out. False if the user stopped it.
bool train_one(ModelResult& result, const Network& network, const TrainOptions& train,
               const LoadedData& loaded, const RunOptions& options, int seed_index) {
  Trainer trainer(network, train);
  ProgressPrinter progress(
      result.label + (options.seeds > 1 ? ", seed " + std::to_string(train.seed) : ""),
      options.quiet);
  TrainResult run;
  const auto work = [&] { run = trainer.train(loaded.data, loaded.split, progress.callback()); };
  const MeasuredEnergy energy =
      seed_index == 0 ? metered_once(cpu_meter(), work) : (work(), MeasuredEnergy{});
  if (run.interrupted) return false;
  const Evaluation evaluation = trainer.evaluate(loaded.data, loaded.split.test);
  result.accuracies.push_back(evaluation.accuracy);
  result.best_epochs.push_back(run.best_epoch);
  if (seed_index > 0) return true;
  result.counts = evaluation.counts;
  result.ticks = train.ticks;
  result.training = energy;
  result.training_seconds = run.seconds;
  result.epochs = static_cast<int>(run.epochs.size());
  result.operations = run.operations;
  const auto infer = [&] { trainer.evaluate_accuracy(loaded.data, loaded.split.test); };
  const MaybeMeter meter = cpu_meter();
  if (const auto* why = std::get_if<Unavailable>(&meter))
    result.inference = *why;
  else
    result.inference = measure(*std::get<std::unique_ptr<Meter>>(meter), infer,
                               {.min_window_s = options.measure_seconds});
  if (auto* measured = std::get_if<Measured>(&result.inference))
    measured->joules = measured->joules / static_cast<double>(loaded.split.test.size());
  return true;
}

void describe_data(Contest& contest, const LoadedData& loaded) {
  contest.data_info = {.name = loaded.data.name,
                       .shape = loaded.data.shape,
                       .classes = loaded.data.classes,
                       .data = {},
                       .label = {},
                       .group = {}};
  contest.train = loaded.split.train.size();
  contest.validation = loaded.split.validation.size();
  contest.test = loaded.split.test.size();
  contest.dt_ms = tick_ms(contest.options, loaded.data);
}

/// Trains all three with one seed, as a run with that seed alone would. False if the user stopped
/// it.
bool run_seed(Contest& contest, int index) {
  RunOptions options = contest.options;
  options.seed += static_cast<std::uint64_t>(index);
  const LoadedData loaded = load_data(options);
  if (index == 0) describe_data(contest, loaded);
  const TrainOptions train = train_options(options, contest.dt_ms);
  const Network network = classifier(loaded.data, classifier_options(options), contest.dt_ms);
  validate(network, contest.dt_ms);  // before the twins are trained in vain
  const auto run_twin = [&](ModelResult& result, TwinKind kind) {
    const Twin twin = make_twin(network, kind, options.steps);
    result.bits = twin.bits;
    if (twin.bits > 0) result.label = "quantised twin (" + std::to_string(twin.bits) + "-bit)";
    TrainOptions twin_train = train;
    twin_train.ticks = twin.ticks;
    twin_train.dt_ms = train.dt_ms * train.ticks / twin.ticks;
    twin_train.loss = MeanMembraneCrossEntropy{};
    twin_train.lambda_rate = twin_train.lambda_synops = 0;
    return train_one(result, twin.network, twin_train, loaded, options, index);
  };
  return run_twin(contest.dense, TwinKind::dense) &&
         run_twin(contest.quantised, TwinKind::quantised) &&
         train_one(contest.spiking, network, train, loaded, options, index);
}

}  // namespace

double ModelResult::accuracy() const {
  return accuracies.empty() ? 0
                            : std::accumulate(accuracies.begin(), accuracies.end(), 0.0) /
                                  static_cast<double>(accuracies.size());
}

double ModelResult::accuracy_sd() const {
  if (accuracies.size() < 2) return 0;
  double sum = 0;
  for (const double a : accuracies) sum += (a - accuracy()) * (a - accuracy());
  return std::sqrt(sum / static_cast<double>(accuracies.size() - 1));
}

std::vector<Modelled> ModelResult::modelled() const {
  std::vector<Modelled> list = {compute_only(counts, Format::fp32),
                                compute_only(counts, Format::int8), memory_aware(counts)};
  for (Modelled held :
       {compute_only(held_inputs(counts), Format::fp32), memory_aware(held_inputs(counts))}) {
    held.model += "-held-input";
    list.push_back(std::move(held));
  }
  return list;
}

Contest run_contest(const RunOptions& options, const std::string& command) {
  Contest contest;
  contest.options = options;
  contest.command = command;
  contest.grid = grid_intensity(options.country);
  contest.spiking.label = "spiking network";
  contest.dense.label = "dense twin (ReLU, fp32)";
  for (int index = 0; index < options.seeds; ++index) {
    if (!run_seed(contest, index)) {
      contest.interrupted = true;
      return contest;
    }
  }
  contest.verdict = verdict_of(contest);
  return contest;
}

}  // namespace snn::cli
