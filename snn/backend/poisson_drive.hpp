// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/compile/compiled_network.hpp"
#include "snn/math/random_block.hpp"

namespace snn {

/// Adds a tick's Poisson input to up to 256 neurons from `first`, a multiple of 256: each has its
/// own number of events, the number of table entries not above its random word. Per neuron a
/// quarter of a Philox call and one comparison for each event the busiest has: about 1 ns. Returns
/// the number of events.
struct PoissonDriveKernel {
  const RandomBlock* block;
  const CompiledPoissonDrive* drive;
  const std::vector<std::uint32_t>* bounds;
  std::int64_t count;
  std::int32_t* input;
  std::int64_t* events;

  void operator()() const {
    const std::int32_t weight = drive->fixed;
    std::int64_t sum = 0;
    for (std::int64_t begin = 0; begin < count; begin += 64) {
      const std::uint32_t* __restrict word = block->words[begin / 64];
      const std::int64_t lanes = count - begin < 64 ? count - begin : 64;
      alignas(64) std::int32_t number[64] = {};
      for (const std::uint32_t bound : *bounds) {
        std::int32_t more = 0;
        for (int j = 0; j < 64; ++j) {
          const std::int32_t hit = word[j] >= bound ? 1 : 0;
          number[j] += hit;
          more += hit;
        }
        if (more == 0) break;
      }
      std::int32_t* __restrict in = input + begin;
      std::int32_t total = 0;
      for (std::int64_t j = 0; j < lanes; ++j) {
        in[j] += number[j] * weight;
        total += number[j];
      }
      sum += total;
    }
    *events = sum;
  }
};

inline std::int64_t add_poisson_drive(const CompiledPoissonDrive& drive, std::uint64_t seed,
                                      std::int64_t tick, std::int64_t first, std::int64_t count,
                                      std::int32_t* input, Isa isa) {
  const std::vector<std::uint32_t>* bounds = drive.bounds.at(tick);
  if (bounds == nullptr || bounds->empty()) return 0;
  RandomBlock block;
  run_kernel(detail::RandomBlockKernel{random_key(seed, RandomUse::drive),
                                       static_cast<std::uint64_t>(first / 4) |
                                           static_cast<std::uint64_t>(tick >> 32) << 40,
                                       drive.stream, static_cast<std::uint32_t>(tick), 64, &block},
             isa);
  std::int64_t events = 0;
  run_kernel(PoissonDriveKernel{&block, &drive, bounds, count, input, &events}, isa);
  return events;
}

}  // namespace snn
