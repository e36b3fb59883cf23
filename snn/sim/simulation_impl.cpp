// SPDX-License-Identifier: Apache-2.0
#include "snn/sim/simulation_impl.hpp"

#include <algorithm>
#include <limits>

#include "snn/backend/exact_backend.hpp"
#include "snn/compile/row_builder.hpp"
#include "snn/energy/counts/describe.hpp"
#include "snn/model/validate.hpp"

namespace snn {
namespace {

bool in_double(const SimulationOptions& options) {
  return options.arithmetic == SimulationOptions::Arithmetic::float64;
}

BackendOptions backend_options(const SimulationOptions& options) {
  using From = SimulationOptions::Update;
  using To = BackendOptions::Update;
  return {.threads = options.threads,
          .update = options.update == From::stepped   ? To::stepped
                    : options.update == From::touched ? To::touched
                                                      : To::automatic};
}

/// The network with its synapses where they will be used. What drew them is gone, with its memory.
CompiledNetwork compile_for_device(const Network& network, const SimulationOptions& options) {
  const CompileOptions compile_as = compile_options(options);
  const std::unique_ptr<RowBuilder> builder = make_row_builder(options.device);
  return compile(network, compile_as, builder.get());
}

std::unique_ptr<Backend> choose_backend(const Network& network, CompiledNetwork compiled,
                                        const SimulationOptions& options) {
  if (in_double(options)) return std::make_unique<ExactBackend>(network, std::move(compiled));
  return make_backend(options.device, std::move(compiled), backend_options(options));
}

}  // namespace

CompileOptions compile_options(const SimulationOptions& options) {
  if (options.threads < 1 || options.threads > 4096) {
    throw ConfigError("simulation options", "threads", std::to_string(options.threads),
                      "1 .. 4096");
  }
  if (in_double(options) && options.device != "cpu") {
    throw ConfigError("simulation options", "device", "\"" + options.device + "\"",
                      "\"cpu\" with Arithmetic::float64");
  }
  return {.dt_ms = options.dt_ms,
          .seed = options.seed,
          .threads = options.threads,
          .weight_tolerance = in_double(options) ? 0 : options.weight_tolerance};
}

Simulation::Impl::Impl(const Network& description, const SimulationOptions& given)
    : network(description),
      options(given),
      spikes(network.populations().size()),
      records_spikes(spikes.size()) {
  listeners.resize(spikes.size());
  CompiledNetwork compiled = compile_for_device(network, options);
  for (const CompiledPopulation& population : compiled.populations)
    inputs.push_back({population.scale_log2, population.loads});
  for (const CompiledProjection& projection : compiled.projections) {
    precision.push_back({projection.name, projection.weight_bits, projection.bytes_per_synapse});
    if (in_double(options))
      precision.back() = {projection.name, std::numeric_limits<double>::digits,
                          static_cast<double>(sizeof(ExactSynapse))};
    ProjectionCounts entry;
    entry.name = projection.name;
    entry.source_size = network[PopulationId{projection.source}].size();
    entry.target_size = network[PopulationId{projection.target}].size();
    entry.synapses = projection.synapses;
    entry.nonzero_synapses = projection.nonzero_synapses;
    entry.constant = projection.graded;
    entry.has_bias = projection.has_bias;
    describe_synapses(entry, network, {static_cast<std::int32_t>(blank.size())});
    if (projection.graded) entry.values.emplace();
    blank.push_back(std::move(entry));
  }
  backend = choose_backend(network, std::move(compiled), options);
  observer.spikes = [this](std::int32_t p, std::int64_t tick,
                           std::span<const std::int32_t> neurons) {
    const auto at = static_cast<std::size_t>(p);
    if (records_spikes[at]) spikes[at].add(tick, neurons);
    for (const SpikeListener& listener : listeners[at]) listener(tick, neurons);
    for (SpikeStream& stream : streams) {
      if (stream.number[at] >= 0 && !neurons.empty())
        stream.writer.append(stream.number[at], tick, neurons);
    }
  };
  observer.membrane = [this](std::int32_t p, std::int64_t tick, std::span<const float> u) {
    states.take(p, 0, tick, u);
  };
  observer.state = [this](std::int32_t p, int field, std::int64_t tick,
                          std::span<const float> values) { states.take(p, field, tick, values); };
}

void Simulation::Impl::undo_changes() {
  for (const auto& [index, change] : changed) {
    const PopulationId id{index};
    if (change.parameters) tell_parameters(id, change.now, network[id]);
    if (change.stimuli) tell_stimuli(id, network[id]);
  }
  changed.clear();
}

void Simulation::Impl::restore(const SimulationCheckpoint& checkpoint) {
  backend->check(checkpoint.state);
  Changes again;
  for (const auto& [index, saved] : checkpoint.changes)
    again[index] = change_again(checked(PopulationId{index}), saved, options.dt_ms);
  // Before the state, which tells what neurons with these parameters do: which of them are at rest.
  undo_changes();
  for (const auto& [index, change] : again) {
    const PopulationId id{index};
    if (change.parameters) tell_parameters(id, network[id], change.now);
    if (change.stimuli) tell_stimuli(id, change.now);
  }
  changed = std::move(again);
  backend->restore(checkpoint.state);
}

void Simulation::Impl::reset() {
  undo_changes();
  const auto& all = network.projections();
  if (std::none_of(all.begin(), all.end(),
                   [](const Projection& q) { return is_plastic(q.synapse); })) {
    backend->reset();
    return;
  }
  backend.reset();
  backend =
      make_backend(options.device, compile_for_device(network, options), backend_options(options));
  for (std::size_t p = 0; p < records_spikes.size(); ++p) {
    if (records_spikes[p] || !listeners[p].empty())
      backend->record_spikes(static_cast<std::int32_t>(p));
  }
  states.ask(*backend);
}

const Population& Simulation::Impl::neurons_now(PopulationId id, const char* field) const {
  const Population& described = checked(id);
  if (described.is_source()) {
    throw ConfigError("population \"" + described.name + "\"", field, "of a source",
                      "a population of neurons");
  }
  const auto found = changed.find(id.index);
  return found == changed.end() ? described : found->second.now;
}

ChangedPopulation& Simulation::Impl::change_of(PopulationId id) {
  return changed.try_emplace(id.index, ChangedPopulation{network[id]}).first->second;
}

void Simulation::Impl::tell_parameters(PopulationId id, const Population& before,
                                       const Population& now) {
  backend->set_parameters(id.index, compile_parameters(now.neurons(), options.dt_ms),
                          origin_shift(before.neurons(), now.neurons(), now.size()));
  states.follow(id.index, now);
}

void Simulation::Impl::tell_stimuli(PopulationId id, const Population& now) {
  if (in_double(options)) {  // its sums cannot overflow
    backend->set_stimuli(
        id.index,
        compile_stimuli(now.stimuli, static_cast<std::uint32_t>(id.index), options.dt_ms));
    return;
  }
  backend->set_stimuli(
      id.index, recompile_stimuli(network[id], now, id.index,
                                  inputs[static_cast<std::size_t>(id.index)], options.dt_ms));
}

void Simulation::Impl::set_neurons(PopulationId id, Neurons neurons) {
  Population now = neurons_now(id, "parameters");
  now.kind = check_same_model(now, std::move(neurons));
  validate(now, options.dt_ms);
  tell_parameters(id, neurons_now(id, "parameters"), now);
  ChangedPopulation& change = change_of(id);
  change.now = std::move(now);
  change.parameters = true;
}

void Simulation::Impl::set_stimulus(PopulationId id, std::size_t index, Stimulus stimulus) {
  Population now = neurons_now(id, "stimuli");
  replace_stimulus(now, index, std::move(stimulus));
  validate(now, options.dt_ms);
  tell_stimuli(id, now);
  ChangedPopulation& change = change_of(id);
  change.now = std::move(now);
  change.stimuli = true;
}

}  // namespace snn
