// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

/// Rows of spikes, one bit per neuron, each row padded to whole 64-bit words.
namespace snn {

inline std::int64_t words_for(std::int64_t neurons) {
  return (neurons + 63) / 64;
}

/// Packs `count` (<= 64) bytes of 0 or 1 into a word, byte j to bit j.
inline std::uint64_t pack_word(const std::uint8_t* bytes, std::int64_t count) {
  std::uint64_t word = 0;
  std::int64_t j = 0;
  for (; j + 8 <= count; j += 8) {
    std::uint64_t eight;
    std::memcpy(&eight, bytes + j, 8);
    if constexpr (std::endian::native == std::endian::little) {
      // Multiplying collects the lowest bit of each byte in the highest byte.
      word |= ((eight * 0x0102040810204080u) >> 56) << j;
    } else {
      for (int k = 0; k < 8; ++k) word |= std::uint64_t{bytes[j + k]} << (j + k);
    }
  }
  for (; j < count; ++j) word |= std::uint64_t{bytes[j]} << j;
  return word;
}

/// Calls visit(neuron) for each set bit of a row, ascending.
template <class Visit>
inline void for_each_bit(const std::uint64_t* row, std::int64_t words, Visit&& visit) {
  for (std::int64_t w = 0; w < words; ++w) {
    for (std::uint64_t left = row[w]; left != 0; left &= left - 1) {
      visit(w * 64 + std::countr_zero(left));
    }
  }
}

inline std::int64_t count_bits(const std::uint64_t* words, std::int64_t count) {
  std::int64_t bits = 0;
  for (std::int64_t w = 0; w < count; ++w) bits += std::popcount(words[w]);
  return bits;
}

}  // namespace snn
