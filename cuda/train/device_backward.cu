// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>

#include "cuda/train/device_engine.hpp"
#include "snn/math/counters.hpp"

namespace snn::cuda {

void DeviceEngine::backward(std::span<float> gradient) {
  const gpu::DeviceScope scope(device_);
  regularise();
  repeat(Work::backward, 0, [this] { run_backward(); });
  if (counters) add_backward_work();
  std::fill(gradient.begin(), gradient.end(), 0.0f);
  parameters_.download_gradient(stream_, gradient);
  coefficient_gradients(gradient);
}

void DeviceEngine::run_backward() {
  start_backward();
  for (std::size_t c = plan_.order.components.size(); c-- > 0;) {
    const int first = plan_.order.components[c].front();
    if (!plan_.populations[static_cast<std::size_t>(first)].source) backward_component(c);
  }
  weight_gradients();
  bias_gradients();
}

void DeviceEngine::run_descent(const OptimizerKind& optimizer) {
  run_backward();
  parameters_.descend(stream_, optimizer, results_.data() + losses_at(), rows_,
                      results_.data() + decision_at());
}

TrainedBatch DeviceEngine::train(const BatchInput& input, const DescentStep& step) {
  const gpu::DeviceScope scope(device_);
  upload_batch(input);
  parameters_.prepare(stream_, step.optimizer, step.rate, step.clip_norm);
  const std::size_t kind = step.optimizer.index();
  if (regularised()) {  // on the host, between the passes
    repeat(Work::forward, 0, [this] { run_forward(); });
    download_results();
    regularise();
    repeat(Work::descent, kind, [&] { run_descent(step.optimizer); });
  } else {
    repeat(Work::batch, kind, [&] {
      run_forward();
      run_descent(step.optimizer);
    });
  }
  TrainedBatch done{.loss = download_results(), .descent = {}};
  if (counters) {
    add_forward_work();
    add_backward_work();
  }
  const unsigned long long* decision = host_results_.data() + decision_at();
  done.descent = {std::bit_cast<double>(decision[0]), decision[1] != 0};
  if (decision[2] == 0) {
    done.descent.clipped = false;
    return done;
  }
  parameters_.stepped();
  ahead_ = true;
  fans_.clear();
  return done;
}

void DeviceEngine::regularise() {
  penalty_ = 0;
  if (!regularised()) return;
  mirror();
  penalty_ = snn::regularise(pass(), d_output_constant_);
  for (std::size_t p = 0; p < populations_.size(); ++p)
    if (!d_output_constant_[p].empty())
      gpu::upload(stream_, populations_[p].d_output_constant.data(),
                  std::span<const float>(d_output_constant_[p]));
}

void DeviceEngine::start_backward() {
  for (DeviceLayer& population : populations_)
    for (gpu::Buffer<float>* sums :
         {&population.adjoint, &population.input_sum, &population.d_decay, &population.d_threshold})
      gpu::clear(stream_, sums->data(), sums->size());
}

void DeviceEngine::backward_component(std::size_t c) {
  const Component& component = plan_.order.components[c];
  for (const int index : component) {
    const PlannedPopulation& planned = plan_.populations[static_cast<std::size_t>(index)];
    if (!hands_on(planned)) continue;
    for (const int q : planned.outputs) {
      const PlannedProjection& projection = plan_.projections[static_cast<std::size_t>(q)];
      if (Plan::mixed_delay(projection) && !projection.internal)
        hand_back(static_cast<std::size_t>(q), 0, options_.ticks);
    }
  }
  for (int end = options_.ticks; end > 0; end -= ticks_above_)
    backward_ticks(c, std::max(0, end - ticks_above_), end);
}

/// What the inputs of some ticks want of the outputs behind a projection with mixed delays.
void DeviceEngine::hand_back(std::size_t q, int tick_begin, int tick_end) {
  const PlannedProjection& projection = plan_.projections[q];
  const std::int64_t sources = plan_.populations[static_cast<std::size_t>(projection.source)].size;
  const auto target = static_cast<std::size_t>(projection.target);
  const std::int64_t targets = plan_.populations[target].size;
  const std::int64_t rows = std::int64_t{tick_end - tick_begin} * rows_;
  const float* gradient = populations_[target].u.data() + tick_begin * rows_ * targets;
  float* out = projections_[q].handed.data() + tick_begin * rows_ * sources;
  if (projection.kind == PlannedProjection::Kind::diagonal) {
    gpu::clear(stream_, out, static_cast<std::size_t>(rows * sources));
    diagonal_backward(stream_, gradient, rows, targets, parameters_.weights(q).exact, out);
  } else {
    products_.take_gradient(stream_, gradient, rows, targets);
    products_.backward(stream_, parameters_.weights(q), sources, out, false);
  }
}

/// d_output[tick][row][source] (+)= what the projection's targets want of the outputs of these
/// ticks.
void DeviceEngine::output_gradient(int index, int tick_begin, int tick_end, float* d_output,
                                   bool accumulate) {
  const auto q = static_cast<std::size_t>(index);
  const PlannedProjection& projection = plan_.projections[q];
  const std::int64_t sources = plan_.populations[static_cast<std::size_t>(projection.source)].size;
  if (Plan::mixed_delay(projection)) {
    collect_delayed(stream_, projections_[q].handed.data(), rows_, sources,
                    projections_[q].delay.data(), tick_begin, tick_end, options_.ticks, d_output);
    return;
  }
  const auto target = static_cast<std::size_t>(projection.target);
  const std::int64_t targets = plan_.populations[target].size;
  const int first = tick_begin + projection.delay;
  const int last = std::min(tick_end + projection.delay, options_.ticks);
  if (first >= last) return;
  const std::int64_t rows = std::int64_t{last - first} * rows_;
  const float* gradient = populations_[target].u.data() + first * rows_ * targets;
  if (projection.kind == PlannedProjection::Kind::diagonal) {
    diagonal_backward(stream_, gradient, rows, targets, parameters_.weights(q).exact, d_output);
  } else {
    products_.take_gradient(stream_, gradient, rows, targets);
    products_.backward(stream_, parameters_.weights(q), sources, d_output, accumulate);
  }
}

void DeviceEngine::backward_ticks(std::size_t c, int tick_begin, int tick_end) {
  const Component& component = plan_.order.components[c];
  const std::int64_t ticks = tick_end - tick_begin;
  // One stretch of gradients per population that hands something on.
  std::vector<float*> above(component.size(), nullptr);
  float* room = above_.data();
  for (std::size_t i = 0; i < component.size(); ++i) {
    const PlannedPopulation& planned = plan_.populations[static_cast<std::size_t>(component[i])];
    if (!hands_on(planned)) continue;
    const std::int64_t values = ticks * rows_ * planned.size;
    above[i] = room;
    room += whole_lines(values);
    // One dense product without delay writes all of it; anything else adds to zeros.
    const auto& first = plan_.projections[static_cast<std::size_t>(planned.outputs.front())];
    const bool whole = !first.internal && first.delay == 0 && !Plan::mixed_delay(first) &&
                       first.kind == PlannedProjection::Kind::dense;
    if (!whole) gpu::clear(stream_, above[i], static_cast<std::size_t>(values));
    bool written = !whole;
    for (const int q : planned.outputs) {
      if (plan_.projections[static_cast<std::size_t>(q)].internal) continue;
      output_gradient(q, tick_begin, tick_end, above[i], written);
      written = true;
    }
  }
  if (!plan_.order.recurrent(c)) {
    scan_backward(component.front(), tick_begin, tick_end, above.front());
    return;
  }
  for (int tick = tick_end - 1; tick >= tick_begin; --tick) {
    for (std::size_t i = component.size(); i-- > 0;) {
      const auto at = static_cast<std::size_t>(component[i]);
      const PlannedPopulation& planned = plan_.populations[at];
      float* d_output = above[i] == nullptr
                            ? nullptr
                            : above[i] + std::int64_t{tick - tick_begin} * rows_ * planned.size;
      for (const int q : planned.outputs) {
        if (d_output != nullptr && plan_.projections[static_cast<std::size_t>(q)].internal)
          output_gradient(q, tick, tick + 1, d_output, true);
      }
      scan_backward(component[i], tick, tick + 1, d_output);
      for (const int q : planned.inputs) {
        const PlannedProjection& projection = plan_.projections[static_cast<std::size_t>(q)];
        if (projection.internal && Plan::mixed_delay(projection))
          hand_back(static_cast<std::size_t>(q), tick, tick + 1);
      }
    }
  }
}

void DeviceEngine::scan_backward(int index, int tick_begin, int tick_end, const float* d_output) {
  const auto at = static_cast<std::size_t>(index);
  const PlannedPopulation& planned = plan_.populations[at];
  const DeviceLayer& population = populations_[at];
  cuda::backward_scan(stream_, network_.populations()[at].neurons(), options_.surrogate,
                      {.tick_begin = tick_begin,
                       .tick_end = tick_end,
                       .rows = rows_,
                       .neurons = planned.size,
                       .words = planned.words,
                       .u = population.u.data(),
                       .spikes = population.spikes.data(),
                       .held = population.held.data(),
                       .adaptation = population.adaptation.data(),
                       .d_output = d_output,
                       .d_output_held = population.d_output.data(),
                       .d_output_constant = population.d_output_constant.data(),
                       .d_membrane = population.d_membrane.data(),
                       .adjoint = population.adjoint.data(),
                       .input_sum = population.input_sum.data(),
                       .d_decay = population.d_decay.data(),
                       .d_threshold = population.d_threshold.data(),
                       .u_initial = population.initial.data(),
                       .coeffs = population.coeffs.data(),
                       .coeffs_shared = population.coeffs_shared,
                       .detach_reset = options_.detach_reset});
}

void DeviceEngine::weight_gradients() {
  for (std::size_t q = 0; q < projections_.size(); ++q) {
    const PlannedProjection& projection = plan_.projections[q];
    const auto target = static_cast<std::size_t>(projection.target);
    const std::int64_t targets = plan_.populations[target].size;
    if (!projection.held_input && projection.delay >= options_.ticks) continue;
    const Activity in =
        projection.held_input ? activity(projection.source, 0, 1) : arriving(q, 0, options_.ticks);
    const float* d_input =
        projection.held_input
            ? populations_[target].input_sum.data()
            : populations_[target].u.data() + std::int64_t{projection.delay} * rows_ * targets;
    float* d_weight = parameters_.d_weights(q);
    if (projection.kind == PlannedProjection::Kind::diagonal) {
      sums_.products(stream_, in, d_input, d_weight);
      continue;
    }
    products_.take_gradient(stream_, d_input, in.rows, targets);
    products_.weight_gradient(stream_, in, d_weight, false);
    if (!projection.mask.empty())
      keep_existing(stream_, projections_[q].exists.data(),
                    static_cast<std::int64_t>(projection.weights), d_weight);
  }
}

void DeviceEngine::bias_gradients() {
  for (std::size_t q = 0; q < projections_.size(); ++q) {
    const auto target = static_cast<std::size_t>(plan_.projections[q].target);
    if (plan_.projections[q].bias != no_parameter)
      sums_.plain(stream_, populations_[target].input_sum.data(), rows_,
                  plan_.populations[target].size, parameters_.d_bias(q), false);
  }
}

/// Of decays (as logits) and thresholds, from the scans.
void DeviceEngine::coefficient_gradients(std::span<float> gradient) {
  for (std::size_t p = 0; p < populations_.size(); ++p) {
    const std::int64_t size = plan_.populations[p].size;
    const auto add = [&](const gpu::Buffer<float>& rows, std::vector<float>& to) {
      if (rows.size() == 0) return;
      const gpu::Buffer<float> sums(static_cast<std::size_t>(size));
      sums_.plain(stream_, rows.data(), rows_, size, sums.data(), false);
      to = gpu::downloaded(stream_, sums);
    };
    add(populations_[p].d_decay, host_.populations[p].d_decay);
    add(populations_[p].d_threshold, host_.populations[p].d_threshold);
  }
  add_coefficient_gradients(pass(), gradient);
}

}  // namespace snn::cuda
