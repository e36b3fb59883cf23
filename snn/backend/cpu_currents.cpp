// SPDX-License-Identifier: Apache-2.0
#include "snn/backend/cpu_currents.hpp"

#include <algorithm>
#include <span>

#include "snn/math/random_block.hpp"

namespace snn {
namespace {

constexpr std::int64_t block = RandomBlock::most;

/// Adds a noise to the currents of neurons from `first` on.
void add_noise(const CompiledNoise& noise, std::int64_t interval, std::uint64_t seed,
               std::int64_t first, std::span<float> current) {
  float normal[block];
  const std::span<float> drawn(normal, current.size());
  draw_noise(noise, interval, seed, first, drawn);
  for (std::size_t j = 0; j < current.size(); ++j) current[j] += noise.sd * drawn[j];
}

}  // namespace

void draw_noise(const CompiledNoise& noise, std::int64_t interval, std::uint64_t seed,
                std::int64_t first, std::span<float> normal) {
  const auto number = static_cast<std::uint64_t>(interval);
  // Neurons have 31 bits; what the interval has beyond 32 goes above them.
  fill_normal(seed, RandomUse::stimulus, noise.stream,
              static_cast<std::uint64_t>(first) | number >> 32 << 42, normal,
              static_cast<std::uint32_t>(number));
}

bool inject_currents(const CompiledPopulation& population, std::int64_t begin, std::int64_t size,
                     std::int64_t tick, std::uint64_t seed, Isa isa, InjectedCurrents& injected) {
  const CompiledCurrents& currents = population.currents;
  const auto common = static_cast<float>(currents.common_at(tick) + 0.0);
  bool changed = injected.stale || common != injected.common;
  injected.interval.resize(currents.noises.size(), -1);
  for (std::size_t i = 0; i < currents.noises.size(); ++i) {
    const std::int64_t interval = currents.noises[i].interval_at(tick);
    changed |= interval != std::exchange(injected.interval[i], interval);
  }
  if (!changed) return false;
  injected.stale = false;
  injected.common = common;

  const auto fields = static_cast<std::size_t>(population.loops->coeff_fields);
  const bool same = population.shared && currents.noises.empty();
  injected.stride = same ? 0 : size;
  const std::int64_t count = same ? 1 : size;
  injected.coeffs.resize(fields * static_cast<std::size_t>(count));
  for (std::int64_t at = 0; at < count; at += block) {
    float current[block];
    const std::int64_t some = std::min(block, count - at);
    std::fill_n(current, some, common);
    for (std::size_t i = 0; i < currents.noises.size(); ++i) {
      if (injected.interval[i] < 0) continue;
      add_noise(currents.noises[i], injected.interval[i], seed, begin + at,
                {current, static_cast<std::size_t>(some)});
    }
    population.loops->inject(
        {.coeffs = population.coeffs.data() + (population.shared ? 0 : begin + at),
         .coeff_stride = population.shared ? 0 : population.size,
         .current = current,
         .count = some,
         .injected = injected.coeffs.data() + at,
         .stride = count},
        isa);
  }
  return true;
}

}  // namespace snn
