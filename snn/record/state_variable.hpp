// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <optional>
#include <string>

#include "snn/math/state_layout.hpp"
#include "snn/model/errors.hpp"

namespace snn {

/// Which variable of a neuron's state: the membrane potential; a name, as "w" or "g_inhibitory"; or
/// a field of the model's State, which the compiler then checks, as `&AdEx::State<float>::w`, and
/// of a field with one value per receptor port with the port, as `{&AdEx::State<float>::g, 1}`.
/// Names: docs/recording.md. Models of a user's own program have fields, and names if the program
/// specialises variable_names.
class StateVariable {
 public:
  /// The membrane potential, of any model.
  StateVariable() = default;
  /// Of any model that has one of that name.
  StateVariable(std::string name) : field_(unknown), name_(std::move(name)), unit_() {}
  StateVariable(const char* name) : StateVariable(std::string(name)) {}
  template <class State>
  StateVariable(float State::*field)
      : StateVariable(state_layout<State>(), static_cast<int>(numbered<State>().*field)) {}
  /// ConfigError if there is no such port.
  template <class State, std::size_t Ports>
  StateVariable(std::array<float, Ports> State::*field, std::size_t port)
      : StateVariable(state_layout<State>(), static_cast<int>(at(numbered<State>().*field, port))) {
  }

  /// The same as a field of neurons with such a state; nothing if they have no such variable.
  std::optional<StateVariable> in(const StateLayout& layout) const {
    if (field_ != unknown) {
      if (state_ != nullptr && *state_ != *layout.state) return std::nullopt;
      return *this;
    }
    if (name_ == StateVariable().name_) return StateVariable();
    for (int field = 0; field < layout.fields; ++field) {
      StateVariable variable(layout, field);
      if (variable.name_ == name_) return variable;
    }
    return std::nullopt;
  }

  /// Number among the fields of the state; 0 is the membrane. Of a name: -1, before in().
  int field() const { return field_; }
  /// "variable 2" and no unit where variable_names has none; of the membrane "v" and "mV".
  const std::string& name() const { return name_; }
  const std::string& unit() const { return unit_; }

 private:
  static constexpr int unknown = -1;

  StateVariable(const StateLayout& layout, int field) : state_(layout.state), field_(field) {
    const auto number = static_cast<std::size_t>(field);
    if (number < layout.names.size()) {
      name_ = layout.names[number].name;
      unit_ = layout.names[number].unit;
    } else if (field > 0) {
      name_ = "variable " + std::to_string(field);
      unit_.clear();
    }
  }

  /// A state in which each field has its number as value.
  template <class State>
  static State numbered() {
    std::array<float, lanes::fields<State, float>> numbers{};
    for (std::size_t f = 0; f < numbers.size(); ++f) numbers[f] = static_cast<float>(f);
    return std::bit_cast<State>(numbers);
  }

  template <std::size_t Ports>
  static float at(const std::array<float, Ports>& values, std::size_t port) {
    if (port < Ports) return values[port];
    throw ConfigError("state variable", "port", std::to_string(port),
                      "0 .. " + std::to_string(Ports - 1));
  }

  const std::type_info* state_ = nullptr;  ///< null: of any model
  int field_ = 0;
  std::string name_ = "v", unit_ = "mV";
};

}  // namespace snn
