// SPDX-License-Identifier: Apache-2.0
#include "snn/train/training.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "snn/train/checkpoint.hpp"
#include "snn/train/fingerprint.hpp"
#include "snn/train/trainer_impl.hpp"

namespace snn {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

struct Training::Impl {
  Impl(Trainer::Impl& of, const Dataset& samples, const Split& parts);

  std::optional<EpochReport> next(const ProgressCallback& progress);
  TrainedBatch learn(std::span<const std::int64_t> samples, double rate);
  void fetch();
  void train_batch(std::span<const std::int64_t> samples, double rate);
  EpochReport finish_epoch(double rate, const ProgressCallback& progress);
  void resume();
  void save();
  void name_projections();
  std::int64_t batches() const {
    const auto size = static_cast<std::int64_t>(split->train.size());
    return (size + trainer->options.batch - 1) / trainer->options.batch;
  }

  Trainer::Impl* trainer;
  const Dataset* data;
  const Split* split;
  Optimizer optimizer;
  Checkpoint state;
  std::vector<float> gradient;
  bool away = false;  ///< the engine has parameters that are newer than the trainer's
};

Training::Impl::Impl(Trainer::Impl& of, const Dataset& samples, const Split& parts)
    : trainer(&of),
      data(&samples),
      split(&parts),
      optimizer(of.options.optimizer, of.plan.parameters) {
  const ThreadLimit limit(of.options.threads);
  of.check_data(samples);
  check_split(samples, parts);
  state.fingerprint = fingerprint(of.digest, samples, parts, of.options);
  state.best_parameters = of.parameters;
  if (of.options.resume && std::filesystem::exists(of.options.checkpoint)) resume();
  name_projections();
}

void Training::Impl::resume() {
  const std::filesystem::path& path = trainer->options.checkpoint;
  Checkpoint loaded = load_checkpoint(path);
  if (loaded.fingerprint != state.fingerprint) {
    throw FileError(
        path.string(), "/fingerprint",
        "was made by other training: " + loaded.fingerprint + "; asked for: " + state.fingerprint);
  }
  state = std::move(loaded);
  state.result.interrupted = false;
  trainer->parameters = state.parameters;
  optimizer.restore(state.optimizer);
  trainer->load();
}

void Training::Impl::save() {
  if (trainer->options.checkpoint.empty()) return;
  state.parameters = trainer->parameters;
  state.optimizer = optimizer.state();
  save_checkpoint(trainer->options.checkpoint, state);
}

/// A checkpoint keeps no names.
void Training::Impl::name_projections() {
  const auto name = [&](TrainingOperations& operations) {
    for (std::size_t q = 0; q < operations.projections.size(); ++q)
      operations.projections[q].name = trainer->network.name_of({static_cast<std::int32_t>(q)});
  };
  name(state.result.operations);
  name(state.epoch_operations);
  for (EpochReport& report : state.result.epochs) name(report.operations);
}

/// Both passes and the step of the optimiser: where the engine computes, or here.
TrainedBatch Training::Impl::learn(std::span<const std::int64_t> samples, double rate) {
  const TrainOptions& options = trainer->options;
  TrainingEngine<float>& engine = *trainer->engine;
  const BatchInput input =
      trainer->input(*data, samples, static_cast<std::uint32_t>(state.epoch) + 1);
  if (engine.descends()) {
    away = true;
    return engine.train(input, {options.optimizer, rate, options.clip_norm});
  }
  TrainedBatch done{.loss = engine.forward(input), .descent = {}};
  Descent& step = done.descent;
  gradient.resize(trainer->plan.parameters);
  engine.backward(gradient);
  step.norm = std::sqrt(squared_norm(gradient));
  if (!std::isfinite(done.loss.sum) || !std::isfinite(step.norm)) return done;
  step.clipped = options.clip_norm > 0 && step.norm > options.clip_norm;
  if (step.clipped) {
    const auto scale = static_cast<float>(options.clip_norm / step.norm);
    for (float& g : gradient) g *= scale;
  }
  optimizer.step(trainer->parameters, gradient, rate, options.threads);
  bound_parameters(trainer->plan, trainer->parameters);
  trainer->load();
  return done;
}

/// Parameters and moments that were learnt where the engine computes.
void Training::Impl::fetch() {
  if (!std::exchange(away, false)) return;
  Optimizer::State moments = optimizer.state();
  trainer->engine->fetch(trainer->parameters, &moments);
  optimizer.restore(std::move(moments));
}

void Training::Impl::train_batch(std::span<const std::int64_t> samples, double rate) {
  const TrainOptions& options = trainer->options;
  TrainingEngine<float>& engine = *trainer->engine;
  const auto [loss, step] = learn(samples, rate);
  if (!std::isfinite(loss.sum) || !std::isfinite(step.norm)) {
    fetch();
    throw NumericError("training: epoch " + std::to_string(state.epoch) + ", batch " +
                       std::to_string(state.batch) + ": loss " + std::to_string(loss.sum) +
                       ", gradient norm " + std::to_string(step.norm) +
                       "; a smaller learning_rate or a clip_norm keeps them finite");
  }
  TrainingOperations done = engine.take_operations();
  add_update(done, trainer->plan, options.optimizer, step.clipped);
  state.result.operations += done;
  state.epoch_operations += done;
  state.loss_sum += loss.sum + engine.penalty() * static_cast<double>(samples.size());
  state.correct += loss.correct;
  state.samples += static_cast<std::int64_t>(samples.size());
  state.spikes += engine.spikes();
  ++state.batch;
}

std::optional<EpochReport> Training::Impl::next(const ProgressCallback& progress) {
  const TrainOptions& options = trainer->options;
  if (state.epoch >= options.epochs) return std::nullopt;
  if (options.patience > 0 && state.bad_epochs >= options.patience) return std::nullopt;
  const ThreadLimit limit(options.threads);
  trainer->engine->take_operations();  // what was evaluated in between is no training
  trainer->engine->set_moments(optimizer.state());
  state.result.interrupted = false;
  const std::vector<std::int64_t> order = shuffled(split->train, options.seed, state.epoch);
  const auto size = static_cast<std::int64_t>(order.size());
  const double rate = learning_rate(options.schedule, state.schedule, options.learning_rate,
                                    state.epoch, options.epochs);
  while (state.batch < batches()) {
    const auto start = Clock::now();
    const std::int64_t first = state.batch * options.batch;
    const std::int64_t count = std::min<std::int64_t>(options.batch, size - first);
    train_batch(
        std::span(order).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count)),
        rate);
    const double seconds = seconds_since(start);
    state.epoch_seconds += seconds;
    state.result.seconds += seconds;
    const Progress now{
        .epoch = state.epoch,
        .epochs = options.epochs,
        .batch = state.batch,
        .batches = batches(),
        .loss = state.loss_sum / static_cast<double>(state.samples),
        .accuracy = static_cast<double>(state.correct) / static_cast<double>(state.samples)};
    if (progress && !progress(now)) {
      state.result.interrupted = true;
      fetch();
      save();
      return std::nullopt;
    }
  }
  return finish_epoch(rate, progress);
}

