// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/contest.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

#include "snn/cli/counts_file.hpp"
#include "snn/cli/metered.hpp"
#include "snn/io/split.hpp"
#include "snn/model/validate.hpp"
#include "snn/train/twin.hpp"

namespace snn::cli {
namespace {

/// A contest while it runs: the first seed's data and trained models are kept for the measurement.
class ContestRun {
 public:
  ContestRun(Contest& contest, const ContestHooks& hooks)
      : contest_(contest),
        hooks_(hooks),
        meter_(open_meter(meter_choice(contest.options.meter, contest.options.device))) {}

  /// Trains the spiking network and its twins with one seed. False if the user stopped it.
  bool train_seed(int index);
  /// Accuracy of a dense network of other widths, mean over seeds; nothing if the user stopped it.
  std::optional<double> dense_accuracy(const Widths& hidden);
  /// Trains the network that the search found, as train_seed() trains the twins.
  bool train_equal(const Widths& hidden);
  /// False if the user stopped it.
  bool measure();

 private:
  struct Kept {
    ModelResult* result;
    std::unique_ptr<Trainer> trainer;
  };

  RunOptions options_of_seed(int index) const {
    RunOptions options = contest_.options;
    options.seed += static_cast<std::uint64_t>(index);
    return options;
  }
  LoadedData data_of(const RunOptions& options) const {
    if (!hooks_.data) return load_data(options);
    LoadedData loaded = hooks_.data(options);
    if (options.train_limit > 0)
      loaded.split = train_limit(loaded.data, loaded.split, options.train_limit, options.seed);
    return loaded;
  }
  Network spiking_network(const RunOptions& options, const LoadedData& loaded) const {
    return classifier(loaded.data, classifier_options(options), contest_.dt_ms);
  }
  bool train_twin(ModelResult& result, TwinKind kind, const RunOptions& options,
                  const LoadedData& loaded, int index);
  bool train_one(ModelResult& result, const Network& network, const TrainOptions& train,
                 const LoadedData& loaded, int index);

