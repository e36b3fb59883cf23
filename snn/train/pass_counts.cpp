// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "snn/math/counters.hpp"
#include "snn/train/activity.hpp"
#include "snn/train/pass.hpp"
#include "snn/train/row_facts.hpp"

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

/// A call whose sources all have the same fan-out.
CallCounts call_of(const RowFacts& row, const SourceFanOut& fan) {
  const std::uint64_t all = fan.all.front(), nonzero = fan.nonzero.front();
  const auto events = static_cast<std::uint64_t>(row.nonzero);
  const auto graded = static_cast<std::uint64_t>(row.nonzero - row.units);
  const bool binary = row.ones == row.nonzero;
  CallCounts call;
  call.source_events = all > 0 ? events : 0;
  call.synaptic_events = events * all;
  call.effective_events = events * nonzero;
  call.graded = graded > 0;
  call.values = {.graded_synaptic = graded * all,
                 .graded_effective = graded * nonzero,
                 .ternary_effective = graded > 0 ? 0 : events * nonzero,
                 .binary_synaptic = binary ? events * all : 0,
                 .binary_effective = binary ? events * nonzero : 0,
                 .nonbinary_calls = binary ? std::uint64_t{0} : 1,
                 .value_sum = row.sum * static_cast<double>(all)};
  return call;
}

/// Any call, source by source.
template <class Real>
CallCounts call_of(const Activity<Real>& in, std::int64_t row, const SourceFanOut& fan) {
  if (in.values != nullptr) {
    const std::span values(in.values + row * in.neurons, static_cast<std::size_t>(in.neurons));
    return count_call(
        values, [&](std::size_t k) { return fan.all[k]; },
        [&](std::size_t k) { return fan.nonzero[k]; });
  }
  CallCounts call;
  for_each_bit(in.bits + row * in.words, in.words, [&](std::int64_t k) {
    const auto at = static_cast<std::size_t>(k);
    call.source_events += fan.all[at] > 0 ? 1 : 0;
    call.synaptic_events += fan.all[at];
    call.effective_events += fan.nonzero[at];
  });
  call.values.ternary_effective = call.effective_events;
  return call;
}

void add_call(SampleTotals& sample, const CallCounts& call, std::uint64_t times) {
  sample.synaptic_events += times * call.synaptic_events;
  sample.effective_events += times * call.effective_events;
  sample.acs += times * call.values.ternary_effective;
  sample.macs += times * (call.effective_events - call.values.ternary_effective);
}

/// Counts of one projection in the rows of one shard, [tick][row]; `facts` are those of all rows of
/// its source.
template <class Real>
CallCounts count_projection(const Pass<Real>& pass, std::size_t q, const SourceFanOut& fan,
                            const Shard<Real>& shard, const std::vector<RowFacts>& facts,
                            std::span<SampleTotals> samples) {
  const PlannedProjection& projection = pass.plan.projections[q];
  const auto source = static_cast<std::size_t>(projection.source);
  // What was delivered within the sample: a spike whose delay reaches beyond its end was not.
  const int delivered =
      projection.held_input ? 1 : std::max(0, pass.options.ticks - projection.delay);
  Activity<Real> in =
      activity(pass.plan.populations[source], shard.populations[source], shard.rows, 0, delivered);
  const bool mixed = Plan::mixed_delay(projection);
  if (mixed && in.bits != nullptr) in.bits = shard.mixed_bits[q].data();
  if (mixed && in.values != nullptr) in.values = shard.mixed_values[q].data();
  const bool uniform = fan.uniform && !mixed;
  const std::uint64_t times =
      projection.held_input ? static_cast<std::uint64_t>(pass.options.ticks) : 1;
  CallCounts sum;
  for (int row = 0; row < shard.rows; ++row) {
    CallCounts sample;
    if (uniform && in.bits != nullptr) {  // calls of spikes just add up
      RowFacts spikes;
      for (std::int64_t tick = 0; tick < delivered; ++tick)
        spikes.nonzero += facts[static_cast<std::size_t>(tick * shard.rows + row)].nonzero;
      spikes.units = spikes.ones = spikes.nonzero;
      sample = call_of(spikes, fan);
    } else {
      for (std::int64_t tick = 0; tick < delivered; ++tick) {
        const std::int64_t line = tick * shard.rows + row;
        sample.add(
            uniform ? call_of(facts[static_cast<std::size_t>(line)], fan) : call_of(in, line, fan),
            times);
      }
    }
    sum.add(sample, 1);
    if (samples.empty()) continue;
    add_call(samples[static_cast<std::size_t>(shard.first) + static_cast<std::size_t>(row)], sample,
             1);
  }
  return sum;
}

