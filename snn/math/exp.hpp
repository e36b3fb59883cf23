// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>

#include "snn/math/host_device.hpp"

/// e^x and e^x - 1 without libm, so that they vectorise and give the same bits everywhere.
/// Range reduction x = n ln2 + r, |r| <= ln2/2, then a Taylor polynomial of e^r (degree 7 for
/// float, 13 for double: truncation below 1 ulp).
namespace snn {
namespace detail {

/// e^x = (q r + 1) scale, where scale is a power of two.
template <class Real>
struct ReducedExp {
  Real q, r, scale;
};

/// Of x in [-87.3, 88].
SNN_HD inline ReducedExp<float> reduce_exp(float x) {
  constexpr float log2e = 1.44269504088896341f;
  constexpr float ln2_high = 0.693145751953125f;  // exact in 17 bits: n * ln2_high is exact
  constexpr float ln2_low = 1.42860682030941723e-6f;
  const float shifted = x * log2e + 12582912.0f;  // 1.5 * 2^23 rounds to the nearest integer
  const float n = shifted - 12582912.0f;
  const float r = (x - n * ln2_high) - n * ln2_low;
  float q = 1.0f / 5040.0f;
  q = q * r + 1.0f / 720.0f;
  q = q * r + 1.0f / 120.0f;
  q = q * r + 1.0f / 24.0f;
  q = q * r + 1.0f / 6.0f;
  q = q * r + 0.5f;
  q = q * r + 1.0f;
  // The low bits of `shifted` hold n; its high bits leave at the top.
  const std::uint32_t exponent = (std::bit_cast<std::uint32_t>(shifted) << 23) + (127u << 23);
  return {q, r, std::bit_cast<float>(exponent)};
}

/// Of x in [-708, 709].
SNN_HD inline ReducedExp<double> reduce_exp(double x) {
  constexpr double log2e = 1.4426950408889634074;
  constexpr double ln2_high = 0.693147180369123816490;
  constexpr double ln2_low = 1.90821492927058770002e-10;
  const double shifted = x * log2e + 6755399441055744.0;  // 1.5 * 2^52
  const double n = shifted - 6755399441055744.0;
  const double r = (x - n * ln2_high) - n * ln2_low;
  double q = 1.0 / 6227020800.0;
  q = q * r + 1.0 / 479001600.0;
  q = q * r + 1.0 / 39916800.0;
  q = q * r + 1.0 / 3628800.0;
  q = q * r + 1.0 / 362880.0;
  q = q * r + 1.0 / 40320.0;
  q = q * r + 1.0 / 5040.0;
  q = q * r + 1.0 / 720.0;
  q = q * r + 1.0 / 120.0;
  q = q * r + 1.0 / 24.0;
  q = q * r + 1.0 / 6.0;
  q = q * r + 0.5;
  q = q * r + 1.0;
  const std::uint64_t exponent =
      (std::bit_cast<std::uint64_t>(shifted) << 52) + (std::uint64_t{1023} << 52);
  return {q, r, std::bit_cast<double>(exponent)};
}

SNN_HD inline float bounded_exponent(float x) {
  return x < -87.3f ? -87.3f : (x > 88.0f ? 88.0f : x);
}
SNN_HD inline double bounded_exponent(double x) {
  return x < -708.0 ? -708.0 : (x > 709.0 ? 709.0 : x);
}

}  // namespace detail

/// e^x. Relative error < 2e-7 (float), < 4e-16 (double). Below -87.3 (float) or -708 (double) the
/// result is 0; above 88 or 709 it is e^88 or e^709, so that no finite or infinite x gives
/// infinity. NaN gives NaN.
template <class Real>
SNN_HD inline Real fast_exp(Real x) {
  const Real bounded = detail::bounded_exponent(x);
  const auto [q, r, scale] = detail::reduce_exp(bounded);
  const Real result = (q * r + Real(1)) * scale;
  return x < bounded ? Real(0) : result;
}

/// e^x - 1, with a small relative error also near 0: < 4e-7 (float), < 8e-16 (double). Bounds of x
/// as in fast_exp().
template <class Real>
SNN_HD inline Real fast_expm1(Real x) {
  const auto [q, r, scale] = detail::reduce_exp(detail::bounded_exponent(x));
  return (q * r) * scale + (scale - Real(1));
}

/// (e^x - 1) / x, 1 at 0: the mean of e^(x t) over t in [0, 1].
template <class Real>
SNN_HD inline Real fast_expm1_over(Real x) {
  const bool zero = x == Real(0);
  return zero ? Real(1) : fast_expm1(x) / (zero ? Real(1) : x);
}

}  // namespace snn
