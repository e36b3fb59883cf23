// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/math/conductance.hpp"
#include "snn/math/exp.hpp"

namespace snn {

/// Hodgkin-Huxley neuron of Traub & Miles, with exponential synaptic conductances.
///   c_m dv/dt = -g_l (v - e_l) - g_na m^3 h (v - e_na) - g_k n^4 (v - e_k) + i_offset
///               - sum of g (v - e_rev);
///   dx/dt = alpha_x(v) (1 - x) - beta_x(v) x for x = m, h, n;
///   tau_syn dg/dt = -g, raised by w >= 0 nS per arriving weight;
///   a spike is when v reaches v_spike from below, and not within t_ref of the last one. It resets
///   nothing.
/// Rates: Traub & Miles, Neuronal Networks of the Hippocampus (1991), in the form and with the
/// parameters of benchmark 3 of Brette et al., J. Comput. Neurosci. 23 (2007) 349.
/// `hh_cond_exp_traub` of NEST (which stamps a spike at its peak) and `HH_cond_exp` of PyNN.
/// Exponential Euler in turn: gates by a tick with v held, then v by a tick with the gates and mean
/// conductances held. Gates stand half a tick ahead of v, so that it is of second order.
struct HodgkinHuxley {
  double c_m_pf = 200.0;                           ///< membrane capacitance, > 0
  double g_l_ns = 10.0;                            ///< leak conductance, > 0
  double g_na_ns = 20000.0;                        ///< largest sodium conductance, >= 0
  double g_k_ns = 6000.0;                          ///< largest potassium conductance, >= 0
  double e_l_mv = -60.0;                           ///< reversal potential of the leak
  double e_na_mv = 50.0;                           ///< reversal potential of sodium
  double e_k_mv = -90.0;                           ///< reversal potential of potassium
  double v_t_mv = -63.0;                           ///< potential that the rates count from
  double v_spike_mv = -33.0;                       ///< potential that is a spike, from below
  double t_ref_ms = 2.0;                           ///< least time between spikes, >= 0
  std::array<double, 2> e_rev_mv = {0.0, -80.0};   ///< reversal potential of each port
  std::array<double, 2> tau_syn_ms = {5.0, 10.0};  ///< time constant of each port, > 0
  double i_offset_pa = 0.0;                        ///< constant input current

  static constexpr std::string_view name = "HodgkinHuxley";
  static constexpr Output output = Output::spikes;
  static constexpr int receptors = 2;
  static constexpr auto receptor_names = port_names<2>;

  /// Where a neuron starts, with its gates at their steady state, and what its potentials are kept
  /// relative to. It need not rest there: the neuron of the benchmark fires without input.
  double rest_mv() const { return e_l_mv; }

  template <class Real>
  struct Coeffs {
    conductance::Coeffs<Real> synapses;
    Real leak, sodium, potassium;  ///< conductances, nS
    Real e_sodium, e_potassium;    ///< reversal potentials less e_l, mV
    Real drive;                    ///< constant current, pA
    Real dt;                       ///< ms
    Real dt_over_c;                ///< 1/nS
    Real origin;                   ///< e_l - v_t, mV
    Real m, h, n;                  ///< steady state of the gates at e_l
    Real threshold;                ///< v_spike - e_l
    Real refractory;               ///< ticks without a further spike
  };

  template <class Real>
  struct State {
    Real u{};                 ///< v - e_l, mV
    Real refractory{};        ///< ticks left without a further spike
    Real m{}, h{}, n{};       ///< gates less their steady state at e_l
    std::array<Real, 2> g{};  ///< synaptic conductances, nS
  };

  /// What the state counts from.
  State<double> origin() const {
    const auto [m, h, n] = rates(e_l_mv - v_t_mv);
    return {.u = e_l_mv, .m = steady(m), .h = steady(h), .n = steady(n)};
  }

