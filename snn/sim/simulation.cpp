// SPDX-License-Identifier: Apache-2.0
#include "snn/sim/simulation.hpp"

#include <cmath>
#include <map>
#include <numeric>

#include "snn/backend/backend.hpp"
#include "snn/model/validate.hpp"
#include "snn/sim/change.hpp"

namespace snn {
namespace {

CompiledNetwork compile_checked(const Network& network, const SimulationOptions& options) {
  if (options.threads < 1 || options.threads > 4096) {
    throw ConfigError("simulation options", "threads", std::to_string(options.threads),
                      "1 .. 4096");
  }
  return compile(network, {.dt_ms = options.dt_ms,
                           .seed = options.seed,
                           .threads = options.threads,
                           .weight_tolerance = options.weight_tolerance});
}

BackendOptions backend_options(const SimulationOptions& options) {
  using From = SimulationOptions::Update;
  using To = BackendOptions::Update;
  return {.threads = options.threads,
          .update = options.update == From::stepped   ? To::stepped
                    : options.update == From::touched ? To::touched
                                                      : To::automatic};
}

}  // namespace

struct Simulation::Impl {
  Impl(const Network& description, const SimulationOptions& given)
      : network(description),
        options(given),
        spikes(network.populations().size()),
        traces(spikes.size()),
        records_spikes(spikes.size()) {
    CompiledNetwork compiled = compile_checked(network, options);
    for (const CompiledPopulation& population : compiled.populations) {
      rest.push_back(population.v_rest_mv);
      inputs.push_back({population.scale_log2, population.loads});
    }
    for (const CompiledProjection& projection : compiled.projections) {
      precision.push_back({projection.name, projection.weight_bits, projection.bytes_per_synapse});
      ProjectionCounts entry;
      entry.name = projection.name;
      entry.source_size = network[PopulationId{projection.source}].size();
      entry.target_size = network[PopulationId{projection.target}].size();
      entry.synapses = projection.synapses;
      entry.nonzero_synapses = projection.nonzero_synapses;
      entry.constant = projection.graded;
      entry.has_bias = projection.has_bias;
      blank.push_back(std::move(entry));
    }
    backend = make_backend(options.device, std::move(compiled), backend_options(options));
    observer.spikes = [this](std::int32_t p, std::int64_t tick,
                             std::span<const std::int32_t> neurons) {
      spikes[static_cast<std::size_t>(p)].add(tick, neurons);
    };
    observer.membrane = [this](std::int32_t p, std::int64_t tick, std::span<const float> u) {
      const auto at = static_cast<std::size_t>(p);
      StateTrace& trace = traces[at];
      trace.tick.push_back(tick);
      for (const std::int32_t n : trace.neuron) {
        const auto j = static_cast<std::size_t>(n);
        trace.value.push_back(u[j] +
                              (rest[at].empty() ? 0.0f : rest[at][rest[at].size() == 1 ? 0 : j]));
      }
    };
  }

  /// A population of neurons with the parameters and stimuli it has now.
  const Population& neurons_now(PopulationId id, const char* field) const {
    const Population& described = checked(id);
    if (described.is_source()) {
      throw ConfigError("population \"" + described.name + "\"", field, "of a source",
                        "a population of neurons");
    }
    const auto found = changed.find(id.index);
    return found == changed.end() ? described : found->second;
  }
  void set_parameters(PopulationId id, const Population& now);
  void set_stimuli(PopulationId id, const Population& now);

  const Population& checked(PopulationId id) const {
    if (id.index < 0 || static_cast<std::size_t>(id.index) >= network.populations().size()) {
      throw ConfigError("simulation", "population", std::to_string(id.index),
                        "0 .. " + std::to_string(network.populations().size() - 1));
    }
    return network[id];
  }

