// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cuda/sim/deliver.hpp"
#include "cuda/sim/emit.hpp"
#include "cuda/sim/kernels.hpp"

/// Many ticks in one launch, for networks of one model whose neurons are all resident: a thread
/// keeps the state of its neuron in registers, and the grid meets twice per tick, after what
/// arrives has been delivered and after the neurons have fired. It saves the time that kernels
/// take to start, and to read what does not change.
namespace snn::cuda {

/// What a block of the persistent kernel keeps of the network.
struct OwnNetwork {
  Arrival arrivals[most_arrivals];
  FanOutView fan_outs[most_fan_outs];
  std::uint32_t items[most_arrivals];  ///< of this tick, up to and with each arrival
  std::uint32_t sums[persistent_threads / 32];
};

/// Numbers the work items of a tick. All threads of the block call, and meet.
__device__ inline std::uint32_t number_items(const NetworkView& net, OwnNetwork& own, int arrivals,
                                             const TickView& now) {
  const int lane = static_cast<int>(threadIdx.x % 32), warp = static_cast<int>(threadIdx.x / 32);
  std::uint32_t before = 0;
  for (int first = 0; first < arrivals; first += persistent_threads) {
    const int a = first + static_cast<int>(threadIdx.x);
    std::uint32_t sum = 0;
    if (a < arrivals) {
      const Arrival& arrival = own.arrivals[a];
      sum = items_of(net, arrival, own.fan_outs[arrival.fan_out].source, now.tick, now.slot);
    }
    for (int d = 1; d < 32; d *= 2) {
      const std::uint32_t other = __shfl_up_sync(whole_warp, sum, static_cast<unsigned>(d));
      if (lane >= d) sum += other;
    }
    if (first > 0) __syncthreads();  // the last round's sums have been read
    if (lane == 31) own.sums[warp] = sum;
    __syncthreads();
    std::uint32_t all = 0;
    for (int w = 0; w < persistent_threads / 32; ++w) {
      if (w == warp) sum += all;
      all += own.sums[w];
    }
    if (a < arrivals) own.items[a] = before + sum;
    before += all;
  }
  __syncthreads();
  return before;
}

/// Position of the first arrival whose items end after `item`, found by a warp in two steps.
__device__ inline int arrival_of(const OwnNetwork& own, int arrivals, std::uint32_t item) {
  const int lane = static_cast<int>(threadIdx.x % 32);
  const int last = lane * 32 + 31 < arrivals ? lane * 32 + 31 : arrivals - 1;
  const int stretch = __ffs(__ballot_sync(whole_warp, own.items[last] > item ? 1 : 0)) - 1;
  const int a = stretch * 32 + lane < arrivals ? stretch * 32 + lane : arrivals - 1;
  return stretch * 32 + __ffs(__ballot_sync(whole_warp, own.items[a] > item ? 1 : 0)) - 1;
}

template <class Model>
__global__ void __launch_bounds__(persistent_threads, 1)
    run_ticks(NetworkView net, PersistentView work, int ticks) {
  constexpr int groups = persistent_threads / block_threads;
  // Neighbouring blocks of neurons on different multiprocessors, so that each has as many.
  const auto group = static_cast<int>(threadIdx.x) / block_threads;
  const auto grid = static_cast<int>(gridDim.x), block_number = static_cast<int>(blockIdx.x);
  const auto thread = static_cast<std::int32_t>(threadIdx.x % block_threads);
  const int mine = group * grid + block_number;
  const bool has = mine < work.block_count;
  const NeuronBlock block = has ? work.blocks[mine] : NeuronBlock{0, 0};
  auto& populations = gpu::shared<PopulationView[groups], struct OwnPopulations>();
  auto& shared_coeffs = gpu::shared<float[groups][coeff_fields<Model>], struct OwnCoeffs>();
  if (thread == 0) {
    PopulationView view = net.populations[block.population];
    if (view.coeff_stride == 0) {
      for (int f = 0; has && f < coeff_fields<Model>; ++f) shared_coeffs[group][f] = view.coeffs[f];
      view.coeffs = shared_coeffs[group];
    }
    populations[group] = view;
  }
  auto& own = gpu::shared<OwnNetwork, struct Own>();
  for (int a = static_cast<int>(threadIdx.x); a < work.arrival_count; a += persistent_threads)
    own.arrivals[a] = work.arrivals[a];
  for (int f = static_cast<int>(threadIdx.x); f < work.fan_out_count; f += persistent_threads)
    own.fan_outs[f] = net.fan_outs[f];
  __syncthreads();
  const PopulationView& population = populations[group];
  const std::int32_t j = block.begin + thread;
  const bool active = has && j < population.size;
  DeviceState<Model> state{};
  if (active) state = lanes::load<DeviceState<Model>>(population.state, population.stride, j);
  const auto warp = static_cast<std::uint32_t>(block_number) +
                    static_cast<std::uint32_t>(grid) * (threadIdx.x / 32);
  const auto warps = static_cast<std::uint32_t>(grid) * (persistent_threads / 32);
  gpu::GridMeeting meeting(work.meeting);
  unsigned moved = 0, driven = 0;
  TickView now = tick_of(net, 0);
  Drawn<Model> drawn;
  if (active) drawn = draw_drives<Model>(net, population, now, j);
  while (now.offset < ticks) {
    if (blockIdx.x == 0) clear_slot(net, now.slot);
    const std::uint32_t items = number_items(net, own, work.arrival_count, now);
    for (std::uint32_t item = warp; item < items; item += warps) {
      const int a = arrival_of(own, work.arrival_count, item);
      const Arrival& arrival = own.arrivals[a];
      deliver_item(net, arrival, own.fan_outs[arrival.fan_out], now.slot,
                   item - (a > 0 ? own.items[a - 1] : 0));
    }
    meeting.arrive();
    meeting.wait();
    Did did;
    if (active) {
      did = step_neuron<Model>(net, population, now, j, drawn, state,
                               coeffs_of<Model>(population, j));
    }
    append(net, population, block.population, now.slot, j, did.fired);
    for (int b = mine; b < work.poisson_count; b += grid * groups)
      emit_poisson_block(net, work.poisson[b], now, thread);
    for (int l = block_number; l < work.listed_count; l += grid)
      emit_list(net, *work.lists, work.listed[l], l, now);
    meeting.arrive();
    if constexpr (counters) {
      moved += static_cast<unsigned>(__popc(__ballot_sync(whole_warp, did.moved ? 1 : 0)));
      driven += drawn.events;
    }
    ++now.offset, ++now.tick;
    now.slot = net.moved(now.slot, 1);
    if (active && now.offset < ticks) drawn = draw_drives<Model>(net, population, now, j);
    meeting.wait();
  }
  if (active) lanes::store(state, population.state, population.stride, j);
  if constexpr (counters) {
    const unsigned all_driven = __reduce_add_sync(whole_warp, driven);
    if (has && threadIdx.x % 32 == 0) {
      WarpCounts& counted = work.counts[mine * (block_threads / 32) + thread / 32];
      counted.membrane_updates += moved;
      counted.drive_events += all_driven;
    }
  }
}

}  // namespace snn::cuda
