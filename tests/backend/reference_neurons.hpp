// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

#include "snn/math/models.hpp"

/// One tick of every model up to its threshold, in the user's units and in double, from the
/// published update formulas. A new model needs its formula here.
namespace reference {

/// One neuron in the user's units.
struct State {
  double v = 0, i = 0, a = 0;
  std::int64_t held = 0;
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

}  // namespace reference
