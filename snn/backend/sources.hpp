// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "snn/compile/compiled_network.hpp"

/// What sources present and emit, the same on every backend that runs on the host.
namespace snn {

/// Spikes a source was told to emit: at tick first + t, neurons[begin[t]] .. neurons[begin[t+1]-1].
struct PresentedSpikes {
  std::int64_t first = 0;
  std::vector<std::int64_t> begin;
  std::vector<std::int32_t> neurons;
};

/// Values for a CurrentSource; ConfigError if it is none, or for their number or size.
void check_values(const CompiledPopulation& population, std::span<const float> values);

/// Spikes for a source that takes data, from `tick` on; ConfigError if it takes none, or for what
/// is given.
PresentedSpikes presented_spikes(const CompiledPopulation& population, std::int64_t tick,
                                 std::span<const std::int32_t> begin,
                                 std::span<const std::uint32_t> neurons);

/// A source, and which of its neurons are asked about.
struct SourceShare {
  const CompiledPopulation& population;
  std::uint32_t index;  ///< number of the population
  const PresentedSpikes& presented;
  std::int64_t begin, end;  ///< begin is a multiple of 256
};

/// When and how sources are asked.
struct EmitRequest {
  double dt_ms;
  std::uint64_t seed;
  std::int64_t tick;
  Isa isa;
};

/// Appends those that emit a spike in a tick, ascending.
void emit(const SourceShare& source, const EmitRequest& request, std::vector<std::int32_t>& fired);

}  // namespace snn
