// SPDX-License-Identifier: Apache-2.0
#include "snn/backend/exact_backend.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "snn/backend/cpu_currents.hpp"
#include "snn/backend/flush_to_zero.hpp"
#include "snn/backend/poisson_drive.hpp"

namespace snn {

ExactBackend::ExactBackend(const Network& network, CompiledNetwork compiled)
    : network_(std::move(compiled)), groups_(network_.populations.size()) {
  network_.fan_outs.clear();  // weights in fixed point: not used here
  for (std::size_t p = 0; p < groups_.size(); ++p) {
    groups_[p].ring.resize(static_cast<std::size_t>(network_.largest_delay) + 1);
    CompiledPopulation& population = network_.populations[p];
    if (population.is_source()) continue;
    for (CompiledPoissonDrive& drive : population.drives) drive.fixed = 1;  // events are counted
    ExactNeurons neurons = exact_neurons(network, network_, static_cast<std::int32_t>(p));
    std::vector<std::int32_t> inputs = population.inputs;
    std::stable_sort(inputs.begin(), inputs.end(), [&](std::int32_t a, std::int32_t b) {
      return network[ProjectionId{a}].source.index < network[ProjectionId{b}].source.index;
    });
    for (const std::int32_t q : inputs) {
      const bool graded = network_.projections[static_cast<std::size_t>(q)].graded;
      (graded ? neurons.graded : neurons.afferents)
          .push_back(exact_projection(network, {q}, network_.dt_ms, network_.seed));
    }
    groups_[p].neurons = std::move(neurons);
  }
  reset();
}

void ExactBackend::reset() {
  tick_ = 0;
  counts_ = {};
  counts_.populations.resize(groups_.size());
  counts_.projections.resize(network_.projections.size());
  per_tick_.assign(network_.projections.size(), {});
  for (std::size_t p = 0; p < groups_.size(); ++p) {
    Group& group = groups_[p];
    group.presented = {};
    group.values.clear();
    for (Spikes& spikes : group.ring) spikes.clear();
    const CompiledPopulation& population = network_.populations[p];
    if (population.is_source()) continue;
    const auto size = static_cast<std::size_t>(population.size);
    group.state.assign(static_cast<std::size_t>(population.loops->state_fields) * size, 0.0);
    std::copy(group.neurons.initial_u.begin(), group.neurons.initial_u.end(), group.state.begin());
    group.held = group.neurons.bias;
    group.input.assign(static_cast<std::size_t>(population.receptors) * size, 0.0);
    group.u.assign(size, 0.0f);
  }
}

void ExactBackend::advance(std::int64_t ticks, const Observer& observer) {
  const FlushToZero flush;
  for (std::int64_t done = 0; done < ticks; ++done) {
    run_tick(observer);
    if (observer.proceed && !observer.proceed(tick_)) return;
  }
}

void ExactBackend::run_tick(const Observer& observer) {
  for (const std::int32_t index : network_.order) {
    const auto p = static_cast<std::size_t>(index);
    Group& group = groups_[p];
    const CompiledPopulation& population = network_.populations[p];
    Spikes& fired = group.ring[static_cast<std::size_t>(tick_) % group.ring.size()];
    fired.clear();
    if (population.is_source()) {
      emit({population, static_cast<std::uint32_t>(p), group.presented, 0, population.size},
           {.dt_ms = network_.dt_ms, .seed = network_.seed, .tick = tick_, .isa = Isa::baseline},
           fired);
    } else {
      collect_input(p);
      inject(p);
      step(p, fired);
    }
    counts_.populations[p].spikes += fired.size();
  }
  for (std::size_t q = 0; q < per_tick_.size(); ++q) {
    BackendCounts::Projection& count = counts_.projections[q];
    count.source_events += per_tick_[q].source_events;
    count.synaptic_events += per_tick_[q].synaptic_events;
    count.effective_events += per_tick_[q].effective_events;
    count.multiplies = count.multiplies || per_tick_[q].graded;
    count.values += per_tick_[q].values;
  }
  observe(observer);
  ++tick_;
}

const ExactBackend::Spikes& ExactBackend::spikes_of(std::int32_t population,
                                                    std::int64_t tick) const {
  const auto& ring = groups_[static_cast<std::size_t>(population)].ring;
  return ring[static_cast<std::size_t>(tick) % ring.size()];
}

void ExactBackend::collect_input(std::size_t p) {
  Group& group = groups_[p];
  auto to = group.input.begin();
  for (const std::vector<double>& held : group.held) to = std::copy(held.begin(), held.end(), to);
  for (const ExactProjection& projection : group.neurons.afferents) deliver(projection, group);
  add_drives(p);
}

/// The spikes that arrive in this tick, by source neuron and delay.
void ExactBackend::deliver(const ExactProjection& projection, Group& target) {
  std::vector<std::pair<std::int32_t, std::int32_t>> arriving;
  for (const std::int32_t delay : projection.delays) {
    if (delay > tick_) break;
    for (const std::int32_t k : spikes_of(projection.source, tick_ - delay))
      arriving.emplace_back(k, delay);
  }
  std::sort(arriving.begin(), arriving.end());
  BackendCounts::Projection& count =
      counts_.projections[static_cast<std::size_t>(projection.index)];
  double* input = target.input.data() +
                  static_cast<std::size_t>(projection.receptor) * target.neurons.initial_u.size();
  for (const auto& [k, delay] : arriving) {
    const auto begin = projection.synapses.begin() + projection.row[static_cast<std::size_t>(k)];
    const auto end = projection.synapses.begin() + projection.row[static_cast<std::size_t>(k) + 1];
    auto synapse = std::partition_point(
        begin, end, [delay = delay](const ExactSynapse& s) { return s.delay < delay; });
    if (synapse == begin && synapse != end && synapse->delay == delay) ++count.source_events;
    for (; synapse != end && synapse->delay == delay; ++synapse) {
      input[synapse->target] += synapse->weight;
      ++count.synaptic_events;
      count.effective_events += synapse->weight != 0 ? 1 : 0;
    }
  }
}

void ExactBackend::add_drives(std::size_t p) {
  Group& group = groups_[p];
  const CompiledPopulation& population = network_.populations[p];
  constexpr std::int64_t block = RandomBlock::most;
  for (const CompiledPoissonDrive& drive : population.drives) {
    double* input = group.input.data() + drive.receptor * population.size;
    for (std::int64_t begin = 0; begin < population.size; begin += block) {
      std::int32_t events[block] = {};
      const std::int64_t count = std::min(block, population.size - begin);
      counts_.populations[p].drive_events += static_cast<std::uint64_t>(
          add_poisson_drive(drive, network_.seed, tick_, begin, count, events, Isa::baseline));
      for (std::int64_t j = 0; j < count; ++j)
        input[begin + j] += static_cast<double>(events[j]) * drive.weight;
    }
  }
}

/// Coefficients with the currents of the tick.
void ExactBackend::inject(std::size_t p) {
  Group& group = groups_[p];
  const CompiledPopulation& population = network_.populations[p];
  const CompiledCurrents& currents = population.currents;
  if (currents.empty()) return;
  const std::int64_t size = population.size;
  group.injected.resize(static_cast<std::size_t>(population.loops->coeff_fields * size));
  std::vector<double> current(static_cast<std::size_t>(size), currents.common_at(tick_));
  std::vector<float> normal(current.size());
  for (const CompiledNoise& noise : currents.noises) {
    const std::int64_t interval = noise.interval_at(tick_);
    if (interval < 0) continue;
    draw_noise(noise, interval, network_.seed, 0, normal);
    for (std::size_t n = 0; n < current.size(); ++n)
      current[n] += static_cast<double>(noise.sd) * static_cast<double>(normal[n]);
  }
  population.loops->inject_double({.coeffs = group.neurons.coeffs.data(),
                                   .coeff_stride = population.shared ? 0 : size,
                                   .current = current.data(),
                                   .count = size,
                                   .injected = group.injected.data(),
                                   .stride = size});
}

void ExactBackend::step(std::size_t p, Spikes& fired) {
  Group& group = groups_[p];
  const CompiledPopulation& population = network_.populations[p];
  BackendCounts::Population& count = counts_.populations[p];
  const bool injected = !population.currents.empty();
  const bool shared = population.shared && !injected;
  const double* coeffs = injected ? group.injected.data() : group.neurons.coeffs.data();
  const std::vector<double> scale(static_cast<std::size_t>(population.receptors), 1.0);
  constexpr std::int64_t most = NeuronRange<double>::most;
  for (std::int64_t begin = 0; begin < population.size; begin += most) {
    double u[most];
    std::int32_t spiked[most];
    NeuronRange<double> range{.state = group.state.data() + begin,
                              .stride = population.size,
                              .input = group.input.data() + begin,
                              .input_stride = population.size,
                              .scale = scale.data(),
                              .coeffs = coeffs + (shared ? 0 : begin),
                              .coeff_stride = shared ? 0 : population.size,
                              .count = std::min(most, population.size - begin),
                              .u = u,
                              .fired = spiked};
    population.loops->step_double(range);
    count.stepped += static_cast<std::uint64_t>(range.count);
    count.membrane_updates += static_cast<std::uint64_t>(tick_ == 0 ? range.count : range.moved);
    for (std::int64_t j = 0; j < range.count; ++j) {
      group.u[static_cast<std::size_t>(begin + j)] = static_cast<float>(u[j]);
      if (spiked[j] != 0) fired.push_back(static_cast<std::int32_t>(begin + j));
    }
  }
}

void ExactBackend::observe(const Observer& observer) {
  for (std::size_t p = 0; p < groups_.size(); ++p) {
    const Group& group = groups_[p];
    const auto index = static_cast<std::int32_t>(p);
    if (group.records_spikes && observer.spikes)
      observer.spikes(index, tick_, spikes_of(index, tick_));
    for (const auto& [field, request] : group.recorded) {
      if (tick_ % request.interval != 0) continue;
      const bool membrane = field == StateRequest::membrane;
      const std::size_t first = membrane ? 0 : static_cast<std::size_t>(field) * group.u.size();
      const auto value = [&](std::size_t n) {
        return membrane ? group.u[n] : static_cast<float>(group.state[first + n]);
      };
      std::vector<float> values;
      for (const std::int32_t n : request.neurons)
        values.push_back(value(static_cast<std::size_t>(n)));
      for (std::size_t n = 0; request.neurons.empty() && n < group.u.size(); ++n)
        values.push_back(value(n));
      if (membrane && observer.membrane) observer.membrane(index, tick_, values);
      if (!membrane && observer.state) observer.state(index, field, tick_, values);
    }
  }
}

void ExactBackend::present_values(std::int32_t p, std::span<const float> values) {
  const auto at = static_cast<std::size_t>(p);
  check_values(network_.populations.at(at), values);
  groups_[at].values.assign(values.begin(), values.end());
  for (std::size_t target = 0; target < groups_.size(); ++target) {
    const auto& graded = groups_[target].neurons.graded;
    if (std::any_of(graded.begin(), graded.end(),
                    [&](const ExactProjection& projection) { return projection.source == p; }))
      hold_values(target);
  }
}

/// Sums what is the same at every tick until values change: biases, and products of values and
/// weights.
void ExactBackend::hold_values(std::size_t p) {
  Group& group = groups_[p];
  group.held = group.neurons.bias;
  for (const ExactProjection& projection : group.neurons.graded) {
    const auto& values = groups_[static_cast<std::size_t>(projection.source)].values;
    auto& held = group.held[static_cast<std::size_t>(projection.receptor)];
    const auto q = static_cast<std::size_t>(projection.index);
    const auto degree = [&](std::size_t k) {
      return static_cast<std::uint64_t>(projection.row[k + 1] - projection.row[k]);
    };
    const auto nonzero = [&](std::size_t k) {
      return static_cast<std::uint64_t>(
          std::count_if(projection.synapses.begin() + projection.row[k],
                        projection.synapses.begin() + projection.row[k + 1],
                        [](const ExactSynapse& synapse) { return synapse.weight != 0; }));
    };
    per_tick_[q] = count_call(std::span(values), degree, nonzero);
    for (std::size_t k = 0; k < values.size(); ++k) {
      if (values[k] == 0.0f) continue;
      for (std::int64_t s = projection.row[k]; s < projection.row[k + 1]; ++s) {
        const ExactSynapse& synapse = projection.synapses[static_cast<std::size_t>(s)];
        held[static_cast<std::size_t>(synapse.target)] +=
            static_cast<double>(values[k]) * synapse.weight;
      }
    }
  }
}

void ExactBackend::present_spikes(std::int32_t p, std::span<const std::int32_t> begin,
                                  std::span<const std::uint32_t> neurons) {
  const auto at = static_cast<std::size_t>(p);
  groups_[at].presented = presented_spikes(network_.populations.at(at), tick_, begin, neurons);
}

void ExactBackend::set_stimuli(std::int32_t p, CompiledStimuli stimuli) {
  CompiledPopulation& population = network_.populations.at(static_cast<std::size_t>(p));
  population.drives = std::move(stimuli.drives);
  population.currents = std::move(stimuli.currents);
  for (CompiledPoissonDrive& drive : population.drives) drive.fixed = 1;  // events are counted
}

void ExactBackend::record_spikes(std::int32_t population) {
  groups_.at(static_cast<std::size_t>(population)).records_spikes = true;
}

void ExactBackend::record_membrane(std::int32_t population, std::int64_t interval) {
  record_state(population, {StateRequest::membrane, interval});
}

void ExactBackend::record_state(std::int32_t population, StateRequest request) {
  const int field = request.field;
  groups_.at(static_cast<std::size_t>(population))
      .recorded.insert_or_assign(field, std::move(request));
}

BackendCounts ExactBackend::counts() const {
  return counts_;
}

}  // namespace snn
