// SPDX-License-Identifier: Apache-2.0
#include "snn/train/tally.hpp"

#include <algorithm>

#include "snn/train/activity.hpp"
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

/// Of one projection, [row]; `facts` are those of all lines of its source, [tick][row].
template <class Real>
std::vector<CallCounts> calls_of(const Plan& plan, const TrainOptions& options, std::size_t q,
                                 const SourceFanOut& fan, const Shard<Real>& shard,
                                 const std::vector<RowFacts>& facts) {
  const PlannedProjection& projection = plan.projections[q];
  const auto source = static_cast<std::size_t>(projection.source);
  const int delivered = delivered_ticks(projection, options.ticks);
  Activity<Real> in =
      activity(plan.populations[source], shard.populations[source], shard.rows, 0, delivered);
  const bool mixed = Plan::mixed_delay(projection);
  if (mixed && in.bits != nullptr) in.bits = shard.mixed_bits[q].data();
  if (mixed && in.values != nullptr) in.values = shard.mixed_values[q].data();
  const bool uniform = fan.uniform && !mixed;
  const std::uint64_t times = projection.held_input ? static_cast<std::uint64_t>(options.ticks) : 1;
  std::vector<CallCounts> calls(static_cast<std::size_t>(shard.rows));
  for (int row = 0; row < shard.rows; ++row) {
    CallCounts& sample = calls[static_cast<std::size_t>(row)];
    if (uniform && in.bits != nullptr) {  // calls of spikes just add up
      RowFacts spikes;
      for (std::int64_t tick = 0; tick < delivered; ++tick)
        spikes.nonzero += facts[static_cast<std::size_t>(tick * shard.rows + row)].nonzero;
      spikes.units = spikes.ones = spikes.nonzero;
      sample = call_of(spikes, fan);
      continue;
    }
    for (std::int64_t tick = 0; tick < delivered; ++tick) {
      const std::int64_t line = tick * shard.rows + row;
      sample.add(
          uniform ? call_of(facts[static_cast<std::size_t>(line)], fan) : call_of(in, line, fan),
          times);
    }
  }
  return calls;
}

/// Of one population, [row].
std::vector<std::uint64_t> outputs_of(const std::vector<RowFacts>& facts, int rows,
                                      std::uint64_t times) {
  std::vector<std::uint64_t> outputs(static_cast<std::size_t>(rows));
  for (std::size_t line = 0; line < facts.size(); ++line)
    outputs[line % outputs.size()] += times * static_cast<std::uint64_t>(facts[line].nonzero);
  return outputs;
}

}  // namespace

template <class Real>
std::vector<SourceFanOut> source_fan_outs(const Plan& plan, std::span<const Real> parameters) {
  std::vector<SourceFanOut> fans;
  for (const PlannedProjection& projection : plan.projections)
    fans.push_back(fan_outs(projection, parameters.data() + projection.weight,
                            plan.populations[static_cast<std::size_t>(projection.source)].size,
                            plan.populations[static_cast<std::size_t>(projection.target)].size));
  return fans;
}

template <class Real>
Tally tally_of(const Plan& plan, const TrainOptions& options, const std::vector<SourceFanOut>& fans,
               const Shard<Real>& shard) {
  Tally tally;
  tally.first = shard.first;
  tally.rows = shard.rows;
  const std::size_t populations = plan.populations.size();
  tally.outputs.resize(populations);
  std::vector<std::vector<RowFacts>> facts(populations);
  for (std::size_t p = 0; p < populations; ++p) {
    const PlannedPopulation& planned = plan.populations[p];
    tally.moved.push_back(shard.populations[p].moved);
    if (!planned.spiking && !planned.graded) continue;   // a readout that is only looked at
    const bool held = planned.source && planned.graded;  // one line stands for all ticks
    facts[p] = facts_of_rows(
        activity(planned, shard.populations[p], shard.rows, 0, held ? 1 : options.ticks));
    tally.outputs[p] =
        outputs_of(facts[p], shard.rows, held ? static_cast<std::uint64_t>(options.ticks) : 1);
  }
  for (std::size_t q = 0; q < plan.projections.size(); ++q)
    tally.calls.push_back(calls_of(plan, options, q, fans[q], shard,
                                   facts[static_cast<std::size_t>(plan.projections[q].source)]));
  return tally;
}

template std::vector<SourceFanOut> source_fan_outs(const Plan&, std::span<const float>);
template std::vector<SourceFanOut> source_fan_outs(const Plan&, std::span<const double>);
template Tally tally_of(const Plan&, const TrainOptions&, const std::vector<SourceFanOut>&,
                        const Shard<float>&);
template Tally tally_of(const Plan&, const TrainOptions&, const std::vector<SourceFanOut>&,
                        const Shard<double>&);

}  // namespace snn
