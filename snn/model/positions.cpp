// SPDX-License-Identifier: Apache-2.0
#include "snn/model/positions.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "snn/math/philox.hpp"
#include "snn/model/errors.hpp"

namespace snn {
namespace {

void check_dimensions(const char* object, std::size_t dimensions) {
  if (dimensions != 2 && dimensions != 3)
    throw ConfigError(object, "dimensions", std::to_string(dimensions), "2 or 3");
}

/// Two words as a number in [0, 1).
double unit(std::uint32_t high, std::uint32_t low) {
  return static_cast<double>((std::uint64_t{high} << 21) ^ (low >> 11)) * 0x1p-53;
}

}  // namespace

Positions grid(const std::vector<std::int64_t>& shape, double spacing_mm, bool periodic) {
  check_dimensions("grid", shape.size());
  Positions positions{.dimensions = static_cast<int>(shape.size()), .periodic = periodic};
  std::int64_t neurons = 1;
  for (std::size_t d = 0; d < shape.size(); ++d) {
    positions.extent_mm[d] = static_cast<double>(shape[d]) * spacing_mm;
    neurons *= shape[d];
  }
  for (std::int64_t n = 0; n < neurons; ++n) {
    Point point{};
    std::int64_t rest = n;
    for (std::size_t d = shape.size(); d-- > 0; rest /= shape[d])
      point[d] = (static_cast<double>(rest % shape[d]) + 0.5) * spacing_mm;
    positions.mm.push_back(point);
  }
  return positions;
}

Positions random_positions(std::int64_t neurons, const std::vector<double>& extent_mm,
                           std::uint64_t seed, bool periodic) {
  check_dimensions("random_positions", extent_mm.size());
  Positions positions{.dimensions = static_cast<int>(extent_mm.size()), .periodic = periodic};
  std::copy(extent_mm.begin(), extent_mm.end(), positions.extent_mm.begin());
  for (std::int64_t n = 0; n < neurons; ++n) {
    Point point{};
    const auto element = static_cast<std::uint64_t>(n);
    for (std::uint32_t d = 0; d < extent_mm.size(); d += 2) {
      const auto words = random_words(seed, RandomUse::positions, 0, element, d / 2);
      point[d] = unit(words[0], words[1]) * extent_mm[d];
      if (d + 1 < extent_mm.size()) point[d + 1] = unit(words[2], words[3]) * extent_mm[d + 1];
    }
    positions.mm.push_back(point);
  }
  return positions;
}

double distance_mm(const Positions& space, const Point& a, const Point& b) {
  double square = 0;
  for (std::size_t d = 0; d < 3; ++d) {
    double apart = std::abs(a[d] - b[d]);
    if (space.periodic) apart = std::min(apart, std::abs(space.extent_mm[d] - apart));
    square += apart * apart;
  }
  return std::sqrt(square);
}

double largest_distance_mm(const Positions& a, const Positions& b) {
  double square = 0;
  for (std::size_t d = 0; d < 3; ++d) {
    double apart = a.extent_mm[d] / 2;
    if (!a.periodic) {
      double low = HUGE_VAL, high = -HUGE_VAL;
      for (const Positions* side : {&a, &b}) {
        for (const Point& point : side->mm) {
          low = std::min(low, point[d]);
          high = std::max(high, point[d]);
        }
      }
      apart = std::max(0.0, high - low);
    }
    square += apart * apart;
  }
  return std::sqrt(square);
}

}  // namespace snn
