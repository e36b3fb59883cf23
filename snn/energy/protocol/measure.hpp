// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>

#include "snn/energy/energy.hpp"
#include "snn/energy/meters/meter.hpp"

namespace snn {

/// Time as measurements see it; tests bring their own.
struct MeasureClock {
  std::function<double()> now_s;             ///< monotonic
  std::function<void(double seconds)> wait;  ///< for polling a counter that does not move
};
MeasureClock system_clock();

/// How long a window is, and when a counter is given up.
struct MeasureOptions {
  double min_window_s = 5.0;      ///< s; the work is repeated until the window lasts this long, ...
  int min_updates = 50;           ///< ... and the counter had time for this many updates
  double max_window_s = 60.0;     ///< s; refuse where that would take longer
  double update_timeout_s = 2.0;  ///< s; a counter that does not move for this long is stalled
  /// Real time between readings while the work runs, so that a counter that wraps is seen to.
  std::chrono::duration<double> poll_interval = std::chrono::seconds(10);
  MeasureClock clock = system_clock();
  /// Returns when the device has done all it was given; called before the readings of a window.
  /// None for work that is done when it returns.
  std::function<void()> sync = nullptr;
};

/// Seconds between two movements of the counter: the median of 5, watched for now. The counter must
/// be one that moves, else it is stalled.
std::variant<double, Unavailable> update_interval(Meter& meter, const MeasureOptions& options = {});

/// Repeats `work` under the meter: measures the counter's update interval first (median of 5
/// edges), starts on an edge and ends after a repetition in which the counter moved. Unavailable,
/// with the reason, if the counter stalls, goes back, cannot be read, or the window would be too
/// short to mean something. One window, no warm-up and no idle baseline: compare.hpp does it all.
MeasuredEnergy measure(Meter& meter, const std::function<void()>& work,
                       const MeasureOptions& options = {});

/// The same for one long job that cannot be repeated: joules are those of the job. It runs
/// exactly once, whether the meter can be read or not. Refused if it
/// was shorter than min_updates updates of the counter. The meter is read on a second thread
/// meanwhile, and so must not be read by the work.
MeasuredEnergy measure_once(Meter& meter, const std::function<void()>& work,
                            const MeasureOptions& options = {});

}  // namespace snn