  Network network;
  SimulationOptions options;
  std::vector<SpikeTrain> spikes;
  std::vector<StateTrace> traces;
  std::vector<bool> records_spikes;
  std::vector<std::vector<float>> rest;
  std::vector<InputRoom> inputs;
  std::map<std::int32_t, Population> changed;  ///< parameters and stimuli that are not as described
  std::vector<Precision> precision;
  std::vector<ProjectionCounts> blank;
  std::unique_ptr<Backend> backend;
  Observer observer;
};

Simulation::Simulation(const Network& network, SimulationOptions options)
    : impl_(std::make_unique<Impl>(network, options)) {}
Simulation::~Simulation() = default;
Simulation::Simulation(Simulation&&) noexcept = default;
Simulation& Simulation::operator=(Simulation&&) noexcept = default;

void Simulation::record_spikes(PopulationId population) {
  impl_->checked(population);
  impl_->records_spikes[static_cast<std::size_t>(population.index)] = true;
  impl_->backend->record_spikes(population.index);
}

void Simulation::record_membrane(PopulationId id, std::vector<std::int32_t> neurons,
                                 double interval_ms) {
  const Population& population = impl_->checked(id);
  const std::string object = "population \"" + population.name + "\"";
  if (population.is_source())
    throw ConfigError(object, "membrane", "of a source", "a population of neurons");
  const auto interval = interval_ms == 0 ? 1 : std::llround(interval_ms / impl_->options.dt_ms);
  if (!(interval_ms >= 0) || interval < 1) {
    throw ConfigError(
        object, "interval_ms", std::to_string(interval_ms) + " ms",
        "0 (every tick), or >= dt_ms = " + std::to_string(impl_->options.dt_ms) + " ms");
  }
  if (neurons.empty()) {
    neurons.resize(static_cast<std::size_t>(population.size()));
    std::iota(neurons.begin(), neurons.end(), 0);
  }
  for (const std::int32_t n : neurons) {
    if (n < 0 || n >= population.size()) {
      throw ConfigError(object, "neurons", "neuron " + std::to_string(n),
                        "0 .. " + std::to_string(population.size() - 1));
    }
  }
  impl_->traces[static_cast<std::size_t>(id.index)] = {{}, std::move(neurons), {}};
  impl_->backend->record_membrane(id.index, interval);
}

void Simulation::set_values(PopulationId source, std::span<const float> values) {
  impl_->checked(source);
  impl_->backend->present_values(source.index, values);
}

void Simulation::set_spikes(PopulationId source, std::span<const std::int32_t> begin,
                            std::span<const std::uint32_t> neurons) {
  impl_->checked(source);
  impl_->backend->present_spikes(source.index, begin, neurons);
}

void Simulation::Impl::set_parameters(PopulationId id, const Population& now) {
  CompiledParameters parameters = compile_parameters(now.neurons(), options.dt_ms);
  rest[static_cast<std::size_t>(id.index)] = parameters.v_rest_mv;
  const Population& before = neurons_now(id, "parameters");
  backend->set_parameters(id.index, std::move(parameters),
                          origin_shift(before.neurons(), now.neurons(), now.size()));
}

void Simulation::Impl::set_stimuli(PopulationId id, const Population& now) {
  backend->set_stimuli(
      id.index, recompile_stimuli(network[id], now, id.index,
                                  inputs[static_cast<std::size_t>(id.index)], options.dt_ms));
}

void Simulation::set_neurons(PopulationId id, Neurons neurons) {
  Population now = impl_->neurons_now(id, "parameters");
  now.kind = check_same_model(now, std::move(neurons));
  now.v_init_mv.clear();  // of no concern any more
  validate(now, impl_->options.dt_ms);
  impl_->set_parameters(id, now);
  impl_->changed.insert_or_assign(id.index, std::move(now));
}

void Simulation::set_stimulus(PopulationId id, std::size_t index, Stimulus stimulus) {
  Population now = impl_->neurons_now(id, "stimuli");
  replace_stimulus(now, index, std::move(stimulus));
  now.v_init_mv.clear();
  validate(now, impl_->options.dt_ms);
  impl_->set_stimuli(id, now);
  impl_->changed.insert_or_assign(id.index, std::move(now));
}

Simulation& Simulation::run_ms(double duration_ms) {
  const double ticks = duration_ms / impl_->options.dt_ms;
  if (!(duration_ms >= 0) || ticks > 9e15 ||
      std::abs(ticks - std::round(ticks)) > 1e-6 * std::max(1.0, ticks)) {
    throw ConfigError(
        "simulation", "duration_ms", std::to_string(duration_ms) + " ms",
        "a multiple of dt_ms = " + std::to_string(impl_->options.dt_ms) + " ms, >= 0 ms");
  }
  return run_ticks(std::llround(ticks));
}

Simulation& Simulation::run_ticks(std::int64_t ticks) {
  if (ticks < 0) throw ConfigError("simulation", "ticks", std::to_string(ticks), ">= 0");
  impl_->backend->advance(ticks, impl_->observer);
  return *this;
}

void Simulation::reset() {
  for (const auto& [index, now] : impl_->changed) {
    const PopulationId id{index};
    impl_->set_parameters(id, impl_->network[id]);
    if (!now.stimuli.empty()) impl_->set_stimuli(id, impl_->network[id]);
  }
  impl_->changed.clear();
  impl_->backend->reset();
  for (SpikeTrain& train : impl_->spikes) train = {};
  for (StateTrace& trace : impl_->traces) trace = {{}, std::move(trace.neuron), {}};
}

std::int64_t Simulation::tick() const {
  return impl_->backend->tick();
}

const SpikeTrain& Simulation::spikes(PopulationId id) const {
  const Population& population = impl_->checked(id);
  if (!impl_->records_spikes[static_cast<std::size_t>(id.index)]) {
    throw ConfigError("population \"" + population.name + "\"", "spikes", "not recorded",
                      "record_spikes() before the run");
  }
  return impl_->spikes[static_cast<std::size_t>(id.index)];
}

const StateTrace& Simulation::membrane(PopulationId id) const {
  const Population& population = impl_->checked(id);
  const StateTrace& trace = impl_->traces[static_cast<std::size_t>(id.index)];
  if (trace.neuron.empty()) {
    throw ConfigError("population \"" + population.name + "\"", "membrane", "not recorded",
                      "record_membrane() before the run");
  }
  return trace;
}

RawCounts Simulation::counts() const {
  const BackendCounts done = impl_->backend->counts();
  RawCounts counts;
  counts.samples = 1;
  counts.ticks = tick();
  counts.projections = impl_->blank;
  for (std::size_t q = 0; q < counts.projections.size(); ++q) {
    ProjectionCounts& entry = counts.projections[q];
    entry.source_events = done.projections[q].source_events;
    entry.synaptic_events = done.projections[q].synaptic_events;
    entry.effective_events = done.projections[q].effective_events;
    entry.dense_events =
        static_cast<std::uint64_t>(entry.synapses) * static_cast<std::uint64_t>(counts.ticks);
    entry.graded = done.projections[q].multiplies;
  }
  for (std::size_t p = 0; p < done.populations.size(); ++p) {
    const Population& population = impl_->network.populations()[p];
    PopulationCounts entry = blank_counts(population);
    entry.spikes = done.populations[p].spikes;
    entry.stepped = done.populations[p].stepped;
    entry.touched = done.populations[p].touched;
    entry.membrane_updates = done.populations[p].membrane_updates;
    counts.populations.push_back(std::move(entry));
  }
  return counts;
}

std::vector<Simulation::Precision> Simulation::precision() const {
  return impl_->precision;
}

}  // namespace snn
