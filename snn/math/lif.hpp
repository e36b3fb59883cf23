// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/math/membrane.hpp"

namespace snn {

/// Leaky integrate-and-fire neuron with delta synapses.
///   tau_m dv/dt = -(v - v_rest) + i_offset;  an arriving weight w moves v by w mV;
///   v >= v_th: spike, reset, held for t_ref.
/// Gerstner et al., Neuronal Dynamics (2014), section 1.3; exact integration: Rotter & Diesmann,
/// Biol. Cybern. 81 (1999) 381.
struct Lif {
  double tau_m_ms = 20.0;     ///< membrane time constant, > 0
  double v_rest_mv = -65.0;   ///< resting potential
  double v_reset_mv = -65.0;  ///< potential after a spike, < v_th_mv
  double v_th_mv = -50.0;     ///< threshold
  double t_ref_ms = 0.0;      ///< refractory time, >= 0
  double i_offset_mv = 0.0;   ///< constant input current times membrane resistance
  Reset reset = Reset::to_value;
  Scheme scheme = Scheme::exact;
  Input input = Input::jump;

  static constexpr std::string_view name = "Lif";
  static constexpr Output output = Output::spikes;

  /// Rest and reset 0, threshold 1: the unit-free neuron that trained networks use.
  static Lif unit(double tau_m_ms, Reset reset = Reset::subtract) {
    return {.tau_m_ms = tau_m_ms, .v_rest_mv = 0, .v_reset_mv = 0, .v_th_mv = 1, .reset = reset};
  }

  template <class Real>
  using Coeffs = membrane::Coeffs<Real>;

  template <class Real>
  struct State {
    Real u{};           ///< v - v_rest, mV
    Real refractory{};  ///< ticks left to be held
  };

  template <class Real>
  Coeffs<Real> derive(double dt_ms) const {
    const double decay = decay_factor(tau_m_ms, dt_ms, scheme);
    return membrane::derive<Real>({.decay = decay,
                                   .gain = membrane::gain(input, decay),
                                   .gain_slope = membrane::gain_slope(input, decay),
                                   .i_offset_mv = i_offset_mv,
                                   .v_rest_mv = v_rest_mv,
                                   .v_reset_mv = v_reset_mv,
                                   .v_th_mv = v_th_mv,
                                   .t_ref_ms = t_ref_ms,
                                   .reset = reset},
                                  dt_ms);
  }

  /// With `current_mv` more constant current times resistance.
  template <class Real>
  SNN_HD static Coeffs<Real> inject(Coeffs<Real> c, Real current_mv) {
    return membrane::inject(c, current_mv);
  }

  template <class Real>
  SNN_HD static Real integrate(State<Real>& s, const Coeffs<Real>& c, Real x) {
    return membrane::integrate(s.u, s.refractory, c, x);
  }

  template <class Real>
  SNN_HD static void fire(State<Real>& s, const Coeffs<Real>& c, Real spike) {
    membrane::fire(s.u, s.refractory, c, spike);
  }

  /// What `ticks` quiet ticks without drive do at once, bit for bit.
  template <class Real>
  SNN_HD static void jump(State<Real>& s, const Coeffs<Real>& c, std::int64_t ticks) {
    for (; ticks > 0 && s.refractory > Real(0); --ticks) s.refractory -= Real(1);
    membrane::decay_quietly(s.u, c.decay, ticks);
  }

  /// `d`: dL/d state after the tick on entry, before the tick on return. Returns dL/d input.
  template <class Real>
  SNN_HD static Real adjoint(State<Real>& d, const Coeffs<Real>& c, const AdjointInput<Real>& in,
                             CoeffGradient<Real>& gradient) {
    if (in.refractory) {  // held: the state passes through, the input is ignored
      d.u += in.d_membrane;
      return Real(0);
    }
    membrane::adjoint_fire(d.u, c, in, in.d_spike, gradient);
    gradient.decay += d.u * membrane::decay_effect(c, in.u, in.u_before);
    const Real d_input = d.u * c.gain;
    d.u *= c.decay;
    return d_input;
  }
};
static_assert(TrainableModel<Lif> && HasInjection<Lif>);

}  // namespace snn
