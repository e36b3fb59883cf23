// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>
#include <numeric>

#include "snn/math/counters.hpp"
#include "snn/math/isa.hpp"
#include "snn/train/activity.hpp"
#include "snn/train/engine.hpp"

namespace snn {
namespace {

template <class Real>
SourceFanOut fan_outs(const PlannedProjection& projection, const Real* weight, std::int64_t sources,
                      std::int64_t targets) {
  SourceFanOut fan;
  for (std::int64_t k = 0; k < sources; ++k) {
    fan.all.push_back(static_cast<std::uint64_t>(fan_out(projection, k, targets)));
    const std::int64_t width = projection.kind == PlannedProjection::Kind::diagonal ? 1 : targets;
    const Real* row = weight + k * width;
    fan.nonzero.push_back(static_cast<std::uint64_t>(
        std::count_if(row, row + width, [](Real w) { return w != Real(0); })));
  }
  const auto uniform = [](const std::vector<std::uint64_t>& each) {
    return std::all_of(each.begin(), each.end(), [&](auto n) { return n == each.front(); });
  };
  fan.uniform = uniform(fan.all) && uniform(fan.nonzero);
  return fan;
}

/// Spikes of one row.
CallCounts count_spikes(const std::uint64_t* bits, std::int64_t words, const SourceFanOut& fan) {
  CallCounts call;
  if (fan.uniform) {
    const auto spikes = static_cast<std::uint64_t>(count_bits(bits, words));
    call.source_events = fan.all.front() > 0 ? spikes : 0;
    call.synaptic_events = spikes * fan.all.front();
    call.effective_events = spikes * fan.nonzero.front();
  } else {
    for_each_bit(bits, words, [&](std::int64_t k) {
      const auto at = static_cast<std::size_t>(k);
      call.source_events += fan.all[at] > 0 ? 1 : 0;
      call.synaptic_events += fan.all[at];
      call.effective_events += fan.nonzero[at];
    });
  }
  call.values.ternary_effective = call.effective_events;
  return call;
}

/// What the values of one row are, all of which have the same fan-out.
template <class Real>
struct ValueKernel {
  const Real* values;
  std::int64_t count;
  std::int64_t* nonzero;
  std::int64_t* units;  ///< -1 or 1
  std::int64_t* ones;
  double* sum;
  void operator()() const {
    std::int32_t some = 0, unit = 0, one = 0;
    double total[8] = {};
    for (std::int64_t j = 0; j < count; ++j) {
      const Real v = values[j];
      some += v != Real(0) ? 1 : 0;
      unit += (v == Real(1)) | (v == Real(-1)) ? 1 : 0;
      one += v == Real(1) ? 1 : 0;
    }
    std::int64_t j = 0;
    for (; j + 8 <= count; j += 8) {
      for (std::int64_t i = 0; i < 8; ++i) total[i] += static_cast<double>(values[j + i]);
    }
    for (; j < count; ++j) total[0] += static_cast<double>(values[j]);
    *nonzero = some;
    *units = unit;
    *ones = one;
    *sum = std::accumulate(std::begin(total), std::end(total), 0.0);
  }
};

/// Values of one row.
template <class Real>
CallCounts count_values(const Real* values, std::int64_t count, const SourceFanOut& fan) {
  if (!fan.uniform) {
    return count_call(
        std::span(values, static_cast<std::size_t>(count)),
        [&](std::size_t k) { return fan.all[k]; }, [&](std::size_t k) { return fan.nonzero[k]; });
  }
  std::int64_t some = 0, units = 0, ones = 0;
  double sum = 0;
  run_kernel(ValueKernel<Real>{values, count, &some, &units, &ones, &sum});
  const std::uint64_t all = fan.all.front(), nonzero = fan.nonzero.front();
  const auto events = static_cast<std::uint64_t>(some);
  const auto graded = static_cast<std::uint64_t>(some - units);
  CallCounts call;
  call.source_events = all > 0 ? events : 0;
  call.synaptic_events = events * all;
  call.effective_events = events * nonzero;
  call.graded = graded > 0;
  call.values.graded_synaptic = graded * all;
  call.values.graded_effective = graded * nonzero;
  call.values.ternary_effective = graded > 0 ? 0 : call.effective_events;
  call.values.binary_synaptic = ones == some ? call.synaptic_events : 0;
  call.values.binary_effective = ones == some ? call.effective_events : 0;
  call.values.nonbinary_calls = ones == some ? 0 : 1;
  call.values.value_sum = sum * static_cast<double>(all);
  return call;
}

}  // namespace

template <class Real>
RawCounts Engine<Real>::empty_counts() const {
  RawCounts counts;
  counts.ticks = options_.ticks;
  for (std::size_t q = 0; q < plan_.projections.size(); ++q) {
    const PlannedProjection& projection = plan_.projections[q];
    ProjectionCounts entry;
    entry.name = network_.name_of({static_cast<std::int32_t>(q)});
    entry.source_size = plan_.populations[static_cast<std::size_t>(projection.source)].size;
    entry.target_size = plan_.populations[static_cast<std::size_t>(projection.target)].size;
    const SourceFanOut fan = fan_outs(projection, parameters_.data() + projection.weight,
                                      entry.source_size, entry.target_size);
    for (std::size_t k = 0; k < fan.all.size(); ++k) {
      entry.synapses += static_cast<std::int64_t>(fan.all[k]);
      entry.nonzero_synapses += static_cast<std::int64_t>(fan.nonzero[k]);
    }
    entry.constant = projection.held_input;
    entry.has_bias = projection.bias != no_parameter;
    if (!plan_.populations[static_cast<std::size_t>(projection.source)].spiking)
      entry.values.emplace();
    const Real* weight = parameters_.data() + projection.weight;
    entry.binary_weights = std::all_of(weight, weight + projection.weights,
                                       [](Real w) { return w == Real(0) || w == Real(1); });
    counts.projections.push_back(std::move(entry));
  }
  for (const Population& population : network_.populations())
    counts.populations.push_back(blank_counts(population));
  return counts;
}

template <class Real>
std::uint64_t Engine<Real>::spikes() const {
  std::uint64_t total = 0;
  for (int s = 0; s < used_; ++s) {
    const Shard<Real>& shard = shards_[static_cast<std::size_t>(s)];
    for (std::size_t p = 0; p < plan_.populations.size(); ++p) {
      const PlannedPopulation& planned = plan_.populations[p];
      if (planned.source || !planned.spiking) continue;
      total += static_cast<std::uint64_t>(
          count_bits(shard.populations[p].spikes.data(),
                     std::int64_t{options_.ticks} * shard.rows * planned.words));
    }
  }
  return total;
}

/// Counts of one projection in the rows of one shard; row r of [tick][row] belongs to sample
/// first + r % rows.
template <class Real>
CallCounts Engine<Real>::count_projection(std::size_t q, const Shard<Real>& shard,
                                          std::span<SampleTotals> samples) const {
  const PlannedProjection& projection = plan_.projections[q];
  const auto source = static_cast<std::size_t>(projection.source);
  // What was delivered within the sample: a spike whose delay reaches beyond its end was not.
  const int delivered = projection.held_input ? 1 : std::max(0, options_.ticks - projection.delay);
  Activity<Real> in =
      activity(plan_.populations[source], shard.populations[source], shard.rows, 0, delivered);
  if (Plan::mixed_delay(projection)) {
    if (in.bits != nullptr)
      in.bits = shard.mixed_bits[q].data();
    else
      in.values = shard.mixed_values[q].data();
  }
  const std::uint64_t times =
      projection.held_input ? static_cast<std::uint64_t>(options_.ticks) : 1;
  CallCounts sum;
  for (std::int64_t row = 0; row < in.rows; ++row) {
    const CallCounts call = in.bits != nullptr
                                ? count_spikes(in.bits + row * in.words, in.words, fans_[q])
                                : count_values(in.values + row * in.neurons, in.neurons, fans_[q]);
    sum.add(call, times);
    if (samples.empty()) continue;
    SampleTotals& sample = samples[static_cast<std::size_t>(shard.first + row % shard.rows)];
    sample.synaptic_events += times * call.synaptic_events;
    sample.effective_events += times * call.effective_events;
    sample.acs += times * call.values.ternary_effective;
    sample.macs += times * (call.effective_events - call.values.ternary_effective);
  }
  return sum;
}

/// Spikes, or outputs != 0, of one row of a shard.
template <class Real>
std::uint64_t Engine<Real>::outputs(std::size_t p, const Shard<Real>& shard, int row) const {
  const PlannedPopulation& planned = plan_.populations[p];
  const ShardPopulation<Real>& population = shard.populations[p];
  const int ticks = planned.source && !planned.spiking ? 1 : options_.ticks;
  std::uint64_t sum = 0;
  for (int tick = 0; tick < ticks; ++tick) {
    const std::int64_t line = std::int64_t{tick} * shard.rows + row;
    if (planned.spiking) {
      sum += static_cast<std::uint64_t>(
          count_bits(population.spikes.data() + line * planned.words, planned.words));
    } else if (!population.output.empty()) {
      const auto begin = population.output.begin() + line * planned.size;
      sum += static_cast<std::uint64_t>(
          std::count_if(begin, begin + planned.size, [](Real v) { return v != Real(0); }));
    }
  }
  return ticks == options_.ticks ? sum : sum * static_cast<std::uint64_t>(options_.ticks);
}

template <class Real>
void Engine<Real>::count(RawCounts& counts, std::span<SampleTotals> samples) const {
  counts.samples += samples_;
  if (!counters) return;
  // Weights stay the same until others are loaded.
  for (std::size_t q = fans_.size(); q < plan_.projections.size(); ++q)
    fans_.push_back(fan_outs(plan_.projections[q], parameters_.data() + plan_.projections[q].weight,
                             counts.projections[q].source_size, counts.projections[q].target_size));
  // Each shard has samples of its own; sums are taken over shards in order.
  const std::size_t projections = plan_.projections.size(), populations = plan_.populations.size();
  std::vector<CallCounts> calls(static_cast<std::size_t>(used_) * projections);
  std::vector<std::uint64_t> emitted(static_cast<std::size_t>(used_) * populations);
#pragma omp parallel for schedule(dynamic, 1) num_threads(options_.threads)
  for (int s = 0; s < used_; ++s) {
    const Shard<Real>& shard = shards_[static_cast<std::size_t>(s)];
    for (std::size_t q = 0; q < projections; ++q)
      calls[static_cast<std::size_t>(s) * projections + q] = count_projection(q, shard, samples);
    for (std::size_t p = 0; p < populations; ++p)
      emitted[static_cast<std::size_t>(s) * populations + p] = count_outputs(p, shard, samples);
  }
  const auto ticks = static_cast<std::uint64_t>(options_.ticks);
  const auto rows = static_cast<std::uint64_t>(samples_);
  for (std::size_t q = 0; q < projections; ++q) {
    ProjectionCounts& entry = counts.projections[q];
    entry.dense_events += static_cast<std::uint64_t>(entry.synapses) * ticks * rows;
    for (std::size_t s = 0; s < static_cast<std::size_t>(used_); ++s) {
      const CallCounts& call = calls[s * projections + q];
      entry.source_events += call.source_events;
      entry.synaptic_events += call.synaptic_events;
      entry.effective_events += call.effective_events;
      entry.graded = entry.graded || call.graded;
      if (entry.values) *entry.values += call.values;
    }
  }
  for (std::size_t p = 0; p < populations; ++p) {
    const PlannedPopulation& planned = plan_.populations[p];
    PopulationCounts& entry = counts.populations[p];
    const auto size = static_cast<std::uint64_t>(planned.size);
    if (!planned.source) entry.stepped += size * ticks * rows;
    if (!planned.source && !planned.graded) entry.membrane_updates += size * rows;
    for (std::size_t s = 0; s < static_cast<std::size_t>(used_); ++s) {
      entry.spikes += emitted[s * populations + p];
      entry.membrane_updates += shards_[s].populations[p].moved;
    }
  }
}

/// Outputs of a population in the rows of one shard.
template <class Real>
std::uint64_t Engine<Real>::count_outputs(std::size_t p, const Shard<Real>& shard,
                                          std::span<SampleTotals> samples) const {
  const PlannedPopulation& planned = plan_.populations[p];
  std::uint64_t sum = 0;
  for (int row = 0; row < shard.rows; ++row) {
    const std::uint64_t here = outputs(p, shard, row);
    sum += here;
    if (planned.source || samples.empty()) continue;
    SampleTotals& sample = samples[static_cast<std::size_t>(shard.first + row)];
    sample.spikes += planned.graded ? 0 : here;
    sample.neuron_updates +=
        static_cast<std::uint64_t>(planned.size) * static_cast<std::uint64_t>(options_.ticks);
  }
  return sum;
}

template class Engine<float>;
template class Engine<double>;

}  // namespace snn