/// Outputs of a population in the rows of one shard.
template <class Real>
std::uint64_t count_outputs(const Pass<Real>& pass, std::size_t p, const Shard<Real>& shard,
                            const std::vector<RowFacts>& facts, std::span<SampleTotals> samples) {
  const PlannedPopulation& planned = pass.plan.populations[p];
  const auto ticks = static_cast<std::uint64_t>(pass.options.ticks);
  const bool held = planned.source && planned.graded;  // one row stands for all ticks
  std::uint64_t sum = 0;
  for (std::size_t line = 0; line < facts.size(); ++line) {
    const auto here = static_cast<std::uint64_t>(facts[line].nonzero);
    sum += held ? ticks * here : here;
    if (planned.source || planned.graded || samples.empty()) continue;
    samples[static_cast<std::size_t>(shard.first) + line % static_cast<std::size_t>(shard.rows)]
        .spikes += here;
  }
  return sum;
}

}  // namespace

template <class Real>
RawCounts empty_counts(const Pass<Real>& pass) {
  RawCounts counts;
  counts.ticks = pass.options.ticks;
  for (std::size_t q = 0; q < pass.plan.projections.size(); ++q) {
    const PlannedProjection& projection = pass.plan.projections[q];
    ProjectionCounts entry;
    entry.name = pass.network.name_of({static_cast<std::int32_t>(q)});
    entry.source_size = pass.plan.populations[static_cast<std::size_t>(projection.source)].size;
    entry.target_size = pass.plan.populations[static_cast<std::size_t>(projection.target)].size;
    const SourceFanOut fan = fan_outs(projection, pass.parameters.data() + projection.weight,
                                      entry.source_size, entry.target_size);
    for (std::size_t k = 0; k < fan.all.size(); ++k) {
      entry.synapses += static_cast<std::int64_t>(fan.all[k]);
      entry.nonzero_synapses += static_cast<std::int64_t>(fan.nonzero[k]);
    }
    entry.constant = projection.held_input;
    entry.has_bias = projection.bias != no_parameter;
    if (!pass.plan.populations[static_cast<std::size_t>(projection.source)].spiking)
      entry.values.emplace();
    const Real* weight = pass.parameters.data() + projection.weight;
    entry.binary_weights = std::all_of(weight, weight + projection.weights,
                                       [](Real w) { return w == Real(0) || w == Real(1); });
    counts.projections.push_back(std::move(entry));
  }
  for (const Population& population : pass.network.populations())
    counts.populations.push_back(blank_counts(population));
  return counts;
}

template <class Real>
std::uint64_t count_spikes(const Pass<Real>& pass) {
  std::uint64_t total = 0;
  for (const Shard<Real>& shard : pass.shards) {
    for (std::size_t p = 0; p < pass.plan.populations.size(); ++p) {
      const PlannedPopulation& planned = pass.plan.populations[p];
      if (planned.source || !planned.spiking) continue;
      total += static_cast<std::uint64_t>(
          count_bits(shard.populations[p].spikes.data(),
                     std::int64_t{pass.options.ticks} * shard.rows * planned.words));
    }
  }
  return total;
}

