// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <span>

#include "snn/math/exp.hpp"
#include "snn/math/random_block.hpp"
#include "snn/model/connectivity.hpp"

/// Values of distributions, drawn before the first tick: value e is a function of (seed, use,
/// stream, e) alone.
namespace snn {

using Words = std::array<std::uint32_t, 4>;

/// Two words as a number in (0, 1), never 0 or 1.
SNN_HD inline double open_uniform(std::uint32_t high, std::uint32_t low) {
  const std::uint64_t bits = (std::uint64_t{high} << 21) ^ (low >> 11);
  return (static_cast<double>(bits) + 0.5) * 0x1p-53;
}

/// Which random numbers are meant.
struct Draws {
  std::uint64_t seed;
  RandomUse use;
  std::uint32_t stream;
};

/// Attempt `attempt` at value e, before any condition.
SNN_HD inline float attempt_value(const Uniform& d, const Draws& draws, std::uint64_t e,
                                  std::uint32_t attempt) {
  const Words words = random_words(draws.seed, draws.use, draws.stream, e, attempt);
  return static_cast<float>(d.low + (d.high - d.low) * open_uniform(words[0], words[1]));
}
SNN_HD inline float of_normal(const Normal& d, float z) {
  return static_cast<float>(d.mean) + static_cast<float>(d.sd) * z;
}
SNN_HD inline float of_normal(const TruncatedNormal& d, float z) {
  return static_cast<float>(d.mean) + static_cast<float>(d.sd) * z;
}
SNN_HD inline float of_normal(const Lognormal& d, float z) {
  return static_cast<float>(fast_exp(d.mu + d.sigma * static_cast<double>(z)));
}
template <class Distribution>
SNN_HD float attempt_value(const Distribution& d, const Draws& draws, std::uint64_t e,
                           std::uint32_t attempt) {
  return of_normal(d, normal_of(draws.seed, draws.use, draws.stream, e, attempt));
}

/// First attempts at the values first, first + 1, ...
inline void attempt_values(const Uniform& d, const Draws& draws, std::uint64_t first,
                           std::span<float> out) {
  RandomBlock block;
  for (std::size_t begin = 0; begin < out.size(); begin += RandomBlock::most) {
    const auto count = std::min<std::size_t>(RandomBlock::most, out.size() - begin);
    fill_random_block(draws.seed, draws.use, draws.stream, first + begin,
                      static_cast<std::int64_t>(count), 0, block);
    for (std::size_t i = 0; i < count; ++i) {
      out[begin + i] = static_cast<float>(
          d.low + (d.high - d.low) * open_uniform(block.words[0][i], block.words[1][i]));
    }
  }
}
template <class Distribution>
void attempt_values(const Distribution& d, const Draws& draws, std::uint64_t first,
                    std::span<float> out) {
  fill_normal(draws.seed, draws.use, draws.stream, first, out);
  for (float& value : out) value = of_normal(d, value);
}

/// Which values of a distribution are kept.
template <class Distribution>
SNN_HD bool keeps(const Distribution&, float) {
  return true;
}
SNN_HD inline bool keeps(const TruncatedNormal& d, float value) {
  return static_cast<double>(value) >= d.low && static_cast<double>(value) <= d.high;
}

/// Value e alone: drawn again until it is kept and at least `least`.
template <class Distribution>
SNN_HD float value_of(const Distribution& d, const Draws& draws, std::uint64_t e, float least) {
  float value = attempt_value(d, draws, e, 0);
  for (std::uint32_t attempt = 1; !(keeps(d, value) && value >= least); ++attempt)
    value = attempt_value(d, draws, e, attempt);
  return value;
}

/// The values first, first + 1, ...: each is drawn again until it is kept and at least `least`.
template <class Distribution>
void draw_values(const Distribution& d, const Draws& draws, std::uint64_t first,
                 std::span<float> out, float least = -HUGE_VALF) {
  attempt_values(d, draws, first, out);
  for (std::size_t i = 0; i < out.size(); ++i) {
    for (std::uint32_t attempt = 1; !(keeps(d, out[i]) && out[i] >= least); ++attempt)
      out[i] = attempt_value(d, draws, first + i, attempt);
  }
}

/// A delay that was drawn, in ticks. Of positive numbers this is what lround() gives, in vector
/// lanes.
SNN_HD inline std::int32_t drawn_tick(float ms, float per_ms) {
  // NOLINTNEXTLINE(bugprone-incorrect-roundings)
  const auto tick = static_cast<std::int32_t>(ms * per_ms + 0.5f);
  return tick < 1 ? 1 : tick;
}

/// Largest magnitude of a standard normal that is drawn: sqrt(-2 ln 2^-33) = 6.764.
inline constexpr double most_deviations_drawn = 6.77;

/// Bounds of what is drawn.
struct Range {
  double low, high;
};
inline Range range_of(const Uniform& d) {
  return {d.low, d.high};
}
inline Range range_of(const Normal& d) {
  return {d.mean - most_deviations_drawn * d.sd, d.mean + most_deviations_drawn * d.sd};
}
inline Range range_of(const TruncatedNormal& d) {
  const Range whole = range_of(Normal{d.mean, d.sd});
  return {std::max(whole.low, d.low), std::min(whole.high, d.high)};
}
inline Range range_of(const Lognormal& d) {
  return {0.0, std::exp(d.mu + most_deviations_drawn * d.sigma)};
}

}  // namespace snn
