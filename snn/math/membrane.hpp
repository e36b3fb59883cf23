// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/math/neuron.hpp"

/// The leaky membrane with threshold, reset and refractory time that the LIF family shares.
/// All potentials are relative to rest, so that a silent neuron is exactly 0.
namespace snn::membrane {

/// One number for both resets: on a spike u becomes keep*u + shift, where keep is 0 and shift the
/// reset value (to_value), or keep is 1 and shift is reset - threshold (subtract).
template <class Real>
struct Coeffs {
  Real decay;       ///< factor on u per tick
  Real gain;        ///< factor on the input
  Real drive;       ///< constant added per tick
  Real threshold;   ///< v_th - v_rest
  Real keep;        ///< 0 or 1, see above
  Real shift;       ///< see above
  Real refractory;  ///< ticks a neuron is held after a spike
  // For the gradient of the decay, since gain and drive may follow from the same time constant.
  Real gain_slope;   ///< (d gain / d decay) / gain
  Real drive_slope;  ///< d drive / d decay
};

/// Parameters in the user's units; the caller fills what its model lacks.
struct Physical {
  double decay, gain, gain_slope, i_offset_mv, v_rest_mv, v_reset_mv, v_th_mv, t_ref_ms;
  Reset reset;
};

/// Factor on the input of a membrane whose input is held for the tick, or jumps.
inline double gain(Input input, double decay) {
  return input == Input::jump ? 1.0 : 1.0 - decay;
}
/// (d gain / d decay) / gain of gain().
inline double gain_slope(Input input, double decay) {
  return input == Input::jump || decay == 1.0 ? 0.0 : -1.0 / (1.0 - decay);
}

template <class Real>
Coeffs<Real> derive(const Physical& p, double dt_ms) {
  const double threshold = p.v_th_mv - p.v_rest_mv;
  const double reset = p.v_reset_mv - p.v_rest_mv;
  const bool subtract = p.reset == Reset::subtract;
  return {.decay = Real(p.decay),
          .gain = Real(p.gain),
          .drive = Real((1.0 - p.decay) * p.i_offset_mv),
          .threshold = Real(threshold),
          .keep = Real(subtract ? 1 : 0),
          .shift = Real(subtract ? reset - threshold : reset),
          .refractory = Real(std::round(p.t_ref_ms / dt_ms)),
          .gain_slope = Real(p.gain_slope),
          .drive_slope = Real(-p.i_offset_mv)};
}

/// `current_mv` more of constant current times resistance. With 1 - decay taken in Real, the
/// potential it settles at is exact, as 1 - decay is (decay >= 1/2: Sterbenz).
template <class Real>
SNN_HD inline Coeffs<Real> inject(Coeffs<Real> c, Real current_mv) {
  c.drive = c.drive + (Real(1) - c.decay) * current_mv;
  return c;
}

/// u becomes decay*u + gain*x + drive, or is held while refractory. Returns u - threshold.
template <class Real>
SNN_HD inline Real integrate(Real& u, Real& refractory, const Coeffs<Real>& c, Real input) {
  const bool held = refractory > Real(0);
  const Real next = c.decay * u + c.gain * input + c.drive;
  u = held ? u : next;
  refractory = held ? refractory - Real(1) : Real(0);
  return held ? never<Real> : u - c.threshold;
}

/// The reset; exact for spike 0 and 1, and smooth in between.
template <class Real>
SNN_HD inline void fire(Real& u, Real& refractory, const Coeffs<Real>& c, Real spike) {
  u = u * (Real(1) - spike * (Real(1) - c.keep)) + spike * c.shift;
  refractory = refractory + spike * c.refractory;
}

/// What a membrane without input does in `ticks` ticks, bit for bit. Stops as soon as a tick
/// changes nothing any more.
template <class Real>
SNN_HD inline void decay_quietly(Real& u, Real decay, std::int64_t ticks) {
  for (; ticks > 0; --ticks) {
    const Real next = decay * u + Real(0);  // integrate() adds a zero input: -0 becomes 0
    const bool settled = next == u;
    u = next;
    if (settled) return;
  }
}

/// d u / d decay of one tick of a neuron that is not held. The input is what u got beyond leak and
/// drive.
template <class Real>
SNN_HD inline Real decay_effect(const Coeffs<Real>& c, Real u, Real u_before) {
  return u_before + c.drive_slope + c.gain_slope * (u - c.decay * u_before - c.drive);
}

/// Reverse of fire() and of the threshold. `d_u`: dL/d u after the tick on entry, dL/d u after
/// integrate() on return. Returns dL/d distance.
template <class Real>
SNN_HD inline Real adjoint_fire(Real& d_u, const Coeffs<Real>& c, const AdjointInput<Real>& in,
                                Real d_spike, CoeffGradient<Real>& gradient) {
  const Real through_reset =
      in.detach_reset ? Real(0) : d_u * (c.shift - in.u * (Real(1) - c.keep));
  const Real d_distance = (d_spike + through_reset) * in.slope;
  // Subtracting reset: shift = reset - threshold, so the threshold also acts through the reset.
  gradient.threshold -= d_distance + d_u * in.spike * c.keep;
  d_u = d_u * (Real(1) - in.spike * (Real(1) - c.keep)) + d_distance + in.d_membrane;
  return d_distance;
}

}  // namespace snn::membrane
