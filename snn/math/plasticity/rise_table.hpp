// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

#include "snn/math/host_device.hpp"

namespace snn {

/// 1 - exp(-k dt/tau), as precise for small k as for large ones, where the difference of a decay
/// from 1 would have lost its digits: 1 - a b = (1 - a) + a (1 - b). Relative error < 4e-7 (float)
/// or < 8e-16 (double).
template <class Real>
class RiseTable {
 public:
  RiseTable() {
    for (int l = 0; l < 4; ++l) {
      for (int i = 0; i < 256; ++i) {
        factor_[l][i] = i == 0 ? Real(1) : Real(0);
        rise_[l][i] = i == 0 ? Real(0) : Real(1);
      }
    }
  }

  /// tau_ms >= 0; 0 gives 1 for every k > 0.
  RiseTable(double tau_ms, double dt_ms) : RiseTable() {
    if (!(tau_ms > 0)) return;
    double step = dt_ms / tau_ms;
    for (int l = 0; l < 4; ++l) {
      for (int i = 0; i < 256; ++i) {
        const double exact = std::exp(-i * step);
        factor_[l][i] = exact < double(std::numeric_limits<Real>::min()) ? Real(0) : Real(exact);
        rise_[l][i] = Real(-std::expm1(-i * step));
      }
      step *= 256;
    }
  }

  /// 1 - exp(-ticks dt/tau).
  SNN_HD Real operator()(std::uint32_t ticks) const {
    Real rise = rise_[3][ticks >> 24];
    for (int l = 2; l >= 0; --l) {
      const std::uint32_t digit = (ticks >> (8 * l)) & 255u;
      rise = rise_[l][digit] + factor_[l][digit] * rise;
    }
    return rise;
  }

 private:
  std::array<std::array<Real, 256>, 4> factor_{}, rise_{};
};

}  // namespace snn
