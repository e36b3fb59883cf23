// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <vector>

/// Timing for the micro-benchmarks: contestants take turns, so that a slow minute of the machine
/// hits all of them, and the median of each is reported.
namespace harness {

struct Figure {
  double median_s = 0, least_s = 0, most_s = 0;
};

inline Figure figure(std::vector<double> seconds) {
  std::sort(seconds.begin(), seconds.end());
  return {seconds[seconds.size() / 2], seconds.front(), seconds.back()};
}

/// Times each contestant `rounds` times, in turn, after one round that does not count. A contestant
/// is repeated until a timing lasts `least_s`, so that the clock's grain does not matter.
inline std::vector<Figure> compare(const std::vector<std::function<void()>>& contestants,
                                   int rounds, double least_s = 0.005) {
  using Clock = std::chrono::steady_clock;
  const auto time = [](const std::function<void()>& work, int repeats) {
    const auto start = Clock::now();
    for (int r = 0; r < repeats; ++r) work();
    return std::chrono::duration<double>(Clock::now() - start).count() / repeats;
  };
  std::vector<int> repeats;
  for (const auto& work : contestants) {
    const double once = std::min(time(work, 1), time(work, 1));
    repeats.push_back(std::clamp(static_cast<int>(least_s / std::max(once, 1e-7)), 1, 1000));
  }
  std::vector<std::vector<double>> seconds(contestants.size());
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t c = 0; c < contestants.size(); ++c)
      seconds[c].push_back(time(contestants[c], repeats[c]));
  }
  std::vector<Figure> figures;
  for (auto& s : seconds) figures.push_back(figure(std::move(s)));
  return figures;
}

}  // namespace harness
