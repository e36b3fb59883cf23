// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <span>
#include <string>
#include <string_view>
#include <typeinfo>

#include "snn/math/lanes.hpp"
#include "snn/math/models.hpp"
#include "snn/model/errors.hpp"

namespace snn {

/// What files and errors call a variable, and its unit.
struct VariableName {
  std::string_view name, unit;
};

/// The variables of a State<float>, in the order of its fields, of arrays each element. Empty: they
/// have numbers only. A program may specialise it for the state of a model of its own.
template <class State>
inline constexpr std::array<VariableName, 0> variable_names{};

template <>
inline constexpr std::array<VariableName, 2> variable_names<Lif::State<float>>{
    {{"v", "mV"}, {"refractory", "ticks"}}};  // If has the same state
template <>
inline constexpr std::array<VariableName, 3> variable_names<CubaLif::State<float>>{
    {{"v", "mV"}, {"refractory", "ticks"}, {"i", "mV"}}};
template <>
inline constexpr std::array<VariableName, 3> variable_names<AdaptiveLif::State<float>>{
    {{"v", "mV"}, {"refractory", "ticks"}, {"a", "mV"}}};
template <>
inline constexpr std::array<VariableName, 2> variable_names<Izhikevich::State<float>>{
    {{"v", "mV"}, {"w", "mV/ms"}}};
template <>
inline constexpr std::array<VariableName, 3> variable_names<LifCurrExp<1>::State<float>>{
    {{"v", "mV"}, {"refractory", "ticks"}, {"i", "pA"}}};
template <>
inline constexpr std::array<VariableName, 4> variable_names<LifCurrExp<2>::State<float>>{
    {{"v", "mV"}, {"refractory", "ticks"}, {"i_excitatory", "pA"}, {"i_inhibitory", "pA"}}};
template <>
inline constexpr std::array<VariableName, 4> variable_names<LifCurrAlpha<1>::State<float>>{
    {{"v", "mV"}, {"refractory", "ticks"}, {"i", "pA"}, {"r", "pA/ms"}}};
template <>
inline constexpr std::array<VariableName, 6> variable_names<LifCurrAlpha<2>::State<float>>{
    {{"v", "mV"},
     {"refractory", "ticks"},
     {"i_excitatory", "pA"},
     {"i_inhibitory", "pA"},
     {"r_excitatory", "pA/ms"},
     {"r_inhibitory", "pA/ms"}}};
template <>
inline constexpr std::array<VariableName, 4> variable_names<LifCondExp::State<float>>{
    {{"v", "mV"}, {"refractory", "ticks"}, {"g_excitatory", "nS"}, {"g_inhibitory", "nS"}}};
template <>
inline constexpr std::array<VariableName, 5> variable_names<AdEx::State<float>>{
    {{"v", "mV"},
     {"refractory", "ticks"},
     {"w", "pA"},
     {"g_excitatory", "nS"},
     {"g_inhibitory", "nS"}}};
template <>
inline constexpr std::array<VariableName, 7> variable_names<HodgkinHuxley::State<float>>{
    {{"v", "mV"},
     {"refractory", "ticks"},
     {"m", "1"},
     {"h", "1"},
     {"n", "1"},
     {"g_excitatory", "nS"},
     {"g_inhibitory", "nS"}}};
template <>
inline constexpr std::array<VariableName, 1> variable_names<Li::State<float>>{{{"v", "mV"}}};
template <>
inline constexpr std::array<VariableName, 1> variable_names<Relu::State<float>>{{{"u", "1"}}};

/// Which variable of a neuron's state: the membrane potential, or a field of the model's State, as
/// in `&AdEx::State<float>::w`; of a field with one value per receptor port, with the port:
/// `{&AdEx::State<float>::g, 1}`. Models of a user's own program are no different.
class StateVariable {
 public:
  /// The membrane potential, of any model.
  StateVariable() = default;
  template <class State>
  StateVariable(float State::*field)
      : StateVariable(typeid(State), numbered<State>().*field, variable_names<State>) {}
  /// ConfigError if there is no such port.
  template <class State, std::size_t Ports>
  StateVariable(std::array<float, Ports> State::*field, std::size_t port)
      : StateVariable(typeid(State), at(numbered<State>().*field, port), variable_names<State>) {}

  bool is_membrane() const { return field_ == 0; }
  /// Number among the fields of the state; 0 is the membrane.
  int field() const { return field_; }
  /// "variable 2" and no unit where variable_names has none; of the membrane "v" and "mV".
  const std::string& name() const { return name_; }
  const std::string& unit() const { return unit_; }
  /// Whether neurons with this State<float> have it.
  bool is_of(const std::type_info& state) const { return state_ == nullptr || *state_ == state; }

 private:
  StateVariable(const std::type_info& state, float field, std::span<const VariableName> names)
      : state_(&state), field_(static_cast<int>(field)) {
    const auto number = static_cast<std::size_t>(field_);
    if (number < names.size()) {
      name_ = names[number].name;
      unit_ = names[number].unit;
    } else if (field_ > 0) {
      name_ = "variable " + std::to_string(field_);
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
