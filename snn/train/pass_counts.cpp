// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "snn/math/counters.hpp"
#include "snn/train/activity.hpp"
#include "snn/train/pass.hpp"

namespace snn {
namespace {

void add_call(SampleTotals& sample, const CallCounts& call) {
  sample.synaptic_events += call.synaptic_events;
  sample.effective_events += call.effective_events;
  sample.acs += call.values.ternary_effective;
  sample.macs += call.effective_events - call.values.ternary_effective;
}

}  // namespace

template <class Real>
RawCounts empty_counts(const Pass<Real>& pass) {
  RawCounts counts;
  counts.ticks = pass.options.ticks;
  const auto fans = source_fan_outs<Real>(pass.plan, pass.parameters);
  for (std::size_t q = 0; q < pass.plan.projections.size(); ++q) {
    const PlannedProjection& projection = pass.plan.projections[q];
    ProjectionCounts entry;
    entry.name = pass.network.name_of({static_cast<std::int32_t>(q)});
    entry.source_size = pass.plan.populations[static_cast<std::size_t>(projection.source)].size;
    entry.target_size = pass.plan.populations[static_cast<std::size_t>(projection.target)].size;
    const SourceFanOut& fan = fans[q];
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

void add_counts(const Plan& plan, const TrainOptions& options, std::span<const Tally> tallies,
                RawCounts& counts, std::span<SampleTotals> samples) {
  if (!counters) return;  // of no samples: figures from them are refused
  const auto ticks = static_cast<std::uint64_t>(options.ticks);
  std::uint64_t rows = 0;
  for (const Tally& tally : tallies) rows += static_cast<std::uint64_t>(tally.rows);
  counts.samples += static_cast<std::int64_t>(rows);
  for (ProjectionCounts& entry : counts.projections)
    entry.dense_events += static_cast<std::uint64_t>(entry.synapses) * ticks * rows;
  for (std::size_t p = 0; p < plan.populations.size(); ++p) {
    const PlannedPopulation& planned = plan.populations[p];
    PopulationCounts& entry = counts.populations[p];
    const auto size = static_cast<std::uint64_t>(planned.size);
    if (planned.source) continue;
    entry.stepped += size * ticks * rows;  // in every tick, a readout's too
    if (!planned.graded) entry.membrane_updates += size * rows;
    for (SampleTotals& sample : samples) sample.neuron_updates += size * ticks;
  }
  for (const Tally& tally : tallies) {
    const auto sample_of = [&](std::size_t row) -> SampleTotals& {
      return samples[static_cast<std::size_t>(tally.first) + row];
    };
    for (std::size_t q = 0; q < tally.calls.size(); ++q) {
      CallCounts sum;
      for (std::size_t row = 0; row < tally.calls[q].size(); ++row) {
        sum.add(tally.calls[q][row], 1);
        if (!samples.empty()) add_call(sample_of(row), tally.calls[q][row]);
      }
      ProjectionCounts& entry = counts.projections[q];
      entry.source_events += sum.source_events;
      entry.synaptic_events += sum.synaptic_events;
      entry.effective_events += sum.effective_events;
      entry.graded = entry.graded || sum.graded;
      if (entry.values) *entry.values += sum.values;
    }
    for (std::size_t p = 0; p < tally.outputs.size(); ++p) {
      const PlannedPopulation& planned = plan.populations[p];
      PopulationCounts& entry = counts.populations[p];
      entry.membrane_updates += tally.moved[p];
      for (std::size_t row = 0; row < tally.outputs[p].size(); ++row) {
        entry.spikes += tally.outputs[p][row];
        if (!planned.source && !planned.graded && !samples.empty())
          sample_of(row).spikes += tally.outputs[p][row];
      }
    }
  }
}

template RawCounts empty_counts(const Pass<float>&);
template RawCounts empty_counts(const Pass<double>&);
template std::uint64_t count_spikes(const Pass<float>&);
template std::uint64_t count_spikes(const Pass<double>&);

}  // namespace snn
