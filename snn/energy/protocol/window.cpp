// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/protocol/window.hpp"

#include <algorithm>

#include "snn/energy/protocol/counter_watch.hpp"

namespace snn {
namespace {

using MaybeEdge = std::variant<CounterEdge, Unavailable>;

EnergyWindow between(const CounterEdge& begin, const CounterEdge& end, double update_s,
                     const Meter& meter) {
  EnergyWindow window;
  window.joules = MeasuredJoules(end.joules - begin.joules);
  window.seconds = end.time_s - begin.time_s;
  window.quantisation =
      MeasuredJoules(quantisation_j(window.power_w(), update_s, begin.late_s, end.late_s, meter));
  return window;
}

/// Work that runs in batches, and the meter between them.
class WorkUnderWatch {
 public:
  WorkUnderWatch(Meter& meter, const std::function<void()>& work, const WindowPlan& plan,
                 const MeasureOptions& options, double joules)
      : meter_(meter),
        work_(work),
        plan_(plan),
        options_(options),
        watch_(meter, joules, options) {}

  std::int64_t repetitions() const { return repetitions_; }

  /// As many repetitions as fit into this time, at least one.
  void repeat_for(double seconds) {
    const double fit = seconds / std::max(plan_.repetition_s, 1e-9);
    const auto count = static_cast<std::int64_t>(std::clamp(fit, 1.0, 1e9));
    for (std::int64_t i = 0; i < count; ++i) work_();
    repetitions_ += count;
    synchronise(options_);
  }

  /// A reading after work; late by the time since the reading before.
  MaybeEdge look() {
    const auto now = watch_.read();
    if (const auto* why = std::get_if<Unavailable>(&now)) return *why;
    const double time = options_.clock.now_s();
    const CounterEdge at{time, std::get<double>(now), time - looked_at_};
    looked_at_ = time;
    if (at.joules > joules_ || moved_at_ == 0) moved_at_ = time;
    joules_ = at.joules;
    if (time - moved_at_ > options_.update_timeout_s)
      return counter_stalled(meter_, time - moved_at_);
    return at;
  }

  /// Works until the counter moves.
  MaybeEdge edge() {
    MaybeEdge at = look();
    while (std::holds_alternative<CounterEdge>(at)) {
      const double before = std::get<CounterEdge>(at).joules;
      repeat_for(plan_.update_s / 20);
      at = look();
      if (std::holds_alternative<CounterEdge>(at) && std::get<CounterEdge>(at).joules > before)
        break;
    }
    return at;
  }

 private:
  Meter& meter_;
  const std::function<void()>& work_;
  const WindowPlan& plan_;
  const MeasureOptions& options_;
  std::int64_t repetitions_ = 0;
  double looked_at_ = 0, moved_at_ = 0, joules_ = 0;
  CounterWatch watch_;
};

}  // namespace

std::variant<EnergyWindow, Unavailable> work_window(Meter& meter, const std::function<void()>& work,
                                                    const WindowPlan& plan,
                                                    const MeasureOptions& options) {
  meter.restart();  // it may have been unread for long
  const auto first = meter.read();
  if (const auto* why = std::get_if<Unavailable>(&first)) return *why;
  WorkUnderWatch run(meter, work, plan, options, std::get<double>(first));
  const double between_looks = std::max(plan.update_s, plan.seconds / 64);

  const double from = options.clock.now_s();
  while (run.repetitions() < plan.warm_up_repetitions ||
         options.clock.now_s() - from < plan.warm_up_s)
    run.repeat_for(std::min(between_looks, plan.warm_up_s / 16));
  MaybeEdge at = run.edge();
  if (const auto* why = std::get_if<Unavailable>(&at)) return *why;
  const CounterEdge begin = std::get<CounterEdge>(at);
  const std::int64_t warm_up = run.repetitions();

  double elapsed = 0;
  while (elapsed < plan.seconds || run.repetitions() - warm_up < plan.repetitions) {
    run.repeat_for(between_looks);
    at = run.look();
    if (const auto* why = std::get_if<Unavailable>(&at)) return *why;
    elapsed = std::get<CounterEdge>(at).time_s - begin.time_s;
    // What was planned was at most max_window_s. Work that slows down without end is no window.
    if (elapsed > 2 * options.max_window_s) {
      return Unavailable{"the work slowed down: its window took over " + seconds_text(elapsed) +
                             ", planned were " + seconds_text(plan.seconds),
                         "check that repetitions do not grow"};
    }
  }
  at = run.edge();
  if (const auto* why = std::get_if<Unavailable>(&at)) return *why;
  EnergyWindow window = between(begin, std::get<CounterEdge>(at), plan.update_s, meter);
  window.repetitions = run.repetitions() - warm_up;
  return window;
}

std::variant<EnergyWindow, Unavailable> idle_window(Meter& meter, double update_s, double seconds,
                                                    const MeasureOptions& options) {
  constexpr double longest_wait_s = 10;  // between readings, so that wraps are seen
  synchronise(options);
  meter.restart();
  MaybeEdge at = next_edge(meter, options);
  if (const auto* why = std::get_if<Unavailable>(&at)) return *why;
  const CounterEdge begin = std::get<CounterEdge>(at);
  double last = begin.joules;
  while (true) {
    const double left = seconds - (options.clock.now_s() - begin.time_s);
    if (left <= 0) break;
    options.clock.wait(std::clamp(left, 1e-4, longest_wait_s));
    const auto now = meter.read();
    if (const auto* why = std::get_if<Unavailable>(&now)) return *why;
    if (std::get<double>(now) < last) return counter_went_back(meter);
    last = std::get<double>(now);
  }
  at = next_edge(meter, options);
  if (const auto* why = std::get_if<Unavailable>(&at)) return *why;
  return between(begin, std::get<CounterEdge>(at), update_s, meter);
}

}  // namespace snn
