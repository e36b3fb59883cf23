// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "snn/math/lanes.hpp"
#include "snn/train/activity.hpp"
#include "snn/train/engine.hpp"
#include "snn/train/trainable.hpp"

namespace snn {
namespace {

/// Synapses of each source neuron: all, and those whose weight is not 0.
struct FanOut {
  std::vector<std::uint64_t> all, nonzero;
};

template <class Real>
FanOut fan_outs(const PlannedProjection& projection, const Real* weight, std::int64_t sources,
                std::int64_t targets) {
  FanOut fan{std::vector<std::uint64_t>(static_cast<std::size_t>(sources)),
             std::vector<std::uint64_t>(static_cast<std::size_t>(sources))};
  for (std::int64_t k = 0; k < sources; ++k) {
    const auto at = static_cast<std::size_t>(k);
    fan.all[at] = static_cast<std::uint64_t>(fan_out(projection, k, targets));
    const bool diagonal = projection.kind == PlannedProjection::Kind::diagonal;
    const Real* row = weight + k * (diagonal ? 1 : targets);
    fan.nonzero[at] = static_cast<std::uint64_t>(
        std::count_if(row, row + (diagonal ? 1 : targets), [](Real w) { return w != Real(0); }));
  }
  return fan;
}

/// How often the membrane differs from the tick before, both after the reset.
template <class Real>
std::uint64_t membrane_changes(const Neurons& neurons, const CoeffTable<Real>& coeffs,
                               const PlannedPopulation& planned,
                               const ShardPopulation<Real>& population, int ticks, int rows) {
  return visit_trainable(
      [&](const auto& parameters) {
        using Model = typename std::decay_t<decltype(parameters)>::model;
        std::uint64_t changes = 0;
        if constexpr (Model::output != Output::graded) {
          using Coeffs = typename Model::template Coeffs<Real>;
          const auto after = [&](int tick, int row, std::int64_t n) {
            const std::int64_t line = std::int64_t{tick} * rows + row;
            const Coeffs c = coeffs.shared
                                 ? lanes::load<Coeffs>(coeffs.values.data(), 1, 0)
                                 : lanes::load<Coeffs>(coeffs.values.data(), planned.size, n);
            typename Model::template State<Real> state{};
            state.u = population.u[static_cast<std::size_t>(line * planned.size + n)];
            const bool spike =
                Model::output == Output::spikes &&
                ((population.spikes[static_cast<std::size_t>(line * planned.words + n / 64)] >>
                  (n % 64)) &
                 1) != 0;
            Model::fire(state, c, spike ? Real(1) : Real(0));
            return state.u;
          };
          for (int row = 0; row < rows; ++row) {
            for (std::int64_t n = 0; n < planned.size; ++n) {
              Real before = after(0, row, n);
              for (int tick = 1; tick < ticks; ++tick) {
                const Real now = after(tick, row, n);
                changes += now != before ? 1 : 0;
                before = now;
              }
            }
          }
        }
        return changes;
      },
      neurons);
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
    const FanOut fan = fan_outs(projection, parameters_.data() + projection.weight,
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
void Engine<Real>::count_projection(std::size_t q, const Shard<Real>& shard,
                                    const std::vector<std::uint64_t>& all,
                                    const std::vector<std::uint64_t>& nonzero,
                                    ProjectionCounts& entry,
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
  for (std::int64_t row = 0; row < in.rows; ++row) {
    CallCounts call;
    if (in.bits != nullptr) {
      for_each_bit(in.bits + row * in.words, in.words, [&](std::int64_t k) {
        const auto at = static_cast<std::size_t>(k);
        call.source_events += all[at] > 0 ? 1 : 0;
        call.synaptic_events += all[at];
        call.effective_events += nonzero[at];
      });
      call.values.ternary_effective = call.effective_events;
    } else {
      call = count_call(
          std::span(in.values + row * in.neurons, static_cast<std::size_t>(in.neurons)),
          [&](std::size_t k) { return all[k]; }, [&](std::size_t k) { return nonzero[k]; });
      CallCounts sum;
      sum.add(call, times);
      *entry.values += sum.values;
      entry.graded = entry.graded || call.graded;
    }
    entry.source_events += times * call.source_events;
    entry.synaptic_events += times * call.synaptic_events;
    entry.effective_events += times * call.effective_events;
    if (samples.empty()) continue;
    SampleTotals& sample = samples[static_cast<std::size_t>(shard.first + row % shard.rows)];
    sample.synaptic_events += times * call.synaptic_events;
    sample.effective_events += times * call.effective_events;
    sample.acs += times * call.values.ternary_effective;
    sample.macs += times * (call.effective_events - call.values.ternary_effective);
  }
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
  const auto ticks = static_cast<std::uint64_t>(options_.ticks);
  for (std::size_t q = 0; q < plan_.projections.size(); ++q) {
    ProjectionCounts& entry = counts.projections[q];
    const PlannedProjection& projection = plan_.projections[q];
    const FanOut fan = fan_outs(projection, parameters_.data() + projection.weight,
                                entry.source_size, entry.target_size);
    entry.dense_events +=
        static_cast<std::uint64_t>(entry.synapses) * ticks * static_cast<std::uint64_t>(samples_);
    for (int s = 0; s < used_; ++s)
      count_projection(q, shards_[static_cast<std::size_t>(s)], fan.all, fan.nonzero, entry,
                       samples);
  }
  for (std::size_t p = 0; p < plan_.populations.size(); ++p) {
    const PlannedPopulation& planned = plan_.populations[p];
    PopulationCounts& entry = counts.populations[p];
    for (int s = 0; s < used_; ++s) {
      const Shard<Real>& shard = shards_[static_cast<std::size_t>(s)];
      const auto each = static_cast<std::uint64_t>(planned.size);
      for (int row = 0; row < shard.rows; ++row) {
        const std::uint64_t spikes = outputs(p, shard, row);
        entry.spikes += spikes;
        if (planned.source) continue;
        entry.stepped += each * ticks;
        if (samples.empty()) continue;
        SampleTotals& sample = samples[static_cast<std::size_t>(shard.first + row)];
        sample.spikes += planned.graded ? 0 : spikes;
        sample.neuron_updates += each * ticks;
      }
      if (planned.source || planned.graded) continue;
      entry.membrane_updates +=
          each * static_cast<std::uint64_t>(shard.rows) +
          membrane_changes(network_.populations()[p].neurons(), coeffs_[p], planned,
                           shard.populations[p], options_.ticks, shard.rows);
    }
  }
}

template class Engine<float>;
template class Engine<double>;

}  // namespace snn
