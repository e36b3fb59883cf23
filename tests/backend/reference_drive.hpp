// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

/// The events of a PoissonDrive written a second time, plainly: Philox4x32-10 as its paper has it
/// (Salmon et al., SC'11), and the inverse of Poisson's distribution by its definition.
namespace reference {

/// Word `index` of Philox of a counter and a key, high and low halves apart.
inline std::uint32_t philox_word(std::uint32_t c[4], std::uint32_t k0, std::uint32_t k1,
                                 int index) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t left = 0xD2511F53ull * c[0], right = 0xCD9E8D57ull * c[2];
    const std::uint32_t next[4] = {
        static_cast<std::uint32_t>(right >> 32) ^ c[1] ^ k0, static_cast<std::uint32_t>(right),
        static_cast<std::uint32_t>(left >> 32) ^ c[3] ^ k1, static_cast<std::uint32_t>(left)};
    for (int i = 0; i < 4; ++i) c[i] = next[i];
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return c[index];
}

/// The random number of a neuron and a tick. Its upper half: neurons 256 s + 64 i + 2 j and the
/// next take the lower and the upper half of word i of the counter (32 s + j, tick); use 12 of the
/// key is drives. Its lower half: the upper half of word 0 of the counter (neuron, tick); use 15.
inline std::uint32_t drive_word(std::uint64_t seed, std::size_t population, std::size_t stimulus,
                                std::int64_t neuron, std::int64_t tick) {
  const auto word = [&](std::uint64_t use, std::int64_t element, std::int64_t index) {
    const std::uint64_t key = seed ^ (use * 0x9E3779B97F4A7C15ull);
    std::uint32_t counter[4] = {static_cast<std::uint32_t>(element), 0,
                                static_cast<std::uint32_t>(population * 256 + stimulus),
                                static_cast<std::uint32_t>(tick)};
    return philox_word(counter, static_cast<std::uint32_t>(key),
                       static_cast<std::uint32_t>(key >> 32), static_cast<int>(index));
  };
  const std::uint32_t pair = word(12, neuron / 256 * 32 + neuron % 64 / 2, neuron % 256 / 64);
  const std::uint32_t upper = neuron % 2 == 0 ? pair & 0xFFFFu : pair >> 16;
  return upper << 16 | word(15, neuron, 0) >> 16;
}

/// 2^32 P(events <= k) for k = 0, 1, ... as long as that is below 2^32.
inline std::vector<std::uint64_t> event_bounds(double mean) {
  std::vector<std::uint64_t> bounds;
  double below = 0;
  for (int k = 0; mean > 0; ++k) {
    below += std::exp(-mean + k * std::log(mean) - std::lgamma(k + 1.0));
    const auto bound = static_cast<std::uint64_t>(std::llround(below * 4294967296.0));
    if (bound >= 4294967296ull) break;
    bounds.push_back(bound);
  }
  return bounds;
}

inline std::int64_t events_of(const std::vector<std::uint64_t>& bounds, std::uint32_t word) {
  std::int64_t events = 0;
  while (events < static_cast<std::int64_t>(bounds.size()) &&
         word >= bounds[static_cast<std::size_t>(events)])
    ++events;
  return events;
}

}  // namespace reference
