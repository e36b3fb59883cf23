// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/math/membrane.hpp"
#include "snn/math/propagator.hpp"

namespace snn {

/// Leaky integrate-and-fire neuron with an exponential synaptic current.
///   tau_syn di/dt = -i;  tau_m dv/dt = -(v - v_rest) + i + i_offset;
///   an arriving weight w raises i (membrane resistance times current, in mV) by w.
/// The current of the tick an event arrives in already acts in that tick. Exact propagator: Rotter
/// & Diesmann (1999), with the limit tau_syn = tau_m taken analytically.
struct CubaLif {
  double tau_m_ms = 20.0;     ///< membrane time constant, > 0
  double tau_syn_ms = 5.0;    ///< synaptic time constant, > 0
  double v_rest_mv = -65.0;   ///< resting potential
  double v_reset_mv = -65.0;  ///< potential after a spike, < v_th_mv
  double v_th_mv = -50.0;     ///< threshold
  double t_ref_ms = 0.0;      ///< refractory time, >= 0; the current keeps decaying in it
  double i_offset_mv = 0.0;   ///< constant input current times membrane resistance
  Reset reset = Reset::to_value;
  Scheme scheme = Scheme::exact;
  /// `current`: a unit of i enters the membrane with the propagator above. `jump`: with 1, the form
  /// of trained networks (u = decay*u + i).
  Input input = Input::current;

  static constexpr std::string_view name = "CubaLif";
  static constexpr Output output = Output::spikes;

  /// Rest and reset 0, threshold 1, u = decay*u + i: the unit-free neuron that trained networks
  /// use.
  static CubaLif unit(double tau_m_ms, double tau_syn_ms, Reset reset = Reset::subtract) {
    return {.tau_m_ms = tau_m_ms,
            .tau_syn_ms = tau_syn_ms,
            .v_rest_mv = 0,
            .v_reset_mv = 0,
            .v_th_mv = 1,
            .reset = reset,
            .input = Input::jump};
  }

  template <class Real>
  struct Coeffs {
    membrane::Coeffs<Real> membrane;  ///< gain is the factor from i to u
    Real decay_syn;                   ///< factor on i per tick
  };

  template <class Real>
  struct State {
    Real u{};           ///< v - v_rest, mV
    Real refractory{};  ///< ticks left to be held
    Real i{};           ///< synaptic current times resistance, mV
  };

  template <class Real>
  Coeffs<Real> derive(double dt_ms) const {
    const double decay = decay_factor(tau_m_ms, dt_ms, scheme);
    return {.membrane = membrane::derive<Real>({.decay = decay,
                                                .gain = current_gain(dt_ms),
                                                .gain_slope = current_gain_slope(dt_ms),
                                                .i_offset_mv = i_offset_mv,
                                                .v_rest_mv = v_rest_mv,
                                                .v_reset_mv = v_reset_mv,
                                                .v_th_mv = v_th_mv,
                                                .t_ref_ms = t_ref_ms,
                                                .reset = reset},
                                               dt_ms),
            .decay_syn = Real(decay_factor(tau_syn_ms, dt_ms, scheme))};
  }

  /// With `current_mv` more constant current times resistance.
  template <class Real>
  SNN_HD static Coeffs<Real> inject(Coeffs<Real> c, Real current_mv) {
    c.membrane = membrane::inject(c.membrane, current_mv);
    return c;
  }

  template <class Real>
  SNN_HD static Real integrate(State<Real>& s, const Coeffs<Real>& c, Real x) {
    s.i = c.decay_syn * s.i + x;
    return membrane::integrate(s.u, s.refractory, c.membrane, s.i);
  }

  template <class Real>
  SNN_HD static void fire(State<Real>& s, const Coeffs<Real>& c, Real spike) {
    membrane::fire(s.u, s.refractory, c.membrane, spike);
  }

  /// `d`: dL/d state after the tick on entry, before the tick on return. Returns dL/d input.
  template <class Real>
  SNN_HD static Real adjoint(State<Real>& d, const Coeffs<Real>& c, const AdjointInput<Real>& in,
                             CoeffGradient<Real>& gradient) {
    if (in.refractory) {
      d.u += in.d_membrane;
    } else {
      membrane::adjoint_fire(d.u, c.membrane, in, in.d_spike, gradient);
      gradient.decay += d.u * membrane::decay_effect(c.membrane, in.u, in.u_before);
      d.i += d.u * c.membrane.gain;
      d.u *= c.membrane.decay;
    }
    const Real d_input = d.i;
    d.i *= c.decay_syn;
    return d_input;
  }

 private:
  /// Membrane after one tick per unit of i at its start.
  double current_gain(double dt_ms) const {
    if (input == Input::jump) return 1.0;
    if (scheme == Scheme::euler) return dt_ms / tau_m_ms;
    return propagator::from_current(tau_m_ms, tau_syn_ms, dt_ms);
  }

  /// (d gain / d decay) / gain, with decay = e^-b (or 1 - b) and b = dt/tau_m.
  double current_gain_slope(double dt_ms) const {
    if (input == Input::jump) return 0.0;
    const double b = dt_ms / tau_m_ms;
    if (scheme == Scheme::euler) return -1.0 / b;
    const double x = b - dt_ms / tau_syn_ms;
    const double slope = propagator::expm1_over_slope(x);
    return -std::exp(b) * (1.0 / b - 1.0 + slope / propagator::expm1_over(x));
  }
};
static_assert(TrainableModel<CubaLif> && HasInjection<CubaLif>);

}  // namespace snn
