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

/// Terms of bfloat16 that add up to a float: 3 x 8 significant bits are its 24.
inline constexpr int split_terms = 3;

/// Term `term` of a float. Each is what is left, cut off after 8 significant bits: nothing
/// overflows, and the last term takes the rest whole. The sum is exact from 2^-103 on, where the
/// last term is still a normal number; below that it lacks less than 2^-126, as devices flush what
/// is not. Of what is not finite the first term is all.
SNN_HD inline Bfloat16 split_term(float value, int term) {
  if (!(value - value == 0.0f)) return term == 0 ? to_bfloat16(value) : Bfloat16{0};
  Bfloat16 cut{};
  for (int t = 0; t <= term; ++t) {
    cut = {static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(value) >> 16)};
    value -= to_float(cut);
  }
  return cut;
}

}  // namespace snn::cuda
