// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/math/conductance.hpp"
#include "snn/math/exp.hpp"

namespace snn {

/// Adaptive exponential integrate-and-fire neuron with exponential synaptic conductances.
///   c_m dv/dt = -g_l (v - e_l) + g_l delta_t e^((v - v_t)/delta_t) - w + i_offset
///               - sum of g (v - e_rev);
///   tau_w dw/dt = a (v - e_l) - w;  tau_syn dg/dt = -g, raised by w >= 0 nS per arriving weight;
///   v >= v_peak: spike, v = v_reset, w = w + b; v held for t_ref.
/// Brette & Gerstner, J. Neurophysiol. 94 (2005) 3637, whose regular spiking neuron the defaults
/// are (t_ref and the conductances are ours). `aeif_cond_exp` of NEST, `EIF_cond_exp_isfa_ista` of
/// PyNN. Scheme, of second order: w half a tick, v a whole one with the mean conductances, w half a
/// tick; v in two steps of exponential Rosenbrock-Euler (Hochbruck & Ostermann, Acta Numer. 19
/// (2010) 209), which take the upswing, where v' grows without bound, without becoming unstable.
struct AdEx {
  double c_m_pf = 281.0;                           ///< membrane capacitance, > 0
  double g_l_ns = 30.0;                            ///< leak conductance, > 0
  double e_l_mv = -70.6;                           ///< reversal potential of the leak
  double v_t_mv = -50.4;                           ///< threshold of the exponential
  double delta_t_mv = 2.0;                         ///< slope factor, > 0
  double v_peak_mv = 20.0;                         ///< top of a spike, > v_t_mv
  double v_reset_mv = -70.6;                       ///< potential after a spike, < v_peak_mv
  double a_ns = 4.0;                               ///< adaptation below threshold
  double b_pa = 80.5;                              ///< adaptation per spike
  double tau_w_ms = 144.0;                         ///< time constant of the adaptation, > 0
  double t_ref_ms = 0.0;                           ///< refractory time, >= 0; w and g go on in it
  std::array<double, 2> e_rev_mv = {0.0, -80.0};   ///< reversal potential of each port
  std::array<double, 2> tau_syn_ms = {5.0, 10.0};  ///< time constant of each port, > 0
  double i_offset_pa = 0.0;                        ///< constant input current

  static constexpr std::string_view name = "AdEx";
  static constexpr Output output = Output::spikes;
  static constexpr int receptors = 2;
  static constexpr auto receptor_names = port_names<2>;

  // Firing patterns of Naud, Marcille, Clopath & Gerstner, Biol. Cybern. 99 (2008) 335, table 1;
  // the currents they show in are in snn/math/adex_patterns.hpp.
  static AdEx tonic_spiking() { return cell(200, 10, -70, 2, 30, 0, -58); }
  static AdEx adapting() { return cell(200, 12, -70, 2, 300, 60, -58); }
  static AdEx initial_bursting() { return cell(130, 18, -58, 4, 150, 120, -50); }
  static AdEx regular_bursting() { return cell(200, 10, -58, 2, 120, 100, -46); }
  static AdEx delayed_accelerating() { return cell(200, 12, -70, -10, 300, 0, -58); }
  static AdEx delayed_bursting() { return cell(100, 10, -65, -10, 90, 30, -47); }
  static AdEx transient_spiking() { return cell(100, 10, -65, 10, 90, 100, -47); }
  static AdEx irregular_spiking() { return cell(100, 12, -60, -11, 130, 30, -48); }

  /// Where a neuron starts, with w = 0, and what its potentials are kept relative to. Its rest is a
  /// little above, where the exponential and the leak cancel, if they do.
  double rest_mv() const { return e_l_mv; }

  template <class Real>
  struct Coeffs {
    conductance::Coeffs<Real> synapses;
    Real leak;         ///< g_l, nS
    Real sharpness;    ///< 1 / delta_t, 1/mV
    Real foot;         ///< (e_l - v_t) / delta_t
    Real rise;         ///< g_l delta_t, pA
    Real drive;        ///< constant current, pA
    Real half_over_c;  ///< half a tick over c_m, 1/nS
    Real a;            ///< nS
    Real follow;       ///< share of its way that w goes in half a tick
    Real jump;         ///< b, pA
    Real threshold;    ///< v_peak - e_l
    Real reset;        ///< v_reset - e_l
    Real refractory;   ///< ticks v is held after a spike
  };

