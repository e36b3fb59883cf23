// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "snn/energy/counts/raw_counts.hpp"

/// Counts as the tools of the field would give them: pure functions of RawCounts. The rules, and
/// where the tools depart from what they mean: docs/counts.md.
namespace snn {
/// By whose rules counts are told.
enum class Dialect : std::uint8_t {
  snn,          ///< every event that was delivered, by what it carried
  neurobench,   ///< NeuroBench 2.3 as it is meant: input and weight are not 0
  sinabs,       ///< sinabs 3.1: the sum of input values times fan-out
  spikingjelly  ///< SpikingJelly 2.0: ACs for inputs of 0 and 1, dense MACs for all others
};
inline constexpr std::array all_dialects{Dialect::snn, Dialect::neurobench, Dialect::sinabs,
                                         Dialect::spikingjelly};

std::string_view name_of(Dialect dialect);
/// The inverse. Throws ConfigError that lists the names.
Dialect dialect_of(std::string_view name);

/// Per inference (total / samples, ticks summed), in one dialect.
struct Counts {
  double macs_dense = 0;      ///< synapses x ticks, whatever the input
  double macs_effective = 0;  ///< multiply-accumulates
  double acs_effective = 0;   ///< accumulates
  /// Events delivered; of sinabs: weighted by their values.
  double synaptic_events = 0;
  double spikes = 0;            ///< of neurons, not of sources
  double neuron_updates = 0;    ///< by stepping or because an event arrived
  double membrane_updates = 0;  ///< NeuroBench's metric of that name
  // What only the dialect `snn` counts.
  double bias_additions = 0;        ///< one per neuron and tick where a projection has biases
  double drive_additions = 0;       ///< events of Poisson drives
  double leak_multiplications = 0;  ///< one per update of a leaky neuron

  Counts& operator+=(const Counts& other);
};
/// Counts per inference of one projection or population.
struct LayerCounts {
  std::string name;  ///< of the projection or population
  Counts counts;     ///< per inference
};

/// Sums of all layers. Throws ConfigError for counts of no samples.
Counts counts_in(Dialect dialect, const RawCounts& raw);
/// The same per projection (operations) and per population (spikes, updates).
std::vector<LayerCounts> layers_in(Dialect dialect, const RawCounts& raw);

inline Counts neurobench_counts(const RawCounts& raw) {
  return counts_in(Dialect::neurobench, raw);
}
inline std::vector<LayerCounts> neurobench_layers(const RawCounts& raw) {
  return layers_in(Dialect::neurobench, raw);
}

}  // namespace snn
