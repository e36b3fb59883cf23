// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>
#include <utility>
#include <vector>

/// Seeded chance for measuring: the same numbers with every standard library, which its
/// distributions would not give.
namespace snn {

/// Uniform in [0, 1).
inline double uniform_share(std::mt19937_64& generator) {
  return static_cast<double>(generator() >> 11U) * 0x1p-53;
}

/// Uniform in 0 .. count - 1.
inline std::size_t uniform_index(std::mt19937_64& generator, std::size_t count) {
  return static_cast<std::size_t>(uniform_share(generator) * static_cast<double>(count));
}

inline std::vector<int> shuffled(int count, std::mt19937_64& generator) {
  std::vector<int> order(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int>(i);
  for (std::size_t i = order.size(); i > 1; --i)
    std::swap(order[i - 1], order[uniform_index(generator, i)]);
  return order;
}

}  // namespace snn
