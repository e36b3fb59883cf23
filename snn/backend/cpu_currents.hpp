// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "snn/compile/compiled_network.hpp"

namespace snn {

/// Standard normals of a noise in one of its intervals, of neurons from `first` on.
void draw_noise(const CompiledNoise& noise, std::int64_t interval, std::uint64_t seed,
                std::int64_t first, std::span<float> normal);

/// Coefficients of one worker's neurons of a population with the current of the tick in them. They
/// are rewritten only where it changes.
struct InjectedCurrents {
  bool stale = true;                   ///< the currents or the coefficients are others than before
  float common = 0;                    ///< current that all neurons get
  std::vector<std::int64_t> interval;  ///< of each noise: its number, -1 if there is none
  std::vector<float> coeffs;  ///< [field] where all neurons have the same, else [field][neuron]
  std::int64_t stride = 0;    ///< between fields; 0: all neurons have the same
};

/// Brings `injected` to `tick`, of neurons begin .. begin + size - 1; begin is a multiple of 256.
/// Returns whether anything changed.
bool inject_currents(const CompiledPopulation& population, std::int64_t begin, std::int64_t size,
                     std::int64_t tick, std::uint64_t seed, Isa isa, InjectedCurrents& injected);

}  // namespace snn
