// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

namespace snn {

/// Number of successes in n trials of probability p; `uniform()` gives numbers in (0, 1). Exact.
/// Few expected successes: inversion, one step per success. Many: transformed rejection, BTRS of
/// Hormann, J. Stat. Comput. Simul. 46 (1993) 101.
template <class Uniform>
std::int64_t draw_binomial(std::int64_t n, double p, Uniform&& uniform) {
  if (n <= 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - draw_binomial(n, 1 - p, uniform);
  const auto trials = static_cast<double>(n);
  if (trials * p < 10) {
    // The gaps between successes are geometric.
    const double log_of_none = std::log1p(-p);
    std::int64_t successes = 0;
    for (double at = 0;; ++successes) {
      at += std::floor(std::log(uniform()) / log_of_none) + 1;
      if (at > trials) return successes;
    }
  }
  const double spread = std::sqrt(trials * p * (1 - p));
  const double b = 1.15 + 2.53 * spread, a = -0.0873 + 0.0248 * b + 0.01 * p;
  const double centre = trials * p + 0.5, v_r = 0.92 - 4.2 / b;
  const double alpha = (2.83 + 5.1 / b) * spread, log_odds = std::log(p / (1 - p));
  const double mode = std::floor((trials + 1) * p);
  const double at_mode = std::lgamma(mode + 1) + std::lgamma(trials - mode + 1);
  while (true) {
    const double u = uniform() - 0.5;
    double v = uniform();
    const double us = 0.5 - std::abs(u);
    const double k = std::floor((2 * a / us + b) * u + centre);
    if (us >= 0.07 && v <= v_r) return static_cast<std::int64_t>(k);
    if (k < 0 || k > trials) continue;
    v = v * alpha / (a / (us * us) + b);
    if (std::log(v) <=
        at_mode - std::lgamma(k + 1) - std::lgamma(trials - k + 1) + (k - mode) * log_odds) {
      return static_cast<std::int64_t>(k);
    }
  }
}

}  // namespace snn
