// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <numbers>

#include "snn/math/philox.hpp"
#include "snn/model/connectivity.hpp"

/// Values of distributions, drawn before the first tick.
namespace snn {

using Words = std::array<std::uint32_t, 4>;

/// Two words as a number in (0, 1), never 0 or 1.
inline double open_uniform(std::uint32_t high, std::uint32_t low) {
  const std::uint64_t bits = (std::uint64_t{high} << 21) ^ (low >> 11);
  return (static_cast<double>(bits) + 0.5) * 0x1p-53;
}

/// Box & Muller, Ann. Math. Stat. 29 (1958) 610. Its magnitude is below 8.7.
inline double standard_normal(const Words& words) {
  const double radius = std::sqrt(-2.0 * std::log(open_uniform(words[0], words[1])));
  return radius * std::cos(2.0 * std::numbers::pi * open_uniform(words[2], words[3]));
}

inline double value_of(const Uniform& d, const Words& words) {
  return d.low + (d.high - d.low) * open_uniform(words[0], words[1]);
}
inline double value_of(const Normal& d, const Words& words) {
  return d.mean + d.sd * standard_normal(words);
}
inline double value_of(const Lognormal& d, const Words& words) {
  return std::exp(d.mu + d.sigma * standard_normal(words));
}
/// Before truncation.
inline double value_of(const TruncatedNormal& d, const Words& words) {
  return d.mean + d.sd * standard_normal(words);
}

/// Which values of a distribution are kept.
template <class Distribution>
bool keeps(const Distribution&, double) {
  return true;
}
inline bool keeps(const TruncatedNormal& d, double value) {
  return value >= d.low && value <= d.high;
}

/// One value for synapse `element` of a projection, drawn again until it is kept and at least
/// `least`. A function of its arguments alone.
template <class Distribution>
double draw_value(const Distribution& distribution, std::uint64_t seed, RandomUse use,
                  std::uint32_t projection, std::uint64_t element, double least = -HUGE_VAL) {
  for (std::uint32_t attempt = 0;; ++attempt) {
    const double value =
        value_of(distribution, random_words(seed, use, projection, element, attempt));
    if (keeps(distribution, value) && value >= least) return value;
  }
}

}  // namespace snn
