// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <variant>

#include "snn/energy/protocol/measure.hpp"

namespace snn {

/// What a counter saw between two of its movements.
struct EnergyWindow {
  MeasuredJoules joules;         ///< between the two edges
  double seconds = 0;            ///< length of the window, s
  std::int64_t repetitions = 0;  ///< of the work; 0 where nothing ran
  MeasuredJoules quantisation;   ///< largest error of `joules` from the counter's steps in time

  double power_w() const { return joules.value() / seconds; }
};

/// How long work is repeated, and how often the meter is looked at meanwhile.
struct WindowPlan {
  double update_s = 0;           ///< the counter's interval
  double repetition_s = 0;       ///< of the work, about
  double seconds = 0;            ///< at least, ...
  std::int64_t repetitions = 0;  ///< ... and at least
  double warm_up_s = 0;          ///< before, at least, ...
  std::int64_t warm_up_repetitions = 0;
};

/// Warms up, then measures: the work runs on without a pause while the window's first and last edge
/// are found. So the device is in the same state at both, and a counter that reports late loses at
/// the end what it gained at the start. The meter is read once per update or rarer, and only near
/// the window's ends more often, so that reading costs nothing that counts.
std::variant<EnergyWindow, Unavailable> work_window(Meter& meter, const std::function<void()>& work,
                                                    const WindowPlan& plan,
                                                    const MeasureOptions& options);

/// The same while nothing runs.
std::variant<EnergyWindow, Unavailable> idle_window(Meter& meter, double update_s, double seconds,
                                                    const MeasureOptions& options);

}  // namespace snn
