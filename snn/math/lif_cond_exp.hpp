// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/math/conductance.hpp"
#include "snn/math/exp.hpp"

namespace snn {

/// Leaky integrate-and-fire neuron with exponential synaptic conductances, excitatory and
/// inhibitory.
///   tau_syn dg/dt = -g;  c_m dv/dt = -g_l (v - v_rest) - sum of g (v - e_rev) + i_offset;
///   an arriving weight w >= 0 raises g of its port by w nS;
///   v >= v_th: spike, v = v_reset, held for t_ref.
/// `iaf_cond_exp` of NEST and `IF_cond_exp` of PyNN; order of work in a tick as LifCurrExp.
/// Exponential Euler with the mean conductance of the tick: of second order in dt, exact for
/// constant conductances, stable for any. Defaults: benchmark 1 of Brette et al., J. Comput.
/// Neurosci. 23 (2007) 349.
struct LifCondExp {
  double c_m_pf = 200.0;                           ///< membrane capacitance, > 0
  double g_l_ns = 10.0;                            ///< leak conductance, > 0
  double v_rest_mv = -60.0;                        ///< resting potential
  double v_reset_mv = -60.0;                       ///< potential after a spike, < v_th_mv
  double v_th_mv = -50.0;                          ///< threshold
  double t_ref_ms = 5.0;                           ///< refractory time, >= 0
  std::array<double, 2> e_rev_mv = {0.0, -80.0};   ///< reversal potential of each port
  std::array<double, 2> tau_syn_ms = {5.0, 10.0};  ///< time constant of each port, > 0
  double i_offset_pa = 0.0;                        ///< constant input current

  static constexpr std::string_view name = "LifCondExp";
  static constexpr Output output = Output::spikes;
  static constexpr int receptors = 2;
  static constexpr auto receptor_names = port_names<2>;

  template <class Real>
  struct Coeffs {
    conductance::Coeffs<Real> synapses;
    Real leak;        ///< g_l, nS
    Real drive;       ///< constant current, pA
    Real dt_over_c;   ///< 1/nS
    Real threshold;   ///< v_th - v_rest
    Real reset;       ///< v_reset - v_rest
    Real refractory;  ///< ticks a neuron is held after a spike
  };

  template <class Real>
  struct State {
    Real u{};                 ///< v - v_rest, mV
    Real refractory{};        ///< ticks left to be held
    std::array<Real, 2> g{};  ///< synaptic conductances, nS
  };

  template <class Real>
  Coeffs<Real> derive(double dt_ms) const {
    return {.synapses = conductance::derive<Real>(e_rev_mv, tau_syn_ms, v_rest_mv, dt_ms),
            .leak = Real(g_l_ns),
            .drive = Real(i_offset_pa),
            .dt_over_c = Real(dt_ms / c_m_pf),
            .threshold = Real(v_th_mv - v_rest_mv),
            .reset = Real(v_reset_mv - v_rest_mv),
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
    const auto load = conductance::load(s.g, c.synapses);
    const Real total = c.leak + load.total;
    const Real aim = (c.drive + load.drive) / total;
    const Real next = aim + (s.u - aim) * fast_exp(-total * c.dt_over_c);
    conductance::decay_and_add(s.g, c.synapses, x);
    const bool held = s.refractory > Real(0);
    s.u = held ? s.u : next;
    s.refractory = held ? s.refractory - Real(1) : Real(0);
    return held ? never<Real> : s.u - c.threshold;
  }

  template <class Real>
  SNN_HD static void fire(State<Real>& s, const Coeffs<Real>& c, Real spike) {
    s.u = s.u * (Real(1) - spike) + spike * c.reset;
    s.refractory = s.refractory + spike * c.refractory;
  }
};
static_assert(NeuronModel<LifCondExp> && HasInjection<LifCondExp>);

}  // namespace snn
