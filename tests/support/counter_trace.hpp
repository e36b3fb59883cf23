// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace support {

constexpr double never = std::numeric_limits<double>::infinity();

/// What a counter of joules shows over time: specified by power and faults, or recorded.
struct CounterTrace {
  double power_w = 100;
  double interval_s = 0.01;  ///< it moves in steps of so much time
  double start_j = 1000;
  double range_j = never;    ///< where it goes back to 0
  double noise_j = 0;        ///< added at every other step; the sum still rises
  double freezes_s = never;  ///< from then on it stands still
  double resets_s = never;   ///< then it counts from 0
  double jumps_s = never;    ///< then jump_j is added
  double jump_j = 1e6;
  /// Readings (time, joules) of a real counter; if there are any, they are all it shows.
  std::vector<std::pair<double, double>> recorded = {};

  double joules(double now_s) const {
    if (!recorded.empty()) {
      double shown = recorded.front().second;
      for (const auto& [time_s, joules] : recorded) shown = time_s <= now_s ? joules : shown;
      return shown;
    }
    const double until_s = std::min(now_s, freezes_s);
    const bool reset = until_s >= resets_s;
    const double since_s = reset ? until_s - resets_s : until_s;
    const double steps = std::floor(since_s / interval_s + 1e-9);
    double total = (reset ? 0 : start_j) + power_w * interval_s * steps;
    if (std::fmod(steps, 2.0) == 1.0) total += noise_j;
    if (until_s >= jumps_s) total += jump_j;
    return range_j == never ? total : std::fmod(total, range_j);
  }
  std::uint64_t microjoules(double now_s) const {
    return static_cast<std::uint64_t>(std::llround(joules(now_s) * 1e6));
  }
};

}  // namespace support
