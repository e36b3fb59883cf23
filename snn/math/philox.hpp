// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cmath>
#include <cstdint>

#include "snn/math/host_device.hpp"

namespace snn {

/// Philox4x32-10, a counter-based random number generator: a pure function of counter and key.
/// Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC'11.
SNN_HD inline std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                                      std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = std::uint64_t{0xD2511F53u} * counter[0];
    const std::uint64_t p1 = std::uint64_t{0xCD9E8D57u} * counter[2];
    counter = {
        static_cast<std::uint32_t>(p1 >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(p1),
        static_cast<std::uint32_t>(p0 >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(p0)};
    key[0] += 0x9E3779B9u;
    key[1] += 0xBB67AE85u;
  }
  return counter;
}

/// What a stream of random numbers is for; part of the key, so that uses never share numbers.
enum class RandomUse : std::uint32_t {
  weights = 1,
  shuffle,
  encode,
  poisson,
  split,
  dropout,
  initial_state,
  augment,
  connections,
  delays,
  degrees,
  drive,
  stimulus,
  positions,
  drive_low
};

/// The use is folded into the key with an odd multiplier.
SNN_HD inline std::uint64_t random_key(std::uint64_t seed, RandomUse use) {
  return seed ^ (static_cast<std::uint64_t>(use) * 0x9E3779B97F4A7C15u);
}

/// Four random words of (seed, use, stream, element, tick): the same on any thread, in any order.
SNN_HD inline std::array<std::uint32_t, 4> random_words(std::uint64_t seed, RandomUse use,
                                                        std::uint32_t stream, std::uint64_t element,
                                                        std::uint32_t tick = 0) {
  const std::uint64_t key = random_key(seed, use);
  return philox4x32({static_cast<std::uint32_t>(element), static_cast<std::uint32_t>(element >> 32),
                     stream, tick},
                    {static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32)});
}

/// A word as a number in [0, 1), multiple of 2^-24.
SNN_HD inline float uniform01(std::uint32_t word) {
  return static_cast<float>(word >> 8) * 0x1p-24f;
}

/// The 32-bit bound under which a random word falls with the given probability.
inline std::uint64_t probability_bound(double probability) {
  return static_cast<std::uint64_t>(std::llround(probability * 4294967296.0));
}

}  // namespace snn
