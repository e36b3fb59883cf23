// SPDX-License-Identifier: Apache-2.0
#include "snn/train/trainer.hpp"

#include <algorithm>
#include <cmath>

#include "snn/train/trainer_impl.hpp"
#include "snn/train/training.hpp"

namespace snn {

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
  Training training = begin(data, split);
  while (training.next(progress) && !training.result().interrupted) {
  }
  return training.result().interrupted ? training.result() : training.finish();
}

Evaluation Trainer::evaluate(const Dataset& data, std::span<const std::int64_t> samples) {
  if (samples.empty()) throw ConfigError("evaluation", "samples", "none", "at least one");
  return impl_->evaluate(data, samples, true);
}

double Trainer::evaluate_accuracy(const Dataset& data, std::span<const std::int64_t> samples) {
  if (samples.empty()) throw ConfigError("evaluation", "samples", "none", "at least one");
  return impl_->evaluate(data, samples, false).accuracy;
}

std::vector<float> Trainer::scores(const Dataset& data, std::span<const std::int64_t> samples) {
  Impl& impl = *impl_;
  const ThreadLimit limit(impl.options.threads);
  impl.check_data(data);
  std::vector<float> all;
  all.reserve(samples.size() * static_cast<std::size_t>(data.classes));
  const auto batch = static_cast<std::size_t>(impl.options.batch);
  for (std::size_t first = 0; first < samples.size(); first += batch) {
    impl.forward(data, samples.subspan(first, std::min(batch, samples.size() - first)), 0);
    const std::vector<float> scores = impl.engine->scores();
    all.insert(all.end(), scores.begin(), scores.end());
  }
  return all;
}

Trainer::Trace Trainer::trace(const Dataset& data, std::int64_t sample) {
  Impl& impl = *impl_;
  const ThreadLimit limit(impl.options.threads);
  impl.check_data(data);
  impl.forward(data, std::span(&sample, 1), 0);
  Trace trace;
  for (std::size_t p = 0; p < impl.plan.populations.size(); ++p) {
    const PlannedPopulation& planned = impl.plan.populations[p];
    PopulationTape<float> tape = impl.engine->tape(p);
    std::vector<std::uint8_t> spikes;
    for (int tick = 0; planned.spiking && tick < impl.options.ticks; ++tick) {
      for (std::int64_t n = 0; n < planned.size; ++n) {
        const std::uint64_t word =
            tape.spikes[static_cast<std::size_t>(tick * planned.words + n / 64)];
        spikes.push_back(static_cast<std::uint8_t>((word >> (n % 64)) & 1));
      }
    }
    trace.spikes.push_back(std::move(spikes));
    trace.membrane.push_back(std::move(tape.membrane));
  }
  return trace;
}

Network Trainer::network() const {
  // While it is trained, an engine may be ahead.
  if (impl_->engine->descends()) impl_->engine->fetch(impl_->parameters, nullptr);
  Network learnt = impl_->network;
  apply_parameters(learnt, impl_->plan, impl_->options.dt_ms, impl_->parameters);
  return learnt;
}

std::vector<ParameterView> Trainer::parameters() const {
  const Impl& impl = *impl_;
  std::vector<ParameterView> views;
  const auto add = [&](std::string name, std::vector<std::int64_t> shape, std::size_t first,
                       std::size_t count) {
    ParameterView view{
        .name = std::move(name), .shape = std::move(shape), .host = {}, .device = {}};
    view.device = impl.engine->device_view(first, count);
    if (!view.device) view.host = std::span(impl.parameters).subspan(first, count);
    views.push_back(std::move(view));
  };
  for (std::size_t q = 0; q < impl.plan.projections.size(); ++q) {
    const PlannedProjection& planned = impl.plan.projections[q];
    const auto size = [&](int p) {
      return impl.plan.populations[static_cast<std::size_t>(p)].size;
    };
    const std::string name = impl.network.name_of({static_cast<std::int32_t>(q)});
    const std::int64_t targets = size(planned.target);
    std::vector<std::int64_t> shape{targets};
    if (planned.kind == PlannedProjection::Kind::dense) shape = {size(planned.source), targets};
    add(name + ".weight", std::move(shape), planned.weight, planned.weights);
    if (planned.bias != no_parameter)
      add(name + ".bias", {targets}, planned.bias, static_cast<std::size_t>(targets));
  }
  return views;
}

const TrainOptions& Trainer::options() const {
  return impl_->options;
}

}  // namespace snn
