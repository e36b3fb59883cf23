// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "snn/compile/fan_out.hpp"
#include "snn/math/neuron_loops.hpp"

/// A CompiledNetwork as kernels see it: pointers into device memory, which hold for a whole run.
namespace snn::cuda {

/// Threads of a block where each has a neuron. Populations begin at multiples of it.
inline constexpr int block_threads = 256;

/// Poisson input to every neuron of a population (CompiledPoissonDrive).
struct DriveView {
  int receptor;
  std::int32_t weight;          ///< fixed point
  std::uint32_t stream;         ///< of its random numbers
  int entry;                    ///< of the schedule: which bounds hold, see pack_bounds()
  const std::uint32_t* bounds;  ///< of all pieces of time
};

/// What the schedule says of a drive: bounds[offset] .. bounds[offset + count - 1] hold.
SNN_HD inline std::uint64_t pack_bounds(std::uint32_t offset, std::uint32_t count) {
  return std::uint64_t{offset} << 32 | count;
}

/// A noise current (CompiledNoise).
struct NoiseView {
  std::int64_t begin, end, interval;  ///< ticks
  float sd;
  std::uint32_t stream;
};

struct PopulationView {
  std::int64_t size;
  std::int64_t first;         ///< number of its first neuron among all
  std::int64_t stride;        ///< between fields of `state`
  std::int64_t coeff_stride;  ///< between fields; 0: all neurons share one set
  float* state;               ///< [field][neuron]
  const float* coeffs;        ///< [field] or [field][neuron]
  float* u;                   ///< membranes before the reset; null: nobody asks
  std::int32_t* spikes;       ///< [slot of the ring][neuron]: those that fired
  std::uint64_t* emitted;     ///< [neuron]: spikes since reset
  const DriveView* drives;
  const NoiseView* noises;
  int drive_count, noise_count;
  int common;               ///< entry of the schedule: current of all neurons; -1: no currents
  int poisson;              ///< the same of a Poisson source: bound below which a word spikes
  float scale[most_ports];  ///< [port]: sums to inputs
  const std::int32_t* base[most_ports];  ///< [port][neuron]: input of every tick; null: none
};

/// Part of a population for one block of threads.
struct NeuronBlock {
  std::int32_t population;
  std::int32_t begin;  ///< its first neuron
};

struct FanOutView {
  std::int32_t source;  ///< population
  std::int32_t delays;  ///< how many
  SynapseFormat format;
  bool uniform;
  std::int32_t weight;
  int weight_bits, shift;
  std::int32_t* sums;  ///< of its port, from the first target on
  std::int64_t span;
  const std::int64_t* row;
  const std::uint32_t* sub_end;
  const void* words;
};

/// What arrives over one delay of a fan-out.
struct Arrival {
  std::int32_t fan_out;
  std::int32_t delay_index;
  std::int32_t delay;   ///< ticks
  std::int32_t chunks;  ///< work items that the longest row takes
};

/// Spikes of sources that the host knows ahead, for the ticks of a batch.
struct ListedView {
  const std::int32_t* begin;  ///< [source][tick of the batch], and one end
  const std::int32_t* neurons;
};

/// What every kernel of the simulation is given.
struct NetworkView {
  const PopulationView* populations;
  const FanOutView* fan_outs;
  const std::int64_t* first_tick;  ///< of the batch
  const std::uint64_t* schedule;   ///< [entry][tick of the batch]
  std::int32_t* counts;            ///< [slot of the ring][population]: spikes
  std::int32_t* sums;              ///< [port][neuron]: what has arrived for this tick
  std::int64_t neurons;            ///< of all populations
  std::int32_t population_count;
  std::int32_t ring_ticks;
  std::int32_t batch_ticks;
  std::uint64_t seed;

  SNN_HD std::int64_t slot(std::int64_t tick) const { return tick % ring_ticks; }
};

}  // namespace snn::cuda
