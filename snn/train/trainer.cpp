// SPDX-License-Identifier: Apache-2.0
#include "snn/train/trainer.hpp"

#include <omp.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "snn/energy/counts/describe.hpp"
#include "snn/model/validate.hpp"
#include "snn/train/batches.hpp"
#include "snn/train/checkpoint.hpp"
#include "snn/train/encode.hpp"
#include "snn/train/engine.hpp"
#include "snn/train/fingerprint.hpp"
#include "snn/train/parameters.hpp"
#include "snn/train/train_options_check.hpp"

namespace snn {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

TrainOptions with_defaults(TrainOptions options) {
  if (options.threads == 0) options.threads = omp_get_num_procs();
  return options;
}

}  // namespace

struct Trainer::Impl {
  Impl(const Network& description, TrainOptions given)
      : options(with_defaults(std::move(given))),
        network(description),
        digest(options.checkpoint.empty() ? "" : digest_of(description)) {
    check_options(options);
    validate(network, options.dt_ms);
    for (std::size_t q = 0; q < network.projections().size(); ++q) {
      ProjectionCounts described;
      describe_synapses(described, network, {static_cast<std::int32_t>(q)});
      padded_synapses.push_back(described.padded_synapses);
    }
    network = with_listed_pairs(network, options.seed);
    plan = make_plan(network, {options.dt_ms, options.learn_tau, options.learn_threshold});
    check_loss();
    parameters = initial_parameters(network, plan, options.dt_ms, options.seed);
    apply_neuron_parameters(network, plan, options.dt_ms, parameters);
    engine = std::make_unique<Engine<float>>(network, plan, options);
    load();
  }

  /// Counts of nothing. Training makes shared weights weights of their own; padding stays.
  RawCounts empty_counts() const {
    RawCounts counts = engine->empty_counts();
    for (std::size_t q = 0; q < counts.projections.size(); ++q)
      counts.projections[q].padded_synapses = padded_synapses[q];
    return counts;
  }

  void load() {
    apply_neuron_parameters(network, plan, options.dt_ms, parameters);
    engine->load(parameters);
  }

  const Source& source() const {
    return network.populations()[static_cast<std::size_t>(plan.input)].source();
  }

  /// Count losses read outputs, which a leaky integrator has none of.
  void check_loss() const {
    const PlannedPopulation& readout = plan.populations[static_cast<std::size_t>(plan.readout)];
    if (reads_membrane(options.loss) || readout.spiking || readout.graded) return;
    throw ConfigError("training options", "loss", "a loss on spike counts",
                      "a loss on membranes: population \"" + network.populations().back().name +
                          "\" does not spike");
  }

  void check_data(const Dataset& data) const {
    const PlannedPopulation& input = plan.populations[static_cast<std::size_t>(plan.input)];
    const PlannedPopulation& readout = plan.populations[static_cast<std::size_t>(plan.readout)];
    const auto name = [&](int p) {
      return "population \"" + network.populations()[static_cast<std::size_t>(p)].name + "\"";
    };
    if (input.size != data.features()) {
      throw ConfigError(
          name(plan.input), "size", std::to_string(input.size) + " neurons",
          std::to_string(data.features()) + ", the features of \"" + data.name + "\"");
    }
    if (readout.size != data.classes) {
      throw ConfigError(name(plan.readout), "size", std::to_string(readout.size) + " neurons",
                        std::to_string(data.classes) + ", the classes of \"" + data.name + "\"");
    }
  }

  LossValue forward(const Dataset& data, std::span<const std::int64_t> samples,
                    std::uint32_t presentation) {
    labels.clear();
    for (const std::int64_t sample : samples)
      labels.push_back(data.label.at(static_cast<std::size_t>(sample)));
    return engine->forward({.samples = static_cast<int>(samples.size()),
                            .encoded =
                                [&](int b) {
                                  return encode_sample(source(), data,
                                                       samples[static_cast<std::size_t>(b)],
                                                       options.ticks, options.dt_ms, options.seed,
                                                       presentation, options.augmentation);
                                },
                            .labels = labels});
  }

  /// Whether training goes on after this batch.
  bool train_batch(const Dataset& data, std::span<const std::int64_t> samples, Optimizer& optimizer,
                   double rate, Checkpoint& state) {
    const LossValue loss = forward(data, samples, static_cast<std::uint32_t>(state.epoch) + 1);
    gradient.resize(plan.parameters);
    engine->backward(gradient);
    const double norm = std::sqrt(squared_norm(gradient));
    if (!std::isfinite(loss.sum) || !std::isfinite(norm)) {
      throw NumericError("training: epoch " + std::to_string(state.epoch) + ", batch " +
                         std::to_string(state.batch) + ": loss " + std::to_string(loss.sum) +
                         ", gradient norm " + std::to_string(norm) +
                         "; a smaller learning_rate or a clip_norm keeps them finite");
    }
    if (options.clip_norm > 0 && norm > options.clip_norm) {
      const auto scale = static_cast<float>(options.clip_norm / norm);
      for (float& g : gradient) g *= scale;
    }
    optimizer.step(parameters, gradient, rate, options.threads);
    TrainingOperations done = engine->take_operations();
    add_update(done, plan, options.optimizer, options.clip_norm > 0 && norm > options.clip_norm);
    state.result.operations += done;
    state.epoch_operations += done;
    bound_parameters(plan, parameters);
    load();
    state.loss_sum += loss.sum + engine->penalty() * static_cast<double>(samples.size());
    state.correct += loss.correct;
    state.samples += static_cast<std::int64_t>(samples.size());
    state.spikes += engine->spikes();
    ++state.batch;
    return true;
  }

