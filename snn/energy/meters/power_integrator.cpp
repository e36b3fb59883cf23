// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/meters/power_integrator.hpp"

#include <chrono>
#include <cmath>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "snn/energy/meters/meter_files.hpp"

namespace snn {
namespace {

class PowerIntegrator : public Meter {
 public:
  PowerIntegrator(PowerSensor sensor, const MeterHost& host)
      : sensor_(std::move(sensor)), host_(host) {
    sample();  // the first: there is nothing before it
    if (host_.background_sampling) thread_ = std::thread([this] { keep_sampling(); });
  }
  ~PowerIntegrator() override {
    {
      const std::lock_guard lock(mutex_);
      done_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
  }
  PowerIntegrator(const PowerIntegrator&) = delete;
  PowerIntegrator& operator=(const PowerIntegrator&) = delete;

  std::string name() const override {
    return sensor_.name + ", sampled every " + short_number(sensor_.interval_s) +
           " s and integrated";
  }
  double resolution_j() const override { return sensor_.resolution_w * sensor_.interval_s; }
  std::vector<MeterDomain> covers() const override { return sensor_.domains; }

  std::variant<double, Unavailable> read() override {
    const std::lock_guard lock(mutex_);
    if (!host_.background_sampling) sample();
    check_gap(host_.now_s());
    if (failed_) return *failed_;
    return joules_;
  }

  void restart() override {
    const std::lock_guard lock(mutex_);
    failed_.reset();
    sampled_s_.reset();
    sample();
  }

 private:
  void sample() {
    if (failed_) return;
    const auto power = sensor_.power_w();
    const double now_s = host_.now_s();
    if (const auto* why = std::get_if<Unavailable>(&power)) {
      failed_ = *why;
      return;
    }
    const double watts = std::get<double>(power);
    if (!(watts >= 0 && watts <= sensor_.limit_w)) {
      failed_ = Unavailable{sensor_.name + " reads " + short_number(watts) + " W, where 0 to " +
                                short_number(sensor_.limit_w) + " W is possible",
                            ""};
      return;
    }
    check_gap(now_s);
    if (sampled_s_) joules_ += (watts_ + watts) / 2 * (now_s - *sampled_s_);
    watts_ = watts;
    sampled_s_ = now_s;
  }
  void check_gap(double now_s) {
    if (failed_ || !sampled_s_ || now_s - *sampled_s_ <= longest_sample_gap_s) return;
    failed_ =
        Unavailable{sensor_.name + " was not sampled for " + short_number(now_s - *sampled_s_) +
                        " s: the energy of the gap is "
                        "not known",
                    "measure again, on a machine with a core to spare"};
  }
  void keep_sampling() {
    std::unique_lock lock(mutex_);
    const std::chrono::duration<double> interval(sensor_.interval_s);
    while (!wake_.wait_for(lock, interval, [this] { return done_; })) sample();
  }

  PowerSensor sensor_;
  MeterHost host_;
  double joules_ = 0;
  double watts_ = 0;
  std::optional<double> sampled_s_;
  std::optional<Unavailable> failed_;
  bool done_ = false;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::thread thread_;
};

}  // namespace

OpenedMeter make_power_integrator(PowerSensor sensor, const MeterHost& host) {
  auto meter = std::make_unique<PowerIntegrator>(std::move(sensor), host);
  const auto first = meter->read();
  if (const auto* why = std::get_if<Unavailable>(&first)) return *why;
  return meter;
}

}  // namespace snn
