// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/protocol/measure.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "snn/energy/protocol/counter_watch.hpp"
#include "snn/energy/protocol/run_marks.hpp"

namespace snn {
MeasureClock system_clock() {
  return {
      [] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
            .count();
      },
      [](double s) { std::this_thread::sleep_for(std::chrono::duration<double>(s)); }};
}

MeasuredEnergy measure(Meter& meter, const std::function<void()>& work,
                       const MeasureOptions& options) {
  const auto interval = update_interval(meter, options);
  if (const auto* why = std::get_if<Unavailable>(&interval)) return *why;
  const double update = std::get<double>(interval);
  const double needed = std::max(options.min_window_s, options.min_updates * update);
  if (needed > options.max_window_s) {
    return Unavailable{meter.name() + " moves every " + seconds_text(update) + ": a window of " +
                           seconds_text(needed) + " is needed, at most " +
                           seconds_text(options.max_window_s) + " is allowed",
                       "allow a longer window"};
  }
  synchronise(options);
  const auto start = next_edge(meter, options);
  if (const auto* why = std::get_if<Unavailable>(&start)) return *why;
  const CounterEdge begin = std::get<CounterEdge>(start);
  CounterEdge at = begin;
  double moved_at = begin.time_s;
  std::int64_t repetitions = 0;
  bool moved = false;
  CounterWatch watch(meter, begin.joules, options);
  while (at.time_s - begin.time_s < needed || !moved) {
    work();
    ++repetitions;
    synchronise(options);
    const auto now = watch.read();
    if (const auto* why = std::get_if<Unavailable>(&now)) return *why;
    const double time = options.clock.now_s(), joules = std::get<double>(now);
    moved = joules > at.joules;
    at = {time, joules, time - at.time_s};
    if (moved) moved_at = time;
    if (time - moved_at > options.update_timeout_s) return counter_stalled(meter, time - moved_at);
  }
  Measured measured;
  measured.total_joules = MeasuredJoules(at.joules - begin.joules);
  measured.joules = measured.total_joules / static_cast<double>(repetitions);
  measured.window_s = at.time_s - begin.time_s;
  measured.repetitions = repetitions;
  measured.counter = meter.name();
  measured.resolution_j = meter.resolution_j();
  measured.update_interval_s = update;
  measured.quantisation_j = quantisation_j(measured.total_joules.value() / measured.window_s,
                                           update, begin.late_s, at.late_s, meter);
  return measured;
}

MeasuredEnergy measure_once(Meter& meter, const std::function<void()>& work,
                            const MeasureOptions& options) {
  return measure_run(
             meter, [&work](const std::function<void()>&) { work(); }, options)
      .whole;
}

}  // namespace snn
