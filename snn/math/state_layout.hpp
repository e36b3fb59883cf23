// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <span>
#include <string_view>
#include <typeinfo>

#include "snn/math/lanes.hpp"
#include "snn/math/models.hpp"

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

/// The variables that neurons of a model have.
struct StateLayout {
  const std::type_info* state = nullptr;  ///< State<float>
  int fields = 0;
  std::span<const VariableName> names;  ///< of the fields, or of none
};

template <class State>
StateLayout state_layout() {
  return {&typeid(State), static_cast<int>(lanes::fields<State, float>), variable_names<State>};
}

}  // namespace snn
