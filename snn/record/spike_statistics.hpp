// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace snn {

/// Rate, irregularity and synchrony of a population's spikes, gathered while they come and without
/// keeping them, and a hash of the whole train.
class SpikeStatistics {
 public:
  /// `bin_ms`: of the counts whose Fano factor is taken.
  SpikeStatistics(std::int64_t neurons, double dt_ms, double bin_ms = 5.0)
      : last_(static_cast<std::size_t>(neurons), -1),
        intervals_(last_.size()),
        sum_(last_.size()),
        square_(last_.size()),
        dt_ms_(dt_ms),
        bin_(std::max<std::int64_t>(1, std::llround(bin_ms / dt_ms))) {}

  /// Neurons that spike at a tick, ascending; ticks in order.
  void add(std::int64_t tick, std::span<const std::int32_t> neurons) {
    if (neurons.empty()) return;
    spikes_ += neurons.size();
    const auto bin = static_cast<std::size_t>((tick - first_tick_) / bin_);
    if (bin >= count_.size()) count_.resize(bin + 1);
    count_[bin] += neurons.size();
    hash(static_cast<std::uint64_t>(tick));
    for (const std::int32_t n : neurons) {
      const auto at = static_cast<std::size_t>(n);
      hash(static_cast<std::uint64_t>(n));
      if (last_[at] >= 0) {
        const auto interval = static_cast<double>(tick - last_[at]);
        ++intervals_[at];
        sum_[at] += interval;
        square_[at] += interval * interval;
      }
      last_[at] = tick;
    }
  }

  /// Measured are the ticks from `first` on; before the first add().
  void start(std::int64_t first) { first_tick_ = first; }

  std::uint64_t spikes() const { return spikes_; }
  /// Mean rate per neuron over ticks start .. end-1, Hz.
  double rate_hz(std::int64_t end) const {
    const double seconds = static_cast<double>(end - first_tick_) * dt_ms_ * 1e-3;
    return static_cast<double>(spikes_) / static_cast<double>(last_.size()) / seconds;
  }
  /// Standard deviation over mean of a neuron's intervals, averaged over neurons with at least
  /// three spikes; NaN if there is none. Biased towards 0 in short runs.
  double cv() const {
    double cv_sum = 0;
    std::int64_t neurons = 0;
    for (std::size_t n = 0; n < last_.size(); ++n) {
      if (intervals_[n] < 2) continue;
      const double mean = sum_[n] / intervals_[n];
      const double variance = std::max(0.0, square_[n] / intervals_[n] - mean * mean);
      cv_sum += std::sqrt(variance) / mean;
      ++neurons;
    }
    return neurons > 0 ? cv_sum / static_cast<double>(neurons)
                       : std::numeric_limits<double>::quiet_NaN();
  }
  /// Variance over mean of the population's spike counts in whole bins of ticks start .. end-1; NaN
  /// without spikes.
  double fano(std::int64_t end) const {
    const std::int64_t bins = (end - first_tick_) / bin_;
    double mean = 0, square = 0;
    for (std::int64_t b = 0; b < bins; ++b) {
      const auto at = static_cast<std::size_t>(b);
      const auto count = at < count_.size() ? static_cast<double>(count_[at]) : 0.0;
      mean += count / static_cast<double>(bins);
      square += count * count / static_cast<double>(bins);
    }
    return mean > 0 ? (square - mean * mean) / mean : std::numeric_limits<double>::quiet_NaN();
  }
  /// FNV-1a of (tick, neurons ...) in order: equal for equal trains.
  std::uint64_t hash() const { return hash_; }

 private:
  void hash(std::uint64_t word) {
    for (int byte = 0; byte < 8; ++byte)
      hash_ = (hash_ ^ (word >> (8 * byte) & 255u)) * 0x100000001B3u;
  }

  std::vector<std::int64_t> last_;  ///< [neuron]: tick of its last spike
  std::vector<double> intervals_, sum_, square_;
  std::vector<std::uint64_t> count_;  ///< [bin]
  double dt_ms_;
  std::int64_t bin_, first_tick_ = 0;
  std::uint64_t spikes_ = 0, hash_ = 0xCBF29CE484222325u;
};

}  // namespace snn
