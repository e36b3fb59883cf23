// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <variant>

#include "snn/math/exp.hpp"
#include "snn/math/host_device.hpp"

/// Surrogate derivatives of the spike: what training uses in place of the derivative of a step at
/// distance x = u - threshold (Neftci, Mostafa & Zenke, IEEE SPM 36 (2019) 51). Surrogates of one
/// name differ between libraries; docs/surrogates.md says which fields give which library's
/// function. Each is a struct of parameters with slope(x), made of + - * / and fast_exp.
namespace snn {

namespace detail {
template <class Real>
SNN_HD inline Real magnitude(Real x) {
  return x < Real(0) ? -x : x;
}
}  // namespace detail

/// scale / (1 + beta |x|)^2. Zenke & Ganguli, Neural Comput. 30 (2018) 1514 (SuperSpike).
struct FastSigmoid {
  double beta = 25.0;  ///< steepness
  double scale = 1.0;  ///< factor of the slope
  static constexpr std::string_view name = "fast_sigmoid";
  template <class Real>
  SNN_HD Real slope(Real x) const {
    const Real d = Real(1) + Real(beta) * detail::magnitude(x);
    return Real(scale) / (d * d);
  }
};

/// scale * (alpha/2) / (1 + (pi alpha x / 2)^2). Fang et al., ICCV 2021 (PLIF).
struct Arctan {
  double alpha = 2.0;  ///< steepness
  double scale = 1.0;  ///< factor of the slope
  static constexpr std::string_view name = "arctan";
  template <class Real>
  SNN_HD Real slope(Real x) const {
    const Real z = Real(1.5707963267948966 * alpha) * x;
    return Real(scale * alpha / 2.0) / (Real(1) + z * z);
  }
};

/// scale * k s(kx) (1 - s(kx)) with s the logistic function. Evaluated from e^-|kx|: no overflow,
/// no NaN.
struct Sigmoid {
  double k = 4.0;      ///< steepness
  double scale = 1.0;  ///< factor of the slope
  static constexpr std::string_view name = "sigmoid";
  template <class Real>
  SNN_HD Real slope(Real x) const {
    const Real e = fast_exp(-Real(k) * detail::magnitude(x));
    const Real d = Real(1) + e;
    return Real(scale * k) * e / (d * d);
  }
};

/// height * max(0, 1 - |x|/width). Esser et al., PNAS 113 (2016) 11441; Bellec et al. (2018).
struct Triangle {
  double height = 1.0;  ///< slope at the threshold
  double width = 1.0;   ///< distance at which the slope is 0, in the unit of x
  static constexpr std::string_view name = "triangle";
  template <class Real>
  SNN_HD Real slope(Real x) const {
    const Real rest = Real(1) - detail::magnitude(x) * Real(1.0 / width);
    return rest > Real(0) ? Real(height) * rest : Real(0);
  }
};

/// max(0, alpha - alpha^2 |x|): the derivative of a piecewise quadratic step (SpikingJelly).
struct PiecewiseQuadratic {
  double alpha = 1.0;  ///< steepness
  static constexpr std::string_view name = "piecewise_quadratic";
  template <class Real>
  SNN_HD Real slope(Real x) const {
    const Real rest = Real(alpha) - Real(alpha * alpha) * detail::magnitude(x);
    return rest > Real(0) ? rest : Real(0);
  }
};

/// height where |x| <= width/2, else 0. Kaiser, Mostafa & Neftci (2020); Bittar & Garner (2022).
struct Boxcar {
  double height = 1.0;  ///< slope within the box
  double width = 1.0;   ///< of the box, in the unit of x
  static constexpr std::string_view name = "boxcar";
  template <class Real>
  SNN_HD Real slope(Real x) const {
    return detail::magnitude(x) <= Real(width / 2.0) ? Real(height) : Real(0);
  }
};

/// scale * (alpha/2) e^(-alpha |x|). Shrestha & Orchard, NeurIPS 2018 (SLAYER).
struct Exponential {
  double alpha = 5.0;  ///< steepness
  double scale = 1.0;  ///< factor of the slope
  static constexpr std::string_view name = "exponential";
  template <class Real>
  SNN_HD Real slope(Real x) const {
    return Real(scale * alpha / 2.0) * fast_exp(-Real(alpha) * detail::magnitude(x));
  }
};

/// scale * N(x; 0, sigma), the normal density.
struct Gaussian {
  double sigma = 0.5;  ///< width, in the unit of x
  double scale = 1.0;  ///< factor of the slope
  static constexpr std::string_view name = "gaussian";
  template <class Real>
  SNN_HD Real slope(Real x) const {
    const Real z = detail::magnitude(x) < Real(1e15) ? x * Real(1.0 / sigma) : Real(1e15);
    return Real(scale * 0.39894228040143268 / sigma) * fast_exp(Real(-0.5) * z * z);
  }
};

/// (1+h) N(x; 0, sigma) - h N(x; sigma, s sigma) - h N(x; -sigma, s sigma). Yin, Corradi & Bohte,
/// Nat. Mach. Intell. 3 (2021) 905.
struct MultiGaussian {
  double sigma = 0.5;  ///< width of the middle, in the unit of x
  double h = 0.15;     ///< part of the negative sides
  double s = 6.0;      ///< how much wider they are
  static constexpr std::string_view name = "multi_gaussian";
  template <class Real>
  SNN_HD Real slope(Real x) const {
    const Gaussian narrow{sigma, 1.0 + h};
    const Gaussian wide{s * sigma, h};
    return narrow.slope(x) - wide.slope(x - Real(sigma)) - wide.slope(x + Real(sigma));
  }
};

using Surrogate = std::variant<FastSigmoid, Arctan, Sigmoid, Triangle, PiecewiseQuadratic, Boxcar,
                               Exponential, Gaussian, MultiGaussian>;

}  // namespace snn
