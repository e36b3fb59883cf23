// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <variant>

#include "snn/energy/protocol/measure.hpp"

/// How a counter is followed: the moments at which it moves, and readings while work runs. Parts of
/// the protocol; users call measure.hpp, compare.hpp and run_marks.hpp.
namespace snn {

/// A reading at the moment the counter moved.
struct CounterEdge {
  double time_s = 0;
  double joules = 0;
  double late_s = 0;  ///< time since the reading before, which did not show the movement yet
};

/// Waits until the counter moves, doing nothing meanwhile.
std::variant<CounterEdge, Unavailable> next_edge(Meter& meter, const MeasureOptions& options);

Unavailable counter_stalled(const Meter& meter, double for_s);
Unavailable counter_went_back(const Meter& meter);

/// The largest error of the joules between two edges. Each is seen late, by at most `late_s` and by
/// at most an update; what that adds to one end it takes from the other.
double quantisation_j(double power_w, double update_s, double begin_late_s, double end_late_s,
                      const Meter& meter);

/// Waits for the device, where there is one.
void synchronise(const MeasureOptions& options);

std::string seconds_text(double s);

/// Reads a meter while work runs: when asked, and now and then from a thread of its own, because a
/// counter may wrap more than once in a long job. The first reading that failed or went back
/// decides, or one of the thread's own that shows no movement since the one before, if the counter
/// had time to.
class CounterWatch {
 public:
  CounterWatch(Meter& meter, double joules, const MeasureOptions& options)
      : meter_(meter),
        last_(joules),
        interval_(options.poll_interval),
        stalls_(interval_.count() >= options.update_timeout_s),
        thread_([this] { poll(); }) {}
  ~CounterWatch();
  CounterWatch(const CounterWatch&) = delete;
  CounterWatch& operator=(const CounterWatch&) = delete;

  std::variant<double, Unavailable> read();

 private:
  void read_once();
  void poll();

  Meter& meter_;
  double last_;
  std::chrono::duration<double> interval_;
  bool stalls_;
  std::optional<Unavailable> failed_;
  bool done_ = false;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::thread thread_;  // last, so that it starts when all else is there
};

}  // namespace snn
