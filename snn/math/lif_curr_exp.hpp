// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/math/neuron.hpp"
#include "snn/math/propagator.hpp"

namespace snn {

/// Leaky integrate-and-fire neuron with exponential synaptic currents, one per port.
///   tau_syn di/dt = -i;  c_m dv/dt = -(c_m/tau_m) (v - v_rest) + sum of i + i_offset;
///   an arriving weight w raises i of its port by w pA;
///   v >= v_th: spike, v = v_reset, held for t_ref.
/// In a tick v moves with the currents held at its start, then they decay, then its input is added.
/// This is `iaf_psc_exp` of NEST and `IF_curr_exp` of PyNN, tick by tick. Exact integration: Rotter
/// & Diesmann, Biol. Cybern. 81 (1999) 381, with the limit tau_syn = tau_m taken analytically.
/// One port takes weights of both signs. Two have a time constant each; weights of the inhibitory
/// port are negative.
template <int Ports>
requires(Ports == 1 || Ports == 2) struct LifCurrExp {
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

  static constexpr std::string_view name = Ports == 1 ? "LifCurrExp" : "LifCurrExp2";
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
    PerPort<Ports, Real> decay_syn;  ///< factor on i per tick
  };

  template <class Real>
  struct State {
    Real u{};                  ///< v - v_rest, mV
    Real refractory{};         ///< ticks left to be held
    PerPort<Ports, Real> i{};  ///< synaptic currents, pA
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
                   .decay_syn = {}};
    for (std::size_t p = 0; p < ports; ++p) {
      at_port(c.gain, p) =
          Real(resistance * propagator::from_current(tau_m_ms, tau_syn_ms[p], dt_ms));
      at_port(c.decay_syn, p) = Real(std::exp(-dt_ms / tau_syn_ms[p]));
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
      next = next + at_port(c.gain, p) * at_port(s.i, p);
      at_port(s.i, p) = at_port(c.decay_syn, p) * at_port(s.i, p) + at_port(x, p);
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
static_assert(NeuronModel<LifCurrExp<1>> && HasInjection<LifCurrExp<1>>);
static_assert(NeuronModel<LifCurrExp<2>> && HasInjection<LifCurrExp<2>>);

}  // namespace snn
