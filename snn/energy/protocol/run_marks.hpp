// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <variant>
#include <vector>

#include "snn/energy/protocol/measure.hpp"

namespace snn {

/// A moment of a long job, e.g. the end of an epoch.
struct EnergyMark {
  double at_s = 0;             ///< s since the start of the job
  MeasuredEnergy since_start;  ///< of the job up to here
  /// Unavailable where the stretch was shorter than min_updates updates of the counter.
  MeasuredEnergy since_last_mark;
};

/// A long job with its parts.
struct MarkedRun {
  MeasuredEnergy whole;           ///< of the job
  std::vector<EnergyMark> marks;  ///< in the order they were made
};

/// A job that calls `mark` whenever it has come to one, from the thread it was started on and not
/// after it returned.
using MarkedWork = std::function<void(const std::function<void()>& mark)>;

/// Measures one long job and its parts. It starts on an edge of the counter, and runs exactly once
/// whether the meter can be read or not. Quantisation errors: one update at the mean power since
/// the start; for stretches, at the larger mean power of this one and the one before. The meter is
/// read on a second thread too, and so must not be read by the work.
MarkedRun measure_run(Meter& meter, const MarkedWork& work, const MeasureOptions& options = {});

/// The same with a meter that may not be there, as make_rapl_meter() gives it: the job is run and
/// its marks are kept, without joules.
MarkedRun measure_run(const std::variant<std::unique_ptr<Meter>, Unavailable>& meter,
                      const MarkedWork& work, const MeasureOptions& options = {});

}  // namespace snn
