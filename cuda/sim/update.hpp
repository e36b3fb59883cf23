// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cuda/sim/random_drive.hpp"
#include "cuda/sim/views.hpp"
#include "gpu_runtime.hpp"
#include "snn/math/counters.hpp"
#include "snn/math/lanes.hpp"
#include "snn/math/models.hpp"

/// One tick of neurons. Bytes moved per neuron: its state twice, 8 bytes per port (the sum is read
/// and cleared), its coefficients unless they are shared. Nothing waits: a warp writes its own
/// counts and appends its own spikes.
namespace snn::cuda {

inline constexpr unsigned whole_warp = 0xFFFFFFFFu;

/// A tick as kernels see it.
struct TickView {
  std::int64_t tick;
  std::int32_t slot;  ///< of the ring
  int offset;         ///< in the batch
};
__device__ inline TickView tick_of(const NetworkView& net, int offset) {
  const BatchView batch = *net.batch;
  return {batch.tick + offset, net.moved(batch.slot, offset), offset};
}

/// Appends the lanes that fired to a population's spikes of the tick. All lanes of the warp call.
__device__ __forceinline__ void append(const NetworkView& net, const PopulationView& population,
                                       std::int32_t p, std::int32_t slot, std::int32_t neuron,
                                       bool fired) {
  const unsigned bits = __ballot_sync(whole_warp, fired ? 1 : 0);
  if (bits == 0) return;
  const int lane = static_cast<int>(threadIdx.x % 32);
  std::int32_t at = 0;
  if (lane == 0) at = atomicAdd(net.counts + slot * net.population_count + p, __popc(bits));
  at = __shfl_sync(whole_warp, at, 0);
  if (!fired) return;
  population.spikes[slot * population.size + at + __popc(bits & ((1u << lane) - 1u))] = neuron;
  if constexpr (counters) ++population.emitted[neuron];
}

/// Current of a neuron that changes over time, in the unit of the model's i_offset.
__device__ inline float current_of(const NetworkView& net, const PopulationView& population,
                                   const TickView& now, std::int64_t neuron) {
  const auto bits = static_cast<std::uint32_t>(
      net.schedule[static_cast<std::int64_t>(population.common) * net.batch_ticks + now.offset]);
  float current = std::bit_cast<float>(bits);
  for (int i = 0; i < population.noise_count; ++i) {
    const NoiseView& noise = population.noises[i];
    if (now.tick < noise.begin || now.tick >= noise.end) continue;
    const auto number = static_cast<std::uint64_t>((now.tick - noise.begin) / noise.interval);
    current += noise.sd * normal_of(net.seed, RandomUse::stimulus, noise.stream,
                                    static_cast<std::uint64_t>(neuron) | number >> 32 << 42,
                                    static_cast<std::uint32_t>(number));
  }
  return current;
}

/// Counts of a warp since the last reset.
struct WarpCounts {
  std::uint64_t membrane_updates, drive_events;
};

template <class Model>
using DeviceState = typename Model::template State<float>;
template <class Model>
using DeviceCoeffs = typename Model::template Coeffs<float>;

template <class Model>
inline constexpr int coeff_fields = static_cast<int>(sizeof(DeviceCoeffs<Model>) / sizeof(float));

template <class Model>
__device__ inline DeviceCoeffs<Model> coeffs_of(const PopulationView& population, std::int32_t j) {
  const bool shared = population.coeff_stride == 0;
  return lanes::load<DeviceCoeffs<Model>>(
      population.coeffs, shared ? std::int64_t{1} : population.coeff_stride, shared ? 0 : j);
}

/// What random drives bring a neuron in a tick. It depends on nothing but the tick.
template <class Model>
struct Drawn {
  std::int32_t sums[receptors_of<Model>] = {};
  unsigned events = 0;
};

template <class Model>
__device__ __forceinline__ Drawn<Model> draw_drives(const NetworkView& net,
                                                    const PopulationView& population,
                                                    const TickView& now, std::int32_t j) {
  Drawn<Model> drawn;
  for (int i = 0; i < population.drive_count; ++i) {
    const DriveView& drive = population.drives[i];
    const unsigned some = drive_events(net, drive, now.tick, now.offset, j);
    drawn.events += some;
    // Ports are looked for, not indexed: an indexed array would lie in memory.
#pragma unroll
    for (int port = 0; port < receptors_of<Model>; ++port) {
      drawn.sums[port] +=
          port == drive.receptor ? static_cast<std::int32_t>(some) * drive.weight : 0;
    }
  }
  return drawn;
}

/// What a neuron did in a tick.
struct Did {
  bool fired = false, moved = false;
};

/// One tick of neuron j, whose sums are taken and cleared.
template <class Model>
__device__ __forceinline__ Did step_neuron(const NetworkView& net, const PopulationView& population,
                                           const TickView& now, std::int32_t j,
                                           const Drawn<Model>& drawn, DeviceState<Model>& state,
                                           DeviceCoeffs<Model> coeffs) {
  constexpr int ports = receptors_of<Model>;
  Did did;
  std::int32_t sums[ports];
#pragma unroll
  for (int port = 0; port < ports; ++port)
    sums[port] = net.sums[port * net.neurons + population.first + j];
  if constexpr (HasInjection<Model>) {
    if (population.common >= 0) coeffs = Model::inject(coeffs, current_of(net, population, now, j));
  }
  InputOf<Model, float> input;
#pragma unroll
  for (int port = 0; port < ports; ++port) {
    if (sums[port] != 0) net.sums[port * net.neurons + population.first + j] = 0;
    if (population.base[port] != nullptr) sums[port] += population.base[port][j];
    at_port(input, static_cast<std::size_t>(port)) =
        static_cast<float>(sums[port] + drawn.sums[port]) * population.scale[port];
  }
  const float before = state.u;
  did.fired = Model::integrate(state, coeffs, input) >= 0.0f;
  if (population.u != nullptr) population.u[j] = state.u;
  Model::fire(state, coeffs, did.fired ? 1.0f : 0.0f);
  did.moved = now.tick == 0 || state.u != before;
  return did;
}

/// The block's neurons, tick `offset` of the batch.
template <class Model>
__global__ void __launch_bounds__(block_threads)
    update(NetworkView net, const NeuronBlock* blocks, WarpCounts* counts, int offset) {
  const NeuronBlock block = blocks[blockIdx.x];
  const PopulationView& population = net.populations[block.population];
  const TickView now = tick_of(net, offset);
  const std::int32_t j = block.begin + static_cast<std::int32_t>(threadIdx.x);
  Did did;
  Drawn<Model> drawn;
  if (j < population.size) {
    auto state = lanes::load<DeviceState<Model>>(population.state, population.stride, j);
    drawn = draw_drives<Model>(net, population, now, j);
    did =
        step_neuron<Model>(net, population, now, j, drawn, state, coeffs_of<Model>(population, j));
    lanes::store(state, population.state, population.stride, j);
  }
  append(net, population, block.population, now.slot, j, did.fired);
  if constexpr (counters) {
    const unsigned changed = __ballot_sync(whole_warp, did.moved ? 1 : 0);
    const unsigned driven =
        population.drive_count > 0 ? __reduce_add_sync(whole_warp, drawn.events) : 0;
    if (threadIdx.x % 32 == 0) {
      WarpCounts& own = counts[blockIdx.x * (block_threads / 32) + threadIdx.x / 32];
      own.membrane_updates += static_cast<std::uint64_t>(__popc(changed));
      if (driven > 0) own.drive_events += driven;
    }
  }
}

}  // namespace snn::cuda
