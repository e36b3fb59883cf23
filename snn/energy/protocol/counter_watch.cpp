// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/protocol/counter_watch.hpp"

#include <algorithm>
#include <vector>

namespace snn {

std::string seconds_text(double s) {
  return std::to_string(s) + " s";
}

Unavailable counter_stalled(const Meter& meter, double for_s) {
  return {meter.name() + " did not move for " + seconds_text(for_s),
          "check that the counter is live"};
}

Unavailable counter_went_back(const Meter& meter) {
  return {meter.name() + " went back: it was reset", "measure again"};
}

double quantisation_j(double power_w, double update_s, double begin_late_s, double end_late_s,
                      const Meter& meter) {
  return power_w * std::min(update_s, std::max(begin_late_s, end_late_s)) + meter.resolution_j();
}

void synchronise(const MeasureOptions& options) {
  if (options.sync) options.sync();
}

std::variant<CounterEdge, Unavailable> next_edge(Meter& meter, const MeasureOptions& options) {
  const auto first = meter.read();
  if (const auto* why = std::get_if<Unavailable>(&first)) return *why;
  const double start = options.clock.now_s();
  double before = start;
  while (true) {
    const auto now = meter.read();
    if (const auto* why = std::get_if<Unavailable>(&now)) return *why;
    const double joules = std::get<double>(now);
    const double time = options.clock.now_s();
    if (joules < std::get<double>(first)) return counter_went_back(meter);
    if (joules > std::get<double>(first)) return CounterEdge{time, joules, time - before};
    if (time - start > options.update_timeout_s) {
      return counter_stalled(meter, options.update_timeout_s);
    }
    before = time;
    options.clock.wait(1e-4);
  }
}

std::variant<double, Unavailable> update_interval(Meter& meter, const MeasureOptions& options) {
  constexpr int edges = 5;
  std::vector<double> intervals;
  meter.restart();  // it may have been unread for long
  auto before = next_edge(meter, options);
  for (int e = 0; e < edges; ++e) {
    if (const auto* why = std::get_if<Unavailable>(&before)) return *why;
    auto now = next_edge(meter, options);
    if (const auto* why = std::get_if<Unavailable>(&now)) return *why;
    intervals.push_back(std::get<CounterEdge>(now).time_s - std::get<CounterEdge>(before).time_s);
    before = now;
  }
  std::nth_element(intervals.begin(), intervals.begin() + edges / 2, intervals.end());
  return intervals[edges / 2];
}

CounterWatch::~CounterWatch() {
  {
    const std::lock_guard lock(mutex_);
    done_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

std::variant<double, Unavailable> CounterWatch::read() {
  const std::lock_guard lock(mutex_);
  read_once();
  if (failed_) return *failed_;
  return last_;
}

void CounterWatch::read_once() {
  if (failed_) return;
  const auto now = meter_.read();
  if (const auto* why = std::get_if<Unavailable>(&now)) {
    failed_ = *why;
  } else if (std::get<double>(now) < last_) {
    failed_ = counter_went_back(meter_);
  } else {
    last_ = std::get<double>(now);
  }
}

void CounterWatch::poll() {
  std::unique_lock lock(mutex_);
  double before = last_;
  while (!wake_.wait_for(lock, interval_, [this] { return done_; })) {
    read_once();
    if (!failed_ && stalls_ && last_ == before)
      failed_ = counter_stalled(meter_, interval_.count());
    before = last_;
  }
}

}  // namespace snn
