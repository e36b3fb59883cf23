// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "snn/model/network.hpp"

namespace snn {

/// Random affine distortions of training images, drawn anew in each presentation, uniformly from
/// -bound .. bound. Evaluation never distorts. All 0: none.
struct Augmentation {
  double rotation_deg = 0;  ///< >= 0
  double shift_px = 0;      ///< in each direction, >= 0
  double scale = 0;         ///< relative, in each direction, in [0, 1)
  double shear = 0;         ///< relative, >= 0
  bool active() const { return rotation_deg > 0 || shift_px > 0 || scale > 0 || shear > 0; }
};

/// The image warped by what (seed, presentation, sample) draw; bilinear, 0 outside. `shape` is
/// {rows, columns}; ConfigError for any other.
std::vector<std::uint8_t> warped(std::span<const std::uint8_t> image, const Shape& shape,
                                 const Augmentation& augmentation, std::uint64_t seed,
                                 std::uint32_t presentation, std::int64_t sample);

}  // namespace snn