  TrainResult train(const Dataset& data, const Split& split, const ProgressCallback& progress);
  bool finish_epoch(const Dataset& data, const Split& split, const Optimizer& optimizer,
                    double rate, std::int64_t batches, const ProgressCallback& progress,
                    Checkpoint& state);
  Evaluation evaluate(const Dataset& data, std::span<const std::int64_t> samples, bool counts);
  void save(Checkpoint& state, const Optimizer& optimizer) const;
  void name_projections(Checkpoint& state) const;

  TrainOptions options;
  Network network;
  std::string digest;  ///< of the network as it was described; only for checkpoints
  Plan plan;
  std::vector<std::int64_t> padded_synapses;  ///< of each projection as it was described
  std::vector<float> parameters;
  std::vector<float> gradient;
  std::vector<std::int32_t> labels;
  std::unique_ptr<Engine<float>> engine;
};

void Trainer::Impl::save(Checkpoint& state, const Optimizer& optimizer) const {
  if (options.checkpoint.empty()) return;
  state.parameters = parameters;
  state.optimizer = optimizer.state();
  save_checkpoint(options.checkpoint, state);
}

/// A checkpoint keeps no names.
void Trainer::Impl::name_projections(Checkpoint& state) const {
  const auto name = [&](TrainingOperations& operations) {
    for (std::size_t q = 0; q < operations.projections.size(); ++q)
      operations.projections[q].name = network.name_of({static_cast<std::int32_t>(q)});
  };
  name(state.result.operations);
  name(state.epoch_operations);
  for (EpochReport& report : state.result.epochs) name(report.operations);
}

TrainResult Trainer::Impl::train(const Dataset& data, const Split& split,
                                 const ProgressCallback& progress) {
  const ThreadLimit limit(options.threads);
  check_data(data);
  check_split(data, split);
  Optimizer optimizer(options.optimizer, plan.parameters);
  Checkpoint state;
  state.fingerprint = fingerprint(digest, data, split, options);
  state.best_parameters = parameters;
  if (options.resume && std::filesystem::exists(options.checkpoint)) {
    Checkpoint loaded = load_checkpoint(options.checkpoint);
    if (loaded.fingerprint != state.fingerprint) {
      throw FileError(options.checkpoint.string(), "/fingerprint",
                      "was made by other training: " + loaded.fingerprint +
                          "; asked for: " + state.fingerprint);
    }
    state = std::move(loaded);
    state.result.interrupted = false;
    parameters = state.parameters;
    optimizer.restore(state.optimizer);
    load();
  }
  name_projections(state);
  engine->take_operations();  // what was evaluated before is no training
  const auto size = static_cast<std::int64_t>(split.train.size());
  const std::int64_t batches = (size + options.batch - 1) / options.batch;
  bool stopped = options.patience > 0 && state.bad_epochs >= options.patience;
  while (state.epoch < options.epochs && !stopped) {
    const std::vector<std::int64_t> order = shuffled(split.train, options.seed, state.epoch);
    const double rate = learning_rate(options.schedule, state.schedule, options.learning_rate,
                                      state.epoch, options.epochs);
    while (state.batch < batches) {
      const auto start = Clock::now();
      const std::int64_t first = state.batch * options.batch;
      const std::int64_t count = std::min<std::int64_t>(options.batch, size - first);
      train_batch(data,
                  std::span(order).subspan(static_cast<std::size_t>(first),
                                           static_cast<std::size_t>(count)),
                  optimizer, rate, state);
      const double seconds = seconds_since(start);
      state.epoch_seconds += seconds;
      state.result.seconds += seconds;
      const Progress now{
          .epoch = state.epoch,
          .epochs = options.epochs,
          .batch = state.batch,
          .batches = batches,
          .loss = state.loss_sum / static_cast<double>(state.samples),
          .accuracy = static_cast<double>(state.correct) / static_cast<double>(state.samples)};
      if (progress && !progress(now)) {
        state.result.interrupted = true;
        save(state, optimizer);
        return state.result;
      }
    }
    stopped = !finish_epoch(data, split, optimizer, rate, batches, progress, state);
    if (state.result.interrupted) return state.result;
  }
  parameters = state.best_parameters;
  load();
  return state.result;
}

