// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/math/neuron.hpp"
#include "snn/math/propagator.hpp"

namespace snn {

/// Leaky integrate-and-fire neuron with alpha-shaped synaptic currents, one per port.
///   di/dt = r - i/tau_syn;  dr/dt = -r/tau_syn;
///   c_m dv/dt = -(c_m/tau_m) (v - v_rest) + sum of i + i_offset;
///   an arriving weight w raises r of its port by w e/tau_syn, so that i peaks at w pA, tau_syn
///   after; v >= v_th: spike, v = v_reset, held for t_ref.
/// In a tick v moves with the currents held at its start, then they evolve, then its input is
/// added. This is `iaf_psc_alpha` of NEST and `IF_curr_alpha` of PyNN, tick by tick. Exact
/// integration: Rotter & Diesmann, Biol. Cybern. 81 (1999) 381, with the limit tau_syn = tau_m
/// taken analytically. One port takes weights of both signs. Two have a time constant each; weights
/// of the inhibitory port are negative.
template <int Ports>
requires(Ports == 1 || Ports == 2) struct LifCurrAlpha {
  static constexpr std::size_t ports = Ports;

  double c_m_pf = 250.0;      ///< membrane capacitance, > 0
  double tau_m_ms = 10.0;     ///< membrane time constant, > 0
  double v_rest_mv = -70.0;   ///< resting potential
  double v_reset_mv = -70.0;  ///< potential after a spike, < v_th_mv
  double v_th_mv = -55.0;     ///< threshold
  double t_ref_ms = 2.0;      ///< refractory time, >= 0; currents go on in it
  std::array<double, ports> tau_syn_ms =
      each_port<ports>(2.0);  ///< time constant of each port, > 0
  double i_offset_pa = 0.0;   ///< constant input current

  static constexpr std::string_view name = Ports == 1 ? "LifCurrAlpha" : "LifCurrAlpha2";
  static constexpr Output output = Output::spikes;
  static constexpr int receptors = Ports;
  static constexpr auto receptor_names = port_names<Ports>;

  template <class Real>
  struct Coeffs {
    Real decay;                      ///< factor on u per tick
    Real drive;                      ///< constant added per tick, mV
    Real per_pa;                     ///< drive per constant current, mV/pA
    Real threshold;                  ///< v_th - v_rest
    Real reset;                      ///< v_reset - v_rest
    Real refractory;                 ///< ticks a neuron is held after a spike
    PerPort<Ports, Real> gain;       ///< membrane after a tick per current, mV/pA
    PerPort<Ports, Real> gain_rise;  ///< membrane after a tick per rise, mV ms/pA
    PerPort<Ports, Real> decay_syn;  ///< factor on i and r per tick
    PerPort<Ports, Real> grow;       ///< current after a tick per rise, ms
    PerPort<Ports, Real> rise;       ///< rise per weight, e/tau_syn, 1/ms
  };

  template <class Real>
  struct State {
    Real u{};                  ///< v - v_rest, mV
    Real refractory{};         ///< ticks left to be held
    PerPort<Ports, Real> i{};  ///< synaptic currents, pA
    PerPort<Ports, Real> r{};  ///< their rise, pA/ms
  };

  template <class Real>
  Coeffs<Real> derive(double dt_ms) const {
    const double resistance = tau_m_ms / c_m_pf;  // mV/pA
    const double per_pa = -resistance * std::expm1(-dt_ms / tau_m_ms);
    Coeffs<Real> c{.decay = Real(std::exp(-dt_ms / tau_m_ms)),
                   .drive = Real(per_pa * i_offset_pa),
                   .per_pa = Real(per_pa),
                   .threshold = Real(v_th_mv - v_rest_mv),
                   .reset = Real(v_reset_mv - v_rest_mv),
                   .refractory = Real(std::round(t_ref_ms / dt_ms)),
                   .gain = {},
                   .gain_rise = {},
                   .decay_syn = {},
                   .grow = {},
                   .rise = {}};
    for (std::size_t p = 0; p < ports; ++p) {
      const double tau = tau_syn_ms[p], decay = std::exp(-dt_ms / tau);
      at_port(c.gain, p) = Real(resistance * propagator::from_current(tau_m_ms, tau, dt_ms));
      at_port(c.gain_rise, p) = Real(resistance * propagator::from_rise(tau_m_ms, tau, dt_ms));
      at_port(c.decay_syn, p) = Real(decay);
      at_port(c.grow, p) = Real(dt_ms * decay);
      at_port(c.rise, p) = Real(std::exp(1.0) / tau);
    }
    return c;
  }

  /// With `current_pa` more constant current.
  template <class Real>
  SNN_HD static Coeffs<Real> inject(Coeffs<Real> c, Real current_pa) {
    c.drive = c.drive + c.per_pa * current_pa;
    return c;
  }

  template <class Real>
  SNN_HD static Real integrate(State<Real>& s, const Coeffs<Real>& c,
                               const PerPort<Ports, Real>& x) {
    Real next = c.decay * s.u + c.drive;
    for_each_port<Ports>([&](std::size_t p) {
      next =
          next + at_port(c.gain, p) * at_port(s.i, p) + at_port(c.gain_rise, p) * at_port(s.r, p);
      at_port(s.i, p) =
          at_port(c.decay_syn, p) * at_port(s.i, p) + at_port(c.grow, p) * at_port(s.r, p);
      at_port(s.r, p) =
          at_port(c.decay_syn, p) * at_port(s.r, p) + at_port(c.rise, p) * at_port(x, p);
    });
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
static_assert(NeuronModel<LifCurrAlpha<1>> && HasInjection<LifCurrAlpha<1>>);
static_assert(NeuronModel<LifCurrAlpha<2>> && HasInjection<LifCurrAlpha<2>>);

}  // namespace snn
