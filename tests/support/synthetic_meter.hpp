// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <numbers>
#include <string>
#include <variant>

#include "snn/energy/meters/meter.hpp"
#include "snn/energy/protocol/chance.hpp"
#include "snn/energy/protocol/measure.hpp"

namespace support {

/// A machine on made-up time whose energy is known, and what its counter makes of it.
struct SyntheticSpec {
  double idle_w = 60;
  double rise_s = 0.1;          ///< power approaches what is drawn with this time constant
  double thermal_drift = 0;     ///< share by which all power grows while the machine gets warm, ...
  double thermal_s = 300;       ///< ... with this time constant
  double work_noise = 0;        ///< sd of power and of speed from one stretch of work to the next
  double background_w = 0;      ///< drawn by others now and then: ...
  double background_on_s = 2;   ///< ... so long, on average, ...
  double background_off_s = 6;  ///< ... with such pauses
  double update_s = 0.1;        ///< the counter moves so often
  double sampling_s = 0.025;    ///< and looks at this last part of an update only
  double lag_s = 0;             ///< later it is seen
  double step_j = 1e-3;         ///< it counts in such steps
  double gain = 1;              ///< proportional error
  double sample_noise = 0;      ///< sd of one look
};

class SyntheticMeter : public snn::Meter {
 public:
  explicit SyntheticMeter(const SyntheticSpec& spec, std::uint64_t seed = 1)
      : spec_(spec), generator_(seed), power_w_(spec.idle_w) {
    next_update_s_ = snn::uniform_share(generator_) * spec.update_s;
    next_background_s_ = spec.background_w > 0 ? pause(spec.background_off_s)
                                               : std::numeric_limits<double>::infinity();
  }

  std::string name() const override { return "synthetic"; }
  double resolution_j() const override { return spec_.step_j; }
  std::variant<double, snn::Unavailable> read() override {
    if (now_s_ >= fails_at_s) return snn::Unavailable{"no permission", "ask for it"};
    while (!reports_.empty() && reports_.front().at_s <= now_s_) {
      shown_j_ = reports_.front().joules;
      reports_.pop_front();
    }
    if (now_s_ < resets_at_s) {
      before_reset_j_ = shown_j_;
      return shown_j_;
    }
    return shown_j_ - before_reset_j_;
  }

  /// Moments at which the counter breaks.
  double fails_at_s = std::numeric_limits<double>::infinity();
  double stalls_at_s = std::numeric_limits<double>::infinity();
  double resets_at_s = std::numeric_limits<double>::infinity();
  double extra_w = 0;  ///< drawn on top, always; tests change it

  double now_s() const { return now_s_; }
  double true_joules() const { return energy_j_; }
  double mean_background_w() const {
    return spec_.background_w * spec_.background_on_s /
           (spec_.background_on_s + spec_.background_off_s);
  }

  snn::MeasureClock clock() {
    return {.now_s = [this] { return now_s_; },
            .wait =
                [this](double s) {
                  working_ = false;
                  advance(s, spec_.idle_w);
                }};
  }

  /// Work of this length at this power.
  void work(double seconds, double watts) {
    if (!working_) {
      power_factor_ = 1 + spec_.work_noise * normal();
      time_factor_ = 1 + spec_.work_noise * normal();
      working_ = true;
    }
    advance(seconds * time_factor_, watts * power_factor_);
  }

 private:
  struct Report {
    double at_s, joules;
  };

  void advance(double seconds, double target_w) {
    const double end = now_s_ + seconds;
    while (now_s_ < end) {
      const double look_s = sampling_ ? next_update_s_ : next_update_s_ - spec_.sampling_s;
      pass(std::max(now_s_, std::min({end, look_s, next_background_s_})), target_w);
      if (now_s_ >= next_background_s_) {
        background_ = !background_;
        next_background_s_ =
            now_s_ + pause(background_ ? spec_.background_on_s : spec_.background_off_s);
      }
      if (now_s_ >= look_s) look();
    }
  }

  void pass(double until_s, double target_w) {
    const double seconds = until_s - now_s_;
    const double decayed = spec_.rise_s > 0 ? std::exp(-seconds / spec_.rise_s) : 0;
    const double above = power_w_ - target_w;
    const double extra = extra_w + (background_ ? spec_.background_w : 0);
    const double warm = 1 + spec_.thermal_drift * (1 - std::exp(-now_s_ / spec_.thermal_s));
    energy_j_ += warm * ((target_w + extra) * seconds + above * spec_.rise_s * (1 - decayed));
    power_w_ = target_w + above * decayed;
    now_s_ = until_s;
  }

  void look() {
    if (!sampling_) {
      sampling_ = true;
      sampled_from_j_ = energy_j_;
      return;
    }
    sampling_ = false;
    const double watts = (energy_j_ - sampled_from_j_) / spec_.sampling_s;
    if (now_s_ < stalls_at_s) {
      counted_j_ += watts * spec_.update_s * spec_.gain * (1 + spec_.sample_noise * normal());
      reports_.push_back(
          {now_s_ + spec_.lag_s, std::floor(counted_j_ / spec_.step_j) * spec_.step_j});
    }
    next_update_s_ += spec_.update_s;
  }

  double normal() {
    return std::sqrt(-2 * std::log(1 - snn::uniform_share(generator_))) *
           std::cos(2 * std::numbers::pi * snn::uniform_share(generator_));
  }
  double pause(double mean_s) { return -mean_s * std::log(1 - snn::uniform_share(generator_)); }

  SyntheticSpec spec_;
  std::mt19937_64 generator_;
  double now_s_ = 0, energy_j_ = 0, power_w_;
  double next_update_s_ = 0, next_background_s_ = 0;
  double sampled_from_j_ = 0, counted_j_ = 0, shown_j_ = 0, before_reset_j_ = 0;
  double power_factor_ = 1, time_factor_ = 1;
  bool sampling_ = false, background_ = false, working_ = false;
  std::deque<Report> reports_;
};

}  // namespace support