  Contest& contest_;
  const ContestHooks& hooks_;
  MaybeMeter meter_;
  LoadedData first_;
  std::vector<Kept> kept_;
};

bool ContestRun::train_one(ModelResult& result, const Network& network, const TrainOptions& train,
                           const LoadedData& loaded, int index) {
  auto trainer = std::make_unique<Trainer>(network, train);
  const std::string label =
      result.label + (contest_.options.seeds > 1 ? ", seed " + std::to_string(train.seed) : "");
  const ProgressCallback told = hooks_.training ? hooks_.training(label) : ProgressCallback();
  TrainResult run;
  const auto work = [&](const std::function<void()>& mark) {
    run = trainer->train(loaded.data, loaded.split, [&](const Progress& now) {
      if (now.finished != nullptr) mark();
      return !told || told(now);
    });
  };
  MarkedRun measured;
  if (index == 0) {
    measured = measure_run(meter_, work);
  } else {
    work([] {});
  }
  if (run.interrupted) return false;
  Evaluation evaluation = trainer->evaluate(loaded.data, loaded.split.test);
  result.accuracies.push_back(evaluation.accuracy);
  result.best_epochs.push_back(run.best_epoch);
  if (index > 0) return true;
  result.counts = std::move(evaluation.counts);
  result.samples = std::move(evaluation.samples);
  result.ticks = train.ticks;
  if (&result == &contest_.spiking) result.sample = run_sample(*trainer, loaded, 0);
  result.training =
      TrainingCost{run.seconds, std::move(run.epochs), run.operations, std::move(measured)};
  kept_.push_back({&result, std::move(trainer)});
  return true;
}

bool ContestRun::train_twin(ModelResult& result, TwinKind kind, const RunOptions& options,
                            const LoadedData& loaded, int index) {
  const Twin twin = make_twin(spiking_network(options, loaded), kind, options.steps);
  result.bits = twin.bits;
  if (twin.bits > 0) result.label = "quantised twin (" + std::to_string(twin.bits) + "-bit)";
  TrainOptions train = train_options(options, contest_.dt_ms);
  train.dt_ms = train.dt_ms * train.ticks / twin.ticks;
  train.ticks = twin.ticks;
  train.loss = MeanMembraneCrossEntropy{};
  train.lambda_rate = train.lambda_synops = 0;
  return train_one(result, twin.network, train, loaded, index);
}

bool ContestRun::train_seed(int index) {
  const RunOptions options = options_of_seed(index);
  LoadedData of_seed;
  LoadedData& loaded = index == 0 ? first_ : of_seed;
  loaded = data_of(options);
  if (index == 0) {
    const Dataset& data = loaded.data;
    contest_.data_info = {.name = data.name,
                          .shape = data.shape,
                          .classes = data.classes,
                          .data = {},
                          .label = {},
                          .group = {}};
    contest_.train = loaded.split.train.size();
    contest_.validation = loaded.split.validation.size();
    contest_.test = loaded.split.test.size();
    contest_.dt_ms = tick_ms(contest_.options, data);
  }
  const Network network = spiking_network(options, loaded);
  validate(network, contest_.dt_ms);  // before the twins are trained in vain
  return train_twin(contest_.dense, TwinKind::dense, options, loaded, index) &&
         train_twin(contest_.quantised, TwinKind::quantised, options, loaded, index) &&
         train_one(contest_.spiking, network, train_options(options, contest_.dt_ms), loaded,
                   index);
}

std::optional<double> ContestRun::dense_accuracy(const Widths& hidden) {
  ModelResult result;
  result.label = "dense, " + std::to_string(hidden.front()) + " hidden";
  for (int index = 0; index < contest_.options.seeds; ++index) {
    RunOptions options = options_of_seed(index);
    options.hidden = hidden;
    // As a later seed: nothing is metered or kept.
    const LoadedData loaded = data_of(options);
    if (!train_twin(result, TwinKind::dense, options, loaded, index + 1)) return std::nullopt;
  }
  return result.accuracy();
}

bool ContestRun::train_equal(const Widths& hidden) {
  std::string widths;
  for (const std::int64_t width : hidden)
    widths += (widths.empty() ? "" : ",") + std::to_string(width);
  ModelResult& result = contest_.equal.emplace();
  result.label = "dense, equal accuracy (" + widths + " hidden)";
  for (int index = 0; index < contest_.options.seeds; ++index) {
    RunOptions options = options_of_seed(index);
    options.hidden = hidden;
    const LoadedData loaded = data_of(options);
    if (!train_twin(result, TwinKind::dense, options, loaded, index)) return false;
  }
  return true;
}

/// Ends a measurement that the user stopped.
struct Stopped {};

/// The clock, whose waits end soon after `check` throws.
MeasureClock attentive(MeasureClock clock, const std::function<void()>& check) {
  clock.wait = [inner = clock, check](double seconds) {
    constexpr double deaf_s = 0.05;
    const double until = inner.now_s() + seconds;
    check();
    for (double left = seconds; left > 0; left = until - inner.now_s()) {
      inner.wait(std::min(left, deaf_s));
      check();
    }
  };
  return clock;
}

bool ContestRun::measure() {
  auto* meter = std::get_if<std::unique_ptr<Meter>>(&meter_);
  if (meter == nullptr) {
    contest_.measured = std::get<Unavailable>(meter_);
    return true;
  }
  const auto check = [this] {
    if (hooks_.go_on && !hooks_.go_on()) throw Stopped{};
  };
  std::vector<Contestant> contestants;
  for (const Kept& kept : kept_) {
    kept.result->contestant = contestants.size();
    contestants.push_back({kept.result->label,
                           [&] {
                             check();
                             kept.trainer->evaluate_accuracy(first_.data, first_.split.test);
                           },
                           static_cast<double>(contest_.test)});
  }
  CompareOptions options;
  options.window.min_window_s = contest_.options.measure_seconds;
  options.trials = contest_.options.trials;
  options.seed = contest_.options.seed;
  options.systematic_gain = systematic_gain_of(contest_.options.meter.kind);
  options.window.clock = attentive(options.window.clock, check);
  options.on_trial = hooks_.on_trial;
  try {
    contest_.measured = compare(**meter, contestants, options);
  } catch (const Stopped&) {
    return false;
  }
  return true;
}

std::vector<ModelResult> user_opponents(const RunOptions& options) {
  std::vector<ModelResult> opponents;
  for (const std::string& opponent : options.opponent) {
    if (opponent == "equal-accuracy") continue;
    const CountsFile file = read_counts(opponent);
    ModelResult result;
    result.label = file.name.empty() ? opponent : file.name;
    result.counts = file.counts;
    result.ticks = static_cast<int>(file.counts.ticks);
    if (file.accuracy) result.accuracies = {*file.accuracy};
    opponents.push_back(std::move(result));
  }
  return opponents;
}

/// The best validation accuracy that every trained model reached: what trainings are compared at.
double common_accuracy(const Contest& contest) {
  double common = 1;
  for (const ModelResult* model : contest.opponents()) {
    if (!model->training) continue;
    double best = 0;
    for (const EpochReport& epoch : model->training->epochs)
      best = std::max(best, epoch.validation_accuracy);
    common = std::min(common, best);
  }
  double best = 0;
  for (const EpochReport& epoch : contest.spiking.training->epochs)
    best = std::max(best, epoch.validation_accuracy);
  return std::min(common, best);
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
                                compute_only(counts, Format::fp16),
                                compute_only(counts, Format::int8), memory_aware(counts)};
  for (Modelled held :
       {compute_only(held_inputs(counts), Format::fp32), memory_aware(held_inputs(counts))}) {
    held.model += "-held-input";
    list.push_back(std::move(held));
  }
  for (const char* table : {"davidson-furber-22nm", "yan-22nm", "loihi", "h100-sxm"}) {
    for (EnergyModel model : models_for(hardware(table))) {
      if (model.kind == ModelKind::dense_floor && model.format != Format::bf16) continue;
      model.activation_bits = bits > 0 ? bits : 8;
      list.push_back(model(counts));
    }
  }
  return list;
}

std::vector<const ModelResult*> Contest::opponents() const {
  std::vector<const ModelResult*> list = {&dense, &quantised};
  if (equal) list.push_back(&*equal);
  for (const ModelResult& user : users) list.push_back(&user);
  return list;
}

std::variant<Unavailable, ContestantEnergy> measured_of(const Contest& contest,
                                                        const ModelResult& model) {
  if (const auto* why = std::get_if<Unavailable>(&contest.measured)) return *why;
  if (!model.contestant)
    return Unavailable{"only counts of it are known, no program",
                       "run it, under snn energy measure"};
  return contestant_energy(std::get<EnergyComparison>(contest.measured), *model.contestant);
}

Contest run_contest(const RunOptions& options, const std::string& command,
                    const ContestHooks& hooks) {
  Contest contest;
  contest.options = options;
  contest.command = command;
  contest.carbon = choose_carbon(options.country, options.pue);
  contest.users = user_opponents(options);
  contest.spiking.label = "spiking network";
  contest.dense.label = "dense twin (ReLU, fp32)";
  ContestRun run(contest, hooks);
  for (int index = 0; index < options.seeds; ++index) {
    if (run.train_seed(index)) continue;
    contest.interrupted = true;
    return contest;
  }
  const auto& asked = options.opponent;
  if (std::find(asked.begin(), asked.end(), "equal-accuracy") != asked.end()) {
    contest.search =
        search_equal_accuracy(options.hidden, contest.spiking.accuracy(),
                              [&](const Widths& hidden) { return run.dense_accuracy(hidden); });
    const bool stopped = contest.search->interrupted ||
                         (contest.search->smallest && !run.train_equal(*contest.search->smallest));
    if (stopped) {
      contest.interrupted = true;
      return contest;
    }
  }
  if (!run.measure()) {
    contest.interrupted = true;
    return contest;
  }
  contest.target_accuracy =
      options.target_accuracy > 0 ? options.target_accuracy : common_accuracy(contest);
  contest.verdict = verdict_of(contest);
  return contest;
}

}  // namespace snn::cli
