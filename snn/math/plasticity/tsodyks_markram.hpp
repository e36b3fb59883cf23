// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "snn/math/plasticity/decay_table.hpp"

namespace snn {

/// Short-term plasticity: resources x are used up and recover, and the part u of them that a spike
/// uses is raised by spikes. Between spikes x' = (1 - x) / tau_rec, u' = -u / tau_fac. A spike
///   1. raises u = u + U (1 - u);
///   2. releases u x, the factor of the weight;
///   3. leaves x = x - u x.
/// Tsodyks, Pawelzik & Markram, Neural Comput. 10 (1998) 821; Maass & Markram, Neural Netw. 15
/// (2002) 155, equations 4 and 5. As the parameters are those of the projection, the state is one
/// per presynaptic neuron, not per synapse.
struct TsodyksMarkram {
  double U = 0.5;             ///< part used by a first spike, 0 to 1
  double tau_rec_ms = 800.0;  ///< recovery from depression, >= 0
  double tau_fac_ms = 0.0;    ///< decay of facilitation, >= 0; 0: none

  static constexpr std::string_view name = "TsodyksMarkram";

  // Tsodyks, Pawelzik & Markram (1998), figure 1.
  /// Between pyramidal neurons: depression.
  static TsodyksMarkram depressing() { return {}; }
  /// From pyramidal neurons to interneurons: facilitation.
  static TsodyksMarkram facilitating() { return {.U = 0.03, .tau_rec_ms = 130, .tau_fac_ms = 530}; }

  /// The default is a synapse at rest.
  template <class Real>
  struct State {
    Real u{0};  ///< just after the last spike
    Real x{1};  ///< just after the last spike, its release taken off
  };

  template <class Real>
  struct Coeffs {
    Real U;
  };

  template <class Real>
  Coeffs<Real> derive(double /*dt_ms*/) const {
    return {Real(U)};
  }

  template <class Real>
  struct Decays {
    DecayTable<Real> rec, fac;
  };
  template <class Real>
  Decays<Real> decays(double dt_ms) const {
    return {{tau_rec_ms, dt_ms}, {tau_fac_ms, dt_ms}};
  }

  /// The factor of all weights for a spike; `decay_rec` and `decay_fac` over the ticks since the
  /// last one (of a first spike: anything from 0 to 1).
  template <class Real>
  SNN_HD static Real on_spike(State<Real>& s, const Coeffs<Real>& c, Real decay_rec,
                              Real decay_fac) {
    const Real u = s.u * decay_fac;
    s.u = u + c.U * (Real(1) - u);
    const Real x = Real(1) - (Real(1) - s.x) * decay_rec;
    const Real released = s.u * x;
    s.x = x - released;
    return released;
  }
};

}  // namespace snn
