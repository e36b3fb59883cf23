// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "snn/energy/energy.hpp"
#include "snn/energy/meters/meter_files.hpp"

namespace snn {

/// Judges the steps of one counter by the time between its readings: back, further than any device
/// could have gone, or, for counters of parts that always draw power, not at all.
class StepGuard {
 public:
  /// Counters move in steps of their own in time, and readings are taken around the clock's: so
  /// much longer than the time between two readings may the energy between them have been drawn.
  static constexpr double slack_s = 0.5;

  /// A part under power that shows no energy for `frozen_after_s` is not being counted.
  StepGuard(std::string name, double limit_w, double frozen_after_s, double joules, double now_s)
      : name_(std::move(name)),
        limit_w_(limit_w),
        frozen_after_s_(frozen_after_s),
        joules_(joules),
        read_s_(now_s),
        moved_s_(now_s) {}

  /// Nothing is known of the time before this reading.
  void restart(double joules, double now_s) {
    joules_ = joules;
    read_s_ = moved_s_ = now_s;
  }

  double allowed_j(double now_s) const {
    return limit_w_ * (std::max(0.0, now_s - read_s_) + slack_s);
  }
  double since_reading_s(double now_s) const { return now_s - read_s_; }
  double limit_w() const { return limit_w_; }
  Unavailable went_back() const { return {name_ + " went back: it was reset", "measure again"}; }

  /// The counter's next reading, or what is wrong with it; then the guard still expects a reading
  /// that follows the last good one.
  std::optional<Unavailable> next(double joules, double now_s) {
    if (joules < joules_) return went_back();
    if (joules - joules_ > allowed_j(now_s)) {
      return Unavailable{name_ + " jumped by " + short_number(joules - joules_) + " J in " +
                             short_number(since_reading_s(now_s)) + " s: more than " +
                             short_number(limit_w_) + " W can give",
                         "measure again"};
    }
    if (joules > joules_) {
      moved_s_ = now_s;
    } else if (now_s - moved_s_ > frozen_after_s_) {
      return Unavailable{name_ + " did not move for " + short_number(now_s - moved_s_) +
                             " s: the counter is frozen",
                         "check that the counter is live"};
    }
    joules_ = joules;
    read_s_ = now_s;
    return std::nullopt;
  }

 private:
  std::string name_;
  double limit_w_;
  double frozen_after_s_;
  double joules_;
  double read_s_;
  double moved_s_;
};

}  // namespace snn
