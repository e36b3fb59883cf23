// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/math/plasticity/rule.hpp"

namespace snn {

/// STDP of triplets of spikes. With presynaptic traces r1 (tau_plus), r2 (tau_x) and postsynaptic
/// traces o1 (tau_minus), o2 (tau_y), each just before the spike,
///   presynaptic spike:  w = w - o1 (A2- + A3- r2)
///   postsynaptic spike: w = w + r1 (A2+ + A3+ o2)
/// Pfister & Gerstner, J. Neurosci. 26 (2006) 9673, equations 3 and 4. The paper's amplitudes are
/// relative changes; here they are in the unit of the weight: see `scaled`.
struct TripletStdp {
  double a2_plus = 5e-10;      ///< pair potentiation, unit of the weight, >= 0
  double a3_plus = 6.2e-3;     ///< triplet potentiation, unit of the weight, >= 0
  double a2_minus = 7e-3;      ///< pair depression, unit of the weight, >= 0
  double a3_minus = 2.3e-4;    ///< triplet depression, unit of the weight, >= 0
  double tau_plus_ms = 16.8;   ///< r1, > 0
  double tau_x_ms = 101.0;     ///< r2, >= 0
  double tau_minus_ms = 33.7;  ///< o1, > 0
  double tau_y_ms = 125.0;     ///< o2, >= 0
  double w_min = 0.0;          ///< unit of the weight, >= 0
  double w_max = 100.0;        ///< unit of the weight, > w_min
  Interaction spikes = Interaction::all_to_all;

  static constexpr std::string_view name = "TripletStdp";
  static constexpr int pre_traces = 2;
  static constexpr int post_traces = 2;

  // The fits of the paper: to visual cortex (table 3, data of Sjoestroem et al. 2001) and to
  // hippocampal culture (table 4, Wang et al. 2005). `minimal` has as few terms as fit the data.
  // Where the minimal model has no r2, tau_x is 0.
  static TripletStdp visual_cortex() { return {}; }
  static TripletStdp visual_cortex_minimal() {
    return {.a2_plus = 0,
            .a3_plus = 6.5e-3,
            .a2_minus = 7.1e-3,
            .a3_minus = 0,
            .tau_x_ms = 0,
            .tau_y_ms = 114};
  }
  static TripletStdp visual_cortex_nearest() {
    return {.a2_plus = 8.8e-11,
            .a3_plus = 5.3e-2,
            .a2_minus = 6.6e-3,
            .a3_minus = 3.1e-3,
            .tau_x_ms = 714,
            .tau_y_ms = 40,
            .spikes = Interaction::nearest};
  }
  static TripletStdp visual_cortex_nearest_minimal() {
    return {.a2_plus = 0,
            .a3_plus = 5e-2,
            .a2_minus = 8e-3,
            .a3_minus = 0,
            .tau_x_ms = 0,
            .tau_y_ms = 40,
            .spikes = Interaction::nearest};
  }
  static TripletStdp hippocampus() {
    return {.a2_plus = 6.1e-3,
            .a3_plus = 6.7e-3,
            .a2_minus = 1.6e-3,
            .a3_minus = 1.4e-3,
            .tau_x_ms = 946,
            .tau_y_ms = 27};
  }
  static TripletStdp hippocampus_minimal() {
    return {.a2_plus = 5.3e-3,
            .a3_plus = 8e-3,
            .a2_minus = 3.5e-3,
            .a3_minus = 0,
            .tau_x_ms = 0,
            .tau_y_ms = 40};
  }
  static TripletStdp hippocampus_nearest() {
    return {.a2_plus = 4.6e-3,
            .a3_plus = 9.1e-3,
            .a2_minus = 3e-3,
            .a3_minus = 7.5e-9,
            .tau_x_ms = 575,
            .tau_y_ms = 47,
            .spikes = Interaction::nearest};
  }
  static TripletStdp hippocampus_nearest_minimal() {
    return {.a2_plus = 4.6e-3,
            .a3_plus = 9.1e-3,
            .a2_minus = 3e-3,
            .a3_minus = 0,
            .tau_x_ms = 0,
            .tau_y_ms = 48,
            .spikes = Interaction::nearest};
  }

  /// The same rule for weights of another size: amplitudes and bounds times `weight`, so that a
  /// relative change of the paper is one of a synapse of that weight.
  TripletStdp scaled(double weight) const {
    TripletStdp other = *this;
    for (double* field : {&other.a2_plus, &other.a3_plus, &other.a2_minus, &other.a3_minus,
                          &other.w_min, &other.w_max})
      *field *= weight;
    return other;
  }

  std::array<double, 2> pre_tau_ms() const { return {tau_plus_ms, tau_x_ms}; }
  std::array<double, 2> post_tau_ms() const { return {tau_minus_ms, tau_y_ms}; }
  Interaction interaction() const { return spikes; }

  template <class Real>
  struct Coeffs {
    Real a2_plus, a3_plus, a2_minus, a3_minus, w_min, w_max;
  };

  template <class Real>
  Coeffs<Real> derive(double /*dt_ms*/) const {
    return {Real(a2_plus), Real(a3_plus), Real(a2_minus), Real(a3_minus), Real(w_min), Real(w_max)};
  }

  template <class Real>
  SNN_HD static Real on_pre(Real w, const Coeffs<Real>& c, const Real* pre, const Real* post) {
    return clip(w - post[0] * (c.a2_minus + c.a3_minus * pre[1]), c.w_min, c.w_max);
  }

  template <class Real>
  SNN_HD static Real on_post(Real w, const Coeffs<Real>& c, const Real* pre, const Real* post) {
    return clip(w + pre[0] * (c.a2_plus + c.a3_plus * post[1]), c.w_min, c.w_max);
  }
};
static_assert(PlasticityRule<TripletStdp>);

}  // namespace snn
