// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/compile/distributions.hpp"

namespace snn {

/// A distribution, or one value, as a plain struct that a device can be given.
struct ValueDraw {
  enum class Kind : std::uint8_t { constant, uniform, normal, truncated_normal, lognormal };
  Kind kind = Kind::constant;
  double first = 0;          ///< the value; low; mean; of Lognormal mu
  double second = 0;         ///< high; sd; of Lognormal sigma
  double low = 0, high = 0;  ///< of TruncatedNormal
  Draws draws{};             ///< which random numbers
  float least = -HUGE_VALF;  ///< smaller values are drawn again
};

/// Value e, as draw_values() gives it.
SNN_HD inline float drawn_value(const ValueDraw& v, std::uint64_t e) {
  switch (v.kind) {
    case ValueDraw::Kind::uniform:
      return value_of(Uniform{v.first, v.second}, v.draws, e, v.least);
    case ValueDraw::Kind::normal:
      return value_of(Normal{v.first, v.second}, v.draws, e, v.least);
    case ValueDraw::Kind::truncated_normal:
      return value_of(TruncatedNormal{v.first, v.second, v.low, v.high}, v.draws, e, v.least);
    case ValueDraw::Kind::lognormal:
      return value_of(Lognormal{v.first, v.second}, v.draws, e, v.least);
    case ValueDraw::Kind::constant:
      break;
  }
  return static_cast<float>(v.first);
}

}  // namespace snn
