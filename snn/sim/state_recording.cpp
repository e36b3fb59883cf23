// SPDX-License-Identifier: Apache-2.0
#include "snn/sim/state_recording.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <functional>
#include <numeric>

#include "snn/sim/close_all.hpp"

namespace snn {
namespace {

/// What neurons of a population have, and the name of their model.
std::pair<StateLayout, std::string> layout_of(const Population& population) {
  if (const CustomNeurons* custom = population.custom()) return {custom->state, custom->model};
  return std::visit(
      [](const auto& models) {
        using Model = typename std::decay_t<decltype(models)>::model;
        return std::pair(state_layout<typename Model::template State<float>>(),
                         std::string(Model::name));
      },
      population.neurons());
}

std::string variables_of(const StateLayout& layout, const std::string& model) {
  std::string all = "v";
  for (std::size_t field = 1; field < layout.names.size(); ++field)
    all += ", " + std::string(layout.names[field].name);
  if (layout.names.empty() && layout.fields > 1) all += ", and the fields of its State<float>";
  return "those of " + model + ": " + all;
}

std::vector<float> origins(const Population& population, int field,
                           const std::vector<std::int32_t>& neurons) {
  std::vector<float> found;
  found.reserve(neurons.size());
  const auto add = [&](std::size_t entries, const auto& origin_of_entry) {
    for (const std::int32_t n : neurons)
      found.push_back(static_cast<float>(origin_of_entry(entries == 1 ? 0 : n)));
  };
  const auto at = static_cast<std::size_t>(field);
  if (const CustomNeurons* custom = population.custom()) {
    add(custom->entries,
        [&](std::size_t entry) { return custom->origin[at * custom->entries + entry]; });
    return found;
  }
  std::visit(
      [&](const auto& models) {
        using State = typename std::decay_t<decltype(models)>::model::template State<double>;
        using Fields = std::array<double, lanes::fields<State, double>>;
        add(models.size(),
            [&](std::size_t entry) { return std::bit_cast<Fields>(origin_of(models[entry]))[at]; });
      },
      population.neurons());
  return found;
}

bool is_due(const RecordedState& state, std::int32_t population, int field, std::int64_t tick) {
  return state.population == population && state.field == field && tick % state.interval_ticks == 0;
}

void add_values(const RecordedState& state, std::span<const float> told, std::vector<float>& to) {
  const std::size_t before = to.size(), count = state.neurons.size();
  to.resize(before + count);
  float* values = to.data() + before;
  if (state.place.empty()) {
    std::transform(told.begin(), told.end(), state.origin.begin(), values, std::plus<>());
  } else {
    for (std::size_t i = 0; i < count; ++i) values[i] = told[state.place[i]] + state.origin[i];
  }
}

}  // namespace

StateVariable variable_of(const Population& population, const StateVariable& variable) {
  const auto [layout, model] = layout_of(population);
  if (const auto found = variable.in(layout)) return *found;
  const std::string value = "\"" + variable.name() + "\"";
  throw ConfigError("population \"" + population.name + "\"", "state variable",
                    variable.field() < 0 ? value : value + " of another model",
                    variables_of(layout, model));
}

RecordedState recorded_state(PopulationId id, const Population& population, int field,
                             std::vector<std::int32_t> neurons, std::int64_t interval_ticks) {
  if (neurons.empty()) {
    neurons.resize(static_cast<std::size_t>(population.size()));
    std::iota(neurons.begin(), neurons.end(), 0);
  }
  for (const std::int32_t n : neurons) {
    if (n < 0 || n >= population.size()) {
      throw ConfigError("population \"" + population.name + "\"", "neurons",
                        "neuron " + std::to_string(n),
                        "0 .. " + std::to_string(population.size() - 1));
    }
  }
  std::vector<float> origin = origins(population, field, neurons);
  return {id.index, field, interval_ticks, std::move(neurons), std::move(origin)};
}

std::int64_t recording_interval(const std::string& object, double interval_ms, double dt_ms) {
  if (interval_ms == 0) return 1;
  const double ticks = interval_ms / dt_ms;
  if (!(ticks > 0.5) || ticks > 9e15 || std::abs(ticks - std::round(ticks)) > 1e-6 * ticks) {
    throw ConfigError(
        object, "interval_ms", std::to_string(interval_ms) + " ms",
        "0 (every tick), or a multiple of dt_ms = " + std::to_string(dt_ms) + " ms, > 0 ms");
  }
  return std::llround(ticks);
}

void StateRecordings::keep(RecordedState state) {
  StateTrace trace{{}, state.neurons, {}};
  const std::pair key(state.population, state.field);
  kept_.insert_or_assign(key, Kept{std::move(state), std::move(trace)});
}

void StateRecordings::write(StateFileWriter writer, std::vector<RecordedState> states) {
  files_.push_back({std::move(writer), std::move(states)});
}

const StateTrace* StateRecordings::kept(std::int32_t population, int field) const {
  const auto found = kept_.find({population, field});
  return found == kept_.end() ? nullptr : &found->second.trace;
}

/// A backend knows one request for each variable: the neurons that any asked for, at an interval of
/// which theirs are multiples.
void StateRecordings::ask(Backend& backend) {
  std::map<std::pair<std::int32_t, int>, std::vector<RecordedState*>> by_variable;
  const auto add = [&](RecordedState& state) {
    by_variable[{state.population, state.field}].push_back(&state);
  };
  for (auto& [key, kept] : kept_) add(kept.state);
  for (File& file : files_) std::for_each(file.states.begin(), file.states.end(), add);
  for (const auto& [key, states] : by_variable) {
    const auto [population, field] = key;
    StateRequest request{field == 0 ? StateRequest::membrane : field, 0};
    std::vector<std::int32_t>& all = request.neurons;
    for (const RecordedState* state : states) {
      request.interval = std::gcd(request.interval, state->interval_ticks);
      all.insert(all.end(), state->neurons.begin(), state->neurons.end());
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    for (RecordedState* state : states) {
      state->place.clear();
      if (state->neurons == all) continue;
      for (const std::int32_t n : state->neurons) {
        const auto found = std::lower_bound(all.begin(), all.end(), n);
        state->place.push_back(static_cast<std::size_t>(found - all.begin()));
      }
    }
    backend.record_state(population, std::move(request));
  }
}

void StateRecordings::take(std::int32_t population, int field, std::int64_t tick,
                           std::span<const float> values) {
  const auto found = kept_.find({population, field});
  if (found != kept_.end() && is_due(found->second.state, population, field, tick)) {
    found->second.trace.tick.push_back(tick);
    add_values(found->second.state, values, found->second.trace.value);
  }
  for (File& file : files_) {
    for (std::size_t i = 0; i < file.states.size(); ++i) {
      if (!is_due(file.states[i], population, field, tick)) continue;
      sample_.clear();
      add_values(file.states[i], values, sample_);
      file.writer.append(static_cast<std::int32_t>(i), tick, sample_);
    }
  }
}

void StateRecordings::follow(std::int32_t population, const Population& now) {
  const auto update = [&](RecordedState& state) {
    if (state.population == population) state.origin = origins(now, state.field, state.neurons);
  };
  for (auto& [key, kept] : kept_) update(kept.state);
  for (File& file : files_) std::for_each(file.states.begin(), file.states.end(), update);
}

void StateRecordings::clear() {
  for (auto& [key, kept] : kept_) kept.trace = {{}, std::move(kept.trace.neuron), {}};
}

void StateRecordings::close_files() {
  close_all(files_);
}

}  // namespace snn
