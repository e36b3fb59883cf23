// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/math/membrane.hpp"

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
    Real decay;       ///< factor on u per tick
    Real gain;        ///< factor on the input
    Real gain_slope;  ///< (d gain / d decay) / gain
  };
  template <class Real>
  struct State {
    Real u{};  ///< v - v_rest, mV
  };

  template <class Real>
  Coeffs<Real> derive(double dt_ms) const {
    const double decay = decay_factor(tau_m_ms, dt_ms, scheme);
    return {.decay = Real(decay),
            .gain = Real(membrane::gain(input, decay)),
            .gain_slope = Real(membrane::gain_slope(input, decay))};
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
    membrane::decay_quietly(s.u, c.decay, ticks);
  }

  template <class Real>
  SNN_HD static Real adjoint(State<Real>& d, const Coeffs<Real>& c, const AdjointInput<Real>& in,
                             CoeffGradient<Real>& gradient) {
    d.u += in.d_membrane;
    gradient.decay += d.u * (in.u_before + c.gain_slope * (in.u - c.decay * in.u_before));
    const Real d_input = d.u * c.gain;
    d.u *= c.decay;
    return d_input;
  }
};
static_assert(TrainableModel<Li>);

}  // namespace snn
