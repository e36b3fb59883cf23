// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/report/svg.hpp"

namespace snn::cli::page {

std::vector<double> Scale::ticks() const {
  std::vector<double> values;
  constexpr double rounding = 1e-9;
  if (logarithmic) {
    const int first = static_cast<int>(std::ceil(std::log10(low) - rounding));
    const int last = static_cast<int>(std::floor(std::log10(high) + rounding));
    for (int decade = first; decade <= last; ++decade) values.push_back(std::pow(10.0, decade));
    return values;
  }
  const double rough = (high - low) / 5;
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double factor : {5.0, 2.0, 1.0}) {
    if (factor * power >= rough * (1 - rounding)) step = factor * power;
  }
  for (double n = std::ceil(low / step - rounding); n * step <= high + rounding * step; ++n)
    values.push_back(n * step);
  return values;
}

}  // namespace snn::cli::page
