// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "snn/math/neuron.hpp"
#include "snn/math/propagator.hpp"

/// The exponential synaptic conductances, excitatory and inhibitory, that conductance-based models
/// share:
///   tau_syn dg/dt = -g;  current into the membrane: g (e_rev - v);
///   an arriving weight w >= 0 raises g of its port by w nS.
/// The membrane of a tick sees the mean of g over the tick, then g decays, then input is added.
/// With the mean the leak of the tick is exact, and what drives it is of second order. A
/// conductance does not fall below 0, whatever the weights.
namespace snn::conductance {

inline constexpr std::size_t ports = 2;

template <class Real>
struct Coeffs {
  std::array<Real, ports> decay;     ///< factor on g per tick
  std::array<Real, ports> mean;      ///< mean of g over a tick, relative to its start
  std::array<Real, ports> reversal;  ///< reversal potential relative to rest, mV
};

template <class Real>
Coeffs<Real> derive(const std::array<double, ports>& e_rev_mv,
                    const std::array<double, ports>& tau_syn_ms, double rest_mv, double dt_ms) {
  Coeffs<Real> c{};
  for (std::size_t p = 0; p < ports; ++p) {
    c.decay[p] = Real(std::exp(-dt_ms / tau_syn_ms[p]));
    c.mean[p] = Real(propagator::mean_decay(tau_syn_ms[p], dt_ms));
    c.reversal[p] = Real(e_rev_mv[p] - rest_mv);
  }
  return c;
}

/// What the membrane of a tick sees: current into it is drive - total * u.
template <class Real>
struct Load {
  Real total;  ///< nS
  Real drive;  ///< pA
};
template <class Real>
SNN_HD inline Load<Real> load(const std::array<Real, ports>& g, const Coeffs<Real>& c) {
  const Real excitatory = c.mean[0] * g[0], inhibitory = c.mean[1] * g[1];
  return {excitatory + inhibitory, excitatory * c.reversal[0] + inhibitory * c.reversal[1]};
}

template <class Real>
SNN_HD inline void decay_and_add(std::array<Real, ports>& g, const Coeffs<Real>& c,
                                 const std::array<Real, ports>& input) {
  for (std::size_t p = 0; p < ports; ++p) {
    const Real next = c.decay[p] * g[p] + input[p];
    g[p] = next < Real(0) ? Real(0) : next;
  }
}

}  // namespace snn::conductance
