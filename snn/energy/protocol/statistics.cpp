// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/protocol/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <vector>

#include "snn/energy/protocol/chance.hpp"

namespace snn {
namespace {

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Probability of |T| <= t.
double within(double t, int degrees) {
  const double angle = std::atan(t / std::sqrt(degrees));
  const double cosine = std::cos(angle), sine = std::sin(angle);
  const bool odd = degrees % 2 == 1;
  // Odd: cos + 2/3 cos^3 + (2 4)/(3 5) cos^5 ... up to cos^(degrees - 2); even:
  // 1 + 1/2 cos^2 + (1 3)/(2 4) cos^4 ... the same.
  double term = odd ? cosine : 1, sum = 0;
  for (int power = odd ? 1 : 0; power <= degrees - 2; power += 2) {
    sum += term;
    term *= cosine * cosine * (power + 1) / (power + 2);
  }
  return odd ? 2 / std::numbers::pi * (angle + sine * sum) : sine * sum;
}

double median_of(std::vector<double> values) {
  const auto half = static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), values.begin() + half, values.end());
  const double upper = values[static_cast<std::size_t>(half)];
  if (values.size() % 2 == 1) return upper;
  return (upper + *std::max_element(values.begin(), values.begin() + half)) / 2;
}

/// Value below which this share of sorted values lies, linear between them.
double percentile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], place - static_cast<double>(below));
}

}  // namespace

double student_t_two_sided(int degrees, double probability) {
  double low = 0, high = 1;
  while (within(high, degrees) < probability) high *= 2;
  for (int i = 0; i < 100; ++i) {
    const double middle = (low + high) / 2;
    (within(middle, degrees) < probability ? low : high) = middle;
  }
  return high;
}

MeanInterval mean_interval(std::span<const double> values) {
  const auto n = static_cast<double>(values.size());
  MeanInterval result;
  result.n = values.size();
  result.mean = mean_of(values);
  result.median = median_of({values.begin(), values.end()});
  double half = std::numeric_limits<double>::infinity();
  if (values.size() > 1) {
    double squares = 0;
    for (const double v : values) squares += (v - result.mean) * (v - result.mean);
    result.sd = std::sqrt(squares / (n - 1));
    half =
        student_t_two_sided(static_cast<int>(values.size()) - 1, 0.95) * result.sd / std::sqrt(n);
  }
  result.low = result.mean - half;
  result.high = result.mean + half;
  return result;
}

BootstrapInterval bootstrap_mean(std::span<const double> values, int resamples,
                                 std::uint64_t seed) {
  std::mt19937_64 generator(seed);
  std::vector<double> means(static_cast<std::size_t>(resamples));
  for (double& mean : means) {
    double sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i)
      sum += values[uniform_index(generator, values.size())];
    mean = sum / static_cast<double>(values.size());
  }
  std::sort(means.begin(), means.end());
  const auto n = static_cast<double>(values.size());
  constexpr double normal_95 = 1.959963984540054;
  const double stretch = student_t_two_sided(static_cast<int>(values.size()) - 1, 0.95) /
                         normal_95 * std::sqrt(n / (n - 1));
  const double mean = mean_of(values);
  return {mean, mean + stretch * (percentile(means, 0.025) - mean),
          mean + stretch * (percentile(means, 0.975) - mean)};
}

double first_against_last(std::span<const double> values, std::size_t count) {
  const double first = mean_of(values.first(count)), last = mean_of(values.last(count));
  return std::abs(last - first) / std::min(std::abs(first), std::abs(last));
}

}  // namespace snn
