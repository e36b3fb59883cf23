// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>

#include "cuda/train/device_engine.hpp"
#include "cuda/train/device_loss.hpp"
#include "snn/math/counters.hpp"

namespace snn::cuda {

LossValue DeviceEngine::forward(const BatchInput& input) {
  const gpu::DeviceScope scope(device_);
  upload_batch(input);
  repeat(Work::forward, 0, [this] { run_forward(); });
  const LossValue loss = download_results();
  if (counters) add_forward_work();
  return loss;
}

void DeviceEngine::upload_batch(const BatchInput& input) {
  rows_ = input.samples;
  host_.rows = rows_;
  mirrored_ = false;
  present(host_, plan_, options_, input, options_.threads);
  upload_source();
  upload_labels(input.labels);
}

void DeviceEngine::run_forward() {
  start_populations();
  for (std::size_t c = 0; c < plan_.order.components.size(); ++c) {
    const Component& component = plan_.order.components[c];
    if (plan_.populations[static_cast<std::size_t>(component.front())].source) continue;
    for (const int index : component) input_products(index, false, 0, options_.ticks);
    if (!plan_.order.recurrent(c)) {
      scan_forward(component.front(), 0, options_.ticks);
      continue;
    }
    for (int tick = 0; tick < options_.ticks; ++tick) {
      for (const int index : component) {
        input_products(index, true, tick, tick + 1);
        scan_forward(index, tick, tick + 1);
      }
    }
  }
  evaluate_loss();
}

void DeviceEngine::upload_source() {
  const auto at = static_cast<std::size_t>(plan_.input);
  const PlannedPopulation& planned = plan_.populations[at];
  const ShardPopulation<float>& host = host_.populations[at];
  if (planned.graded) {
    gpu::upload(stream_, populations_[at].output.data(),
                std::span(host.output).first(static_cast<std::size_t>(rows_ * planned.size)));
    return;
  }
  const auto words = static_cast<std::size_t>(std::int64_t{options_.ticks} * rows_ * planned.words);
  gpu::upload(stream_, populations_[at].spikes.data(),
              std::span(reinterpret_cast<const std::uint32_t*>(host.spikes.data()),  // NOLINT
                        2 * words));
}

/// States before the first tick, and what is the same at all ticks: biases and held input.
void DeviceEngine::start_populations() {
  gpu::clear(stream_, results_.data(), decision_at());
  for (std::size_t p = 0; p < populations_.size(); ++p) {
    const PlannedPopulation& planned = plan_.populations[p];
    if (planned.source) continue;
    DeviceLayer& population = populations_[p];
    gpu::clear(stream_, population.state.data(), population.state.size());
    spread(stream_, population.initial.data(), rows_, planned.size, population.state.data(), false);
    if (!population.has_constant) continue;
    bool written = false;
    for (const int q : planned.inputs) {
      const float* bias = parameters_.bias(static_cast<std::size_t>(q));
      if (bias == nullptr) continue;
      spread(stream_, bias, rows_, planned.size, population.constant.data(), written);
      written = true;
    }
    if (!written) gpu::clear(stream_, population.constant.data(), population.constant.size());
    for (const int q : planned.inputs) {
      const auto at = static_cast<std::size_t>(q);
      const PlannedProjection& projection = plan_.projections[at];
      if (!projection.held_input) continue;
      const Activity in = activity(projection.source, 0, 1);
      if (projection.kind == PlannedProjection::Kind::diagonal)
        diagonal_forward(stream_, in, parameters_.weights(at).exact, population.constant.data());
      else
        products_.forward(stream_, in, parameters_.weights(at), planned.size,
                          population.constant.data(), true);
    }
  }
}

Activity DeviceEngine::activity(int index, int tick_begin, int tick_end) const {
  const auto at = static_cast<std::size_t>(index);
  const PlannedPopulation& planned = plan_.populations[at];
  Activity in{.rows = std::int64_t{tick_end - tick_begin} * rows_,
              .neurons = planned.size,
              .words = planned.words};
  const std::int64_t skipped = std::int64_t{tick_begin} * rows_;
  if (planned.spiking)
    in.bits = populations_[at].spikes.data() + skipped * 2 * planned.words;
  else
    in.values = populations_[at].output.data() + skipped * planned.size;
  return in;
}

Activity DeviceEngine::arriving(std::size_t q, int tick_begin, int tick_end) const {
  const PlannedProjection& projection = plan_.projections[q];
  const int first = std::max(tick_begin, projection.delay);
  Activity in = activity(projection.source, first - projection.delay, tick_end - projection.delay);
  if (!Plan::mixed_delay(projection)) return in;
  const std::int64_t skipped = std::int64_t{first} * rows_;
  if (in.bits != nullptr)
    in.bits = projections_[q].mixed_bits.data() + skipped * 2 * in.words;
  else
    in.values = projections_[q].mixed_values.data() + skipped * in.neurons;
  return in;
}

void DeviceEngine::input_products(int index, bool internal, int tick_begin, int tick_end) {
  const PlannedPopulation& planned = plan_.populations[static_cast<std::size_t>(index)];
  if (!planned.time_input) return;
  const std::int64_t width = rows_ * planned.size;
  float* u = populations_[static_cast<std::size_t>(index)].u.data();
  bool written = internal;  // the first external product overwrites what the arrays held before
  const auto clear = [&] {
    gpu::clear(stream_, u + tick_begin * width,
               static_cast<std::size_t>((tick_end - tick_begin) * width));
    written = true;
  };
  for (const int q : planned.inputs) {
    const auto at = static_cast<std::size_t>(q);
    const PlannedProjection& projection = plan_.projections[at];
    if (projection.internal != internal || projection.held_input) continue;
    const bool diagonal = projection.kind == PlannedProjection::Kind::diagonal;
    const int first = std::max(tick_begin, projection.delay);
    if (!written && (first > tick_begin || diagonal)) clear();
    if (first >= tick_end) continue;
    const PlannedPopulation& source =
        plan_.populations[static_cast<std::size_t>(projection.source)];
    const DeviceProjection& own = projections_[at];
    if (Plan::mixed_delay(projection) && source.spiking) {
      mix_bits(
          stream_, activity(projection.source, 0, 1).bits, rows_, source.words,
          {static_cast<int>(own.group_delay.size()), own.group_delay.data(), own.group_mask.data()},
          first, tick_end, own.mixed_bits.data());
    } else if (Plan::mixed_delay(projection)) {
      mix_values(stream_, activity(projection.source, 0, 1).values, rows_, source.size,
                 own.delay.data(), first, tick_end, own.mixed_values.data());
    }
    const Activity in = arriving(at, tick_begin, tick_end);
    if (diagonal)
      diagonal_forward(stream_, in, parameters_.weights(at).exact, u + first * width);
    else
      products_.forward(stream_, in, parameters_.weights(at), planned.size, u + first * width,
                        written, results_.data() + gathered_at() + at);
    written = true;
  }
  if (!written) clear();
}

void DeviceEngine::scan_forward(int index, int tick_begin, int tick_end) {
  const auto at = static_cast<std::size_t>(index);
  const PlannedPopulation& planned = plan_.populations[at];
  const DeviceLayer& population = populations_[at];
  cuda::forward_scan(stream_, network_.populations()[at].neurons(),
                     {.tick_begin = tick_begin,
                      .tick_end = tick_end,
                      .rows = rows_,
                      .neurons = planned.size,
                      .words = planned.words,
                      .u = population.u.data(),
                      .has_input = planned.time_input,
                      .constant = population.constant.data(),
                      .state = population.state.data(),
                      .spikes = population.spikes.data(),
                      .held = population.held.data(),
                      .adaptation = population.adaptation.data(),
                      .output = population.output.data(),
                      .coeffs = population.coeffs.data(),
                      .coeffs_shared = population.coeffs_shared,
                      .totals = results_.data() + 2 * at});
}

void DeviceEngine::upload_labels(std::span<const std::int32_t> labels) {
  const std::span<const std::int32_t> used = labels.first(static_cast<std::size_t>(rows_));
  for (const std::int32_t label : used)
    check_label(label, plan_.populations[static_cast<std::size_t>(plan_.readout)].size);
  gpu::upload(stream_, labels_.data(), used);
}

void DeviceEngine::evaluate_loss() {
  const auto at = static_cast<std::size_t>(plan_.readout);
  const PlannedPopulation& planned = plan_.populations[at];
  const DeviceLayer& population = populations_[at];
  cuda::evaluate_loss(stream_, options_.loss,
                      {.ticks = options_.ticks,
                       .samples = rows_,
                       .classes = planned.size,
                       .membrane = population.u.data(),
                       .spikes = population.spikes.data(),
                       .words = planned.words,
                       .output = population.output.data(),
                       .labels = labels_.data(),
                       .work = loss_work_.data(),
                       .scores = scores_.data(),
                       .d_membrane = population.d_membrane.data(),
                       .d_output = population.d_output.data(),
                       .losses = results_.data() + losses_at()});
}

LossValue DeviceEngine::download_results() {
  const std::size_t words = losses_at() + 2 * static_cast<std::size_t>(rows_);
  gpu::download(stream_, std::span(host_results_).first(words), results_.data());
  LossValue loss;
  for (std::size_t at = losses_at(); at < words; at += 2) {
    loss.sum += std::bit_cast<double>(host_results_[at]);
    loss.correct += static_cast<std::int64_t>(host_results_[at + 1]);
  }
  return loss;
}

/// From its second time on as a graph: the first one chooses algorithms and allocates.
void DeviceEngine::repeat(Work what, std::size_t kind, const std::function<void()>& work) {
  Recorded& recorded = recorded_[{what, kind, rows_}];
  if (!records_ || recorded.uses++ == 0) return work();
  const std::uint64_t buffers = products_.buffers() + sums_.buffers();
  if (recorded.graph == nullptr || recorded.buffers != buffers) {
    recorded.graph = std::make_unique<gpu::Graph>(stream_, work);
    recorded.buffers = buffers;
  }
  recorded.graph->launch(stream_);
  ++replays_;
}

}  // namespace snn::cuda
