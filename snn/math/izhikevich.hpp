// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/math/neuron.hpp"

namespace snn {

/// Izhikevich's simple model: a quadratic membrane with a recovery variable. In its author's
/// letters, with v and u of the papers,
///   v' = 0.04 v^2 + 5 v + 140 - u + I;  u' = a (b v - u);  v >= v_peak: spike, v = c, u = u + d.
/// Izhikevich, IEEE Trans. Neural Netw. 14 (2003) 1569; firing patterns: 15 (2004) 1063. Some of
/// the latter need other constants, and one another recovery: u' = a (b (v - v_b) - l u). Forward
/// Euler as published: two half steps of v, then one step of u, per tick. The input of a tick is I
/// in mV/ms, held for the tick.
struct Izhikevich {
  double a_per_ms = 0.02;             ///< rate of the recovery; |a| l <= 1/dt
  double b_per_ms = 0.2;              ///< sensitivity of the recovery to the membrane
  double c_mv = -65.0;                ///< potential after a spike, < v_peak_mv
  double d_mv_per_ms = 8.0;           ///< rise of the recovery per spike
  double v_peak_mv = 30.0;            ///< top of a spike, > rest_mv()
  double i_offset_mv_per_ms = 0.0;    ///< constant input
  double square_per_mv_ms = 0.04;     ///< factor on v^2, > 0
  double linear_per_ms = 5.0;         ///< factor on v
  double constant_mv_per_ms = 140.0;  ///< and its constant
  double recovery_leak = 1.0;         ///< l, 0 to 1; at 0 the recovery only integrates
  double recovery_zero_mv = 0.0;      ///< v_b
  /// Steps of v per tick: 2, as the script of the 2003 paper takes, or 1, as that of the 2004
  /// paper.
  int v_steps = 2;

  static constexpr std::string_view name = "Izhikevich";
  static constexpr Output output = Output::spikes;

  // The classes of cortical and thalamic neurons of the 2003 paper, figure 2. These and the
  // patterns were compared with public copies of the author's scripts, not with the printed
  // figures.
  static Izhikevich regular_spiking() { return {}; }
  static Izhikevich intrinsically_bursting() { return {.c_mv = -55, .d_mv_per_ms = 4}; }
  static Izhikevich chattering() { return {.c_mv = -50, .d_mv_per_ms = 2}; }
  static Izhikevich fast_spiking() { return {.a_per_ms = 0.1, .d_mv_per_ms = 2}; }
  static Izhikevich low_threshold_spiking() { return {.b_per_ms = 0.25, .d_mv_per_ms = 2}; }
  static Izhikevich thalamo_cortical() { return {.b_per_ms = 0.25, .d_mv_per_ms = 0.05}; }
  static Izhikevich resonator() { return {.a_per_ms = 0.1, .b_per_ms = 0.26, .d_mv_per_ms = 2}; }

