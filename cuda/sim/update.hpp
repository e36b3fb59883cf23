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

/// Appends the lanes that fired to a population's spikes of the tick. All lanes of the warp call.
__device__ inline void append(const NetworkView& net, const PopulationView& population,
                              std::int32_t p, std::int64_t slot, std::int32_t neuron, bool fired) {
  const unsigned all = 0xFFFFFFFFu;
  const unsigned bits = __ballot_sync(all, fired ? 1 : 0);
  if (bits == 0) return;
  const int lane = static_cast<int>(threadIdx.x % 32);
  std::int32_t at = 0;
  if (lane == 0) at = atomicAdd(net.counts + slot * net.population_count + p, __popc(bits));
  at = __shfl_sync(all, at, 0);
  if (!fired) return;
  population.spikes[slot * population.size + at + __popc(bits & ((1u << lane) - 1u))] = neuron;
  if constexpr (counters) ++population.emitted[neuron];
}

/// Current of a neuron that changes over time, in the unit of the model's i_offset.
__device__ inline float current_of(const NetworkView& net, const PopulationView& population,
                                   std::int64_t tick, int offset, std::int64_t neuron) {
  const auto bits = static_cast<std::uint32_t>(
      net.schedule[static_cast<std::int64_t>(population.common) * net.batch_ticks + offset]);
  float current = std::bit_cast<float>(bits);
  for (int i = 0; i < population.noise_count; ++i) {
    const NoiseView& noise = population.noises[i];
    if (tick < noise.begin || tick >= noise.end) continue;
    const auto number = static_cast<std::uint64_t>((tick - noise.begin) / noise.interval);
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

/// The block's neurons, tick first_tick + offset.
template <class Model>
__global__ void __launch_bounds__(block_threads)
    update(NetworkView net, const NeuronBlock* blocks, WarpCounts* counts, int offset) {
  const NeuronBlock block = blocks[blockIdx.x];
  const PopulationView& population = net.populations[block.population];
  const std::int64_t tick = *net.first_tick + offset;
  const std::int32_t j = block.begin + static_cast<std::int32_t>(threadIdx.x);
  const bool active = j < population.size;
  bool fired = false, moved = false;
  unsigned events = 0;
  if (active) {
    using State = typename Model::template State<float>;
    using Coeffs = typename Model::template Coeffs<float>;
    auto state = lanes::load<State>(population.state, population.stride, j);
    const bool shared = population.coeff_stride == 0;
    auto coeffs = lanes::load<Coeffs>(population.coeffs, shared ? 1 : population.coeff_stride,
                                      shared ? 0 : j);
    if constexpr (HasInjection<Model>) {
      if (population.common >= 0)
        coeffs = Model::inject(coeffs, current_of(net, population, tick, offset, j));
    }
    std::int32_t sums[receptors_of<Model>];
#pragma unroll
    for (int port = 0; port < receptors_of<Model>; ++port) {
      std::int32_t* const at = net.sums + port * net.neurons + population.first + j;
      sums[port] = *at;
      if (sums[port] != 0) *at = 0;
      if (population.base[port] != nullptr) sums[port] += population.base[port][j];
    }
    for (int i = 0; i < population.drive_count; ++i) {
      const DriveView& drive = population.drives[i];
      const unsigned some = drive_events(net, drive, tick, offset, j);
      events += some;
      // Ports are looked for, not indexed: an indexed array would lie in memory.
#pragma unroll
      for (int port = 0; port < receptors_of<Model>; ++port)
        sums[port] += port == drive.receptor ? static_cast<std::int32_t>(some) * drive.weight : 0;
    }
    InputOf<Model, float> input;
#pragma unroll
    for (int port = 0; port < receptors_of<Model>; ++port) {
      at_port(input, static_cast<std::size_t>(port)) =
          static_cast<float>(sums[port]) * population.scale[port];
    }
    const float before = state.u;
    fired = Model::integrate(state, coeffs, input) >= 0.0f;
    if (population.u != nullptr) population.u[j] = state.u;
    Model::fire(state, coeffs, fired ? 1.0f : 0.0f);
    moved = tick == 0 || state.u != before;
    lanes::store(state, population.state, population.stride, j);
  }
  append(net, population, block.population, net.slot(tick), j, fired);
  if constexpr (counters) {
    const unsigned all = 0xFFFFFFFFu;
    const unsigned changed = __ballot_sync(all, moved ? 1 : 0);
    const unsigned driven = population.drive_count > 0 ? __reduce_add_sync(all, events) : 0;
    if (threadIdx.x % 32 == 0) {
      WarpCounts& own = counts[blockIdx.x * (block_threads / 32) + threadIdx.x / 32];
      own.membrane_updates += static_cast<std::uint64_t>(__popc(changed));
      if (driven > 0) own.drive_events += driven;
    }
  }
}

}  // namespace snn::cuda
