// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/math/plasticity/rule.hpp"

namespace snn {

/// Inhibitory plasticity that holds the rate of its targets. With one trace x on each side,
///   presynaptic spike:  w = w + eta (x_post - alpha),  alpha = 2 rho0 tau
///   postsynaptic spike: w = w + eta x_pre
/// w is the magnitude of an inhibitory weight: it grows, and inhibition with it, while the target
/// fires faster than rho0. Vogels, Sprekeler, Zenke, Clopath & Gerstner, Science 334 (2011) 1569.
/// With uncorrelated spikes of rates p and q the drift is eta p (2 q tau - alpha): 0 at q = rho0.
struct VogelsStdp {
  double eta = 0.001;    ///< size of a step, unit of the weight, >= 0
  double rho0_hz = 3.0;  ///< rate at which the target is held, >= 0
  double tau_ms = 20.0;  ///< both traces, > 0
  double w_min = 0.0;    ///< unit of the weight, >= 0
  double w_max = 1.0;    ///< unit of the weight, > w_min

  static constexpr std::string_view name = "VogelsStdp";
  static constexpr int pre_traces = 1;
  static constexpr int post_traces = 1;

  /// What a presynaptic spike takes off, in units of eta. No unit.
  double alpha() const { return 2.0 * rho0_hz * tau_ms * 1e-3; }

  std::array<double, 1> pre_tau_ms() const { return {tau_ms}; }
  std::array<double, 1> post_tau_ms() const { return {tau_ms}; }
  Interaction interaction() const { return Interaction::all_to_all; }

  template <class Real>
  struct Coeffs {
    Real eta, alpha, w_min, w_max;
  };

  template <class Real>
  Coeffs<Real> derive(double /*dt_ms*/) const {
    return {Real(eta), Real(alpha()), Real(w_min), Real(w_max)};
  }

  template <class Real>
  SNN_HD static Real on_pre(Real w, const Coeffs<Real>& c, const Real* /*pre*/, const Real* post) {
    return clip(w + c.eta * (post[0] - c.alpha), c.w_min, c.w_max);
  }

  template <class Real>
  SNN_HD static Real on_post(Real w, const Coeffs<Real>& c, const Real* pre, const Real* /*post*/) {
    return clip(w + c.eta * pre[0], c.w_min, c.w_max);
  }
};
static_assert(PlasticityRule<VogelsStdp>);

}  // namespace snn
