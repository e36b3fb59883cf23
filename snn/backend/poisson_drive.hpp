// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "snn/compile/compiled_network.hpp"
#include "snn/math/random_block.hpp"

namespace snn {

/// The numbers of events that 16 of the 32 random bits of up to 256 neurons decide: an eighth of a
/// Philox call and one comparison for each event the busiest has. Where 16 bits do not decide, a
/// neuron is `unsure`, and gets none.
struct PoissonDriveKernel {
  const RandomBlock* block;  ///< two neurons a word: 32 counters
  const std::vector<std::uint32_t>* bounds;
  std::int32_t weight;
  std::int64_t count;
  std::int32_t* input;
  std::uint16_t* unsure;  ///< [256]
  std::int64_t* events;
  bool* any_unsure;

  void operator()() const {
    constexpr int most = 256;
    alignas(64) std::uint16_t high[most], number[most] = {}, same[most] = {};
    for (int i = 0; i < 4; ++i) {
      const std::uint32_t* __restrict word = block->words[i];
      for (int j = 0; j < 32; ++j) {
        high[64 * i + 2 * j] = static_cast<std::uint16_t>(word[j]);
        high[64 * i + 2 * j + 1] = static_cast<std::uint16_t>(word[j] >> 16);
      }
    }
    // Four bounds at a time, as asking whether any neuron has reached the last takes as long. What
    // is missing of the last four is only reached by neurons that are unsure.
    bool reached = true;
    for (std::size_t k = 0; reached && k < bounds->size(); k += 4) {
      std::uint16_t of[4];
      for (std::size_t i = 0; i < 4; ++i)
        of[i] =
            static_cast<std::uint16_t>(k + i < bounds->size() ? (*bounds)[k + i] >> 16 : 0xFFFFu);
      const std::uint16_t a = of[0], b = of[1], c = of[2], d = of[3];
      std::uint16_t at_last = 0;
      for (int j = 0; j < most; ++j) {
        const std::uint16_t h = high[j];
        const int at_d = h >= d ? 1 : 0;
        number[j] = static_cast<std::uint16_t>(number[j] + (h >= a ? 1 : 0) + (h >= b ? 1 : 0) +
                                               (h >= c ? 1 : 0) + at_d);
        at_last = static_cast<std::uint16_t>(at_last + at_d);
      }
      for (int j = 0; j < most; ++j) {
        const std::uint16_t h = high[j];
        same[j] = static_cast<std::uint16_t>(same[j] | (h == a ? 1 : 0) | (h == b ? 1 : 0) |
                                             (h == c ? 1 : 0) | (h == d ? 1 : 0));
      }
      reached = at_last != 0;
    }
    std::int32_t* __restrict in = input;
    std::uint16_t* __restrict out = unsure;
    std::int32_t total = 0, undecided = 0;
    for (std::int64_t j = 0; j < count; ++j) {
      const int known = number[j] * (1 - same[j]);
      in[j] += known * weight;
      total += known;
      undecided += same[j];
      out[j] = same[j];
    }
    *events = total;
    *any_unsure = undecided != 0;
  }
};

/// Adds a tick's Poisson input to up to 256 neurons from `first`, a multiple of 256: each has its
/// own number of events, the number of table entries not above its random number of 32 bits.
/// Returns the number of events.
inline std::int64_t add_poisson_drive(const CompiledPoissonDrive& drive, std::uint64_t seed,
                                      std::int64_t tick, std::int64_t first, std::int64_t count,
                                      std::int32_t* input, Isa isa) {
  const std::vector<std::uint32_t>* bounds = drive.bounds.at(tick);
  if (bounds == nullptr || bounds->empty()) return 0;
  constexpr std::int64_t per_counter = 8;
  const std::uint64_t late = static_cast<std::uint64_t>(tick >> 32) << 40;
  const auto low_of_tick = static_cast<std::uint32_t>(tick);
  RandomBlock block;
  run_kernel(detail::RandomBlockKernel{random_key(seed, RandomUse::drive),
                                       static_cast<std::uint64_t>(first / per_counter) | late,
                                       drive.stream, low_of_tick, 256 / per_counter, &block},
             isa);
  std::int64_t events = 0;
  alignas(64) std::uint16_t unsure[256];
  bool any_unsure = false;
  run_kernel(
      PoissonDriveKernel{&block, bounds, drive.fixed, count, input, unsure, &events, &any_unsure},
      isa);
  for (std::int64_t j = 0; any_unsure && j < count; ++j) {
    if (unsure[j] == 0) continue;
    const std::uint32_t half = block.words[j / 64][j % 64 / 2] >> (j % 2 * 16) & 0xFFFFu;
    const std::uint32_t low =
        random_words(seed, RandomUse::drive_low, drive.stream,
                     static_cast<std::uint64_t>(first + j) | late, low_of_tick)[0];
    const std::uint32_t number = half << 16 | low >> 16;
    const auto decided = std::upper_bound(bounds->begin(), bounds->end(), number) - bounds->begin();
    input[j] += static_cast<std::int32_t>(decided) * drive.fixed;
    events += decided;
  }
  return events;
}

}  // namespace snn