template <class Real>
void add_counts(const Pass<Real>& pass, std::vector<SourceFanOut>& fans, RawCounts& counts,
                std::span<SampleTotals> samples) {
  if (!counters) return;  // of no samples: figures from them are refused
  counts.samples += pass.samples;
  // Weights stay the same until others are loaded.
  for (std::size_t q = fans.size(); q < pass.plan.projections.size(); ++q)
    fans.push_back(fan_outs(pass.plan.projections[q],
                            pass.parameters.data() + pass.plan.projections[q].weight,
                            counts.projections[q].source_size, counts.projections[q].target_size));
  // Each shard has samples of its own; sums are taken over shards in order.
  const std::size_t projections = pass.plan.projections.size(),
                    populations = pass.plan.populations.size();
  std::vector<CallCounts> calls(pass.shards.size() * projections);
  std::vector<std::uint64_t> emitted(pass.shards.size() * populations);
#pragma omp parallel for schedule(dynamic, 1) num_threads(pass.options.threads)
  for (std::size_t s = 0; s < pass.shards.size(); ++s) {
    const Shard<Real>& shard = pass.shards[s];
    std::vector<std::vector<RowFacts>> facts(populations);
    for (std::size_t p = 0; p < populations; ++p) {
      const PlannedPopulation& planned = pass.plan.populations[p];
      if (!planned.spiking && !planned.graded) continue;  // a readout that is only looked at
      const int lines = planned.source && planned.graded ? 1 : pass.options.ticks;
      facts[p] = facts_of_rows(activity(planned, shard.populations[p], shard.rows, 0, lines));
      emitted[s * populations + p] = count_outputs(pass, p, shard, facts[p], samples);
    }
    for (std::size_t q = 0; q < projections; ++q)
      calls[s * projections + q] = count_projection(
          pass, q, fans[q], shard, facts[static_cast<std::size_t>(pass.plan.projections[q].source)],
          samples);
  }
  const auto ticks = static_cast<std::uint64_t>(pass.options.ticks);
  const auto rows = static_cast<std::uint64_t>(pass.samples);
  for (std::size_t q = 0; q < projections; ++q) {
    ProjectionCounts& entry = counts.projections[q];
    entry.dense_events += static_cast<std::uint64_t>(entry.synapses) * ticks * rows;
    for (std::size_t s = 0; s < pass.shards.size(); ++s) {
      const CallCounts& call = calls[s * projections + q];
      entry.source_events += call.source_events;
      entry.synaptic_events += call.synaptic_events;
      entry.effective_events += call.effective_events;
      entry.graded = entry.graded || call.graded;
      if (entry.values) *entry.values += call.values;
    }
  }
  for (std::size_t p = 0; p < populations; ++p) {
    const PlannedPopulation& planned = pass.plan.populations[p];
    PopulationCounts& entry = counts.populations[p];
    const auto size = static_cast<std::uint64_t>(planned.size);
    if (!planned.source) {  // every neuron is stepped in every tick, a readout's too
      entry.stepped += size * ticks * rows;
      for (SampleTotals& sample : samples) sample.neuron_updates += size * ticks;
    }
    if (!planned.source && !planned.graded) entry.membrane_updates += size * rows;
    for (std::size_t s = 0; s < pass.shards.size(); ++s) {
      entry.spikes += emitted[s * populations + p];
      entry.membrane_updates += pass.shards[s].populations[p].moved;
    }
  }
}

template RawCounts empty_counts(const Pass<float>&);
template RawCounts empty_counts(const Pass<double>&);
template std::uint64_t count_spikes(const Pass<float>&);
template std::uint64_t count_spikes(const Pass<double>&);
template void add_counts(const Pass<float>&, std::vector<SourceFanOut>&, RawCounts&,
                         std::span<SampleTotals>);
template void add_counts(const Pass<double>&, std::vector<SourceFanOut>&, RawCounts&,
                         std::span<SampleTotals>);

}  // namespace snn
