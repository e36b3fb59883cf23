// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/protocol/run_marks.hpp"

#include <algorithm>
#include <optional>

#include "snn/energy/protocol/counter_watch.hpp"

namespace snn {
namespace {

MarkedRun run_without(const Unavailable& why, const MarkedWork& work,
                      const MeasureOptions& options) {
  MarkedRun run;
  run.whole = why;
  const double start = options.clock.now_s();
  work([&] { run.marks.push_back({options.clock.now_s() - start, why, why}); });
  return run;
}

/// Takes readings of one job and turns them into energies.
class MarkedReadings {
 public:
  MarkedReadings(Meter& meter, const CounterEdge& begin, double update_s,
                 const MeasureOptions& options)
      : meter_(meter),
        options_(options),
        update_s_(update_s),
        begin_(begin),
        last_(begin),
        watch_(meter, begin.joules, options) {}

  /// Energy since the start, and since the reading before.
  EnergyMark read() {
    synchronise(options_);
    const auto now = watch_.read();
    CounterEdge at;
    at.time_s = options_.clock.now_s();
    const double since_start_s = at.time_s - begin_.time_s;
    if (const auto* why = std::get_if<Unavailable>(&now)) return {since_start_s, *why, *why};
    at.joules = std::get<double>(now);
    // A sum that lacks a stretch is no sum.
    if (!stalled_ && at.joules == last_.joules &&
        at.time_s - last_.time_s > options_.update_timeout_s)
      stalled_ = counter_stalled(meter_, at.time_s - last_.time_s);
    if (stalled_) return {since_start_s, *stalled_, *stalled_};
    EnergyMark mark{since_start_s, between(begin_, at, 0), between(last_, at, last_power_w_)};
    last_power_w_ = power_w(last_, at);
    last_ = at;
    return mark;
  }

 private:
  static double power_w(const CounterEdge& from, const CounterEdge& to) {
    return to.time_s > from.time_s ? (to.joules - from.joules) / (to.time_s - from.time_s) : 0;
  }

  /// A part of an update is not seen yet at the end, and one was not at the beginning, at the power
  /// there.
  MeasuredEnergy between(const CounterEdge& from, const CounterEdge& to, double power_before_w) {
    const double elapsed = to.time_s - from.time_s, least = options_.min_updates * update_s_;
    if (elapsed < least) {
      return Unavailable{"the work took " + seconds_text(elapsed) + ", too short for " +
                             meter_.name() + ", which moves every " + seconds_text(update_s_),
                         "measure at least " + seconds_text(least)};
    }
    if (to.joules <= from.joules) return counter_stalled(meter_, elapsed);
    Measured measured;
    measured.total_joules = MeasuredJoules(to.joules - from.joules);
    measured.joules = measured.total_joules;
    measured.window_s = elapsed;
    measured.repetitions = 1;
    measured.counter = meter_.name();
    measured.resolution_j = meter_.resolution_j();
    measured.update_interval_s = update_s_;
    measured.quantisation_j = quantisation_j(std::max(power_w(from, to), power_before_w), update_s_,
                                             update_s_, update_s_, meter_);
    return measured;
  }

  Meter& meter_;
  const MeasureOptions& options_;
  double update_s_;
  CounterEdge begin_, last_;
  double last_power_w_ = 0;
  std::optional<Unavailable> stalled_;
  CounterWatch watch_;
};

}  // namespace

MarkedRun measure_run(Meter& meter, const MarkedWork& work, const MeasureOptions& options) {
  const auto interval = update_interval(meter, options);
  if (const auto* why = std::get_if<Unavailable>(&interval))
    return run_without(*why, work, options);
  synchronise(options);
  const auto start = next_edge(meter, options);
  if (const auto* why = std::get_if<Unavailable>(&start)) return run_without(*why, work, options);
  MarkedReadings readings(meter, std::get<CounterEdge>(start), std::get<double>(interval), options);
  MarkedRun run;
  work([&] { run.marks.push_back(readings.read()); });
  run.whole = readings.read().since_start;
  return run;
}

MarkedRun measure_run(const std::variant<std::unique_ptr<Meter>, Unavailable>& meter,
                      const MarkedWork& work, const MeasureOptions& options) {
  if (const auto* why = std::get_if<Unavailable>(&meter)) return run_without(*why, work, options);
  return measure_run(*std::get<std::unique_ptr<Meter>>(meter), work, options);
}

}  // namespace snn