/// Validates, remembers the best, moves on to the next epoch, writes the checkpoint.
EpochReport Training::Impl::finish_epoch(double rate, const ProgressCallback& progress) {
  const TrainOptions& options = trainer->options;
  const auto samples = static_cast<double>(state.samples);
  fetch();
  const Evaluation validation = trainer->evaluate(*data, split->validation, false);
  TrainResult& result = state.result;
  result.validation += trainer->engine->take_operations().forward;
  EpochReport report{.epoch = state.epoch,
                     .train_loss = state.loss_sum / samples,
                     .train_accuracy = static_cast<double>(state.correct) / samples,
                     .validation_loss = validation.loss,
                     .validation_accuracy = validation.accuracy,
                     .learning_rate = rate,
                     .seconds = state.epoch_seconds,
                     .spikes_per_sample = static_cast<double>(state.spikes) / samples,
                     .operations = std::move(state.epoch_operations)};
  result.epochs.push_back(report);
  const auto better = [&](const EpochReport& best) {
    return validation.accuracy > best.validation_accuracy ||
           (validation.accuracy == best.validation_accuracy &&
            validation.loss < best.validation_loss);
  };
  if (result.best_epoch < 0 || better(result.epochs[static_cast<std::size_t>(result.best_epoch)])) {
    result.best_epoch = state.epoch;
    state.best_parameters = trainer->parameters;
    state.bad_epochs = 0;
  } else {
    ++state.bad_epochs;
  }
  after_epoch(options.schedule, state.schedule, validation.loss);
  state.loss_sum = 0;
  state.correct = 0;
  state.samples = 0;
  state.spikes = 0;
  state.epoch_seconds = 0;
  state.epoch_operations = {};
  const Progress now{.epoch = state.epoch,
                     .epochs = options.epochs,
                     .batch = batches(),
                     .batches = batches(),
                     .loss = report.train_loss,
                     .accuracy = report.train_accuracy,
                     .finished = &report};
  const bool go_on = !progress || progress(now);
  ++state.epoch;  // the file speaks of the epoch that comes next
  state.batch = 0;
  result.interrupted = !go_on && state.epoch < options.epochs;
  save();
  return report;
}

Training::Training(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Training::Training(Training&&) noexcept = default;
Training& Training::operator=(Training&&) noexcept = default;
Training::~Training() = default;

std::optional<EpochReport> Training::next(const ProgressCallback& progress) {
  return impl_->next(progress);
}

const TrainResult& Training::result() const {
  return impl_->state.result;
}

TrainResult Training::finish() {
  impl_->trainer->parameters = impl_->state.best_parameters;
  impl_->trainer->load();
  return impl_->state.result;
}

Training Trainer::begin(const Dataset& data, const Split& split) {
  return Training(std::make_unique<Training::Impl>(*impl_, data, split));
}

}  // namespace snn
