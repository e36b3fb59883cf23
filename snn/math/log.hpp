// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <limits>

#include "snn/math/exp.hpp"
#include "snn/math/host_device.hpp"

namespace snn {

/// Natural logarithm without libm, so that it vectorises and gives the same bits everywhere.
/// x = 2^n m, m in [sqrt(1/2), sqrt(2)), f = m - 1 (exact), s = f / (2 + f). Then
/// ln m = 2 atanh(s) = f - s (f - R), R = s^2 (2/3 + 2/5 s^2 + ...), |s| <= 0.172, cut where the
/// rest is below 1 ulp. Relative error < 2e-7 (float), < 4e-16 (double) for every positive number,
/// subnormal ones too (where the processor does not take them for 0).
/// 0 gives -infinity, infinity gives infinity, negative numbers and NaN give NaN.
SNN_HD inline float fast_log(float x) {
  constexpr float ln2_high = 0.693145751953125f;  // exact in 17 bits: n * ln2_high is exact
  constexpr float ln2_low = 1.42860682030941723e-6f;
  constexpr float inf = std::numeric_limits<float>::infinity();
  const bool tiny = x < std::numeric_limits<float>::min();
  const auto bits = std::bit_cast<std::uint32_t>(tiny ? x * 0x1p24f : x);
  constexpr std::uint32_t half_root = 0x3F3504F3u;  // bits of sqrt(1/2)
  const std::uint32_t shifted = bits - half_root;   // its exponent field is n, modulo 2^9
  const std::int32_t exponent = static_cast<std::int32_t>(shifted) >> 23;
  const float m = std::bit_cast<float>(bits - (static_cast<std::uint32_t>(exponent) << 23));
  const float n = static_cast<float>(exponent) - (tiny ? 24.0f : 0.0f);
  const float f = m - 1.0f;
  const float s = f / (2.0f + f);
  const float z = s * s;
  float p = 2.0f / 9.0f;
  p = p * z + 2.0f / 7.0f;
  p = p * z + 2.0f / 5.0f;
  p = p * z + 2.0f / 3.0f;
  const float result = n * ln2_high + (f - (s * (f - z * p) - n * ln2_low));
  const float at_edge = x == 0.0f ? -inf : (x > 0.0f ? x : std::numeric_limits<float>::quiet_NaN());
  return x > 0.0f && x < inf ? result : at_edge;
}

SNN_HD inline double fast_log(double x) {
  constexpr double ln2_high = 0.693147180369123816490;
  constexpr double ln2_low = 1.90821492927058770002e-10;
  constexpr double inf = std::numeric_limits<double>::infinity();
  const bool tiny = x < std::numeric_limits<double>::min();
  const auto bits = std::bit_cast<std::uint64_t>(tiny ? x * 0x1p54 : x);
  constexpr std::uint64_t half_root = 0x3FE6A09E667F3BCDu;
  const std::uint64_t shifted = bits - half_root;
  const std::int64_t exponent = static_cast<std::int64_t>(shifted) >> 52;
  const double m = std::bit_cast<double>(bits - (static_cast<std::uint64_t>(exponent) << 52));
  const double n = static_cast<double>(exponent) - (tiny ? 54.0 : 0.0);
  const double f = m - 1.0;
  const double s = f / (2.0 + f);
  const double z = s * s;
  double p = 2.0 / 21.0;
  p = p * z + 2.0 / 19.0;
  p = p * z + 2.0 / 17.0;
  p = p * z + 2.0 / 15.0;
  p = p * z + 2.0 / 13.0;
  p = p * z + 2.0 / 11.0;
  p = p * z + 2.0 / 9.0;
  p = p * z + 2.0 / 7.0;
  p = p * z + 2.0 / 5.0;
  p = p * z + 2.0 / 3.0;
  const double result = n * ln2_high + (f - (s * (f - z * p) - n * ln2_low));
  const double at_edge = x == 0.0 ? -inf : (x > 0.0 ? x : std::numeric_limits<double>::quiet_NaN());
  return x > 0.0 && x < inf ? result : at_edge;
}

/// base^exponent for 0 <= base <= 1 and exponent > 0, without libm. Relative error
/// < 2e-7 (1 + |exponent ln base|) (float), < 4e-16 of the same (double); 0 gives 0, and so do
/// results below e^-87.3 (float) or e^-708 (double).
template <class Real>
SNN_HD inline Real fast_pow(Real base, Real exponent) {
  return fast_exp(exponent * fast_log(base));
}

}  // namespace snn
