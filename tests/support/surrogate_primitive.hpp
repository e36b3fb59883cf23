// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <variant>
#include <vector>

#include "snn/math/surrogate.hpp"

/// Surrogates in closed form with libm, in double: S(x) with S(-infinity) = 0 and S'(x) = slope.
/// A network whose step is replaced by S is smooth, and its gradient can be checked with finite
/// differences.
namespace snn::reference {

struct Smooth {
  double value;  ///< S(x)
  double slope;  ///< S'(x)
};

namespace detail {
inline Smooth normal(double x, double sigma) {
  const double z = x / sigma;
  return {0.5 * std::erfc(-z / std::numbers::sqrt2),
          std::exp(-0.5 * z * z) / (sigma * std::sqrt(2 * std::numbers::pi))};
}
/// Integral of max(0, 1 - |t|).
inline Smooth tent(double t) {
  const double rest = std::max(0.0, 1 - std::abs(t));
  return {t < 0 ? 0.5 * rest * rest : 1 - 0.5 * rest * rest, rest};
}
}  // namespace detail

inline Smooth smooth(const FastSigmoid& s, double x) {
  const double d = 1 + s.beta * std::abs(x);
  const double side = s.scale / (s.beta * d);
  return {x < 0 ? side : 2 * s.scale / s.beta - side, s.scale / (d * d)};
}
inline Smooth smooth(const Arctan& s, double x) {
  const double z = std::numbers::pi * s.alpha * x / 2;
  return {s.scale * (0.5 + std::atan(z) / std::numbers::pi), s.scale * s.alpha / 2 / (1 + z * z)};
}
inline Smooth smooth(const Sigmoid& s, double x) {
  const double p = 1 / (1 + std::exp(-s.k * x)), q = 1 / (1 + std::exp(s.k * x));
  return {s.scale * p, s.scale * s.k * p * q};
}
inline Smooth smooth(const Triangle& s, double x) {
  const Smooth tent = detail::tent(x / s.width);
  return {s.height * s.width * tent.value, s.height * tent.slope};
}
inline Smooth smooth(const PiecewiseQuadratic& s, double x) {
  const Smooth tent = detail::tent(s.alpha * x);
  return {tent.value, s.alpha * tent.slope};
}
inline Smooth smooth(const Boxcar& s, double x) {
  return {s.height * std::clamp(x + s.width / 2, 0.0, s.width),
          std::abs(x) <= s.width / 2 ? s.height : 0.0};
}
inline Smooth smooth(const Exponential& s, double x) {
  const double e = std::exp(-s.alpha * std::abs(x));
  return {s.scale * (x < 0 ? e / 2 : 1 - e / 2), s.scale * s.alpha / 2 * e};
}
inline Smooth smooth(const Gaussian& s, double x) {
  const Smooth n = detail::normal(x, s.sigma);
  return {s.scale * n.value, s.scale * n.slope};
}
inline Smooth smooth(const MultiGaussian& s, double x) {
  const Smooth n = detail::normal(x, s.sigma);
  const Smooth right = detail::normal(x - s.sigma, s.s * s.sigma);
  const Smooth left = detail::normal(x + s.sigma, s.s * s.sigma);
  return {(1 + s.h) * n.value - s.h * (right.value + left.value),
          (1 + s.h) * n.slope - s.h * (right.slope + left.slope)};
}
inline Smooth smooth(const Surrogate& s, double x) {
  return std::visit([x](const auto& kind) { return smooth(kind, x); }, s);
}

/// Where S is not three times differentiable: no finite difference may step over these.
inline std::vector<double> kinks(const Surrogate& s) {
  if (const auto* triangle = std::get_if<Triangle>(&s))
    return {-triangle->width, 0, triangle->width};
  if (const auto* quadratic = std::get_if<PiecewiseQuadratic>(&s))
    return {-1 / quadratic->alpha, 0, 1 / quadratic->alpha};
  if (const auto* box = std::get_if<Boxcar>(&s)) return {-box->width / 2, box->width / 2};
  if (std::holds_alternative<FastSigmoid>(s) || std::holds_alternative<Exponential>(s)) return {0};
  return {};
}

/// Integral of the slope over all x.
inline double integral(const Surrogate& s) {
  return smooth(s, std::numeric_limits<double>::infinity()).value;
}

}  // namespace snn::reference
