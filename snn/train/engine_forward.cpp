// SPDX-License-Identifier: Apache-2.0
#include <omp.h>

#include <algorithm>
#include <exception>

#include "snn/compile/initial_membranes.hpp"
#include "snn/train/activity.hpp"
#include "snn/train/bits.hpp"
#include "snn/train/engine.hpp"

namespace snn {
namespace {

/// Shards per batch: enough for a workstation's cores, few enough for large products.
constexpr int shards_per_batch = 8;
constexpr int most_rows_per_shard = 32;

int rows_per_shard(int batch) {
  return std::clamp((batch + shards_per_batch - 1) / shards_per_batch, 1, most_rows_per_shard);
}

/// Puts together what arrives at `tick` over a projection with a delay per source neuron.
template <class Real>
void mix_delays(Shard<Real>& shard, const Plan& plan, std::size_t p, int tick) {
  const PlannedProjection& projection = plan.projections[p];
  const PlannedPopulation& planned = plan.populations[static_cast<std::size_t>(projection.source)];
  const ShardPopulation<Real>& source =
      shard.populations[static_cast<std::size_t>(projection.source)];
  if (planned.spiking) {
    const std::int64_t row_words = shard.rows * planned.words;
    std::uint64_t* to = shard.mixed_bits[p].data() + tick * row_words;
    std::fill_n(to, row_words, 0);
    for (const DelayGroup& group : projection.groups) {
      if (group.delay > tick) continue;
      const std::uint64_t* from = source.spikes.data() + (tick - group.delay) * row_words;
      for (std::int64_t w = 0; w < row_words; ++w)
        to[w] |= from[w] & group.mask[static_cast<std::size_t>(w % planned.words)];
    }
    return;
  }
  const std::int64_t width = shard.rows * planned.size;
  Real* to = shard.mixed_values[p].data() + tick * width;
  for (std::int64_t j = 0; j < width; ++j) {
    const int delay = projection.source_delay[static_cast<std::size_t>(j % planned.size)];
    to[j] = delay > tick ? Real(0)
                         : source.output[static_cast<std::size_t>((tick - delay) * width + j)];
  }
}

/// out[row][n] += activity[row][n] * weight[n].
template <class Real>
void diagonal_product(const Activity<Real>& in, const Real* weight, Real* out, Operations& done) {
  count_diagonal(in, done);
  for (std::int64_t row = 0; row < in.rows; ++row) {
    Real* to = out + row * in.neurons;
    if (in.values != nullptr) {
      for (std::int64_t n = 0; n < in.neurons; ++n)
        to[n] += in.values[row * in.neurons + n] * weight[n];
    } else {
      for_each_bit(in.bits + row * in.words, in.words, [&](std::int64_t n) { to[n] += weight[n]; });
    }
  }
}

}  // namespace

template <class Real>
Engine<Real>::Engine(const Network& network, const Plan& plan, const TrainOptions& options)
    : network_(network), plan_(plan), options_(options) {
  const int rows = rows_per_shard(options.batch);
  shards_.resize(static_cast<std::size_t>((options.batch + rows - 1) / rows));
  workspaces_.resize(static_cast<std::size_t>(std::max(options.threads, 1)));
  for (Shard<Real>& shard : shards_) allocate(shard, network, plan, options, rows);
  coeffs_.resize(plan.populations.size());
  initial_.resize(plan.populations.size());
  d_output_constant_.resize(plan.populations.size());
  operations_ = no_operations(network);
}

template <class Real>
void Engine<Real>::load(std::span<const Real> parameters) {
  parameters_.assign(parameters.begin(), parameters.end());
  fans_.clear();
  for (std::size_t p = 0; p < plan_.populations.size(); ++p) {
    if (plan_.populations[p].source) continue;
    const Population& population = network_.populations()[p];
    coeffs_[p] = make_coeffs<Real>(population.neurons(), plan_.populations[p].size, options_.dt_ms);
    const std::vector<double> initial =
        initial_membranes(population, static_cast<std::uint32_t>(p), options_.seed);
    initial_[p].assign(initial.begin(), initial.end());
  }
}

template <class Real>
LossValue Engine<Real>::forward(const BatchInput& input) {
  samples_ = input.samples;
  const int capacity = shards_.front().capacity;
  used_ = (input.samples + capacity - 1) / capacity;
  for (int s = 0; s < used_; ++s) {
    shards_[static_cast<std::size_t>(s)].first = s * capacity;
    shards_[static_cast<std::size_t>(s)].rows = std::min(capacity, input.samples - s * capacity);
  }
  std::exception_ptr failure;
#pragma omp parallel for schedule(dynamic, 1) num_threads(options_.threads)
  for (int s = 0; s < used_; ++s) {
    try {
      Shard<Real>& shard = shards_[static_cast<std::size_t>(s)];
      shard.work = &workspaces_[static_cast<std::size_t>(omp_get_thread_num())];
      forward_shard(shard, input);
    } catch (...) {
#pragma omp critical(snn_engine_failure)
      failure = std::current_exception();
    }
  }
  if (failure) std::rethrow_exception(failure);
  LossValue loss;
  for (int s = 0; s < used_; ++s) {
    Shard<Real>& shard = shards_[static_cast<std::size_t>(s)];
    loss.sum += shard.loss.sum;
    loss.correct += shard.loss.correct;
    collect_work(shard);
  }
  return loss;
}

template <class Real>
void Engine<Real>::input_products(Shard<Real>& shard, int index, bool internal, int tick_begin,
                                  int tick_end) {
  const PlannedPopulation& planned = plan_.populations[static_cast<std::size_t>(index)];
  if (!planned.time_input) return;
  ShardPopulation<Real>& population = shard.populations[static_cast<std::size_t>(index)];
  const std::int64_t width = shard.rows * planned.size;
  bool written = internal;  // the first external product overwrites what the arrays held before
  for (const int p : planned.inputs) {
    const PlannedProjection& projection = plan_.projections[static_cast<std::size_t>(p)];
    if (projection.internal != internal || projection.held_input) continue;
    const PlannedPopulation& source =
        plan_.populations[static_cast<std::size_t>(projection.source)];
    const int first = std::max(tick_begin, projection.delay);
    if (!written && (first > tick_begin || projection.kind == PlannedProjection::Kind::diagonal)) {
      std::fill_n(population.u.begin() + tick_begin * width, (tick_end - tick_begin) * width,
                  Real(0));
      written = true;
    }
    if (first >= tick_end) continue;
    Activity<Real> in =
        activity(source, shard.populations[static_cast<std::size_t>(projection.source)], shard.rows,
                 first - projection.delay, tick_end - projection.delay);
    if (Plan::mixed_delay(projection)) {
      for (int tick = first; tick < tick_end; ++tick)
        mix_delays(shard, plan_, static_cast<std::size_t>(p), tick);
      const std::int64_t skipped = std::int64_t{first} * shard.rows;
      if (source.spiking)
        in.bits = shard.mixed_bits[static_cast<std::size_t>(p)].data() + skipped * source.words;
      else
        in.values = shard.mixed_values[static_cast<std::size_t>(p)].data() + skipped * source.size;
    }
    Real* out = population.u.data() + first * width;
    const Real* weight = parameters_.data() + projection.weight;
    if (projection.kind == PlannedProjection::Kind::diagonal) {
      diagonal_product(in, weight, out, shard.work_done.forward[static_cast<std::size_t>(p)]);
    } else {
      forward_product(in, weight, planned.size, out, written, options_.path, shard.work->scratch,
                      shard.work_done.forward[static_cast<std::size_t>(p)]);
    }
    written = true;
  }
  if (!written)
    std::fill_n(population.u.begin() + tick_begin * width, (tick_end - tick_begin) * width,
                Real(0));
}

template <class Real>
void Engine<Real>::scan_forward(Shard<Real>& shard, int index, int tick_begin, int tick_end) {
  const PlannedPopulation& planned = plan_.populations[static_cast<std::size_t>(index)];
  ShardPopulation<Real>& population = shard.populations[static_cast<std::size_t>(index)];
  const auto data = [](auto& array) { return array.empty() ? nullptr : array.data(); };
  shard.work_done.neuron_updates +=
      static_cast<std::uint64_t>(std::int64_t{tick_end - tick_begin} * shard.rows * planned.size);
  forward_scan<Real>(network_.populations()[static_cast<std::size_t>(index)].neurons(),
                     {.tick_begin = tick_begin,
                      .tick_end = tick_end,
                      .rows = shard.rows,
                      .neurons = planned.size,
                      .words = planned.words,
                      .u = population.u.data(),
                      .has_input = planned.time_input,
                      .constant = population.constant.data(),
                      .state = population.state.data(),
                      .spikes = data(population.spikes),
                      .held = data(population.held),
                      .adaptation = data(population.adaptation),
                      .output = data(population.output),
                      .coeffs = &coeffs_[static_cast<std::size_t>(index)],
                      .moved = &population.moved});
}

template <class Real>
void Engine<Real>::forward_shard(Shard<Real>& shard, const BatchInput& input) {
  present(shard, plan_, options_, input, 1);
  for (std::size_t p = 0; p < plan_.populations.size(); ++p) {
    const PlannedPopulation& planned = plan_.populations[p];
    if (planned.source) continue;
    ShardPopulation<Real>& population = shard.populations[p];
    population.moved = 0;
    std::fill(population.state.begin(), population.state.end(), Real(0));
    std::fill(population.constant.begin(), population.constant.end(), Real(0));
    for (int row = 0; row < shard.rows; ++row) {
      std::copy(initial_[p].begin(), initial_[p].end(),
                population.state.begin() + row * planned.size);
    }
    for (const int q : planned.inputs) {
      const PlannedProjection& projection = plan_.projections[static_cast<std::size_t>(q)];
      if (projection.bias == no_parameter) continue;
      shard.work_done.bias_additions[static_cast<std::size_t>(q)] +=
          static_cast<std::uint64_t>(shard.rows * planned.size);
      for (std::int64_t j = 0; j < shard.rows * planned.size; ++j) {
        population.constant[static_cast<std::size_t>(j)] +=
            parameters_[projection.bias + static_cast<std::size_t>(j % planned.size)];
      }
    }
    for (const int q : planned.inputs) {
      const PlannedProjection& projection = plan_.projections[static_cast<std::size_t>(q)];
      if (!projection.held_input) continue;
      const auto source = static_cast<std::size_t>(projection.source);
      const Activity<Real> in =
          activity(plan_.populations[source], shard.populations[source], shard.rows, 0, 1);
      const Real* weight = parameters_.data() + projection.weight;
      if (projection.kind == PlannedProjection::Kind::diagonal) {
        diagonal_product(in, weight, population.constant.data(),
                         shard.work_done.forward[static_cast<std::size_t>(q)]);
      } else {
        forward_product(in, weight, planned.size, population.constant.data(), true, options_.path,
                        shard.work->scratch, shard.work_done.forward[static_cast<std::size_t>(q)]);
      }
    }
  }
  for (std::size_t c = 0; c < plan_.order.components.size(); ++c) {
    const auto& component = plan_.order.components[c];
    if (plan_.populations[static_cast<std::size_t>(component.front())].source) continue;
    for (const int index : component) input_products(shard, index, false, 0, options_.ticks);
    if (!plan_.order.recurrent(c)) {
      scan_forward(shard, component.front(), 0, options_.ticks);
      continue;
    }
    for (int tick = 0; tick < options_.ticks; ++tick) {
      for (const int index : component) {
        input_products(shard, index, true, tick, tick + 1);
        scan_forward(shard, index, tick, tick + 1);
      }
    }
  }
  shard.loss = read_out(shard, plan_, options_, input);
}

template class Engine<float>;
template class Engine<double>;

}  // namespace snn
