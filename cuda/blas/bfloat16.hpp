// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>

#include "snn/math/host_device.hpp"

namespace snn::cuda {

/// The upper half of a float: 8 significant bits. The toolkit's type of that name is not there
/// where kernels are emulated.
struct Bfloat16 {
  std::uint16_t bits;
};

/// The nearest one, ties to even. NaN stays NaN.
SNN_HD inline Bfloat16 to_bfloat16(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  if (value != value) return {static_cast<std::uint16_t>(bits >> 16 | 0x40u)};
  return {static_cast<std::uint16_t>((bits + 0x7FFFu + (bits >> 16 & 1u)) >> 16)};
}
SNN_HD inline float to_float(Bfloat16 value) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(value.bits) << 16);
}

}  // namespace snn::cuda
