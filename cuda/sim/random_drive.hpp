// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>

#include "cuda/sim/views.hpp"
#include "gpu_runtime.hpp"
#include "snn/math/random_block.hpp"

/// Random events of a tick, the same as the CPU's (snn/backend/poisson_drive.hpp, own_spikes.cpp).
namespace snn::cuda {

/// Events of a Poisson drive at a neuron: the number of bounds not above its random number of 32
/// bits, of which 16 mostly decide. Two neurons share a word, so each draws eight times as many
/// numbers as it uses: cheaper than a barrier.
__device__ inline unsigned drive_events(const NetworkView& net, const DriveView& drive,
                                        std::int64_t tick, int offset, std::int32_t neuron) {
  const std::uint64_t entry =
      net.schedule[static_cast<std::int64_t>(drive.entry) * net.batch_ticks + offset];
  const auto count = static_cast<std::uint32_t>(entry);
  if (count == 0) return 0;
  const std::uint32_t* const bounds = drive.bounds + (entry >> 32);
  const std::uint64_t late = static_cast<std::uint64_t>(tick >> 32) << 40;
  const auto low_of_tick = static_cast<std::uint32_t>(tick);
  // In blocks of 256 neurons, 64 take one of the four words of 32 counters.
  const int in_block = neuron % 256;
  const std::uint64_t counter =
      static_cast<std::uint64_t>(neuron / 256 * 32 + in_block % 64 / 2) | late;
  const auto words = random_words(net.seed, RandomUse::drive, drive.stream, counter, low_of_tick);
  const int which = in_block / 64;
  const std::uint32_t word = which == 0   ? words[0]
                             : which == 1 ? words[1]
                             : which == 2 ? words[2]
                                          : words[3];
  const std::uint32_t half = word >> (in_block % 2 * 16) & 0xFFFFu;
  unsigned events = 0;
  bool undecided = false;
  for (std::uint32_t k = 0; k < count; ++k) {
    const std::uint32_t bound = bounds[k] >> 16;
    if (half < bound) break;
    undecided |= half == bound;
    ++events;
  }
  if (!undecided) return events;
  const std::uint32_t low = random_words(net.seed, RandomUse::drive_low, drive.stream,
                                         static_cast<std::uint64_t>(neuron) | late, low_of_tick)[0];
  const std::uint32_t number = half << 16 | low >> 16;
  for (events = 0; events < count && bounds[events] <= number;) ++events;
  return events;
}

/// Whether a neuron of a Poisson source fires: four share the words of one counter.
__device__ inline bool poisson_fires(const NetworkView& net, std::uint32_t population,
                                     std::uint64_t bound, std::int64_t tick, std::int32_t neuron) {
  const auto words =
      random_words(net.seed, RandomUse::poisson, population, static_cast<std::uint64_t>(neuron / 4),
                   static_cast<std::uint32_t>(tick));
  const int which = neuron % 4;
  const std::uint32_t word = which == 0   ? words[0]
                             : which == 1 ? words[1]
                             : which == 2 ? words[2]
                                          : words[3];
  return bound > 0 && word <= static_cast<std::uint32_t>(bound - 1);
}

}  // namespace snn::cuda