  template <class Real>
  struct State {
    Real u{};                 ///< v - e_l, mV
    Real refractory{};        ///< ticks left to be held
    Real w{};                 ///< adaptation, pA
    std::array<Real, 2> g{};  ///< synaptic conductances, nS
  };

  template <class Real>
  Coeffs<Real> derive(double dt_ms) const {
    return {.synapses = conductance::derive<Real>(e_rev_mv, tau_syn_ms, e_l_mv, dt_ms),
            .leak = Real(g_l_ns),
            .sharpness = Real(1.0 / delta_t_mv),
            .foot = Real((e_l_mv - v_t_mv) / delta_t_mv),
            .rise = Real(g_l_ns * delta_t_mv),
            .drive = Real(i_offset_pa),
            .half_over_c = Real(0.5 * dt_ms / c_m_pf),
            .a = Real(a_ns),
            .follow = Real(-std::expm1(-0.5 * dt_ms / tau_w_ms)),
            .jump = Real(b_pa),
            .threshold = Real(v_peak_mv - e_l_mv),
            .reset = Real(v_reset_mv - e_l_mv),
            .refractory = Real(std::round(t_ref_ms / dt_ms))};
  }

  /// With `current_pa` more constant current.
  template <class Real>
  SNN_HD static Coeffs<Real> inject(Coeffs<Real> c, Real current_pa) {
    c.drive = c.drive + current_pa;
    return c;
  }

  template <class Real>
  SNN_HD static Real integrate(State<Real>& s, const Coeffs<Real>& c,
                               const std::array<Real, 2>& x) {
    const bool held = s.refractory > Real(0);
    s.w = s.w + c.follow * (c.a * s.u - s.w);
    const auto load = conductance::load(s.g, c.synapses);
    const Real total = c.leak + load.total, drive = c.drive + load.drive - s.w;
    const Real next = half_step(half_step(s.u, c, total, drive), c, total, drive);
    s.u = held ? s.u : next;
    // The spike ends the tick at the reset: w does not see the top of it.
    const bool spiked = !held && next >= c.threshold;
    s.w = s.w + c.follow * (c.a * (spiked ? c.reset : s.u) - s.w);
    conductance::decay_and_add(s.g, c.synapses, x);
    s.refractory = held ? s.refractory - Real(1) : Real(0);
    return held ? never<Real> : s.u - c.threshold;
  }

  template <class Real>
  SNN_HD static void fire(State<Real>& s, const Coeffs<Real>& c, Real spike) {
    s.u = s.u * (Real(1) - spike) + spike * c.reset;
    s.refractory = s.refractory + spike * c.refractory;
    s.w = s.w + spike * c.jump;
  }

 private:
  /// A cell of the table: all have v_t -50 mV and delta_t 2 mV.
  static AdEx cell(double c_m_pf, double g_l_ns, double e_l_mv, double a_ns, double tau_w_ms,
                   double b_pa, double v_reset_mv) {
    return {.c_m_pf = c_m_pf,
            .g_l_ns = g_l_ns,
            .e_l_mv = e_l_mv,
            .v_t_mv = -50,
            .v_reset_mv = v_reset_mv,
            .a_ns = a_ns,
            .b_pa = b_pa,
            .tau_w_ms = tau_w_ms};
  }

  /// Half a tick of v at fixed conductances and adaptation. Stops at the top of a spike and, far
  /// below any cell, at -10^6 mV, so that it is finite whatever the input.
  template <class Real>
  SNN_HD static Real half_step(Real u, const Coeffs<Real>& c, Real total, Real drive) {
    // Beyond e^60 a spike is certain, and what follows could overflow.
    const Real exponent = c.foot + u * c.sharpness;
    const Real steep = fast_exp(exponent < Real(60) ? exponent : Real(60));
    const Real current = c.rise * steep - total * u + drive;
    const Real slope = c.leak * steep - total;
    const Real next = u + c.half_over_c * current * fast_expm1_over(c.half_over_c * slope);
    return next > c.threshold ? c.threshold : (next > Real(-1e6) ? next : Real(-1e6));
  }
};

static_assert(NeuronModel<AdEx> && HasInjection<AdEx>);

}  // namespace snn
