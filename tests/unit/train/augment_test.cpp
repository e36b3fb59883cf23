// SPDX-License-Identifier: Apache-2.0
#include "snn/train/augment.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

namespace snn {
namespace {

using Pixels = std::vector<std::uint8_t>;

Pixels warp(const Pixels& image, const Shape& shape, const Augmentation& bounds,
            std::int64_t sample = 0, std::uint64_t seed = 1, std::uint32_t presentation = 1) {
  return warped(image, shape, bounds, seed, presentation, sample);
}

Pixels noise(std::size_t count) {
  Pixels image;
  for (std::size_t i = 0; i < count; ++i) image.push_back(static_cast<std::uint8_t>(i * 89 % 251));
  return image;
}

TEST(Augment, WithoutBoundsNothingMoves) {
  for (const Shape& shape : {Shape{1, 1}, Shape{5, 7}, Shape{8, 8}, Shape{28, 28}}) {
    const Pixels image = noise(static_cast<std::size_t>(shape[0] * shape[1]));
    EXPECT_EQ(warp(image, shape, {}), image);
  }
  EXPECT_FALSE(Augmentation{}.of_images());
  EXPECT_TRUE(Augmentation{.shear = 0.1}.of_images());
}

/// Under a shift by (dr, dc) the image with value 2 r has the value 2 (r + dr), away from the
/// borders, and likewise for columns: both shifts can be read off two ramps, to the rounding of a
/// pixel. By the same shift any image moves.
struct Shift {
  double rows, columns;
};
Shift shift_of(const Augmentation& bounds, std::int64_t sample, std::int64_t side) {
  Pixels down, across;
  for (std::int64_t r = 0; r < side; ++r) {
    for (std::int64_t c = 0; c < side; ++c) {
      down.push_back(static_cast<std::uint8_t>(4 * r));
      across.push_back(static_cast<std::uint8_t>(4 * c));
    }
  }
  const auto middle = static_cast<std::size_t>(side / 2 * side + side / 2);
  return {(warp(down, {side, side}, bounds, sample)[middle] - down[middle]) / 4.0,
          (warp(across, {side, side}, bounds, sample)[middle] - across[middle]) / 4.0};
}

TEST(Augment, ShiftsAreUniformInTheirBound) {
  const double bound = 3;
  double sum = 0, squares = 0;
  const int samples = 2000;
  for (int sample = 0; sample < samples; ++sample) {
    const Shift shift = shift_of({.shift_px = bound}, sample, 32);
    for (const double s : {shift.rows, shift.columns}) {
      ASSERT_LE(std::abs(s), bound + 0.125);
      sum += s;
      squares += s * s;
    }
  }
  // Mean 0 and variance bound^2/3 with standard errors sqrt(3/4000) and sqrt(9 (1/5 - 1/9) 9 /
  // 4000), the rounding of pixels aside.
  EXPECT_NEAR(sum / (2 * samples), 0, 4 * std::sqrt(3.0 / 4000) + 0.01);
  EXPECT_NEAR(squares / (2 * samples), 3, 4 * std::sqrt(81 * (1.0 / 5 - 1.0 / 9) / 4000) + 0.01);
}

/// A shift by whole pixels moves the image exactly. Such shifts are found by an edge between two
/// columns, which any fraction of more than 1/510 of a pixel turns grey; pixels up to 100 then move
/// without a rounding to be seen.
TEST(Augment, AWholePixelShiftMovesTheImageExactly) {
  const std::int64_t side = 32;
  Pixels edge, stripes;
  for (std::int64_t k = 0; k < side * side; ++k) {
    edge.push_back(k % side < side / 2 ? 0 : 255);
    stripes.push_back(static_cast<std::uint8_t>(k % side * 89 % 101));
  }
  std::set<std::int64_t> seen;
  for (std::int64_t sample = 0; sample < 4000; ++sample) {
    const Pixels moved_edge = warp(edge, {side, side}, {.shift_px = 3}, sample);
    const auto row = moved_edge.begin() + side * side / 2;
    if (std::count(row + 4, row + side - 4, 0) + std::count(row + 4, row + side - 4, 255) <
        side - 8)
      continue;
    // Pixel c shows what was at c + shift.
    const std::int64_t shift = side / 2 - (std::find(row + 4, row + side, 255) - row);
    seen.insert(shift);
    const Pixels moved = warp(stripes, {side, side}, {.shift_px = 3}, sample);
    for (std::int64_t c = 4; c < side - 4; ++c) {
      ASSERT_EQ(moved[static_cast<std::size_t>(side * side / 2 + c)],
                stripes[static_cast<std::size_t>(c + shift)]);
    }
  }
  EXPECT_GE(seen.size(), 4u);
}

TEST(Augment, WhatIsEvenStaysEven) {
  const Pixels image(28 * 28, 131);
  const Augmentation all{.rotation_deg = 10, .shift_px = 1, .scale = 0.1, .shear = 0.1};
  for (std::int64_t sample = 0; sample < 50; ++sample) {
    const Pixels moved = warp(image, {28, 28}, all, sample);
    for (std::size_t r = 8; r < 20; ++r)
      for (std::size_t c = 8; c < 20; ++c) ASSERT_EQ(moved[r * 28 + c], 131);
  }
}

TEST(Augment, OutsideIsZero) {
  const Pixels image(8 * 8, 255);
  int dark = 0;
  for (std::int64_t sample = 0; sample < 50; ++sample) {
    const Pixels moved = warp(image, {8, 8}, {.shift_px = 8}, sample);
    dark += std::count(moved.begin(), moved.end(), 0) > 0 ? 1 : 0;
  }
  EXPECT_GT(dark, 25);
}

/// Rotation, scale and shear are about the centre, which therefore keeps its value.
TEST(Augment, TheCentreStays) {
  Pixels image = noise(9 * 9);
  for (const Augmentation& bounds :
       {Augmentation{.rotation_deg = 90}, Augmentation{.scale = 0.5}, Augmentation{.shear = 0.5}}) {
    int changed = 0;
    for (std::int64_t sample = 0; sample < 20; ++sample) {
      const Pixels moved = warp(image, {9, 9}, bounds, sample);
      EXPECT_EQ(moved[4 * 9 + 4], image[4 * 9 + 4]);
      changed += moved == image ? 0 : 1;
    }
    EXPECT_GT(changed, 15);
  }
}

/// A disc about the centre looks the same under any rotation, but for its rim.
TEST(Augment, ARotationKeepsADisc) {
  Pixels disc;
  for (int r = 0; r < 31; ++r)
    for (int c = 0; c < 31; ++c)
      disc.push_back((r - 15) * (r - 15) + (c - 15) * (c - 15) < 100 ? 240 : 0);
  for (std::int64_t sample = 0; sample < 30; ++sample) {
    const Pixels moved = warp(disc, {31, 31}, {.rotation_deg = 180}, sample);
    for (int r = 0; r < 31; ++r) {
      for (int c = 0; c < 31; ++c) {
        const double radius = std::hypot(r - 15, c - 15);
        if (std::abs(radius - 10) < 1.5) continue;
        ASSERT_EQ(moved[static_cast<std::size_t>(r * 31 + c)], radius < 10 ? 240 : 0);
      }
    }
  }
}

TEST(Augment, FollowsFromSeedPresentationAndSample) {
  const Pixels image = noise(28 * 28);
  const Augmentation bounds{.rotation_deg = 20, .shift_px = 2, .scale = 0.1, .shear = 0.1};
  const Pixels once = warp(image, {28, 28}, bounds, 3, 4, 5);
  EXPECT_EQ(warp(image, {28, 28}, bounds, 3, 4, 5), once);
  EXPECT_NE(warp(image, {28, 28}, bounds, 2, 4, 5), once);
  EXPECT_NE(warp(image, {28, 28}, bounds, 3, 5, 5), once);
  EXPECT_NE(warp(image, {28, 28}, bounds, 3, 4, 6), once);
}

TEST(Augment, OnlyImagesOfTwoDimensions) {
  const Pixels image = noise(12);
  for (const Shape& shape : {Shape{12}, Shape{3, 2, 2}})
    EXPECT_THROW(warp(image, shape, {.shift_px = 1}), ConfigError);
}

}  // namespace
}  // namespace snn
