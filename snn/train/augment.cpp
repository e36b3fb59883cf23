// SPDX-License-Identifier: Apache-2.0
#include "snn/train/augment.hpp"

#include <array>
#include <cmath>
#include <numbers>

#include "snn/math/philox.hpp"

namespace snn {
namespace {

/// Words of random numbers of one presentation of a sample.
struct Draws {
  std::uint64_t seed;
  std::uint32_t presentation;
  std::int64_t sample;

  std::array<std::uint32_t, 4> operator()(std::uint32_t which) const {
    return random_words(seed, RandomUse::augment, presentation, static_cast<std::uint64_t>(sample),
                        which);
  }
};

double uniform(std::uint32_t word, double bound) {
  return bound * (2.0 * static_cast<double>(uniform01(word)) - 1.0);
}

}  // namespace

std::vector<std::uint8_t> warped(std::span<const std::uint8_t> image, const Shape& shape,
                                 const Augmentation& a, std::uint64_t seed,
                                 std::uint32_t presentation, std::int64_t sample) {
  if (shape.size() != 2) {
    throw ConfigError("augmentation", "shape", std::to_string(shape.size()) + " dimensions",
                      "images of 2 dimensions");
  }
  const Draws draw{seed, presentation, sample};
  const auto first = draw(0);
  const auto second = draw(1);
  const double angle = uniform(first[0], a.rotation_deg) * std::numbers::pi / 180.0;
  const double shift_r = uniform(first[1], a.shift_px);
  const double shift_c = uniform(first[2], a.shift_px);
  const double scale_r = 1.0 + uniform(first[3], a.scale);
  const double scale_c = 1.0 + uniform(second[0], a.scale);
  const double shear = uniform(second[1], a.shear);
  // Where a pixel of the result comes from: rotation, scale and shear about the centre, then the
  // shift.
  const double m00 = std::cos(angle) * scale_r;
  const double m01 = -std::sin(angle) + shear;
  const double m10 = std::sin(angle);
  const double m11 = std::cos(angle) * scale_c;
  const auto rows = shape[0];
  const auto columns = shape[1];
  const double centre_r = static_cast<double>(rows - 1) / 2.0;
  const double centre_c = static_cast<double>(columns - 1) / 2.0;
  const auto at = [&](std::int64_t r, std::int64_t c) {
    return r < 0 || c < 0 || r >= rows || c >= columns
               ? 0.0
               : static_cast<double>(image[static_cast<std::size_t>(r * columns + c)]);
  };
  std::vector<std::uint8_t> result(image.size());
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t c = 0; c < columns; ++c) {
      const double y = static_cast<double>(r) - centre_r;
      const double x = static_cast<double>(c) - centre_c;
      const double from_r = m00 * y + m01 * x + centre_r + shift_r;
      const double from_c = m10 * y + m11 * x + centre_c + shift_c;
      const auto r0 = static_cast<std::int64_t>(std::floor(from_r));
      const auto c0 = static_cast<std::int64_t>(std::floor(from_c));
      const double dr = from_r - static_cast<double>(r0);
      const double dc = from_c - static_cast<double>(c0);
      const double value = (1 - dr) * ((1 - dc) * at(r0, c0) + dc * at(r0, c0 + 1)) +
                           dr * ((1 - dc) * at(r0 + 1, c0) + dc * at(r0 + 1, c0 + 1));
      result[static_cast<std::size_t>(r * columns + c)] =
          static_cast<std::uint8_t>(std::lround(value));
    }
  }
  return result;
}

std::vector<TimedEvent> disturbed(std::span<const float> time_s,
                                  std::span<const std::uint32_t> unit, std::int64_t units,
                                  const Augmentation& a, std::uint64_t seed,
                                  std::uint32_t presentation, std::int64_t sample) {
  const Draws draw{seed, presentation, sample};
  const auto common = draw(0);
  // Every whole number of units from -shift to shift is equally likely.
  const auto shift = static_cast<std::int64_t>(
      std::floor(uniform(common[0], std::floor(a.shift_units) + 0.5) + 0.5));
  const double stretch = 1.0 + uniform(common[1], a.stretch);
  const std::uint64_t dropped =
      probability_bound(a.drop * static_cast<double>(uniform01(common[2])));
  std::vector<TimedEvent> events;
  events.reserve(unit.size());
  std::array<std::uint32_t, 4> words{};
  for (std::size_t e = 0; e < unit.size(); ++e) {
    if (e % 4 == 0) words = draw(1 + static_cast<std::uint32_t>(e / 4));
    const std::int64_t to = std::int64_t{unit[e]} + shift;
    if (words[e % 4] < dropped || to < 0 || to >= units) continue;
    events.push_back({double{time_s[e]} * stretch, static_cast<std::uint32_t>(to)});
  }
  return events;
}

}  // namespace snn
