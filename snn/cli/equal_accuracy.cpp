// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/equal_accuracy.hpp"

#include <algorithm>
#include <cmath>

namespace snn::cli {

Widths scaled_widths(const Widths& hidden, std::int64_t first) {
  Widths scaled;
  const double factor = static_cast<double>(first) / static_cast<double>(hidden.front());
  for (const std::int64_t width : hidden)
    scaled.push_back(std::max<std::int64_t>(1, std::llround(factor * static_cast<double>(width))));
  return scaled;
}

EqualAccuracySearch search_equal_accuracy(
    const Widths& hidden, double target,
    const std::function<std::optional<double>(const Widths&)>& accuracy_of) {
  EqualAccuracySearch search;
  search.target = target;
  const auto reaches = [&](std::int64_t first) -> std::optional<bool> {
    const Widths widths = scaled_widths(hidden, first);
    const auto accuracy = accuracy_of(widths);
    if (!accuracy) {
      search.interrupted = true;
      return std::nullopt;
    }
    search.tried.push_back({widths, *accuracy});
    return *accuracy >= target;
  };
  std::int64_t below = 0;  // does not reach it
  std::int64_t width = 1;
  for (;; width *= 2) {
    const auto reached = reaches(width);
    if (!reached) return search;
    if (*reached) break;
    below = width;
    if (2 * width > 4 * hidden.front()) return search;
  }
  while (width - below > std::max<std::int64_t>(1, width / 8)) {
    const std::int64_t middle = below + (width - below) / 2;
    const auto reached = reaches(middle);
    if (!reached) return search;
    (*reached ? width : below) = middle;
  }
  search.smallest = scaled_widths(hidden, width);
  return search;
}

}  // namespace snn::cli
