// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/math/membrane.hpp"

namespace snn {

/// Leaky integrate-and-fire neuron with an adaptive threshold.
///   as Lif, with threshold v_th + a;  tau_a da/dt = -a;  a spike raises a by a_jump.
/// A subtracting reset subtracts the base threshold. Bellec et al., Nat. Commun. 11 (2020) 3625,
/// eq. 9-11.
struct AdaptiveLif {
  double tau_m_ms = 20.0;     ///< membrane time constant, > 0
  double tau_a_ms = 200.0;    ///< time constant of the adaptation, > 0
  double a_jump_mv = 1.0;     ///< rise of the threshold per spike, >= 0
  double v_rest_mv = -65.0;   ///< resting potential
  double v_reset_mv = -65.0;  ///< potential after a spike, < v_th_mv
  double v_th_mv = -50.0;     ///< threshold at rest
  double t_ref_ms = 0.0;      ///< refractory time, >= 0
  double i_offset_mv = 0.0;   ///< constant input current times membrane resistance
  Reset reset = Reset::to_value;
  Scheme scheme = Scheme::exact;
  Input input = Input::jump;

  static constexpr std::string_view name = "AdaptiveLif";
  static constexpr Output output = Output::spikes;

  /// Rest and reset 0, threshold 1: the unit-free neuron that trained networks use.
  static AdaptiveLif unit(double tau_m_ms, double tau_a_ms, double a_jump = 0.2,
                          Reset reset = Reset::subtract) {
    return {.tau_m_ms = tau_m_ms,
            .tau_a_ms = tau_a_ms,
            .a_jump_mv = a_jump,
            .v_rest_mv = 0,
            .v_reset_mv = 0,
            .v_th_mv = 1,
            .reset = reset};
  }

  template <class Real>
  struct Coeffs {
    membrane::Coeffs<Real> membrane;
    Real decay_a;  ///< factor on a per tick
    Real a_jump;   ///< rise of a per spike
  };

  template <class Real>
  struct State {
    Real u{};           ///< v - v_rest, mV
    Real refractory{};  ///< ticks left to be held
    Real a{};           ///< threshold above its base, mV
  };

  template <class Real>
  Coeffs<Real> derive(double dt_ms) const {
    const double decay = decay_factor(tau_m_ms, dt_ms, scheme);
    return {.membrane = membrane::derive<Real>({.decay = decay,
                                                .gain = membrane::gain(input, decay),
                                                .gain_slope = membrane::gain_slope(input, decay),
                                                .i_offset_mv = i_offset_mv,
                                                .v_rest_mv = v_rest_mv,
                                                .v_reset_mv = v_reset_mv,
                                                .v_th_mv = v_th_mv,
                                                .t_ref_ms = t_ref_ms,
                                                .reset = reset},
                                               dt_ms),
            .decay_a = Real(decay_factor(tau_a_ms, dt_ms, scheme)),
            .a_jump = Real(a_jump_mv)};
  }

  /// With `current_mv` more constant current times resistance.
  template <class Real>
  SNN_HD static Coeffs<Real> inject(Coeffs<Real> c, Real current_mv) {
    c.membrane = membrane::inject(c.membrane, current_mv);
    return c;
  }

  template <class Real>
  SNN_HD static Real integrate(State<Real>& s, const Coeffs<Real>& c, Real x) {
    s.a = c.decay_a * s.a;
    return membrane::integrate(s.u, s.refractory, c.membrane, x) - s.a;
  }

  template <class Real>
  SNN_HD static void fire(State<Real>& s, const Coeffs<Real>& c, Real spike) {
    membrane::fire(s.u, s.refractory, c.membrane, spike);
    s.a = s.a + spike * c.a_jump;
  }

  /// What `ticks` quiet ticks without drive do at once, bit for bit.
  template <class Real>
  SNN_HD static void jump(State<Real>& s, const Coeffs<Real>& c, std::int64_t ticks) {
    std::int64_t left = ticks;
    for (; left > 0 && s.refractory > Real(0); --left) s.refractory -= Real(1);
    membrane::decay_quietly(s.u, c.membrane.decay, left);
    membrane::decay_quietly(s.a, c.decay_a, ticks);
  }

  /// `d`: dL/d state after the tick on entry, before the tick on return. Returns dL/d input.
  template <class Real>
  SNN_HD static Real adjoint(State<Real>& d, const Coeffs<Real>& c, const AdjointInput<Real>& in,
                             CoeffGradient<Real>& gradient) {
    Real d_input{};
    if (in.refractory) {
      d.u += in.d_membrane;
    } else {
      d.a -= membrane::adjoint_fire(d.u, c.membrane, in, in.d_spike + d.a * c.a_jump, gradient);
      gradient.decay += d.u * membrane::decay_effect(c.membrane, in.u, in.u_before);
      d_input = d.u * c.membrane.gain;
      d.u *= c.membrane.decay;
    }
    d.a *= c.decay_a;
    return d_input;
  }
};
static_assert(TrainableModel<AdaptiveLif> && HasInjection<AdaptiveLif>);

}  // namespace snn
