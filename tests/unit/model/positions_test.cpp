// SPDX-License-Identifier: Apache-2.0
#include "snn/model/positions.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/config_error.hpp"
#include "tests/support/statistics.hpp"

namespace snn {
namespace {

TEST(Positions, AGridFillsItsSpaceRowByRow) {
  const Positions flat = grid({2, 3}, 0.5, true);
  EXPECT_EQ(flat.dimensions, 2);
  EXPECT_TRUE(flat.periodic);
  EXPECT_EQ(flat.extent_mm, (Point{1.0, 1.5, 0}));
  EXPECT_EQ(flat.mm, (std::vector<Point>{{0.25, 0.25, 0},
                                         {0.25, 0.75, 0},
                                         {0.25, 1.25, 0},
                                         {0.75, 0.25, 0},
                                         {0.75, 0.75, 0},
                                         {0.75, 1.25, 0}}));
  const Positions solid = grid({2, 3, 4}, 1.0);
  EXPECT_EQ(solid.dimensions, 3);
  ASSERT_EQ(solid.mm.size(), 24u);
  EXPECT_EQ(solid.mm[1 * 12 + 2 * 4 + 3], (Point{1.5, 2.5, 3.5}));
}

TEST(Positions, OtherNumbersOfDimensionsAreErrors) {
  support::expect_config_error([] { grid({5}, 1.0); }, {"grid", "dimensions", "1", "2 or 3"});
  support::expect_config_error(
      [] {
        random_positions(5, {1, 1, 1, 1}, 1);
      },
      {"random_positions", "dimensions", "4", "2 or 3"});
}

TEST(Positions, RandomOnesFillTheirBoxEvenly) {
  const Positions places = random_positions(40000, {2.0, 1.0, 3.0}, 5);
  EXPECT_EQ(places.extent_mm, (Point{2.0, 1.0, 3.0}));
  std::vector<double> cells(4 * 4 * 4);
  for (const Point& point : places.mm) {
    std::size_t cell = 0;
    for (std::size_t d = 0; d < 3; ++d)
      cell = cell * 4 + static_cast<std::size_t>(4 * point[d] / places.extent_mm[d]);
    ++cells.at(cell);
  }
  test::expect_uniform_distribution(cells);
  // More points leave those before as they were.
  const auto fewer = random_positions(10, {2.0, 1.0, 3.0}, 5);
  EXPECT_TRUE(std::equal(fewer.mm.begin(), fewer.mm.end(), places.mm.begin()));
  EXPECT_NE(random_positions(10, {2.0, 1.0, 3.0}, 6).mm, fewer.mm);
}

TEST(Positions, DistancesGoTheShortWayRound) {
  const Positions open = grid({10, 10}, 0.1), round = grid({10, 10}, 0.1, true);
  const Point a{0.05, 0.05, 0}, b{0.95, 0.35, 0};
  EXPECT_NEAR(distance_mm(open, a, b), std::hypot(0.9, 0.3), 1e-12);
  EXPECT_NEAR(distance_mm(round, a, b), std::hypot(0.1, 0.3), 1e-12);
  EXPECT_NEAR(largest_distance_mm(open, open), std::hypot(0.9, 0.9), 1e-12);
  EXPECT_NEAR(largest_distance_mm(round, round), std::hypot(0.5, 0.5), 1e-12);
}

}  // namespace
}  // namespace snn
