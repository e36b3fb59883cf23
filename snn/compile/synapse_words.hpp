// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "snn/math/host_device.hpp"

/// Weights in fixed point and the words they are stored in, for host and device.
namespace snn {

/// Rounds to the nearest whole number; what is not 0 stays so.
SNN_HD inline std::int32_t to_fixed(double scaled) {
  const auto rounded = static_cast<std::int32_t>(scaled + (scaled < 0 ? -0.5 : 0.5));
  return rounded != 0 ? rounded : (scaled > 0) - (scaled < 0);
}

/// A target above the low bits of a weight.
SNN_HD inline std::uint32_t packed_word(std::uint32_t target, std::int32_t weight,
                                        int weight_bits) {
  const std::uint32_t mask = (std::uint32_t{1} << weight_bits) - 1;
  return target << weight_bits | (static_cast<std::uint32_t>(weight) & mask);
}
SNN_HD inline std::uint64_t wide_word(std::uint32_t target, std::uint32_t weight) {
  return std::uint64_t{target} << 32 | weight;
}

}  // namespace snn
