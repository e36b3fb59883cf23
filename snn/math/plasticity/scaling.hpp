// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "snn/math/exp.hpp"
#include "snn/math/plasticity/decay_table.hpp"
#include "snn/math/plasticity/rise_table.hpp"
#include "snn/math/plasticity/rule.hpp"

/// Homeostasis by scaling: factors for all weights of a projection onto one neuron, taken now and
/// then, not at spikes. w = clip(factor w, w_min, w_max).
namespace snn {

/// Keeps the sum of a neuron's afferent weights of one projection at a target. von der Malsburg,
/// Kybernetik 14 (1973) 85.
struct HomeostaticScaling {
  double target_sum = 1.0;  ///< unit of the weight, > 0
  double strength = 1.0;    ///< part of the way gone each time, > 0 to 1

  static constexpr std::string_view name = "HomeostaticScaling";

  template <class Real>
  struct Coeffs {
    Real target_sum, strength;
  };
  template <class Real>
  Coeffs<Real> derive() const {
    return {Real(target_sum), Real(strength)};
  }

  /// The factor for weights of this sum. 1 if the sum is not above 0: nothing can be scaled.
  template <class Real>
  SNN_HD static Real factor(Real sum, const Coeffs<Real>& c) {
    if (!(sum > Real(0))) return Real(1);
    return Real(1) + c.strength * (c.target_sum / sum - Real(1));
  }
};

/// Keeps the rate of a neuron at a target: w' = beta w (target - a), where a, the mean rate, is a
/// trace of the neuron's spikes with time constant tau. van Rossum, Bi & Turrigiano, J. Neurosci.
/// 20 (2000) 8812, its proportional term; Turrigiano et al., Nature 391 (1998) 892.
struct RateScaling {
  double target_hz = 5.0;             ///< >= 0
  double tau_s = 100.0;               ///< averaging of the rate, s, > 0
  double beta_per_s_per_hz = 4.0e-5;  ///< speed of scaling, > 0

  static constexpr std::string_view name = "RateScaling";

  template <class Real>
  struct Coeffs {
    DecayTable<Real> decay;
    RiseTable<Real> rise;
    Real target_per_tick;  ///< beta target dt, no unit
    Real per_hz;           ///< beta tau, 1/Hz
    Real hz_per_spike;     ///< what a spike adds to the mean rate, 1/tau, Hz
  };
  template <class Real>
  Coeffs<Real> derive(double dt_ms) const {
    return {.decay = {tau_s * 1e3, dt_ms},
            .rise = {tau_s * 1e3, dt_ms},
            .target_per_tick = Real(beta_per_s_per_hz * target_hz * dt_ms * 1e-3),
            .per_hz = Real(beta_per_s_per_hz * tau_s),
            .hz_per_spike = Real(1.0 / tau_s)};
  }

  /// The factor for `ticks` without a spike of the neuron, exactly; `rate_hz`: the mean rate, at
  /// their start on entry, at their end on return. A spike then adds hz_per_spike.
  template <class Real>
  SNN_HD static Real advance(Real& rate_hz, const Coeffs<Real>& c, std::uint32_t ticks) {
    const Real exponent = c.target_per_tick * Real(ticks) - c.per_hz * rate_hz * c.rise(ticks);
    rate_hz = rate_hz * c.decay(ticks);
    return fast_exp(exponent);
  }
};

/// What of a projection is scaled, and when: `rate`, `sum`, or both, then `rate` first. At the end
/// of every interval, at ticks that are multiples of it, the weights are brought up to date and
/// those onto each target neuron multiplied by its factor.
struct Homeostasis {
  double interval_ms = 1000.0;              ///< >= one tick, rounded to ticks
  std::optional<HomeostaticScaling> sum{};  ///< towards a sum of weights
  std::optional<RateScaling> rate{};        ///< towards a rate of the target neuron
};

}  // namespace snn
