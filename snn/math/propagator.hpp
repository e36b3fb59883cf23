// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

/// Exact propagators of one tick, derived on the host in double: Rotter & Diesmann, Biol. Cybern.
/// 81 (1999) 381. Written so that nothing cancels where two time constants meet.
namespace snn::propagator {

/// (e^x - 1) / x, 1 at 0.
inline double expm1_over(double x) {
  return x == 0.0 ? 1.0 : std::expm1(x) / x;
}

/// Derivative of expm1_over(): (e^x (x - 1) + 1) / x^2, 1/2 at 0.
inline double expm1_over_slope(double x) {
  if (std::abs(x) > 0.5) return (std::exp(x) - expm1_over(x)) / x;
  // Sum of x^k / (k! (k + 2)): there the difference of two large terms would cancel.
  double sum = 0.0, term = 1.0;
  for (int k = 0; k < 16; ++k) {
    sum += term / (k + 2);
    term *= x / (k + 1);
  }
  return sum;
}

/// Mean of an exponential decay over one tick, relative to its start.
inline double mean_decay(double tau_ms, double dt_ms) {
  return expm1_over(-dt_ms / tau_ms);
}

/// Membrane after one tick per unit of an exponential current at its start, with current and
/// membrane in units where tau_m dv/dt = -v + i:
///   tau_s/(tau_s - tau_m) (e^(-dt/tau_s) - e^(-dt/tau_m)).
inline double from_current(double tau_m_ms, double tau_syn_ms, double dt_ms) {
  const double b = dt_ms / tau_m_ms;
  return b * std::exp(-b) * expm1_over(b - dt_ms / tau_syn_ms);
}

/// Membrane after one tick per unit of rise of an alpha current, i(t) = t e^(-t/tau_syn), units as
/// above and ms.
inline double from_rise(double tau_m_ms, double tau_syn_ms, double dt_ms) {
  const double b = dt_ms / tau_m_ms;
  return dt_ms * b * std::exp(-b) * expm1_over_slope(b - dt_ms / tau_syn_ms);
}

}  // namespace snn::propagator
