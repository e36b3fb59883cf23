// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/math/lif.hpp"

namespace snn {

/// Leaky integrator: a readout whose membrane is the answer. It never spikes.
///   tau_m dv/dt = -(v - v_rest);  an arriving weight w moves v by w mV.
struct Li {
  double tau_m_ms = 20.0;  ///< membrane time constant, > 0
  double v_rest_mv = 0.0;  ///< resting potential
  Scheme scheme = Scheme::exact;
  Input input = Input::jump;

  static constexpr std::string_view name = "Li";
  static constexpr Output output = Output::none;

  template <class Real>
  struct Coeffs {
    Real decay;  ///< factor on u per tick
    Real gain;   ///< factor on the input
  };
  template <class Real>
  struct State {
    Real u{};  ///< v - v_rest, mV
  };

  template <class Real>
  Coeffs<Real> derive(double dt_ms) const {
    const double decay = decay_factor(tau_m_ms, dt_ms, scheme);
    return {.decay = Real(decay), .gain = Real(input == Input::jump ? 1.0 : 1.0 - decay)};
  }

  template <class Real>
  SNN_HD static Real integrate(State<Real>& s, const Coeffs<Real>& c, Real x) {
    s.u = c.decay * s.u + c.gain * x;
    return never<Real>;
  }
  template <class Real>
  SNN_HD static void fire(State<Real>&, const Coeffs<Real>&, Real) {}

  /// What `ticks` quiet ticks do at once, bit for bit.
  template <class Real>
  SNN_HD static void jump(State<Real>& s, const Coeffs<Real>& c, std::int64_t ticks) {
    for (; ticks > 0 && s.u != Real(0); --ticks) s.u = c.decay * s.u;
  }

  template <class Real>
  SNN_HD static Real adjoint(State<Real>& d, const Coeffs<Real>& c, const AdjointInput<Real>& in,
                             CoeffGradient<Real>& gradient) {
    d.u += in.d_membrane;
    gradient.decay += d.u * in.u_before;
    const Real d_input = d.u * c.gain;
    d.u *= c.decay;
    return d_input;
  }
};
static_assert(NeuronModel<Li>);

}  // namespace snn