/// Validates, remembers the best, moves on to the next epoch, writes the checkpoint. False if
/// training should stop.
bool Trainer::Impl::finish_epoch(const Dataset& data, const Split& split,
                                 const Optimizer& optimizer, double rate, std::int64_t batches,
                                 const ProgressCallback& progress, Checkpoint& state) {
  const auto samples = static_cast<double>(state.samples);
  const Evaluation validation = evaluate(data, split.validation, false);
  TrainResult& result = state.result;
  result.validation += engine->take_operations().forward;
  const EpochReport report{.epoch = state.epoch,
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
    state.best_parameters = parameters;
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
                     .batch = batches,
                     .batches = batches,
                     .loss = report.train_loss,
                     .accuracy = report.train_accuracy,
                     .finished = &report};
  const bool go_on = !progress || progress(now);
  ++state.epoch;  // the file speaks of the epoch that comes next
  state.batch = 0;
  result.interrupted = !go_on && state.epoch < options.epochs;
  save(state, optimizer);
  return go_on && (options.patience == 0 || state.bad_epochs < options.patience);
}

Evaluation Trainer::Impl::evaluate(const Dataset& data, std::span<const std::int64_t> samples,
                                   bool counts) {
  const ThreadLimit limit(options.threads);
  check_data(data);
  Evaluation evaluation;
  if (counts) {
    evaluation.counts = empty_counts();
    evaluation.samples.resize(samples.size());
  }
  LossValue total;
  const auto size = static_cast<std::int64_t>(samples.size());
  for (std::int64_t first = 0; first < size; first += options.batch) {
    const std::int64_t count = std::min<std::int64_t>(options.batch, size - first);
    const LossValue loss = forward(
        data, samples.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count)), 0);
    total.sum += loss.sum;
    total.correct += loss.correct;
    if (counts) {
      engine->count(evaluation.counts,
                    std::span(evaluation.samples)
                        .subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count)));
    }
  }
  evaluation.accuracy = static_cast<double>(total.correct) / static_cast<double>(size);
  evaluation.loss = total.sum / static_cast<double>(size);
  if (!std::isfinite(evaluation.loss)) throw NumericError("evaluation: the loss is not finite");
  return evaluation;
}

Trainer::Trainer(const Network& network, TrainOptions options)
    : impl_(std::make_unique<Impl>(network, std::move(options))) {}
Trainer::~Trainer() = default;
Trainer::Trainer(Trainer&&) noexcept = default;
Trainer& Trainer::operator=(Trainer&&) noexcept = default;

TrainResult Trainer::train(const Dataset& data, const Split& split,
                           const ProgressCallback& progress) {
  return impl_->train(data, split, progress);
}

Evaluation Trainer::evaluate(const Dataset& data, std::span<const std::int64_t> samples) {
  if (samples.empty()) throw ConfigError("evaluation", "samples", "none", "at least one");
  return impl_->evaluate(data, samples, true);
}

double Trainer::evaluate_accuracy(const Dataset& data, std::span<const std::int64_t> samples) {
  if (samples.empty()) throw ConfigError("evaluation", "samples", "none", "at least one");
  return impl_->evaluate(data, samples, false).accuracy;
}

Trainer::Trace Trainer::trace(const Dataset& data, std::int64_t sample) {
  Impl& impl = *impl_;
  const ThreadLimit limit(impl.options.threads);
  impl.check_data(data);
  impl.forward(data, std::span(&sample, 1), 0);
  const Shard<float>& shard = impl.engine->shards().front();
  Trace trace;
  for (std::size_t p = 0; p < impl.plan.populations.size(); ++p) {
    const PlannedPopulation& planned = impl.plan.populations[p];
    const ShardPopulation<float>& population = shard.populations[p];
    std::vector<std::uint8_t> spikes;
    for (int tick = 0; planned.spiking && tick < impl.options.ticks; ++tick) {
      for (std::int64_t n = 0; n < planned.size; ++n) {
        const std::uint64_t word =
            population.spikes[static_cast<std::size_t>(tick * planned.words + n / 64)];
        spikes.push_back(static_cast<std::uint8_t>((word >> (n % 64)) & 1));
      }
    }
    trace.spikes.push_back(std::move(spikes));
    const auto used = static_cast<std::ptrdiff_t>(impl.options.ticks * planned.size);
    trace.membrane.emplace_back(population.u.begin(),
                                population.u.begin() + (population.u.empty() ? 0 : used));
  }
  return trace;
}

Network Trainer::network() const {
  Network learnt = impl_->network;
  apply_parameters(learnt, impl_->plan, impl_->options.dt_ms, impl_->parameters);
  return learnt;
}

const TrainOptions& Trainer::options() const {
  return impl_->options;
}

}  // namespace snn
