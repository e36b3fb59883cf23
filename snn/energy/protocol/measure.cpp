// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/protocol/measure.hpp"

#include <algorithm>
#include <thread>

#include "snn/energy/protocol/counter_watch.hpp"

namespace snn {
namespace {

MeasuredEnergy run(Meter& meter, const std::function<void()>& work, const MeasureOptions& options,
                   bool once) {
  const auto interval = update_interval(meter, options);
  if (const auto* why = std::get_if<Unavailable>(&interval)) return *why;
  const double update = std::get<double>(interval);
  const double by_updates = options.min_updates * update;
  const double needed = once ? by_updates : std::max(options.min_window_s, by_updates);
  if (!once && needed > options.max_window_s) {
    return Unavailable{meter.name() + " moves every " + seconds_text(update) + ": a window of " +
                           seconds_text(needed) + " is needed, at most " +
                           seconds_text(options.max_window_s) + " is allowed",
                       "allow a longer window"};
  }
  synchronise(options);
  const auto start = next_edge(meter, options);
  if (const auto* why = std::get_if<Unavailable>(&start)) return *why;
  const CounterEdge begin = std::get<CounterEdge>(start);
  std::int64_t repetitions = 0;
  double elapsed = 0, read_at = begin.time_s;
  bool moved = false;
  CounterEdge last = begin;
  CounterWatch watch(meter, begin.joules, options.poll_interval);
  do {
    work();
    ++repetitions;
    synchronise(options);
    const auto now = watch.read();
    if (const auto* why = std::get_if<Unavailable>(&now)) return *why;
    const double time = options.clock.now_s();
    const CounterEdge at{time, std::get<double>(now), time - read_at};
    read_at = time;
    elapsed = time - begin.time_s;
    moved = at.joules > last.joules;
    if (moved) {
      last = at;
    } else if (time - last.time_s > options.update_timeout_s) {
      return counter_stalled(meter, time - last.time_s);
    }
  } while (!once && (elapsed < needed || !moved));
  if (elapsed < by_updates) {
    return Unavailable{"the work took " + seconds_text(elapsed) + ", too short for " +
                           meter.name() + ", which moves every " + seconds_text(update),
                       "measure at least " + seconds_text(by_updates)};
  }
  if (last.joules <= begin.joules) return counter_stalled(meter, elapsed);
  Measured measured;
  measured.total_joules = MeasuredJoules(last.joules - begin.joules);
  measured.joules = measured.total_joules / static_cast<double>(repetitions);
  measured.window_s = elapsed;
  measured.repetitions = repetitions;
  measured.counter = meter.name();
  measured.resolution_j = meter.resolution_j();
  measured.update_interval_s = update;
  measured.quantisation_j = quantisation_j(measured.total_joules.value() / elapsed, update,
                                           begin.late_s, last.late_s, meter);
  return measured;
}

}  // namespace

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
  return run(meter, work, options, false);
}

MeasuredEnergy measure_once(Meter& meter, const std::function<void()>& work,
                            const MeasureOptions& options) {
  bool done = false;
  const auto job = [&] {
    done = true;
    work();
  };
  MeasuredEnergy energy = run(meter, job, options, true);
  if (!done) work();  // the job is wanted for its own sake
  return energy;
}

}  // namespace snn
