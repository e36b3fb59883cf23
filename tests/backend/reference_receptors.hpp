// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cmath>
#include <limits>

#include "tests/backend/reference_neurons.hpp"

/// One tick of the models with receptor ports, in the user's units and in double, from the
/// published equations and the schemes of docs/semantics.md: move v, let the ports decay, add the
/// input.
namespace reference {

using Ports = std::array<double, 2>;

/// Mean over a tick of what decays with tau, relative to its start.
inline double mean_decay(double tau, double dt) {
  return tau / dt * (1 - std::exp(-dt / tau));
}

/// Exact solution of c dv/dt = -(c/tau_m) v + i(t) at dt, v(0) = 0, by Simpson's rule over 64
/// pieces: its error is below 1e-9 of the result for dt <= tau.
template <class Current>
double charge(double c_m, double tau_m, double dt, const Current& current) {
  constexpr int pieces = 64;
  double sum = 0;
  for (int k = 0; k <= 2 * pieces; ++k) {
    const double t = dt * k / (2 * pieces);
    const double factor = k == 0 || k == 2 * pieces ? 1 : k % 2 == 1 ? 4 : 2;
    sum += factor * current(t) * std::exp(-(dt - t) / tau_m) / c_m;
  }
  return sum * dt / (6 * pieces);
}

template <int N>
void advance(const snn::LifCurrExp<N>& m, State& s, const Ports& x, double dt) {
  double moved = 0;
  for (std::size_t p = 0; p < N; ++p) {
    const double i = s.port[p], tau = m.tau_syn_ms[p];
    moved += charge(m.c_m_pf, m.tau_m_ms, dt, [&](double t) { return i * std::exp(-t / tau); });
    s.port[p] = i * std::exp(-dt / tau) + x[p];
  }
  if (s.held > 0) return;
  const double v_inf = m.v_rest_mv + m.i_offset_pa * m.tau_m_ms / m.c_m_pf;
  s.v = v_inf + (s.v - v_inf) * std::exp(-dt / m.tau_m_ms) + moved;
}

/// A weight w is the current w (t/tau) e^(1 - t/tau).
template <int N>
void advance(const snn::LifCurrAlpha<N>& m, State& s, const Ports& x, double dt) {
  double moved = 0;
  for (std::size_t p = 0; p < N; ++p) {
    const double i = s.port[p], r = s.rise[p], tau = m.tau_syn_ms[p];
    const auto current = [&](double t) { return (i + r * t) * std::exp(-t / tau); };
    moved += charge(m.c_m_pf, m.tau_m_ms, dt, current);
    s.port[p] = current(dt);
    s.rise[p] = r * std::exp(-dt / tau) + x[p] * std::exp(1.0) / tau;
  }
  if (s.held > 0) return;
  const double v_inf = m.v_rest_mv + m.i_offset_pa * m.tau_m_ms / m.c_m_pf;
  s.v = v_inf + (s.v - v_inf) * std::exp(-dt / m.tau_m_ms) + moved;
}

/// Conductance and current at 0 mV of the ports, as the membrane of a tick sees them.
template <class Model>
std::pair<double, double> seen(const Model& m, const State& s, double dt) {
  double g = 0, i = 0;
  for (std::size_t p = 0; p < 2; ++p) {
    const double mean = mean_decay(m.tau_syn_ms[p], dt) * s.port[p];
    g += mean;
    i += mean * m.e_rev_mv[p];
  }
  return {g, i};
}
template <class Model>
void decay_ports(const Model& m, State& s, const Ports& x, double dt) {
  for (std::size_t p = 0; p < 2; ++p)
    s.port[p] = std::max(0.0, s.port[p] * std::exp(-dt / m.tau_syn_ms[p]) + x[p]);
}

inline void advance(const snn::LifCondExp& m, State& s, const Ports& x, double dt) {
  const auto [g, i] = seen(m, s, dt);
  decay_ports(m, s, x, dt);
  if (s.held > 0) return;
  const double total = m.g_l_ns + g, aim = (m.g_l_ns * m.v_rest_mv + i + m.i_offset_pa) / total;
  s.v = aim + (s.v - aim) * std::exp(-total * dt / m.c_m_pf);
}

inline void advance(const snn::AdEx& m, State& s, const Ports& x, double dt) {
  const double follow = 1 - std::exp(-0.5 * dt / m.tau_w_ms);
  s.w += follow * (m.a_ns * (s.v - m.e_l_mv) - s.w);
  const auto [g, i] = seen(m, s, dt);
  double v = s.v;
  for (int half = 0; half < 2; ++half) {
    // Of the form F + J (v' - v), solved exactly over half a tick.
    const double steep = m.g_l_ns * std::exp((v - m.v_t_mv) / m.delta_t_mv);
    const double rate =
        (-m.g_l_ns * (v - m.e_l_mv) + m.delta_t_mv * steep - s.w + m.i_offset_pa - g * v + i) /
        m.c_m_pf;
    const double z = 0.5 * dt * (steep - m.g_l_ns - g) / m.c_m_pf;
    v += 0.5 * dt * rate * (z == 0 ? 1 : std::expm1(z) / z);
    v = v > m.v_peak_mv ? m.v_peak_mv : v;  // also if it is infinite
  }
  if (s.held == 0) s.v = v;
  const bool spiked = s.held == 0 && v >= m.v_peak_mv;
  s.w += follow * (m.a_ns * ((spiked ? m.v_reset_mv : s.v) - m.e_l_mv) - s.w);
  decay_ports(m, s, x, dt);
}

/// Rates of Traub & Miles at y = v - v_t, 1/ms.
struct TraubMiles {
  double alpha[3], beta[3];  ///< m, h, n
  explicit TraubMiles(double y)
      : alpha{0.32 * ratio(13 - y, 4), 0.128 * std::exp((17 - y) / 18), 0.032 * ratio(15 - y, 5)},
        beta{0.28 * ratio(y - 40, 5), 4 / (1 + std::exp((40 - y) / 5)),
             0.5 * std::exp((10 - y) / 40)} {}
  /// a / (e^(a/b) - 1)
  static double ratio(double a, double b) { return a == 0 ? b : a / std::expm1(a / b); }
  double steady(int gate) const { return alpha[gate] / (alpha[gate] + beta[gate]); }
};

inline void advance(const snn::HodgkinHuxley& m, State& s, const Ports& x, double dt) {
  const TraubMiles rates(s.v - m.v_t_mv);
  for (int k = 0; k < 3; ++k) {
    const double fade = std::exp(-(rates.alpha[k] + rates.beta[k]) * dt);
    s.gate[k] = rates.steady(k) + (s.gate[k] - rates.steady(k)) * fade;
  }
  const double na = m.g_na_ns * s.gate[0] * s.gate[0] * s.gate[0] * s.gate[1];
  const double k = m.g_k_ns * s.gate[2] * s.gate[2] * s.gate[2] * s.gate[2];
  const auto [g, i] = seen(m, s, dt);
  const double total = m.g_l_ns + na + k + g;
  const double aim =
      (m.g_l_ns * m.e_l_mv + na * m.e_na_mv + k * m.e_k_mv + i + m.i_offset_pa) / total;
  s.before = s.v;
  s.v = aim + (s.v - aim) * std::exp(-total * dt / m.c_m_pf);
  decay_ports(m, s, x, dt);
}

inline State at_rest(const snn::AdEx& m) {
  return {.v = m.e_l_mv};
}
inline State at_rest(const snn::HodgkinHuxley& m) {
  const TraubMiles rates(m.e_l_mv - m.v_t_mv);
  return {.v = m.e_l_mv, .gate = {rates.steady(0), rates.steady(1), rates.steady(2)}};
}

inline double distance(const snn::AdEx& m, const State& s) {
  // v stops at the peak, which is a spike.
  return s.v >= m.v_peak_mv ? std::numeric_limits<double>::infinity() : s.v - m.v_peak_mv;
}
/// Only from below.
inline double distance(const snn::HodgkinHuxley& m, const State& s) {
  const double from = s.before - m.v_spike_mv, to = s.v - m.v_spike_mv;
  if (to < 0) return to;
  return std::min(to, -from);
}

inline void spike(const snn::AdEx& m, State& s, double dt) {
  s.v = m.v_reset_mv;
  s.w += m.b_pa;
  s.held = std::llround(m.t_ref_ms / dt);
}
inline void spike(const snn::HodgkinHuxley& m, State& s, double dt) {
  s.held = std::llround(m.t_ref_ms / dt);
}

/// Whether advance() takes Ports.
template <class Model>
concept HasPorts = requires(const Model& m, State& s, const Ports& x) {
  advance(m, s, x, 1.0);
};

/// Where a membrane's next value depends on it steeply, each tick starts from the recorded one.
template <class Model>
inline constexpr bool is_steep =
    std::is_same_v<Model, snn::AdEx> || std::is_same_v<Model, snn::HodgkinHuxley>;

/// What a float's error of 5e-4 mV in the membrane does in a tick: some ten roundings of potentials
/// of 100 mV are 1e-4 mV, and as much again stands for those of gates, adaptation and conductances.
template <class Model>
double steep_tolerance(const Model& m, const State& before, const Ports& x, double dt) {
  double low = before.v, high = low, least = 0;
  for (const double off : {-5e-4, 0.0, 5e-4}) {
    State s = before;
    s.v += off;
    advance(m, s, x, dt);
    low = off == -5e-4 ? s.v : std::min(low, s.v);
    high = off == -5e-4 ? s.v : std::max(high, s.v);
    least = std::abs(s.v) * 0x1p-22;
  }
  return high - low + least + 5e-4;
}

}  // namespace reference
