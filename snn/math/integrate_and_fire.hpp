// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/math/lif.hpp"

namespace snn {

/// Integrate-and-fire neuron without leak: dv/dt = 0 between events, an arriving weight w moves v
/// by w mV. Abbott, Brain Res. Bull. 50 (1999) 303 (Lapicque). The maths is Lif's with decay 1.
struct If {
  double v_rest_mv = 0.0;   ///< potential at the start
  double v_reset_mv = 0.0;  ///< potential after a spike, < v_th_mv
  double v_th_mv = 1.0;     ///< threshold
  double t_ref_ms = 0.0;    ///< refractory time, >= 0
  Reset reset = Reset::to_value;

  static constexpr std::string_view name = "If";
  static constexpr Output output = Output::spikes;

  template <class Real>
  using Coeffs = Lif::Coeffs<Real>;
  template <class Real>
  using State = Lif::State<Real>;

  template <class Real>
  Coeffs<Real> derive(double dt_ms) const {
    return membrane::derive<Real>({.decay = 1.0,
                                   .gain = 1.0,
                                   .gain_slope = 0.0,
                                   .i_offset_mv = 0.0,
                                   .v_rest_mv = v_rest_mv,
                                   .v_reset_mv = v_reset_mv,
                                   .v_th_mv = v_th_mv,
                                   .t_ref_ms = t_ref_ms,
                                   .reset = reset},
                                  dt_ms);
  }

  template <class Real>
  SNN_HD static Real integrate(State<Real>& s, const Coeffs<Real>& c, Real x) {
    return Lif::integrate(s, c, x);
  }
  template <class Real>
  SNN_HD static void fire(State<Real>& s, const Coeffs<Real>& c, Real spike) {
    Lif::fire(s, c, spike);
  }
  template <class Real>
  SNN_HD static void jump(State<Real>& s, const Coeffs<Real>&, std::int64_t ticks) {
    const Real quiet = Real(ticks);
    s.refractory = s.refractory > quiet ? s.refractory - quiet : Real(0);
  }
  template <class Real>
  SNN_HD static Real adjoint(State<Real>& d, const Coeffs<Real>& c, const AdjointInput<Real>& in,
                             CoeffGradient<Real>& gradient) {
    return Lif::adjoint(d, c, in, gradient);
  }
};
static_assert(TrainableModel<If>);

}  // namespace snn
