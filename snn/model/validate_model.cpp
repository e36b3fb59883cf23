// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cmath>
#include <type_traits>

#include "snn/model/validate_detail.hpp"

namespace snn::detail {
namespace {

/// Longest refractory time: its ticks are counted in a float.
constexpr double most_ticks = 1048576;

void validate_tau(const Field& field, const char* name, double tau_ms, Scheme scheme,
                  double dt_ms) {
  field.positive(name, tau_ms, "ms");
  if (scheme == Scheme::euler && tau_ms < dt_ms) {
    field.fail(name, text(tau_ms) + " ms", ">= dt_ms = " + text(dt_ms) + " ms with Scheme::euler");
  }
}

void validate_refractory(const Field& field, double t_ref_ms, double dt_ms) {
  field.not_negative("t_ref_ms", t_ref_ms, "ms");
  field.require(t_ref_ms / dt_ms <= most_ticks, "t_ref_ms", t_ref_ms, "ms",
                "<= " + text(most_ticks * dt_ms));
}

/// What all models with a threshold and a reset share; above_rest: they do not fire by themselves.
template <class Model>
void validate_threshold(const Field& field, const Model& model, double dt_ms,
                        bool above_rest = false) {
  field.finite("v_rest_mv", model.v_rest_mv, "mV");
  field.finite("v_reset_mv", model.v_reset_mv, "mV");
  field.finite("v_th_mv", model.v_th_mv, "mV");
  field.require(!above_rest || model.v_th_mv > model.v_rest_mv, "v_th_mv", model.v_th_mv, "mV",
                "> v_rest_mv = " + text(model.v_rest_mv));
  field.require(model.v_reset_mv < model.v_th_mv, "v_reset_mv", model.v_reset_mv, "mV",
                "< v_th_mv = " + text(model.v_th_mv));
  validate_refractory(field, model.t_ref_ms, dt_ms);
}

void validate_izhikevich(const Field& field, const Izhikevich& model, double dt_ms) {
  field.finite("a_per_ms", model.a_per_ms, "/ms");
  field.require(std::abs(model.a_per_ms) * dt_ms <= 1, "a_per_ms", model.a_per_ms, "/ms",
                "between -1/dt_ms and 1/dt_ms = " + text(1 / dt_ms));
  field.finite("b_per_ms", model.b_per_ms, "/ms");
  field.finite("c_mv", model.c_mv, "mV");
  field.finite("d_mv_per_ms", model.d_mv_per_ms, "mV/ms");
  field.positive("square_per_mv_ms", model.square_per_mv_ms, "/(mV ms)");
  field.finite("linear_per_ms", model.linear_per_ms, "/ms");
  field.finite("constant_mv_per_ms", model.constant_mv_per_ms, "mV/ms");
  field.require(model.recovery_leak >= 0 && model.recovery_leak <= 1, "recovery_leak",
                model.recovery_leak, "", "0 .. 1");
  field.finite("recovery_zero_mv", model.recovery_zero_mv, "mV");
  field.require(model.v_steps == 1 || model.v_steps == 2, "v_steps", model.v_steps, "", "1 or 2");
  field.finite("v_peak_mv", model.v_peak_mv, "mV");
  field.require(model.v_peak_mv > model.rest_mv(), "v_peak_mv", model.v_peak_mv, "mV",
                "> resting potential = " + text(model.rest_mv()));
  field.require(model.c_mv < model.v_peak_mv, "c_mv", model.c_mv, "mV",
                "< v_peak_mv = " + text(model.v_peak_mv));
  field.finite("i_offset_mv_per_ms", model.i_offset_mv_per_ms, "mV/ms");
}

/// Models of one port: those that training knows.
template <class Model>
void validate_model(const Field& field, const Model& model, double dt_ms) {
  if constexpr (requires { model.v_th_mv; }) {
    validate_threshold(field, model, dt_ms, true);
  } else if constexpr (requires { model.v_rest_mv; }) {
    field.finite("v_rest_mv", model.v_rest_mv, "mV");
  }
  if constexpr (requires { model.tau_m_ms; })
    validate_tau(field, "tau_m_ms", model.tau_m_ms, model.scheme, dt_ms);
  if constexpr (requires { model.i_offset_mv; })
    field.finite("i_offset_mv", model.i_offset_mv, "mV");
  if constexpr (requires { model.tau_syn_ms; })
    validate_tau(field, "tau_syn_ms", model.tau_syn_ms, model.scheme, dt_ms);
  if constexpr (requires { model.tau_a_ms; }) {
    validate_tau(field, "tau_a_ms", model.tau_a_ms, model.scheme, dt_ms);
    field.not_negative("a_jump_mv", model.a_jump_mv, "mV");
  }
  if constexpr (std::is_same_v<Model, Izhikevich>) validate_izhikevich(field, model, dt_ms);
  if constexpr (std::is_same_v<Model, Relu>) {
    field.require(model.levels >= 0 && model.levels < 1 << 24, "levels", model.levels, "",
                  "0 (not quantised) .. 16777215");
    field.require(model.clip >= 1e-30 && model.clip <= Field::most, "clip", model.clip, "",
                  "1e-30 .. 1e+30");
  }
}

/// One value per port; `check` is one of Field's.
template <std::size_t Ports>
void validate_ports(const Field& field, const std::string& name,
                    const std::array<double, Ports>& values, const std::string& unit,
                    void (Field::*check)(const std::string&, double, const std::string&) const) {
  for (std::size_t p = 0; p < Ports; ++p)
    (field.*check)(Ports == 1 ? name : name + "[" + text(p) + "]", values[p], unit);
}

/// Models with synaptic currents. Their scheme is exact: it asks nothing of the tick.
template <class Model>
void validate_currents(const Field& field, const Model& model, double dt_ms) {
  field.positive("c_m_pf", model.c_m_pf, "pF");
  field.positive("tau_m_ms", model.tau_m_ms, "ms");
  validate_threshold(field, model, dt_ms, false);
  validate_ports(field, "tau_syn_ms", model.tau_syn_ms, "ms", &Field::positive);
  field.finite("i_offset_pa", model.i_offset_pa, "pA");
}
template <int Ports>
void validate_model(const Field& field, const LifCurrExp<Ports>& model, double dt_ms) {
  validate_currents(field, model, dt_ms);
}
template <int Ports>
void validate_model(const Field& field, const LifCurrAlpha<Ports>& model, double dt_ms) {
  validate_currents(field, model, dt_ms);
}

/// Models with synaptic conductances. ExponentialKernel schemes are stable for any tick.
template <class Model>
void validate_conductances(const Field& field, const Model& model) {
  field.positive("c_m_pf", model.c_m_pf, "pF");
  field.positive("g_l_ns", model.g_l_ns, "nS");
  validate_ports(field, "e_rev_mv", model.e_rev_mv, "mV", &Field::finite);
  validate_ports(field, "tau_syn_ms", model.tau_syn_ms, "ms", &Field::positive);
  field.finite("i_offset_pa", model.i_offset_pa, "pA");
}
void validate_model(const Field& field, const LifCondExp& model, double dt_ms) {
  validate_conductances(field, model);
  validate_threshold(field, model, dt_ms, false);
}
void validate_model(const Field& field, const AdEx& model, double dt_ms) {
  validate_conductances(field, model);
  field.finite("e_l_mv", model.e_l_mv, "mV");
  field.finite("v_t_mv", model.v_t_mv, "mV");
  field.positive("delta_t_mv", model.delta_t_mv, "mV");
  field.finite("v_peak_mv", model.v_peak_mv, "mV");
  field.require(model.v_peak_mv > model.v_t_mv, "v_peak_mv", model.v_peak_mv, "mV",
                "> v_t_mv = " + text(model.v_t_mv));
  field.finite("v_reset_mv", model.v_reset_mv, "mV");
  field.require(model.v_reset_mv < model.v_peak_mv, "v_reset_mv", model.v_reset_mv, "mV",
                "< v_peak_mv = " + text(model.v_peak_mv));
  field.finite("a_ns", model.a_ns, "nS");
  field.finite("b_pa", model.b_pa, "pA");
  field.positive("tau_w_ms", model.tau_w_ms, "ms");
  validate_refractory(field, model.t_ref_ms, dt_ms);
}
void validate_model(const Field& field, const HodgkinHuxley& model, double dt_ms) {
  validate_conductances(field, model);
  field.not_negative("g_na_ns", model.g_na_ns, "nS");
  field.not_negative("g_k_ns", model.g_k_ns, "nS");
  field.finite("e_l_mv", model.e_l_mv, "mV");
  field.finite("e_na_mv", model.e_na_mv, "mV");
  field.finite("e_k_mv", model.e_k_mv, "mV");
  field.finite("v_t_mv", model.v_t_mv, "mV");
  field.finite("v_spike_mv", model.v_spike_mv, "mV");
  validate_refractory(field, model.t_ref_ms, dt_ms);
}

}  // namespace

void validate_models(const Field& field, const Population& population, double dt_ms) {
  std::visit(
      [&](const auto& models) {
        const auto size = static_cast<std::size_t>(population.size());
        if (models.size() != 1 && models.size() != size) {
          field.fail("parameters", text(models.size()) + " entries",
                     "1 or " + text(size) + " entries");
        }
        for (std::size_t n = 0; n < models.size(); ++n) {
          const Field one{models.size() == 1 ? field.object : field.object + " neuron " + text(n)};
          validate_model(one, models[n], dt_ms);
        }
      },
      population.neurons());
}

}  // namespace snn::detail