  // Parameters of the firing patterns of the 2004 paper, figure 1. What each is stimulated with
  // there, and the tick it is published for, is in snn/math/izhikevich_patterns.hpp.
  static Izhikevich tonic_spiking() { return {.d_mv_per_ms = 6}; }
  static Izhikevich phasic_spiking() { return {.b_per_ms = 0.25, .d_mv_per_ms = 6}; }
  static Izhikevich tonic_bursting() { return chattering(); }
  static Izhikevich phasic_bursting() {
    return {.b_per_ms = 0.25, .c_mv = -55, .d_mv_per_ms = 0.05};
  }
  static Izhikevich mixed_mode() { return intrinsically_bursting(); }
  static Izhikevich frequency_adaptation() { return {.a_per_ms = 0.01}; }
  static Izhikevich class_1() {
    return {.b_per_ms = -0.1,
            .c_mv = -55,
            .d_mv_per_ms = 6,
            .linear_per_ms = 4.1,
            .constant_mv_per_ms = 108};
  }
  static Izhikevich class_2() { return {.a_per_ms = 0.2, .b_per_ms = 0.26, .d_mv_per_ms = 0}; }
  static Izhikevich spike_latency() { return tonic_spiking(); }
  static Izhikevich subthreshold_oscillations() {
    return {.a_per_ms = 0.05, .b_per_ms = 0.26, .c_mv = -60, .d_mv_per_ms = 0};
  }
  static Izhikevich frequency_preference() {  // "resonator" there, as another class above
    return {.a_per_ms = 0.1, .b_per_ms = 0.26, .c_mv = -60, .d_mv_per_ms = -1};
  }
  static Izhikevich integrator() { return class_1(); }
  static Izhikevich rebound_spiking() {
    return {.a_per_ms = 0.03, .b_per_ms = 0.25, .c_mv = -60, .d_mv_per_ms = 4};
  }
  static Izhikevich rebound_bursting() {
    return {.a_per_ms = 0.03, .b_per_ms = 0.25, .c_mv = -52, .d_mv_per_ms = 0};
  }
  static Izhikevich threshold_variability() { return rebound_spiking(); }
  static Izhikevich bistability() {
    return {.a_per_ms = 0.1, .b_per_ms = 0.26, .c_mv = -60, .d_mv_per_ms = 0};
  }
  static Izhikevich depolarizing_afterpotential() {
    return {.a_per_ms = 1, .b_per_ms = 0.2, .c_mv = -60, .d_mv_per_ms = -21};
  }
  static Izhikevich accommodation() {
    return {
        .b_per_ms = 1, .c_mv = -55, .d_mv_per_ms = 4, .recovery_leak = 0, .recovery_zero_mv = -65};
  }
  static Izhikevich inhibition_induced_spiking() {
    return {.a_per_ms = -0.02, .b_per_ms = -1, .c_mv = -60, .d_mv_per_ms = 8};
  }
  static Izhikevich inhibition_induced_bursting() {
    return {.a_per_ms = -0.026, .b_per_ms = -1, .c_mv = -45, .d_mv_per_ms = -2};
  }

  /// Resting potential without input, mV: the lower root of v' with u at its own rest. A neuron
  /// without one fires for ever; then it is where v' is least.
  double rest_mv() const {
    if (recovery_leak == 0) return recovery_zero_mv;
    return (slope() - linear_per_ms - root()) / (2 * square_per_mv_ms);
  }
  /// u of the papers at rest, mV/ms.
  double recovery_at_rest() const {
    if (recovery_leak == 0) return membrane(recovery_zero_mv);
    return slope() * (rest_mv() - recovery_zero_mv);
  }

  template <class Real>
  struct Coeffs {
    Real first;      ///< first step of v, ms
    Real second;     ///< second step of v, ms
    Real square;     ///< factor on u^2, 1/(mV ms)
    Real linear;     ///< slope of v' at rest, 1/ms
    Real drive;      ///< v' at rest, with the offset, mV/ms; without offset 0 where there is rest
    Real recovery;   ///< a dt
    Real b;          ///< 1/ms
    Real leak;       ///< l
    Real threshold;  ///< v_peak - rest
    Real reset;      ///< c - rest
    Real jump;       ///< d
  };

  template <class Real>
  struct State {
    Real u{};  ///< v - rest, mV
    Real w{};  ///< recovery above that of rest, mV/ms
  };

  /// What the state counts from.
  State<double> origin() const { return {.u = rest_mv(), .w = recovery_at_rest()}; }

  template <class Real>
  Coeffs<Real> derive(double dt_ms) const {
    const double rest = rest_mv();
    const bool rests = recovery_leak == 0 || discriminant() >= 0;
    const double at_rest = rests ? 0.0 : membrane(rest) - recovery_at_rest();
    const double linear =
        recovery_leak == 0 ? 2 * square_per_mv_ms * rest + linear_per_ms : slope() - root();
    const bool one = v_steps == 1;
    return {.first = Real(one ? dt_ms : 0.5 * dt_ms),
            .second = Real(one ? 0.0 : 0.5 * dt_ms),
            .square = Real(square_per_mv_ms),
            .linear = Real(linear),
            .drive = Real(at_rest + i_offset_mv_per_ms),
            .recovery = Real(a_per_ms * dt_ms),
            .b = Real(b_per_ms),
            .leak = Real(recovery_leak),
            .threshold = Real(v_peak_mv - rest),
            .reset = Real(c_mv - rest),
            .jump = Real(d_mv_per_ms)};
  }

