// SPDX-License-Identifier: Apache-2.0
#include <exception>
#include <numeric>
#include <optional>

#include "snn/sim/close_all.hpp"
#include "snn/sim/simulation_impl.hpp"

/// What a simulation records of states and weights.
namespace snn {
namespace {

const char* kind_of(const StateVariable& variable) {
  return variable.field() == 0 ? "membrane" : "state variable";
}

}  // namespace

std::vector<std::int64_t> Simulation::Impl::plastic_synapses(
    ProjectionId id, std::vector<std::int64_t> synapses) const {
  const Projection& projection = checked(id);
  const std::string object = "projection \"" + network.name_of(id) + "\"";
  if (!is_plastic(projection.synapse))
    throw ConfigError(object, "plasticity", "none", "a projection whose weights may change");
  const std::int64_t count = blank[static_cast<std::size_t>(id.index)].synapses;
  if (synapses.empty()) {
    synapses.resize(static_cast<std::size_t>(count));
    std::iota(synapses.begin(), synapses.end(), std::int64_t{0});
  }
  for (const std::int64_t s : synapses) {
    if (s < 0 || s >= count) {
      throw ConfigError(object, "synapses", "synapse " + std::to_string(s),
                        "0 .. " + std::to_string(count - 1));
    }
  }
  return synapses;
}

void Simulation::record_state(PopulationId id, const StateVariable& variable,
                              std::vector<std::int32_t> neurons, double interval_ms) {
  const Population& population = impl_->neurons_now(id, kind_of(variable));
  const std::int64_t interval = recording_interval("population \"" + population.name + "\"",
                                                   interval_ms, impl_->options.dt_ms);
  const int field = variable_of(population, variable).field();
  impl_->states.keep(recorded_state(id, population, field, std::move(neurons), interval));
  impl_->states.ask(*impl_->backend);
}

const StateTrace& Simulation::state(PopulationId id, const StateVariable& variable) const {
  const Population& population = impl_->neurons_now(id, kind_of(variable));
  const StateVariable its = variable_of(population, variable);
  if (const StateTrace* trace = impl_->states.kept(id.index, its.field())) return *trace;
  const std::string object = "population \"" + population.name + "\"";
  if (its.field() == 0)
    throw ConfigError(object, "membrane", "not recorded", "record_membrane() before the run");
  throw ConfigError(object, "state variable", "\"" + its.name() + "\", not recorded",
                    "record_state() before the run");
}

void Simulation::record_membrane(PopulationId population, std::vector<std::int32_t> neurons,
                                 double interval_ms) {
  record_state(population, {}, std::move(neurons), interval_ms);
}

const StateTrace& Simulation::membrane(PopulationId population) const {
  return state(population, {});
}

void Simulation::record_states_to(const std::filesystem::path& path,
                                  std::vector<StateSelection> selections, double interval_ms,
                                  Compression compression) {
  const std::string object = "state file " + path.string();
  if (selections.empty()) throw ConfigError(object, "selections", "none", "at least one");
  std::optional<StateVariable> first;
  const std::int64_t interval = recording_interval(object, interval_ms, impl_->options.dt_ms);
  std::vector<RecordedState> states;
  std::vector<StateEntry> entries;
  for (StateSelection& selection : selections) {
    const Population& population =
        impl_->neurons_now(selection.population, kind_of(selection.variable));
    const StateVariable variable = variable_of(population, selection.variable);
    if (!first) first = variable;
    if (variable.name() != first->name() || variable.unit() != first->unit()) {
      throw ConfigError(object, "variable", variable.name() + " in " + variable.unit(),
                        first->name() + " in " + first->unit() +
                            ", as in the first selection: a file holds one variable");
    }
    states.push_back(recorded_state(selection.population, population, variable.field(),
                                    std::move(selection.neurons), interval));
    entries.push_back({population.name, states.back().neurons});
  }
  impl_->states.write(StateFileWriter(path,
                                      {.dt_ms = impl_->options.dt_ms,
                                       .interval_ticks = interval,
                                       .variable = first->name(),
                                       .units = first->unit(),
                                       .compression = compression},
                                      entries),
                      std::move(states));
  impl_->states.ask(*impl_->backend);
}

void Simulation::record_weights(ProjectionId id, std::vector<std::int64_t> synapses,
                                double interval_ms) {
  synapses = impl_->plastic_synapses(id, std::move(synapses));
  const std::int64_t interval = recording_interval(
      "projection \"" + impl_->network.name_of(id) + "\"", interval_ms, impl_->options.dt_ms);
  impl_->weights.keep(id.index, interval, std::move(synapses));
}

void Simulation::record_weights_to(const std::filesystem::path& path, ProjectionId id,
                                   std::vector<std::int64_t> synapses, double interval_ms,
                                   Compression compression) {
  synapses = impl_->plastic_synapses(id, std::move(synapses));
  const std::string object = "state file " + path.string();
  const std::int64_t interval = recording_interval(object, interval_ms, impl_->options.dt_ms);
  StateEntry entry{impl_->network.name_of(id), {}};
  for (const std::int64_t s : synapses) {
    if (s > INT32_MAX) {
      throw ConfigError(object, "synapses", "synapse " + std::to_string(s),
                        "0 .. " + std::to_string(INT32_MAX) + " in a file");
    }
    entry.neurons.push_back(static_cast<std::int32_t>(s));
  }
  StateFileWriter writer(path,
                         {.dt_ms = impl_->options.dt_ms,
                          .interval_ticks = interval,
                          .variable = "weight",
                          .units = "",
                          .compression = compression},
                         {entry});
  impl_->weights.write(std::move(writer), id.index, interval, std::move(synapses));
}

const WeightTrace& Simulation::weights(ProjectionId id) const {
  impl_->checked(id);
  if (const WeightTrace* trace = impl_->weights.kept(id.index)) return *trace;
  throw ConfigError("projection \"" + impl_->network.name_of(id) + "\"", "weights", "not recorded",
                    "record_weights() before the run");
}

/// Every file is closed, whatever the others do; the first error is thrown then.
void Simulation::close_files() {
  std::exception_ptr failure;
  const auto close = [&](const auto& one) {
    try {
      one();
    } catch (...) {
      if (!failure) failure = std::current_exception();
    }
  };
  close([&] { close_all(impl_->streams); });
  close([&] { impl_->states.close_files(); });
  close([&] { impl_->weights.close_files(); });
  if (failure) std::rethrow_exception(failure);
}

}  // namespace snn
