// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

#include "snn/compile/fan_out.hpp"
#include "snn/math/plasticity/history.hpp"
#include "snn/math/plasticity/scaling.hpp"

namespace snn {

/// What homeostasis knows of all targets of a fan-out; empty without RateScaling.
struct HomeostasisArrays {
  std::vector<double> rate_hz;     ///< [target]: mean rate at `seen`
  std::vector<double> factor;      ///< [target]: for the weights, since they were scaled, to `seen`
  std::vector<std::int32_t> seen;  ///< [target]
};

/// What homeostasis by rates knows of a neuron, at the tick `seen`.
struct RateActivity {
  double rate_hz = 0, factor = 1;
  Tick seen = 0;

  SNN_HD void advance(const RateScaling::Coeffs<double>& rate, Tick tick) {
    // Finite, so that it leaves a weight of 0 as it is.
    constexpr double largest_factor = 1e300;
    const double grown = factor * RateScaling::advance(rate_hz, rate, ticks_between(seen, tick));
    factor = largest_factor < grown ? largest_factor : grown;
    seen = tick;
  }
  SNN_HD void fire(const RateScaling::Coeffs<double>& rate, Tick tick) {
    advance(rate, tick);
    rate_hz += rate.hz_per_spike;
  }
};

/// Homeostasis of the synapses of a plastic fan-out that end at one worker's neurons. A neuron's
/// weights are added in the order of their sources, and in double, whoever owns it.
class HomeostasisShare {
 public:
  /// Targets begin .. end-1, counted in the fan-out.
  HomeostasisShare(const Homeostasis& model, double dt_ms, const FanOut& fan_out,
                   std::int64_t begin, std::int64_t end)
      : interval_(std::llround(model.interval_ms / dt_ms)),
        bounds_(bounds_of(fan_out.rule)),
        begin_(begin),
        factor_(static_cast<std::size_t>(end - begin)) {
    if (model.sum) sum_ = model.sum->derive<double>();
    if (!model.rate) return;
    rate_ = model.rate->derive<double>(dt_ms);
    activity_.resize(factor_.size());
  }

  /// Whether weights are scaled before what happens at `tick`.
  bool is_due(std::int64_t tick) const { return tick % interval_ == 0; }

  /// A neuron of the share, as numbered in the fan-out, fires at `tick`.
  void fire(std::int64_t n, Tick tick) {
    if (!rate_) return;
    activity_[static_cast<std::size_t>(n - begin_)].fire(*rate_, tick);
  }

  /// Scales the share's weights, which are up to date. `parts(k, d)`: the synapses of source k over
  /// the delay number d that are the share's.
  template <class Parts>
  void scale(FanOut& fan_out, Tick tick, const Parts& parts) {
    if (rate_) {
      for (std::size_t j = 0; j < factor_.size(); ++j) {
        activity_[j].advance(*rate_, tick);
        factor_[j] = activity_[j].factor;
        activity_[j].factor = 1;
      }
      multiply(fan_out, parts);
    }
    if (sum_) {
      std::fill(factor_.begin(), factor_.end(), 0.0);
      each(fan_out, parts, [&](double& sum, float& w) { sum += static_cast<double>(w); });
      for (double& sum : factor_) sum = HomeostaticScaling::factor(sum, *sum_);
      multiply(fan_out, parts);
    }
  }

  void reset() { std::fill(activity_.begin(), activity_.end(), RateActivity{}); }

  void save(HomeostasisArrays& to) const {
    for (const RateActivity& activity : activity_) {
      to.rate_hz.push_back(activity.rate_hz);
      to.factor.push_back(activity.factor);
      to.seen.push_back(activity.seen);
    }
  }
  /// Expects arrays that save() filled, of a fan-out of the same size.
  void restore(const HomeostasisArrays& from) {
    for (std::size_t j = 0; j < activity_.size(); ++j) {
      const std::size_t n = static_cast<std::size_t>(begin_) + j;
      activity_[j] = {from.rate_hz[n], from.factor[n], from.seen[n]};
    }
  }

 private:
  template <class Parts>
  void multiply(FanOut& fan_out, const Parts& parts) {
    // Clipped in double, where no product is too large to be told.
    const auto low = static_cast<double>(static_cast<float>(bounds_.low)),
               high = static_cast<double>(static_cast<float>(bounds_.high));
    each(fan_out, parts, [&](double& factor, float& w) {
      w = static_cast<float>(clip(static_cast<double>(w) * factor, low, high));
    });
  }

  /// visit(number of the target, weight) for the share's synapses, in order of their sources.
  template <class Parts, class Visit>
  void each(FanOut& fan_out, const Parts& parts, const Visit& visit) {
    float* weights = fan_out.weights.data();
    const std::int64_t first = fan_out.base + begin_;
    for (std::int64_t k = 0; k < fan_out.sources; ++k) {
      for (std::size_t d = 0; d < fan_out.delays.size(); ++d) {
        const FanOut::Part part = parts(k, d);
        std::int64_t s = part.begin;
        fan_out.each(part, [&](std::int64_t n, std::int32_t) {
          visit(factor_[static_cast<std::size_t>(n - first)], weights[s++]);
        });
      }
    }
  }

  std::int64_t interval_;  ///< ticks
  WeightBounds bounds_;
  std::int64_t begin_;
  std::optional<HomeostaticScaling::Coeffs<double>> sum_;
  std::optional<RateScaling::Coeffs<double>> rate_;
  std::vector<RateActivity> activity_;  ///< [target]: with `rate_`
  std::vector<double> factor_;          ///< [target]: scratch
};

}  // namespace snn
