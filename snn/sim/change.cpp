// SPDX-License-Identifier: Apache-2.0
#include "snn/sim/change.hpp"

#include <cmath>

#include "snn/model/validate.hpp"

namespace snn {
namespace {

std::string object_of(const Population& population) {
  return "population \"" + population.name + "\"";
}

std::string name_of(const Neurons& neurons) {
  return std::visit(
      [](const auto& models) { return std::string(std::decay_t<decltype(models)>::model::name); },
      neurons);
}

std::string name_of(const Stimulus& stimulus) {
  return std::visit([](const auto& kind) { return std::string(kind.name); }, stimulus);
}

}  // namespace

Neurons check_same_model(const Population& population, Neurons neurons) {
  if (const CustomNeurons* custom = population.custom()) {
    throw ConfigError(
        object_of(population), "model", name_of(neurons),
        "none: parameters of the model " + custom->model + " of the user's own cannot be changed");
  }
  if (neurons.index() != population.neurons().index()) {
    throw ConfigError(object_of(population), "model", name_of(neurons),
                      name_of(population.neurons()) + ", as described");
  }
  return neurons;
}

void replace_stimulus(Population& population, std::size_t index, Stimulus stimulus) {
  auto& stimuli = population.stimuli;
  if (index >= stimuli.size()) {
    throw ConfigError(
        object_of(population), "stimuli", "stimulus " + std::to_string(index),
        stimuli.empty() ? "none is described" : "0 .. " + std::to_string(stimuli.size() - 1));
  }
  if (stimulus.index() != stimuli[index].index()) {
    throw ConfigError(object_of(population), "stimuli[" + std::to_string(index) + "]",
                      name_of(stimulus), name_of(stimuli[index]) + ", as described");
  }
  stimuli[index] = std::move(stimulus);
}

ChangedPopulation change_again(const Population& described, const ChangedPopulation& saved,
                               double dt_ms) {
  ChangedPopulation again = saved;
  again.now = described;
  if (described.is_source() || (saved.parameters && saved.now.is_source()))
    throw ConfigError(object_of(described), "saved changes", "of a source", "of neurons");
  if (saved.parameters) again.now.kind = check_same_model(described, saved.now.neurons());
  if (saved.stimuli && saved.now.stimuli.size() != described.stimuli.size()) {
    throw ConfigError(object_of(described), "stimuli", std::to_string(saved.now.stimuli.size()),
                      std::to_string(described.stimuli.size()) + ", as described");
  }
  for (std::size_t i = 0; saved.stimuli && i < described.stimuli.size(); ++i)
    replace_stimulus(again.now, i, saved.now.stimuli[i]);
  validate(again.now, dt_ms);
  return again;
}

CompiledStimuli recompile_stimuli(const Population& described, const Population& now,
                                  std::int32_t index, const InputRoom& room, double dt_ms) {
  const auto number = static_cast<std::uint32_t>(index);
  const CompiledStimuli before = compile_stimuli(described.stimuli, number, dt_ms);
  CompiledStimuli after = compile_stimuli(now.stimuli, number, dt_ms);
  for (std::size_t port = 0; port < room.scale_log2.size(); ++port) {
    const int scale = room.scale_log2[port], receptor = static_cast<int>(port);
    const double most = std::ldexp(room.loads[port].sum, scale) + room.loads[port].rounding;
    const double had = load_of(before.drives, receptor, scale);
    const double load = load_of(after.drives, receptor, scale);
    const double allowed = had + std::max(0.0, largest_sum - most);
    if (load <= allowed) continue;
    throw ConfigError(object_of(now), "stimuli",
                      "drives of up to " + std::to_string(std::ldexp(load, -scale)) + " per tick",
                      "up to " + std::to_string(std::ldexp(allowed, -scale)) + " at receptor " +
                          std::to_string(receptor) +
                          ": describe the population with the strongest drive it will get");
  }
  fix_drives(room.scale_log2, after.drives);
  return after;
}

}  // namespace snn
