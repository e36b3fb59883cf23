// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cmath>
#include <cstdint>

#include "snn/math/models.hpp"

/// One tick of every model up to its threshold, in the user's units and in double, from the
/// published update formulas. A new model needs its formula here.
namespace reference {

/// One neuron in the user's units.
struct State {
  double v = 0, i = 0, a = 0;
  double u = 0;                     ///< recovery of Izhikevich
  double error_v = 0, error_u = 0;  ///< what float steps may have added up to, of Izhikevich
  double error_in = 0;              ///< what rounded weights add to the input of the tick
  std::int64_t held = 0;
  // Of models with receptor ports:
  std::array<double, 2> port{}, rise{};  ///< currents or conductances, and their rise
  double w = 0;                          ///< adaptation of AdEx
  std::array<double, 3> gate{};          ///< m, h, n
  double before = 0;                     ///< v a tick ago, of HodgkinHuxley
};

/// One tick of a leaky potential towards v_inf.
template <class Model>
double relax(const Model& m, double v, double v_inf, double dt) {
  return m.scheme == snn::Scheme::exact ? v_inf + (v - v_inf) * std::exp(-dt / m.tau_m_ms)
                                        : v + dt / m.tau_m_ms * (v_inf - v);
}
inline double fade(double value, double tau, double dt, snn::Scheme scheme) {
  return scheme == snn::Scheme::exact ? value * std::exp(-dt / tau) : value - dt / tau * value;
}

inline void advance(const snn::If&, State& s, double x, double) {
  if (s.held == 0) s.v += x;
}
/// Lif, AdaptiveLif and Li: the input is a jump, or a current held for the tick.
template <class Model>
void advance(const Model& m, State& s, double x, double dt) {
  if constexpr (requires { m.tau_a_ms; }) s.a = fade(s.a, m.tau_a_ms, dt, m.scheme);
  if (s.held > 0) return;
  double v_inf = m.v_rest_mv;
  if constexpr (requires { m.i_offset_mv; }) v_inf += m.i_offset_mv;
  s.v = m.input == snn::Input::jump ? relax(m, s.v, v_inf, dt) + x : relax(m, s.v, v_inf + x, dt);
}
inline void advance(const snn::CubaLif& m, State& s, double x, double dt) {
  s.i = fade(s.i, m.tau_syn_ms, dt, m.scheme) + x;
  if (s.held > 0) return;
  const double v_inf = m.v_rest_mv + m.i_offset_mv;
  if (m.input == snn::Input::jump) {
    s.v = relax(m, s.v, v_inf, dt) + s.i;
  } else if (m.scheme == snn::Scheme::euler) {
    s.v = relax(m, s.v, v_inf + s.i, dt);
  } else {
    const double slow = std::exp(-dt / m.tau_m_ms), fast = std::exp(-dt / m.tau_syn_ms);
    s.v =
        relax(m, s.v, v_inf, dt) + s.i * m.tau_syn_ms / (m.tau_syn_ms - m.tau_m_ms) * (fast - slow);
  }
}

/// A neuron at rest.
template <class Model>
State at_rest(const Model& m) {
  return {.v = m.v_rest_mv};
}
inline State at_rest(const snn::Izhikevich& m) {
  const double p = (5 - m.b_per_ms) / 0.04;
  const double v = -p / 2 - std::sqrt(p * p / 4 - 140 / 0.04);
  return {.v = v, .u = m.b_per_ms * v};
}

/// A float's rounding of a result, and the four or so of the terms it is made of.
inline double roundings(double result, double terms) {
  return 0x1p-24 * result + 0x1p-22 * terms;
}

/// The script of Izhikevich (2003): two half steps of v, one of u. Errors grow by its derivatives.
inline void advance(const snn::Izhikevich& m, State& s, double x, double dt) {
  const double h = 0.5 * dt, in = x + m.i_offset_mv_per_ms, rate = dt * m.a_per_ms;
  // Roundings are those of potentials relative to rest, which the library steps.
  const State rest = at_rest(m);
  const double slope = std::abs(0.08 * rest.v + 5);
  for (int half = 0; half < 2; ++half) {
    const double e = std::abs(s.v - rest.v);
    const double terms = 0.04 * e * e + slope * e + std::abs(s.u - rest.u) + std::abs(in);
    s.error_v = std::abs(1 + h * (0.08 * s.v + 5)) * s.error_v + h * (s.error_u + s.error_in);
    s.v += h * (0.04 * s.v * s.v + 5 * s.v + 140 - s.u + in);
    s.error_v += roundings(std::abs(s.v - rest.v), h * terms);
  }
  const double pull = rate * m.b_per_ms;
  s.error_u = (1 - rate) * s.error_u + pull * s.error_v +
              roundings(std::abs(s.u - rest.u), pull * std::abs(s.v - rest.v));
  s.u += rate * (m.b_per_ms * s.v - s.u);
}

/// How far above its threshold.
template <class Model>
double distance(const Model& m, const State& s) {
  return s.v - m.v_th_mv - s.a;
}
inline double distance(const snn::Izhikevich& m, const State& s) {
  return s.v - m.v_peak_mv;
}

/// What a spike does.
template <class Model>
void spike(const Model& m, State& s, double dt) {
  bool to_value = true;
  if constexpr (requires { m.reset; }) to_value = m.reset == snn::Reset::to_value;
  s.v = to_value ? m.v_reset_mv : s.v - (m.v_th_mv - m.v_reset_mv);
  s.held = std::llround(m.t_ref_ms / dt);
  if constexpr (requires { m.a_jump_mv; }) s.a += m.a_jump_mv;
}
inline void spike(const snn::Izhikevich& m, State& s, double) {
  s.v = m.c_mv;
  s.error_v = roundings(std::abs(m.c_mv - at_rest(m).v), 0);
  s.u += m.d_mv_per_ms;
}

/// A float step errs by a few units of 2^-24 of some 30 mV, 2e-6 mV each, and a membrane remembers
/// some 30 ticks of them.
template <class Model>
double tolerance_mv(const Model&, const State&) {
  return 2e-4;
}
inline double tolerance_mv(const snn::Izhikevich&, const State& s) {
  return s.error_v + roundings(std::abs(s.v), 0);  // recorded with rest added
}

}  // namespace reference
