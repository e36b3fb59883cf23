// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/math/neuron.hpp"

namespace snn {

/// Rectified linear unit, the neuron of the dense twin: graded output max(0, x), no memory between
/// ticks. `levels` > 0 quantises the output to that many steps of clip/levels, with a
/// straight-through gradient inside the clip range (Choi et al., PACT, arXiv 1805.06085); the clip
/// is learnable.
struct Relu {
  int levels = 0;     ///< 0: not quantised; else 2^bits - 1
  double clip = 1.0;  ///< largest output when quantised, > 0

  static constexpr std::string_view name = "Relu";
  static constexpr Output output = Output::graded;

  template <class Real>
  struct Coeffs {
    Real levels;     ///< 0: not quantised
    Real threshold;  ///< the clip; named as the coefficient that is learnt
  };
  template <class Real>
  struct State {
    Real u{};  ///< output of the tick
  };

  template <class Real>
  Coeffs<Real> derive(double) const {
    return {.levels = Real(levels), .threshold = Real(clip)};
  }

  /// Leaves the output in s.u; a graded model has no distance to a threshold.
  template <class Real>
  SNN_HD static Real integrate(State<Real>& s, const Coeffs<Real>& c, Real x) {
    const Real positive = x < Real(0) ? Real(0) : x;  // lets NaN through, to be found out
    if (c.levels > Real(0)) {
      const Real clipped = positive > c.threshold ? c.threshold : positive;
      const Real step = c.threshold / c.levels;
      const bool number = clipped == clipped;
      s.u = number ? step * Real(static_cast<std::int64_t>(clipped / step + Real(0.5))) : clipped;
    } else {
      s.u = positive;
    }
    return never<Real>;
  }
  template <class Real>
  SNN_HD static void fire(State<Real>&, const Coeffs<Real>&, Real) {}

  /// in.u is the input x here: the tape of a graded model is what it was given.
  template <class Real>
  SNN_HD static Real adjoint(State<Real>& d, const Coeffs<Real>& c, const AdjointInput<Real>& in,
                             CoeffGradient<Real>& gradient) {
    const Real d_out = in.d_spike + in.d_membrane;
    const bool clipped = c.levels > Real(0) && in.u >= c.threshold;
    if (clipped) gradient.threshold += d_out;
    d.u = Real(0);
    return in.u > Real(0) && !clipped ? d_out : Real(0);
  }
};
static_assert(TrainableModel<Relu>);

}  // namespace snn
