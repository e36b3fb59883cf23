// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <span>

#include "snn/math/isa.hpp"
#include "snn/math/philox.hpp"

/// Random numbers of consecutive elements at once, in vector lanes: each is a function of its
/// element alone, so that any cut into blocks gives the same ones.
namespace snn {

/// random_words() of up to 256 consecutive elements: words[i][j] is word i of element first + j.
struct RandomBlock {
  static constexpr std::int64_t most = 256;
  alignas(64) std::uint32_t words[4][most];
};

namespace detail {

/// Philox with each 32-bit word in a 64-bit lane, where the products are.
struct RandomBlockKernel {
  std::uint64_t key, first;
  std::uint32_t stream, tick;
  std::int64_t count;
  RandomBlock* block;

  void operator()() const {
    constexpr std::uint64_t low = 0xFFFFFFFFu;
    std::uint32_t* __restrict w0 = block->words[0];
    std::uint32_t* __restrict w1 = block->words[1];
    std::uint32_t* __restrict w2 = block->words[2];
    std::uint32_t* __restrict w3 = block->words[3];
    for (std::int64_t j = 0; j < count; ++j) {
      const std::uint64_t element = first + static_cast<std::uint64_t>(j);
      std::uint64_t c0 = element & low, c1 = element >> 32, c2 = stream, c3 = tick;
      auto k0 = static_cast<std::uint32_t>(key), k1 = static_cast<std::uint32_t>(key >> 32);
#pragma GCC unroll 10
      for (int round = 0; round < 10; ++round) {
        const std::uint64_t p0 = std::uint64_t{0xD2511F53u} * static_cast<std::uint32_t>(c0);
        const std::uint64_t p1 = std::uint64_t{0xCD9E8D57u} * static_cast<std::uint32_t>(c2);
        c0 = (p1 >> 32) ^ c1 ^ k0;
        c1 = p1 & low;
        c2 = (p0 >> 32) ^ c3 ^ k1;
        c3 = p0 & low;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
      }
      w0[j] = static_cast<std::uint32_t>(c0);
      w1[j] = static_cast<std::uint32_t>(c1);
      w2[j] = static_cast<std::uint32_t>(c2);
      w3[j] = static_cast<std::uint32_t>(c3);
    }
  }
};

/// ln(x) for x in (0, 1], relative error < 3e-7: exponent and mantissa in [sqrt(1/2), sqrt(2)),
/// then 2 atanh((m-1)/(m+1)) as a series (next term < 1e-8).
SNN_HD inline float log_of_unit(float x) {
  const auto bits = std::bit_cast<std::uint32_t>(x);
  const std::uint32_t shifted = bits - 0x3F3504F3u;  // sqrt(1/2)
  const auto exponent = static_cast<float>(static_cast<std::int32_t>(shifted) >> 23);
  const float m = std::bit_cast<float>((shifted & 0x007FFFFFu) + 0x3F3504F3u);
  const float s = (m - 1.0f) / (m + 1.0f), s2 = s * s;
  float p = 1.0f / 9.0f;
  p = p * s2 + 1.0f / 7.0f;
  p = p * s2 + 1.0f / 5.0f;
  p = p * s2 + 1.0f / 3.0f;
  return exponent * 0.693147180559945f + 2.0f * (s + s * s2 * p);
}

/// Two independent standard normals of two words: Box & Muller, Ann. Math. Stat. 29 (1958) 610.
/// Magnitude at most 6.8. No libm: the same bits on every machine.
SNN_HD inline void box_muller(std::uint32_t radius_word, std::uint32_t angle_word, float& first,
                              float& second) {
  const float u = (static_cast<float>(radius_word) + 0.5f) * 0x1p-32f;
  const float radius = std::sqrt(-2.0f * log_of_unit(u > 1.0f ? 1.0f : u));
  // The angle: a quadrant of two bits and pi/2 times a fraction; sine and cosine by Taylor's series
  // about the middle of the quadrant, where they differ from pi/4's by rotation.
  const auto fraction = static_cast<float>(static_cast<std::int32_t>(angle_word << 2) >> 8);
  const float a = fraction * (0x1p-24f * 1.5707963267948966f);  // in [-pi/4, pi/4)
  const float a2 = a * a;
  float sine = -1.0f / 5040.0f, cosine = -1.0f / 720.0f;
  sine = sine * a2 + 1.0f / 120.0f;
  sine = sine * a2 - 1.0f / 6.0f;
  sine = a + a * a2 * sine;
  cosine = (1.0f / 40320.0f) * a2 + cosine;
  cosine = cosine * a2 + 1.0f / 24.0f;
  cosine = cosine * a2 - 0.5f;
  cosine = 1.0f + a2 * cosine;
  const bool swapped = (angle_word >> 30 & 1u) != 0;
  const float x = swapped ? sine : cosine, y = swapped ? cosine : sine;
  const float sign = angle_word >> 31 != 0 ? -1.0f : 1.0f;
  first = radius * (sign * x);
  second = radius * (sign * (swapped ? -y : y));
}

struct NormalKernel {
  const RandomBlock* block;
  std::int64_t count;
  float* out;  ///< [lane][element]
  void operator()() const {
    for (int pair = 0; pair < 2; ++pair) {
      const std::uint32_t* __restrict radius = block->words[2 * pair];
      const std::uint32_t* __restrict angle = block->words[2 * pair + 1];
      float* __restrict first = out + 2 * pair * RandomBlock::most;
      float* __restrict second = first + RandomBlock::most;
      for (std::int64_t j = 0; j < count; ++j) {
        float a = 0, b = 0;
        box_muller(radius[j], angle[j], a, b);
        first[j] = a;
        second[j] = b;
      }
    }
  }
};

}  // namespace detail

/// count <= RandomBlock::most.
inline void fill_random_block(std::uint64_t seed, RandomUse use, std::uint32_t stream,
                              std::uint64_t first, std::int64_t count, std::uint32_t tick,
                              RandomBlock& block) {
  run_kernel(detail::RandomBlockKernel{random_key(seed, use), first, stream, tick, count, &block});
}

/// Each of 0 .. n-1 with the same probability (to within n / 2^64), for the elements first, first +
/// 1, ...: two share the words of one counter.
inline void fill_below(std::uint64_t seed, RandomUse use, std::uint32_t stream, std::uint64_t first,
                       std::uint32_t n, std::span<std::uint32_t> out) {
  RandomBlock block;
  const std::uint64_t end = first + out.size();
  for (std::uint64_t begin = first; begin < end;) {
    const std::uint64_t counter = begin / 2;
    const std::int64_t count = std::min<std::int64_t>(
        RandomBlock::most, static_cast<std::int64_t>((end + 1) / 2 - counter));
    fill_random_block(seed, use, stream, counter, count, 0, block);
    const std::uint64_t stop = std::min(end, (counter + static_cast<std::uint64_t>(count)) * 2);
    for (std::uint64_t e = begin; e < stop; ++e) {
      const std::uint64_t at = e / 2 - counter;
      const std::uint64_t high = block.words[e % 2 * 2][at], low = block.words[e % 2 * 2 + 1][at];
      out[e - first] = static_cast<std::uint32_t>((high * n + (low * n >> 32)) >> 32);
    }
    begin = stop;
  }
}

/// Element e of fill_below().
SNN_HD inline std::uint32_t below_of(std::uint64_t seed, RandomUse use, std::uint32_t stream,
                                     std::uint64_t element, std::uint32_t n) {
  const auto words = random_words(seed, use, stream, element / 2);
  const std::size_t at = element % 2 * 2;
  const std::uint64_t high = words[at], low = words[at + 1];
  return static_cast<std::uint32_t>((high * n + (low * n >> 32)) >> 32);
}

/// Standard normal of element e, as fill_normal() gives it; `attempt` makes another.
SNN_HD inline float normal_of(std::uint64_t seed, RandomUse use, std::uint32_t stream,
                              std::uint64_t element, std::uint32_t attempt) {
  const auto words = random_words(seed, use, stream, element / 4, attempt);
  const std::size_t pair = element / 2 % 2;
  float first = 0, second = 0;
  detail::box_muller(words[2 * pair], words[2 * pair + 1], first, second);
  return element % 2 == 0 ? first : second;
}

/// Standard normals of the elements first, first + 1, ...: four share the words of one counter.
/// `attempt` makes others.
inline void fill_normal(std::uint64_t seed, RandomUse use, std::uint32_t stream,
                        std::uint64_t first, std::span<float> out, std::uint32_t attempt = 0) {
  RandomBlock block;
  alignas(64) float lanes[4 * RandomBlock::most];
  const std::uint64_t end = first + out.size();
  for (std::uint64_t begin = first; begin < end;) {
    const std::uint64_t counter = begin / 4;
    const std::int64_t count = std::min<std::int64_t>(
        RandomBlock::most, static_cast<std::int64_t>((end + 3) / 4 - counter));
    fill_random_block(seed, use, stream, counter, count, attempt, block);
    run_kernel(detail::NormalKernel{&block, count, lanes});
    const std::uint64_t stop = std::min(end, (counter + static_cast<std::uint64_t>(count)) * 4);
    for (std::uint64_t e = begin; e < stop;) {
      const float* lane = lanes + (e / 4 - counter);
      if (e % 4 == 0 && e + 4 <= stop) {
        for (std::uint64_t i = 0; i < 4; ++i) out[e - first + i] = lane[i * RandomBlock::most];
        e += 4;
      } else {
        out[e - first] = lane[e % 4 * RandomBlock::most];
        ++e;
      }
    }
    begin = stop;
  }
}

}  // namespace snn
