// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <variant>

/// The probability of a pair as a function of its distance d. None grows with d.
namespace snn {

/// p_max exp(-d^2 / (2 sigma^2)).
struct GaussianKernel {
  double sigma_mm = 0.1;  ///< width, > 0
  double p_max = 1.0;     ///< probability at distance 0, in [0, 1]
  double operator()(double mm) const {
    return p_max * std::exp(-mm * mm / (2 * sigma_mm * sigma_mm));
  }
  double scale_mm() const { return sigma_mm; }
  double reach_mm(double least) const {
    return sigma_mm * std::sqrt(2 * std::log(std::fmax(1.0, p_max / least)));
  }
};

/// p_max exp(-d / length).
struct ExponentialKernel {
  double length_mm = 0.1;  ///< over which it falls to 1/e, > 0
  double p_max = 1.0;      ///< probability at distance 0, in [0, 1]
  double operator()(double mm) const { return p_max * std::exp(-mm / length_mm); }
  double scale_mm() const { return length_mm; }
  double reach_mm(double least) const {
    return length_mm * std::log(std::fmax(1.0, p_max / least));
  }
};

/// p up to the radius, and 0 beyond.
struct DiscKernel {
  double radius_mm = 0.1;  ///< > 0
  double p = 1.0;          ///< probability within, in [0, 1]
  double operator()(double mm) const { return mm <= radius_mm ? p : 0.0; }
  double scale_mm() const { return radius_mm; }
  double reach_mm(double) const { return radius_mm; }
};

/// p_max (1 - d / radius) up to the radius, and 0 beyond.
struct LinearDecayKernel {
  double radius_mm = 0.1;  ///< at which it reaches 0, > 0
  double p_max = 1.0;      ///< probability at distance 0, in [0, 1]
  double operator()(double mm) const { return mm < radius_mm ? p_max * (1 - mm / radius_mm) : 0.0; }
  double scale_mm() const { return radius_mm; }
  double reach_mm(double) const { return radius_mm; }
};

using DistanceKernel =
    std::variant<GaussianKernel, ExponentialKernel, DiscKernel, LinearDecayKernel>;

/// Pairs that are less probable are left out.
inline constexpr double least_probability = 1e-12;

inline double probability_at(const DistanceKernel& kernel, double mm) {
  return std::visit([&](const auto& k) { return k(mm); }, kernel);
}
/// The length over which it changes.
inline double scale_mm(const DistanceKernel& kernel) {
  return std::visit([](const auto& k) { return k.scale_mm(); }, kernel);
}
/// The distance beyond which it is below `least_probability`.
inline double reach_mm(const DistanceKernel& kernel) {
  return std::visit([](const auto& k) { return k.reach_mm(least_probability); }, kernel);
}

}  // namespace snn
