// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/math/log.hpp"
#include "snn/math/plasticity/rule.hpp"

namespace snn {

/// Which pairs of spikes count. Names and pictures: Morrison, Diesmann & Gerstner, Biol. Cybern. 98
/// (2008) 459, figure 7. Their presynaptic-centred scheme (7B) is left out: its presynaptic trace
/// differs from synapse to synapse of one source.
enum class Pairing : std::uint8_t {
  all_to_all,         ///< each presynaptic spike with each postsynaptic one
  nearest_symmetric,  ///< each spike with the last one of the other side (7A)
  nearest_reduced     ///< only neighbours: pairs with no spike between them (7C)
};

/// Pair-based STDP with any exponents and any pairing: the equations of PairStdp, with mu between
/// additive (0) and multiplicative (1), or beyond. Guetig, Aharonov, Rotter & Sompolinsky, J.
/// Neurosci. 23 (2003) 3697. Some ten times the cost of PairStdp, for its powers.
struct PowerLawStdp {
  double lambda = 0.01;        ///< size of a step, as a part of w_max - w_min, >= 0
  double alpha = 1.0;          ///< depression relative to potentiation, >= 0
  double mu_plus = 1.0;        ///< exponent of potentiation, >= 0
  double mu_minus = 1.0;       ///< exponent of depression, >= 0
  double tau_plus_ms = 20.0;   ///< time constant of potentiation, > 0
  double tau_minus_ms = 20.0;  ///< time constant of depression, > 0
  double w_min = 0.0;          ///< unit of the weight, >= 0
  double w_max = 100.0;        ///< unit of the weight, > w_min
  Pairing pairing = Pairing::all_to_all;

  static constexpr std::string_view name = "PowerLawStdp";
  static constexpr int pre_traces = 1;
  static constexpr int post_traces = 1;
  static constexpr bool expensive = true;

  std::array<double, 1> pre_tau_ms() const { return {tau_plus_ms}; }
  std::array<double, 1> post_tau_ms() const { return {tau_minus_ms}; }
  Interaction interaction() const {
    return pairing == Pairing::all_to_all ? Interaction::all_to_all : Interaction::nearest;
  }

  template <class Real>
  struct Coeffs {
    Real plus, minus;  ///< steps at a power of 1, unit of the weight
    Real mu_plus, mu_minus;
    Real w_min, w_max;
    Real per_range;  ///< 1 / (w_max - w_min)
    bool neighbours_only;
  };

  template <class Real>
  Coeffs<Real> derive(double /*dt_ms*/) const {
    const double range = w_max - w_min;
    return {.plus = Real(lambda * range),
            .minus = Real(alpha * lambda * range),
            .mu_plus = Real(mu_plus),
            .mu_minus = Real(mu_minus),
            .w_min = Real(w_min),
            .w_max = Real(w_max),
            .per_range = Real(1.0 / range),
            .neighbours_only = pairing == Pairing::nearest_reduced};
  }

  template <class Real>
  SNN_HD static Real on_pre(Real w, const Coeffs<Real>& c, const Real* /*pre*/, const Real* post) {
    const Real step = c.minus * power((w - c.w_min) * c.per_range, c.mu_minus);
    return clip(w - step * post[0], c.w_min, c.w_max);
  }
  template <class Real>
  SNN_HD static Real on_post(Real w, const Coeffs<Real>& c, const Real* pre, const Real* /*post*/) {
    const Real step = c.plus * power((c.w_max - w) * c.per_range, c.mu_plus);
    return clip(w + step * pre[0], c.w_min, c.w_max);
  }

 private:
  /// v^mu, exactly where mu is 0 or 1; 0^0 = 1, as pow() has it.
  template <class Real>
  SNN_HD static Real power(Real v, Real mu) {
    return mu == Real(1) ? v : (mu == Real(0) ? Real(1) : fast_pow(v, mu));
  }
};
static_assert(PlasticityRule<PowerLawStdp>);
static_assert(PairsNeighbours<PowerLawStdp>);

}  // namespace snn