  template <class Real>
  Coeffs<Real> derive(double dt_ms) const {
    const auto [m, h, n] = rates(e_l_mv - v_t_mv);
    return {.synapses = conductance::derive<Real>(e_rev_mv, tau_syn_ms, e_l_mv, dt_ms),
            .leak = Real(g_l_ns),
            .sodium = Real(g_na_ns),
            .potassium = Real(g_k_ns),
            .e_sodium = Real(e_na_mv - e_l_mv),
            .e_potassium = Real(e_k_mv - e_l_mv),
            .drive = Real(i_offset_pa),
            .dt = Real(dt_ms),
            .dt_over_c = Real(dt_ms / c_m_pf),
            .origin = Real(e_l_mv - v_t_mv),
            .m = Real(steady(m)),
            .h = Real(steady(h)),
            .n = Real(steady(n)),
            .threshold = Real(v_spike_mv - e_l_mv),
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
    const auto [m, h, n] = rates(s.u + c.origin);
    s.m = gate(s.m, c.m, m, c.dt);
    s.h = gate(s.h, c.h, h, c.dt);
    s.n = gate(s.n, c.n, n, c.dt);

    const Real open_m = c.m + s.m, open_n = c.n + s.n, n2 = open_n * open_n;
    const Real sodium = c.sodium * (open_m * open_m * open_m) * (c.h + s.h);
    const Real potassium = c.potassium * (n2 * n2);
    const auto synapses = conductance::load(s.g, c.synapses);
    const Real total = c.leak + sodium + potassium + synapses.total;
    const Real aim =
        (sodium * c.e_sodium + potassium * c.e_potassium + synapses.drive + c.drive) / total;
    const Real before = s.u;
    s.u = aim + (before - aim) * fast_exp(-total * c.dt_over_c);
    conductance::decay_and_add(s.g, c.synapses, x);

    const bool held = s.refractory > Real(0);
    s.refractory = held ? s.refractory - Real(1) : Real(0);
    return held || before >= c.threshold ? never<Real> : s.u - c.threshold;
  }

  /// Nothing is reset: the potassium current is what ends a spike.
  template <class Real>
  SNN_HD static void fire(State<Real>& s, const Coeffs<Real>& c, Real spike) {
    s.refractory = s.refractory + spike * c.refractory;
  }

 private:
  template <class Real>
  struct Rate {
    Real alpha, beta;  ///< 1/ms
  };
  template <class Real>
  struct Rates {
    Rate<Real> m, h, n;
  };

  /// y / (e^y - 1), 1 at 0.
  template <class Real>
  SNN_HD static Real linear_exponential(Real y) {
    const bool zero = y == Real(0);
    return zero ? Real(1) : y / fast_expm1(zero ? Real(1) : y);
  }

  /// Rates at v - v_t, with (x - x0) / (e^((x - x0)/s) - 1) written as s y / (e^y - 1).
  template <class Real>
  SNN_HD static Rates<Real> rates(Real v) {
    const Real y = (v - Real(40)) * Real(0.2);
    const Real open = fast_exp(y);  // <= e^88 or e^709
    return {.m = {Real(1.28) * linear_exponential((Real(13) - v) * Real(0.25)),
                  Real(1.4) * linear_exponential(y)},
            .h = {Real(0.128) * fast_exp((Real(17) - v) * Real(1.0 / 18.0)),
                  Real(4) * (open / (open + Real(1)))},
            .n = {Real(0.16) * linear_exponential((Real(15) - v) * Real(0.2)),
                  Real(0.5) * fast_exp((Real(10) - v) * Real(0.025))}};
  }
  template <class Real>
  SNN_HD static Real steady(const Rate<Real>& rate) {
    return rate.alpha / (rate.alpha + rate.beta);
  }

  /// One tick of a gate, kept as what it is above `rest`.
  template <class Real>
  SNN_HD static Real gate(Real above, Real rest, const Rate<Real>& rate, Real dt) {
    const Real aim = steady(rate) - rest;
    return aim + (above - aim) * fast_exp(-(rate.alpha + rate.beta) * dt);
  }
};
static_assert(NeuronModel<HodgkinHuxley> && HasInjection<HodgkinHuxley>);

}  // namespace snn
