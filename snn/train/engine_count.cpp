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

template <class Real>
void Engine<Real>::count(RawCounts& counts) const {
  counts.samples += samples_;
  const auto ticks = static_cast<std::uint64_t>(options_.ticks);
  for (std::size_t q = 0; q < plan_.projections.size(); ++q) {
    const PlannedProjection& projection = plan_.projections[q];
    const auto source = static_cast<std::size_t>(projection.source);
    const PlannedPopulation& planned = plan_.populations[source];
    ProjectionCounts& entry = counts.projections[q];
    const FanOut fan = fan_outs(projection, parameters_.data() + projection.weight,
                                entry.source_size, entry.target_size);
    entry.dense_events +=
        static_cast<std::uint64_t>(entry.synapses) * ticks * static_cast<std::uint64_t>(samples_);
    const auto event = [&](std::int64_t k, std::uint64_t times) {
      entry.source_events += fan.all[static_cast<std::size_t>(k)] > 0 ? times : 0;
      entry.synaptic_events += times * fan.all[static_cast<std::size_t>(k)];
      entry.effective_events += times * fan.nonzero[static_cast<std::size_t>(k)];
    };
    for (int s = 0; s < used_; ++s) {
      const Shard<Real>& shard = shards_[static_cast<std::size_t>(s)];
      // What was delivered within the sample: a spike whose delay reaches beyond its end was not.
      const int delivered =
          projection.held_input ? 1 : std::max(0, options_.ticks - projection.delay);
      Activity<Real> in = activity(planned, shard.populations[source], shard.rows, 0, delivered);
      if (Plan::mixed_delay(projection)) {
        if (in.bits != nullptr)
          in.bits = shard.mixed_bits[q].data();
        else
          in.values = shard.mixed_values[q].data();
      }
      if (in.bits != nullptr) {
        for (std::int64_t row = 0; row < in.rows; ++row) {
          for_each_bit(in.bits + row * in.words, in.words, [&](std::int64_t k) { event(k, 1); });
        }
        continue;
      }
      for (std::int64_t j = 0; j < in.rows * in.neurons; ++j) {
        const Real value = in.values[j];
        if (value == Real(0)) continue;
        if (std::abs(value) != Real(1)) entry.graded = true;
        event(j % in.neurons, projection.held_input ? ticks : 1);
      }
    }
  }
  for (std::size_t p = 0; p < plan_.populations.size(); ++p) {
    const PlannedPopulation& planned = plan_.populations[p];
    PopulationCounts& entry = counts.populations[p];
    for (int s = 0; s < used_; ++s) {
      const Shard<Real>& shard = shards_[static_cast<std::size_t>(s)];
      const auto updates =
          static_cast<std::uint64_t>(shard.rows) * static_cast<std::uint64_t>(planned.size);
      if (planned.spiking) {
        entry.spikes += static_cast<std::uint64_t>(
            count_bits(shard.populations[p].spikes.data(),
                       std::int64_t{options_.ticks} * shard.rows * planned.words));
      } else if (!shard.populations[p].output.empty()) {
        const auto& output = shard.populations[p].output;
        const std::int64_t used =
            static_cast<std::int64_t>(updates) * (planned.source ? 1 : options_.ticks);
        const auto nonzero = std::count_if(output.begin(), output.begin() + used,
                                           [](Real v) { return v != Real(0); });
        entry.spikes += static_cast<std::uint64_t>(nonzero) * (planned.source ? ticks : 1);
      }
      if (planned.source) continue;
      entry.stepped += updates * ticks;
      if (planned.graded) continue;
      entry.membrane_updates +=
          updates + membrane_changes(network_.populations()[p].neurons(), coeffs_[p], planned,
                                     shard.populations[p], options_.ticks, shard.rows);
    }
  }
}

template class Engine<float>;
template class Engine<double>;

}  // namespace snn
