// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

/// The statistics of repeated measurements.
namespace snn {

/// t such that a variable of Student's t distribution lies within +-t with this probability.
/// Exact: the distribution's finite sums (Abramowitz & Stegun 26.7.3-4), inverted by bisection.
/// degrees >= 1, 0 < probability < 1. E.g. 2.776 for 4 degrees of freedom and 0.95.
double student_t_two_sided(int degrees, double probability);

/// Of repeated values: low and high are the 95 % interval of the mean, mean +- t sd / sqrt(n). One
/// value has no interval: its low and high are infinite.
struct MeanInterval {
  double mean = 0, median = 0;
  double sd = 0;  ///< of the values, with n - 1
  double low = 0, high = 0;
  std::size_t n = 0;
};
MeanInterval mean_interval(std::span<const double> values);

/// 95 % interval of a mean by resampling the values with replacement.
struct BootstrapInterval {
  double mean = 0;
  double low = 0, high = 0;
};

/// Percentile bootstrap, its distances from the mean stretched by t / 1.960 x sqrt(n / (n - 1)):
/// resampling takes the sample for the population, and so plain percentiles of 10 values hold 90 %
/// instead of 95 %. Stretched, the interval is Student's where resampled means are normal, and
/// lopsided where the values are. At least 2 values; the same seed gives the same interval on every
/// machine.
BootstrapInterval bootstrap_mean(std::span<const double> values, int resamples, std::uint64_t seed);

/// Means of the first and of the last `count` values differ by this share of the smaller one.
double first_against_last(std::span<const double> values, std::size_t count);

}  // namespace snn
