// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/math/plasticity/rule.hpp"

namespace snn {

/// How a step depends on the weight.
enum class WeightDependence : std::uint8_t {
  additive,       ///< steps of one size up to the bound: NEST's mu = 0
  multiplicative  ///< steps in proportion to the way to the bound: mu = 1
};

/// Pair-based STDP, as NEST's stdp_synapse with mu 0 or 1. With v = (w - w_min) / (w_max - w_min)
/// and traces K_plus (presynaptic) and K_minus (postsynaptic),
///   postsynaptic spike: v = v + lambda (1 - v)^mu_plus K_plus
///   presynaptic spike:  v = v - alpha lambda v^mu_minus K_minus
/// kept in [0, 1]. Other exponents, and pairs of neighbours only: PowerLawStdp. Morrison, Diesmann
/// & Gerstner, Biol. Cybern. 98 (2008) 459.
struct PairStdp {
  double lambda = 0.01;        ///< size of a step, as a part of w_max - w_min, >= 0
  double alpha = 1.0;          ///< depression relative to potentiation, >= 0
  double tau_plus_ms = 20.0;   ///< time constant of potentiation, > 0
  double tau_minus_ms = 20.0;  ///< time constant of depression, > 0
  double w_min = 0.0;          ///< unit of the weight, >= 0
  double w_max = 100.0;        ///< unit of the weight, > w_min
  WeightDependence plus = WeightDependence::multiplicative;
  WeightDependence minus = WeightDependence::multiplicative;
  Interaction spikes = Interaction::all_to_all;

  static constexpr std::string_view name = "PairStdp";
  static constexpr int pre_traces = 1;
  static constexpr int post_traces = 1;

  /// Song, Miller & Abbott, Nat. Neurosci. 3 (2000) 919.
  static PairStdp additive() {
    return {.plus = WeightDependence::additive, .minus = WeightDependence::additive};
  }
  /// Rubin, Lee & Sompolinsky, Phys. Rev. Lett. 86 (2001) 364.
  static PairStdp multiplicative() { return {}; }
  /// Potentiation additive, depression multiplicative. van Rossum, Bi & Turrigiano, J. Neurosci. 20
  /// (2000) 8812.
  static PairStdp van_rossum() { return {.plus = WeightDependence::additive}; }

  std::array<double, 1> pre_tau_ms() const { return {tau_plus_ms}; }
  std::array<double, 1> post_tau_ms() const { return {tau_minus_ms}; }
  Interaction interaction() const { return spikes; }

  /// A step is (at_zero + per_weight w) K.
  template <class Real>
  struct Coeffs {
    Real plus_at_zero, plus_per_weight;
    Real minus_at_zero, minus_per_weight;
    Real w_min, w_max;
  };

  template <class Real>
  Coeffs<Real> derive(double /*dt_ms*/) const {
    const double up = lambda, down = alpha * lambda, range = w_max - w_min;
    const bool up_scales = plus == WeightDependence::multiplicative;
    const bool down_scales = minus == WeightDependence::multiplicative;
    return {.plus_at_zero = Real(up_scales ? up * w_max : up * range),
            .plus_per_weight = Real(up_scales ? -up : 0.0),
            .minus_at_zero = Real(down_scales ? -down * w_min : down * range),
            .minus_per_weight = Real(down_scales ? down : 0.0),
            .w_min = Real(w_min),
            .w_max = Real(w_max)};
  }

  template <class Real>
  SNN_HD static Real on_pre(Real w, const Coeffs<Real>& c, const Real* /*pre*/, const Real* post) {
    return clip(w - (c.minus_at_zero + c.minus_per_weight * w) * post[0], c.w_min, c.w_max);
  }
  template <class Real>
  SNN_HD static Real on_post(Real w, const Coeffs<Real>& c, const Real* pre, const Real* /*post*/) {
    return clip(w + (c.plus_at_zero + c.plus_per_weight * w) * pre[0], c.w_min, c.w_max);
  }
};
static_assert(PlasticityRule<PairStdp>);

}  // namespace snn