  /// With `current_mv_per_ms` more constant input.
  template <class Real>
  SNN_HD static Coeffs<Real> inject(Coeffs<Real> c, Real current_mv_per_ms) {
    c.drive = c.drive + current_mv_per_ms;
    return c;
  }

  /// What drives all steps of v in a tick: input and offset less recovery, mV/ms.
  template <class Real>
  SNN_HD static Real net_input(const State<Real>& s, const Coeffs<Real>& c, Real x) {
    return c.drive + x - s.w;
  }

  template <class Real>
  SNN_HD static Real integrate(State<Real>& s, const Coeffs<Real>& c, Real x) {
    const Real net = net_input(s, c, x);
    s.u = step(step(s.u, c.first, c, net), c.second, c, net);
    s.w = s.w + c.recovery * (c.b * s.u - c.leak * s.w);
    return s.u - c.threshold;
  }

  /// The reset; exact for spike 0 and 1, and smooth in between.
  template <class Real>
  SNN_HD static void fire(State<Real>& s, const Coeffs<Real>& c, Real spike) {
    s.u = s.u * (Real(1) - spike) + spike * c.reset;
    s.w = s.w + spike * c.jump;
  }

  /// `d`: dL/d state after the tick on entry, before the tick on return. Returns dL/d input.
  /// Nothing in it is learnable. The bound of step() is taken as not reached.
  template <class Real>
  SNN_HD static Real adjoint(State<Real>& d, const Coeffs<Real>& c, const AdjointInput<Real>& in,
                             CoeffGradient<Real>&) {
    const Real through_reset = in.detach_reset ? Real(0) : d.u * (c.reset - in.u);
    const Real d_distance = (in.d_spike + d.w * c.jump + through_reset) * in.slope;
    const Real middle = step(in.u_before, c.first, c, in.net_input);
    const Real d_end =
        d.u * (Real(1) - in.spike) + d_distance + in.d_membrane + d.w * c.recovery * c.b;
    const Real d_middle = d_end * step_slope(middle, c.second, c);
    const Real d_net = c.second * d_end + c.first * d_middle;
    d.u = d_middle * step_slope(in.u_before, c.first, c);
    d.w = d.w * (Real(1) - c.recovery * c.leak) - d_net;
    return d_net;
  }

 private:
  double membrane(double v_mv) const {
    return (square_per_mv_ms * v_mv + linear_per_ms) * v_mv + constant_mv_per_ms;
  }
  /// Of u at rest over v.
  double slope() const { return b_per_ms / recovery_leak; }
  double discriminant() const {
    const double linear = linear_per_ms - slope();
    return linear * linear -
           4 * square_per_mv_ms * (constant_mv_per_ms + slope() * recovery_zero_mv);
  }
  double root() const { return discriminant() > 0 ? std::sqrt(discriminant()) : 0.0; }

  /// One Euler step of v, relative to rest. Bounded far beyond any spike, so that its square is
  /// finite whatever the input.
  template <class Real>
  SNN_HD static Real step(Real u, Real ms, const Coeffs<Real>& c, Real net) {
    constexpr Real bound = Real(1e6);
    const Real next = u + ms * ((c.square * u + c.linear) * u + net);
    return next > bound ? bound : (next < -bound ? -bound : next);
  }
  /// Derivative of step() by u.
  template <class Real>
  SNN_HD static Real step_slope(Real u, Real ms, const Coeffs<Real>& c) {
    return Real(1) + ms * (Real(2) * c.square * u + c.linear);
  }
};
static_assert(TrainableModel<Izhikevich> && HasInjection<Izhikevich>);
static_assert(HasNetInput<Izhikevich>);

}  // namespace snn
