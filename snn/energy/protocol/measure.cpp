// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/protocol/measure.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace snn {
namespace {

constexpr int edges = 5;

/// A reading at the moment the counter moved.
struct Edge {
  double time_s = 0;
  double joules = 0;
};

std::string seconds(double s) {
  return std::to_string(s) + " s";
}

Unavailable stalled(const Meter& meter, double for_s) {
  return {meter.name() + " did not move for " + seconds(for_s), "check that the counter is live"};
}

/// Waits until the counter moves. The work's window starts there, so that the counter's own
/// interval adds no error at the start; at the end it is what `quantisation_j` says.
std::variant<Edge, Unavailable> next_edge(Meter& meter, const MeasureOptions& options) {
  const auto first = meter.read();
  if (const auto* why = std::get_if<Unavailable>(&first)) return *why;
  const double start = options.clock.now_s();
  while (true) {
    const auto now = meter.read();
    if (const auto* why = std::get_if<Unavailable>(&now)) return *why;
    const double joules = std::get<double>(now);
    const double time = options.clock.now_s();
    if (joules < std::get<double>(first))
      return Unavailable{meter.name() + " went back: it was reset", "measure again"};
    if (joules > std::get<double>(first)) return Edge{time, joules};
    if (time - start > options.update_timeout_s) {
      return stalled(meter, options.update_timeout_s);
    }
    options.clock.wait(1e-4);
  }
}

std::variant<double, Unavailable> update_interval(Meter& meter, const MeasureOptions& options) {
  std::vector<double> intervals;
  auto before = next_edge(meter, options);
  for (int e = 0; e < edges; ++e) {
    if (const auto* why = std::get_if<Unavailable>(&before)) return *why;
    auto now = next_edge(meter, options);
    if (const auto* why = std::get_if<Unavailable>(&now)) return *why;
    intervals.push_back(std::get<Edge>(now).time_s - std::get<Edge>(before).time_s);
    before = now;
  }
  std::nth_element(intervals.begin(), intervals.begin() + edges / 2, intervals.end());
  return intervals[edges / 2];
}

/// Reads a meter while work runs: when asked, and now and then from a thread of its own, because a
/// counter may wrap more than once in a long job. The first reading that failed or went back
/// decides.
class Watch {
 public:
  Watch(Meter& meter, double joules, std::chrono::duration<double> interval)
      : meter_(meter), last_(joules), thread_([this, interval] { poll(interval); }) {}
  ~Watch() {
    {
      const std::lock_guard lock(mutex_);
      done_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  std::variant<double, Unavailable> read() {
    const std::lock_guard lock(mutex_);
    read_once();
    if (failed_) return *failed_;
    return last_;
  }

 private:
  void read_once() {
    if (failed_) return;
    const auto now = meter_.read();
    if (const auto* why = std::get_if<Unavailable>(&now)) {
      failed_ = *why;
    } else if (std::get<double>(now) < last_) {
      failed_ = Unavailable{meter_.name() + " went back: it was reset", "measure again"};
    } else {
      last_ = std::get<double>(now);
    }
  }
  void poll(std::chrono::duration<double> interval) {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, interval, [this] { return done_; })) read_once();
  }

  Meter& meter_;
  double last_;
  std::optional<Unavailable> failed_;
  bool done_ = false;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::thread thread_;  // last, so that it starts when all else is there
};

MeasuredEnergy run(Meter& meter, const std::function<void()>& work, const MeasureOptions& options,
                   bool once) {
  const auto interval = update_interval(meter, options);
  if (const auto* why = std::get_if<Unavailable>(&interval)) return *why;
  const double update = std::get<double>(interval);
  const double by_updates = options.min_updates * update;
  const double needed = once ? by_updates : std::max(options.min_window_s, by_updates);
  if (!once && needed > options.max_window_s) {
    return Unavailable{meter.name() + " moves every " + seconds(update) + ": a window of " +
                           seconds(needed) + " is needed, at most " +
                           seconds(options.max_window_s) + " is allowed",
                       "allow a longer window"};
  }
  const auto start = next_edge(meter, options);
  if (const auto* why = std::get_if<Unavailable>(&start)) return *why;
  const Edge begin = std::get<Edge>(start);
  std::int64_t repetitions = 0;
  double elapsed = 0;
  Edge last = begin;
  Watch watch(meter, begin.joules, options.poll_interval);
  do {
    work();
    ++repetitions;
    const auto now = watch.read();
    if (const auto* why = std::get_if<Unavailable>(&now)) return *why;
    const Edge at{options.clock.now_s(), std::get<double>(now)};
    elapsed = at.time_s - begin.time_s;
    if (at.joules > last.joules) {
      last = at;
    } else if (at.time_s - last.time_s > options.update_timeout_s) {
      return stalled(meter, at.time_s - last.time_s);
    }
  } while (!once && elapsed < needed);
  if (elapsed < by_updates) {
    return Unavailable{"the work took " + seconds(elapsed) + ", too short for " + meter.name() +
                           ", which moves every " + seconds(update),
                       "measure at least " + seconds(by_updates)};
  }
  if (last.joules <= begin.joules) return stalled(meter, elapsed);
  Measured measured;
  measured.total_joules = MeasuredJoules(last.joules - begin.joules);
  measured.joules = measured.total_joules / static_cast<double>(repetitions);
  measured.window_s = elapsed;
  measured.repetitions = repetitions;
  measured.counter = meter.name();
  measured.resolution_j = meter.resolution_j();
  measured.update_interval_s = update;
  measured.quantisation_j = (last.joules - begin.joules) / elapsed * update + meter.resolution_j();
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
