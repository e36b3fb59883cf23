// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "snn/model/network.hpp"

namespace snn {

/// Random distortions of training samples, drawn anew in each presentation, uniformly from
/// -bound .. bound. Evaluation never distorts. All 0: none.
struct Augmentation {
  // Images: affine.
  double rotation_deg = 0;  ///< >= 0
  double shift_px = 0;      ///< in each direction, >= 0
  double scale = 0;         ///< relative, in each direction, in [0, 1)
  double shear = 0;         ///< relative, >= 0
  // Events, as Nowotny, Turner & Knight (arXiv 2212.01232) and others do for spoken digits.
  double shift_units = 0;  ///< all events of a sample, by a whole number of units, >= 0
  double stretch = 0;      ///< of time, relative, in [0, 1)
  double drop = 0;  ///< events are left out with a probability drawn from 0 .. drop, in [0, 1)

  bool of_images() const { return rotation_deg > 0 || shift_px > 0 || scale > 0 || shear > 0; }
  bool of_events() const { return shift_units > 0 || stretch > 0 || drop > 0; }
};

/// The image warped by what (seed, presentation, sample) draw; bilinear, 0 outside. `shape` is
/// {rows, columns}; ConfigError for any other.
std::vector<std::uint8_t> warped(std::span<const std::uint8_t> image, const Shape& shape,
                                 const Augmentation& augmentation, std::uint64_t seed,
                                 std::uint32_t presentation, std::int64_t sample);

/// The events of a sample distorted in the same way; what is shifted beyond the first or last of
/// `units` is left out.
struct TimedEvent {
  double time_s;
  std::uint32_t unit;
};
std::vector<TimedEvent> disturbed(std::span<const float> time_s,
                                  std::span<const std::uint32_t> unit, std::int64_t units,
                                  const Augmentation& augmentation, std::uint64_t seed,
                                  std::uint32_t presentation, std::int64_t sample);

}  // namespace snn
