// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <type_traits>
#include <utility>

#include "snn/math/models.hpp"

/// What the scenes of the backend tests are about, and the parameters their neurons have.
namespace backend {

/// What is special about a scene. Everything else is plain: delays of one tick, shared parameters,
/// reset to a value, exact scheme.
enum class Special {
  nothing,
  no_delay,
  dense,
  delay_per_source,
  delay_per_synapse,
  refractory,
  bias,
  offset,
  heterogeneous,
  subtract,
  euler,
  other_input,
  initial_membrane,
  graded,
  presented,
  drive,
  above_threshold
};

inline constexpr std::pair<Special, const char*> specials[] = {
    {Special::nothing, "plain"},
    {Special::no_delay, "no_delay"},
    {Special::dense, "dense"},
    {Special::delay_per_source, "delay_per_source"},
    {Special::delay_per_synapse, "delay_per_synapse"},
    {Special::refractory, "refractory"},
    {Special::bias, "bias"},
    {Special::offset, "offset"},
    {Special::heterogeneous, "heterogeneous"},
    {Special::subtract, "subtract"},
    {Special::euler, "euler"},
    {Special::other_input, "other_input"},
    {Special::initial_membrane, "initial_membrane"},
    {Special::graded, "graded"},
    {Special::presented, "presented"},
    {Special::drive, "drive"},
    {Special::above_threshold, "above_threshold"}};

template <class Model>
Model parameters(Special special, double stretch) {
  Model model;
  if constexpr (requires { model.tau_m_ms; }) model.tau_m_ms = 10 * stretch;
  if constexpr (requires { model.c_m_pf; }) model.c_m_pf *= stretch;
  if constexpr (requires { model.tau_syn_ms.front(); })
    for (double& tau : model.tau_syn_ms) tau *= 1.5 * stretch;
  else if constexpr (requires { model.tau_syn_ms; })
    model.tau_syn_ms = 4 * stretch;
  if constexpr (requires { model.tau_a_ms; }) model.tau_a_ms = 30 * stretch;
  if constexpr (requires { model.v_rest_mv; }) model.v_rest_mv = -60 - stretch;
  if constexpr (requires { model.v_th_mv; }) {
    model.v_reset_mv = -64;
    model.v_th_mv = -52 + stretch;
    if constexpr (requires { model.reset; })
      if (special == Special::subtract || special == Special::above_threshold)
        model.reset = snn::Reset::subtract;
  }
  if constexpr (requires { model.t_ref_ms; })
    model.t_ref_ms = special == Special::refractory ? 3 : std::min(model.t_ref_ms, 1.0);
  if constexpr (requires { model.i_offset_pa; })
    if (special == Special::offset) model.i_offset_pa = 60 * stretch;
  if constexpr (requires { model.i_offset_mv; })
    if (special == Special::offset) model.i_offset_mv = 6 * stretch;
  if constexpr (std::is_same_v<Model, snn::Izhikevich>) {
    model.a_per_ms = 0.02 * stretch;
    model.c_mv = -66 + stretch;
    model.d_mv_per_ms = 8 / stretch;
    if (special == Special::offset) model.i_offset_mv_per_ms = 6 * stretch;
  }
  if constexpr (requires { model.scheme; })
    if (special == Special::euler) model.scheme = snn::Scheme::euler;
  if constexpr (requires { model.input; })
    if (special == Special::other_input)
      model.input = model.input == snn::Input::jump ? snn::Input::current : snn::Input::jump;
  return model;
}

/// Whether the model has what the scene is about.
template <class Model>
constexpr bool applies(Special special) {
  switch (special) {
    case Special::refractory:
      return requires(Model m) {
        m.t_ref_ms;
      };
    case Special::subtract:
      return requires(Model m) {
        m.reset;
      };
    case Special::offset:
      return snn::HasInjection<Model>;
    case Special::euler:
      return requires(Model m) {
        m.scheme;
      };
    case Special::other_input:
      return requires(Model m) {
        m.input;
      };
    default:
      return true;
  }
}

/// Weights that make neurons of this model spike now and then.
template <class Model>
double weight_of(const Model& model) {
  if constexpr (std::is_same_v<Model, snn::AdEx>)
    return 5.0;
  else if constexpr (requires { model.g_l_ns; })
    return 1.0;
  else if constexpr (requires { model.tau_syn_ms.front(); })
    return Model::name.starts_with("LifCurrAlpha") ? 60.0 : 120.0;
  else if constexpr (requires { model.tau_syn_ms; })
    return model.input == snn::Input::current ? 5.0 : 0.7;
  else if constexpr (requires { model.input; })
    return model.input == snn::Input::current ? 20.0 : 2.0;
  else if constexpr (std::is_same_v<Model, snn::Izhikevich>)
    return 25.0;
  else
    return 0.8;
}

}  // namespace backend
