// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

#include "snn/math/host_device.hpp"

namespace snn {

/// exp(-k dt/tau) for every k below 2^32 - 2^24, by multiplication alone and in 4 KB.
///
/// One table of all k that matter would have 87 tau/dt entries: 70 KB for 20 ms at 0.1 ms, more
/// than a first-level cache, and no bound. Here k is written in base 256, and the factors of its
/// digits are multiplied; those of k < 2^16 are two, and their part of the table stays in the
/// cache. Factors are derived in double and rounded once: relative error < 2e-7 (float) or
/// < 4e-16 (1 + k dt/tau) (double) for k < 2^16, twice that beyond.
///
/// The result is 0, and never subnormal, where the true value is below the normal range (2^-126,
/// 2^-1022), so that it does not depend on how a processor treats subnormal numbers. Whole rows of
/// 256^n values end there, which spares comparisons: some before are 0 too, but none above 2^-62
/// (2^-510).
template <class Real>
class DecayTable {
 public:
  /// A number of ticks after which every decay is 0.
  static constexpr std::uint32_t for_ever = 255u << 24;

  /// 1 for k = 0, else 0: what tau = 0 means.
  DecayTable() {
    for (auto& level : factor_) level[0] = Real(1);
  }

  /// tau_ms >= 0; 0 is a trace that is gone at the next tick.
  DecayTable(double tau_ms, double dt_ms) : DecayTable() {
    if (!(tau_ms > 0)) return;
    const double rate = dt_ms / tau_ms;
    // A little inside the normal range, so that no rounding of a product leaves it.
    const double reach = (-std::log(double(std::numeric_limits<Real>::min())) - 1e-5) / rate;
    end_ = reach < for_ever ? static_cast<std::uint32_t>(reach) + 1u : for_ever;
    for (std::uint32_t row = 1u << 24; row > 1; row /= radix) {
      if (end_ > row) end_ -= end_ % row;
    }
    double step = rate;
    for (std::uint32_t l = 0; l < 4; ++l) {
      for (std::uint32_t i = 0; i < radix; ++i) {
        const bool beyond = (std::uint64_t{i} << (8 * l)) >= end_;
        factor_[l][i] = beyond ? Real(0) : Real(std::exp(-step * i));
      }
      step *= radix;
    }
  }

  /// exp(-ticks dt/tau).
  SNN_HD Real operator()(std::uint32_t ticks) const {
    const std::uint32_t k = ticks < end_ ? ticks : end_;
    const Real low = factor_[0][k & 255u] * factor_[1][(k >> 8) & 255u];
    if (k >= 65536u) [[unlikely]]
      return low * (factor_[2][(k >> 16) & 255u] * factor_[3][k >> 24]);
    return low;
  }

  /// The first k with value 0.
  SNN_HD std::uint32_t end() const { return end_; }

 private:
  static constexpr std::uint32_t radix = 256;
  std::array<std::array<Real, radix>, 4> factor_{};
  std::uint32_t end_ = 1;
};

}  // namespace snn
