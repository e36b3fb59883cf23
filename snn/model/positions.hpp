// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

/// Where the neurons of a population are.
namespace snn {

using Point = std::array<double, 3>;  ///< mm; in two dimensions the third is 0

struct Positions {
  int dimensions = 2;       ///< 2 or 3
  std::vector<Point> mm{};  ///< [neuron]; empty: the population has no place
  Point extent_mm{};        ///< of the space, from 0; needed where it is periodic
  bool periodic = false;    ///< what leaves the space on one side enters it on the other
  bool empty() const { return mm.empty(); }
};

/// One neuron in the middle of each cell of a grid, in row-major order; coordinate d counts along
/// extent d. Throws ConfigError unless there are 2 or 3 extents.
Positions grid(const std::vector<std::int64_t>& shape, double spacing_mm, bool periodic = false);

/// Uniform in a box from 0 to `extent_mm`, of 2 or 3 numbers (else ConfigError). Each point is a
/// function of the seed and its number alone.
Positions random_positions(std::int64_t neurons, const std::vector<double>& extent_mm,
                           std::uint64_t seed, bool periodic = false);

/// In `space`: if it is periodic, to the nearest image.
double distance_mm(const Positions& space, const Point& a, const Point& b);

/// No pair of a neuron of each is further apart; of periodic spaces half their diagonal.
double largest_distance_mm(const Positions& a, const Positions& b);

}  // namespace snn
