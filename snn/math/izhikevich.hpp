// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/math/neuron.hpp"

namespace snn {

/// Izhikevich's simple model: a quadratic membrane with a recovery variable. In its author's
/// letters, with v and u of the paper,
///   v' = 0.04 v^2 + 5 v + 140 - u + I;  u' = a (b v - u);  v >= v_peak: spike, v = c, u = u + d.
/// Izhikevich, IEEE Trans. Neural Netw. 14 (2003) 1569; firing patterns: 15 (2004) 1063. Forward
/// Euler as published: two half steps of v, then one step of u, per tick. The input of a tick is I
/// in mV/ms, held for the tick.
struct Izhikevich {
  double a_per_ms = 0.02;           ///< rate of the recovery, >= 0 and <= 1/dt
  double b_per_ms = 0.2;            ///< sensitivity of the recovery to the membrane
  double c_mv = -65.0;              ///< potential after a spike, < v_peak_mv
  double d_mv_per_ms = 8.0;         ///< rise of the recovery per spike
  double v_peak_mv = 30.0;          ///< top of a spike, > rest_mv()
  double i_offset_mv_per_ms = 0.0;  ///< constant input

  static constexpr std::string_view name = "Izhikevich";
  static constexpr Output output = Output::spikes;

  // The classes of cortical and thalamic neurons of the 2003 paper, figure 2. The values of these
  // and of the patterns below are as commonly restated; they were not compared with the printed
  // figures.
  static Izhikevich regular_spiking() { return {}; }
  static Izhikevich intrinsically_bursting() { return {.c_mv = -55, .d_mv_per_ms = 4}; }
  static Izhikevich chattering() { return {.c_mv = -50, .d_mv_per_ms = 2}; }
  static Izhikevich fast_spiking() { return {.a_per_ms = 0.1, .d_mv_per_ms = 2}; }
  static Izhikevich low_threshold_spiking() { return {.b_per_ms = 0.25, .d_mv_per_ms = 2}; }
  static Izhikevich thalamo_cortical() { return {.b_per_ms = 0.25, .d_mv_per_ms = 0.05}; }
  static Izhikevich resonator() { return {.a_per_ms = 0.1, .b_per_ms = 0.26, .d_mv_per_ms = 2}; }

  // Firing patterns of the 2004 paper, figure 1.
  static Izhikevich tonic_spiking() { return {.d_mv_per_ms = 6}; }
  static Izhikevich phasic_spiking() { return {.b_per_ms = 0.25, .d_mv_per_ms = 6}; }
  static Izhikevich tonic_bursting() { return chattering(); }
  static Izhikevich frequency_adaptation() { return {.a_per_ms = 0.01}; }
  static Izhikevich class_2() { return {.a_per_ms = 0.2, .b_per_ms = 0.26, .d_mv_per_ms = 0}; }
  static Izhikevich rebound_spiking() {
    return {.a_per_ms = 0.03, .b_per_ms = 0.25, .c_mv = -60, .d_mv_per_ms = 4};
  }

  /// Resting potential without input, mV: the lower root of 0.04 v^2 + (5 - b) v + 140. A neuron
  /// without one fires for ever; then it is where v' is least.
  double rest_mv() const { return (b_per_ms - 5.0 - root()) / 0.08; }

  template <class Real>
  struct Coeffs {
    Real half;       ///< half a tick, ms
    Real linear;     ///< slope of v' at rest, 1/ms
    Real drive;      ///< v' at rest, with the offset, mV/ms; without offset 0 where there is rest
    Real recovery;   ///< a dt
    Real b;          ///< 1/ms
    Real threshold;  ///< v_peak - rest
    Real reset;      ///< c - rest
    Real jump;       ///< d
  };

  template <class Real>
  struct State {
    Real u{};  ///< v - rest, mV
    Real w{};  ///< recovery above b rest, mV/ms
  };

  template <class Real>
  Coeffs<Real> derive(double dt_ms) const {
    const double rest = rest_mv();
    const double at_rest =
        discriminant() >= 0 ? 0.0 : (0.04 * rest + 5.0 - b_per_ms) * rest + 140.0;
    return {.half = Real(0.5 * dt_ms),
            .linear = Real(b_per_ms - root()),  // 0.08 rest + 5
            .drive = Real(at_rest + i_offset_mv_per_ms),
            .recovery = Real(a_per_ms * dt_ms),
            .b = Real(b_per_ms),
            .threshold = Real(v_peak_mv - rest),
            .reset = Real(c_mv - rest),
            .jump = Real(d_mv_per_ms)};
  }

  /// What drives both half steps: input and offset less recovery, mV/ms.
  template <class Real>
  SNN_HD static Real net_input(const State<Real>& s, const Coeffs<Real>& c, Real x) {
    return c.drive + x - s.w;
  }

  template <class Real>
  SNN_HD static Real integrate(State<Real>& s, const Coeffs<Real>& c, Real x) {
    const Real net = net_input(s, c, x);
    s.u = half_step(half_step(s.u, c, net), c, net);
    s.w = s.w + c.recovery * (c.b * s.u - s.w);
    return s.u - c.threshold;
  }

  /// The reset; exact for spike 0 and 1, and smooth in between.
  template <class Real>
  SNN_HD static void fire(State<Real>& s, const Coeffs<Real>& c, Real spike) {
    s.u = s.u * (Real(1) - spike) + spike * c.reset;
    s.w = s.w + spike * c.jump;
  }

  /// `d`: dL/d state after the tick on entry, before the tick on return. Returns dL/d input.
  /// Nothing in it is learnable. The bound of half_step() is taken as not reached.
  template <class Real>
  SNN_HD static Real adjoint(State<Real>& d, const Coeffs<Real>& c, const AdjointInput<Real>& in,
                             CoeffGradient<Real>&) {
    const Real through_reset = in.detach_reset ? Real(0) : d.u * (c.reset - in.u);
    const Real d_distance = (in.d_spike + d.w * c.jump + through_reset) * in.slope;
    const Real middle = half_step(in.u_before, c, in.net_input);
    const Real d_end =
        d.u * (Real(1) - in.spike) + d_distance + in.d_membrane + d.w * c.recovery * c.b;
    const Real d_middle = d_end * half_step_slope(middle, c);
    const Real d_net = c.half * (d_end + d_middle);
    d.u = d_middle * half_step_slope(in.u_before, c);
    d.w = d.w * (Real(1) - c.recovery) - d_net;
    return d_net;
  }

 private:
  double discriminant() const { return (5.0 - b_per_ms) * (5.0 - b_per_ms) - 22.4; }
  double root() const { return discriminant() > 0 ? std::sqrt(discriminant()) : 0.0; }

  /// Half a tick of v, relative to rest. Bounded far beyond any spike, so that its square is finite
  /// whatever the input.
  template <class Real>
  SNN_HD static Real half_step(Real u, const Coeffs<Real>& c, Real net) {
    constexpr Real bound = Real(1e6);
    const Real next = u + c.half * ((Real(0.04) * u + c.linear) * u + net);
    return next > bound ? bound : (next < -bound ? -bound : next);
  }
  /// Derivative of half_step() by u.
  template <class Real>
  SNN_HD static Real half_step_slope(Real u, const Coeffs<Real>& c) {
    return Real(1) + c.half * (Real(0.08) * u + c.linear);
  }
};
static_assert(NeuronModel<Izhikevich>);
static_assert(HasNetInput<Izhikevich>);

}  // namespace snn
