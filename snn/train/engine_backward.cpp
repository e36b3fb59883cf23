// SPDX-License-Identifier: Apache-2.0
#include <omp.h>

#include <algorithm>
#include <exception>

#include "snn/train/activity.hpp"
#include "snn/train/bits.hpp"
#include "snn/train/engine.hpp"

namespace snn {
namespace {

/// Gradients from above are made for as many ticks at a time as keep them in the second cache
/// level.
constexpr std::int64_t chunk_values = std::int64_t{1} << 17;

/// Source neurons whose weight gradients one thread sums at a time: whole words of spikes.
constexpr std::int64_t gradient_block = 256;

}  // namespace

template <class Real>
void Engine<Real>::backward(std::span<Real> gradient) {
  std::fill(gradient.begin(), gradient.end(), Real(0));
  penalty_ = regularise(pass(), d_output_constant_);
  std::exception_ptr failure;
#pragma omp parallel for schedule(dynamic, 1) num_threads(options_.threads)
  for (int s = 0; s < used_; ++s) {
    try {
      Shard<Real>& shard = shards_[static_cast<std::size_t>(s)];
      shard.work = &workspaces_[static_cast<std::size_t>(omp_get_thread_num())];
      backward_shard(shard);
    } catch (...) {
#pragma omp critical(snn_engine_failure)
      failure = std::current_exception();
    }
  }
  if (failure) std::rethrow_exception(failure);
  weight_gradients(gradient);
  other_gradients(gradient);
  for (int s = 0; s < used_; ++s) collect_work(shards_[static_cast<std::size_t>(s)]);
}

template <class Real>
void Engine<Real>::backward_shard(Shard<Real>& shard) {
  for (ShardPopulation<Real>& population : shard.populations) {
    std::fill(population.adjoint.begin(), population.adjoint.end(), Real(0));
    std::fill(population.input_sum.begin(), population.input_sum.end(), Real(0));
    std::fill(population.d_decay.begin(), population.d_decay.end(), Real(0));
    std::fill(population.d_threshold.begin(), population.d_threshold.end(), Real(0));
  }
  for (std::size_t c = plan_.order.components.size(); c-- > 0;) {
    const auto& component = plan_.order.components[c];
    if (plan_.populations[static_cast<std::size_t>(component.front())].source) continue;
    std::int64_t widest = 1;
    for (const int index : component)
      widest = std::max(widest, plan_.populations[static_cast<std::size_t>(index)].size);
    const auto chunk = static_cast<int>(
        std::clamp<std::int64_t>(chunk_values / (shard.rows * widest), 1, options_.ticks));
    for (int end = options_.ticks; end > 0; end -= chunk) {
      backward_ticks(shard, component, std::max(0, end - chunk), end);
    }
  }
}

template <class Real>
void Engine<Real>::backward_ticks(Shard<Real>& shard, const std::vector<std::int32_t>& component,
                                  int tick_begin, int tick_end) {
  const auto ticks = static_cast<std::size_t>(tick_end - tick_begin);
  // One stretch of gradients per population of the component.
  std::vector<std::size_t> offset;
  std::size_t room = 0;
  for (const int index : component) {
    offset.push_back(room);
    room += ticks * static_cast<std::size_t>(
                        shard.rows * plan_.populations[static_cast<std::size_t>(index)].size);
  }
  shard.work->d_output.resize(std::max(shard.work->d_output.size(), room));
  const auto wants_output = [&](const PlannedPopulation& planned) {
    return !planned.outputs.empty() && (planned.spiking || planned.graded);
  };
  for (std::size_t i = 0; i < component.size(); ++i) {
    const auto index = static_cast<std::size_t>(component[i]);
    const PlannedPopulation& planned = plan_.populations[index];
    const ShardPopulation<Real>& population = shard.populations[index];
    const std::int64_t width = shard.rows * planned.size;
    Real* d_output = shard.work->d_output.data() + offset[i];
    if (population.d_output.empty()) {
      std::fill_n(d_output, static_cast<std::int64_t>(ticks) * width, Real(0));
    } else {
      for (std::size_t t = 0; t < ticks; ++t)
        std::copy_n(population.d_output.data(), width,
                    d_output + static_cast<std::int64_t>(t) * width);
    }
    if (!wants_output(planned)) continue;
    for (const int q : planned.outputs) {
      const PlannedProjection& projection = plan_.projections[static_cast<std::size_t>(q)];
      if (!projection.internal) output_gradient(shard, q, tick_begin, tick_end, d_output);
    }
  }
  if (component.size() == 1 &&
      std::none_of(plan_.projections.begin(), plan_.projections.end(),
                   [&](const auto& q) { return q.internal && q.source == component.front(); })) {
    scan_backward(shard, component.front(), tick_begin, tick_end, shard.work->d_output.data());
    return;
  }
  for (int tick = tick_end - 1; tick >= tick_begin; --tick) {
    for (std::size_t i = component.size(); i-- > 0;) {
      const PlannedPopulation& planned = plan_.populations[static_cast<std::size_t>(component[i])];
      Real* d_output =
          shard.work->d_output.data() + offset[i] + (tick - tick_begin) * shard.rows * planned.size;
      for (const int q : planned.outputs) {
        const PlannedProjection& projection = plan_.projections[static_cast<std::size_t>(q)];
        if (projection.internal) output_gradient(shard, q, tick, tick + 1, d_output);
      }
      scan_backward(shard, component[i], tick, tick + 1, d_output);
    }
  }
}

/// d_output[tick][row][source] += what the projection's targets want of the outputs of these ticks.
template <class Real>
void Engine<Real>::output_gradient(Shard<Real>& shard, int index, int tick_begin, int tick_end,
                                   Real* d_output) {
  const PlannedProjection& projection = plan_.projections[static_cast<std::size_t>(index)];
  Operations& done = shard.work_done.input_gradient[static_cast<std::size_t>(index)];
  const std::int64_t sources = plan_.populations[static_cast<std::size_t>(projection.source)].size;
  const std::int64_t targets = plan_.populations[static_cast<std::size_t>(projection.target)].size;
  const Real* gradient = shard.populations[static_cast<std::size_t>(projection.target)].u.data();
  const Real* weight = parameters_.data() + projection.weight;
  const auto rows = static_cast<std::int64_t>(shard.rows);
  const auto product = [&](int first, int last,
                           Real* out) {  // gradients of the inputs of ticks first .. last-1
    const std::int64_t count = (last - first) * rows;
    const Real* from = gradient + first * rows * targets;
    if (projection.kind == PlannedProjection::Kind::diagonal) {
      for (std::int64_t j = 0; j < count * targets; ++j) out[j] += from[j] * weight[j % targets];
      done.macs += static_cast<std::uint64_t>(count * targets);
    } else {
      backward_product(from, count, targets, weight, sources, out, true, done);
    }
  };
  if (!Plan::mixed_delay(projection)) {
    const int last = std::min(tick_end + projection.delay, options_.ticks);
    if (tick_begin + projection.delay < last)
      product(tick_begin + projection.delay, last, d_output);
    return;
  }
  for (const DelayGroup& group : projection.groups) {
    for (int tick = tick_begin; tick < tick_end && tick + group.delay < options_.ticks; ++tick) {
      shard.work->product.assign(static_cast<std::size_t>(rows * sources), Real(0));
      product(tick + group.delay, tick + group.delay + 1, shard.work->product.data());
      Real* out = d_output + (tick - tick_begin) * rows * sources;
      for (std::int64_t row = 0; row < rows; ++row) {
        for_each_bit(group.mask.data(), static_cast<std::int64_t>(group.mask.size()),
                     [&](std::int64_t k) {
                       out[row * sources + k] +=
                           shard.work->product[static_cast<std::size_t>(row * sources + k)];
                     });
      }
    }
  }
}

template <class Real>
void Engine<Real>::scan_backward(Shard<Real>& shard, int index, int tick_begin, int tick_end,
                                 const Real* d_output) {
  const auto at = static_cast<std::size_t>(index);
  const PlannedPopulation& planned = plan_.populations[at];
  ShardPopulation<Real>& population = shard.populations[at];
  const auto data = [](auto& array) { return array.empty() ? nullptr : array.data(); };
  shard.work_done.adjoint_updates +=
      static_cast<std::uint64_t>(std::int64_t{tick_end - tick_begin} * shard.rows * planned.size);
  backward_scan<Real>(network_.populations()[at].neurons(),
                      {.tick_begin = tick_begin,
                       .tick_end = tick_end,
                       .rows = shard.rows,
                       .neurons = planned.size,
                       .words = planned.words,
                       .u = population.u.data(),
                       .spikes = data(population.spikes),
                       .held = data(population.held),
                       .adaptation = data(population.adaptation),
                       .d_output = d_output,
                       .d_output_constant = data(d_output_constant_[at]),
                       .d_membrane = data(population.d_membrane),
                       .adjoint = population.adjoint.data(),
                       .input_sum = population.input_sum.data(),
                       .d_decay = data(population.d_decay),
                       .d_threshold = data(population.d_threshold),
                       .u_initial = initial_[at].data(),
                       .coeffs = &coeffs_[at],
                       .surrogate = &options_.surrogate,
                       .detach_reset = options_.detach_reset});
}

template <class Real>
void Engine<Real>::weight_gradients(std::span<Real> gradient) {
  struct Block {
    std::size_t projection;
    std::int64_t first, last;
  };
  std::vector<Block> blocks;
  for (std::size_t q = 0; q < plan_.projections.size(); ++q) {
    const std::int64_t sources =
        plan_.populations[static_cast<std::size_t>(plan_.projections[q].source)].size;
    const bool diagonal = plan_.projections[q].kind == PlannedProjection::Kind::diagonal;
    const std::int64_t step = diagonal ? sources : gradient_block;
    for (std::int64_t first = 0; first < sources; first += step) {
      blocks.push_back({q, first, std::min(sources, first + step)});
    }
  }
  std::vector<Operations> done(blocks.size());
#pragma omp parallel num_threads(options_.threads)
  {
    Scratch<Real> scratch;
#pragma omp for schedule(dynamic, 1)
    for (std::size_t b = 0; b < blocks.size(); ++b) {
      const PlannedProjection& projection = plan_.projections[blocks[b].projection];
      const auto source = static_cast<std::size_t>(projection.source);
      const auto target = static_cast<std::size_t>(projection.target);
      const std::int64_t targets = plan_.populations[target].size;
      const bool diagonal = projection.kind == PlannedProjection::Kind::diagonal;
      Real* d_weight =
          gradient.data() + projection.weight + (diagonal ? 0 : blocks[b].first * targets);
      for (int s = 0; s < used_; ++s) {
        const Shard<Real>& shard = shards_[static_cast<std::size_t>(s)];
        const std::int64_t width = shard.rows * targets;
        Activity<Real> in;
        const Real* d_input = nullptr;
        if (projection.held_input) {
          in = activity(plan_.populations[source], shard.populations[source], shard.rows, 0, 1);
          d_input = shard.populations[target].input_sum.data();
        } else {
          if (projection.delay >= options_.ticks) continue;
          in = activity(plan_.populations[source], shard.populations[source], shard.rows, 0,
                        options_.ticks - projection.delay);
          if (Plan::mixed_delay(projection)) {
            const auto q = blocks[b].projection;
            if (in.bits != nullptr)
              in.bits = shard.mixed_bits[q].data();
            else
              in.values = shard.mixed_values[q].data();
          }
          d_input = shard.populations[target].u.data() + projection.delay * width;
        }
        if (diagonal) {
          diagonal_gradient(in, d_input, d_weight, done[b]);
        } else {
          weight_gradient(in, d_input, targets, blocks[b].first, blocks[b].last, d_weight,
                          options_.path, scratch, done[b]);
        }
      }
      if (!projection.mask.empty()) {
        const auto begin = static_cast<std::size_t>(blocks[b].first * targets);
        for (std::int64_t j = 0; j < (blocks[b].last - blocks[b].first) * targets; ++j) {
          if (projection.mask[begin + static_cast<std::size_t>(j)] == 0) d_weight[j] = Real(0);
        }
      }
    }
  }
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    operations_.projections[blocks[b].projection].weight_gradient += done[b];
    operations_.backward += done[b];
  }
}

/// Biases from the input sums; decays (as logits) and thresholds from the scans. Shards in order.
template <class Real>
void Engine<Real>::other_gradients(std::span<Real> gradient) {
  for (std::size_t q = 0; q < plan_.projections.size(); ++q) {
    const PlannedProjection& projection = plan_.projections[q];
    if (projection.bias == no_parameter) continue;
    const auto added = static_cast<std::uint64_t>(
        samples_ * plan_.populations[static_cast<std::size_t>(projection.target)].size);
    operations_.projections[q].bias_additions += added;
    operations_.bias_additions += added;
    const auto target = static_cast<std::size_t>(projection.target);
    const std::int64_t targets = plan_.populations[target].size;
    Real* d_bias = gradient.data() + projection.bias;
    for (int s = 0; s < used_; ++s) {
      const Shard<Real>& shard = shards_[static_cast<std::size_t>(s)];
      for (int row = 0; row < shard.rows; ++row) {
        const Real* sum = shard.populations[target].input_sum.data() + row * targets;
        for (std::int64_t n = 0; n < targets; ++n) d_bias[n] += sum[n];
      }
    }
  }
  add_coefficient_gradients(pass(), gradient);
}

template class Engine<float>;
template class Engine<double>;

}  // namespace snn
