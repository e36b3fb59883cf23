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

/// What a warp delivers at every tick.
struct WarpArrival {
  Arrival arrival;
  FanOutView fan_out;
};

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
  auto& own_arrivals = gpu::shared<WarpArrival[persistent_threads / 32], struct OwnArrivals>();
  __syncthreads();
  const PopulationView& population = populations[group];
  const std::int32_t j = block.begin + thread;
  const bool active = has && j < population.size;
  DeviceState<Model> state{};
  if (active) state = lanes::load<DeviceState<Model>>(population.state, population.stride, j);
  const auto warp = static_cast<std::uint32_t>(block_number) +
                    static_cast<std::uint32_t>(grid) * (threadIdx.x / 32);
  const auto warps = static_cast<std::uint32_t>(grid) * (persistent_threads / 32);
  const auto arrivals = static_cast<std::uint32_t>(work.arrival_count);
  const WarpShare share = work.shares[warp];
  WarpArrival& own = own_arrivals[threadIdx.x / 32];
  if (share.arrival >= 0 && threadIdx.x % 32 == 0) {
    own.arrival = work.arrivals[share.arrival];
    own.fan_out = net.fan_outs[own.arrival.fan_out];
  }
  __syncwarp();
  gpu::GridMeeting meeting(work.meeting);
  unsigned moved = 0, driven = 0;
  TickView now = tick_of(net, 0);
  Drawn<Model> drawn;
  if (active) drawn = draw_drives<Model>(net, population, now, j);
  while (now.offset < ticks) {
    if (blockIdx.x == 0) clear_slot(net, now.slot);
    if (share.arrival >= 0) {
      deliver_arrival(net, own.arrival, own.fan_out, now.tick, now.slot, share.first, share.each);
      // Of more arrivals than warps each has one and some of the rest.
      for (std::uint32_t i = warp + warps; i < arrivals; i += warps) {
        const Arrival arrival = work.arrivals[i];
        deliver_arrival(net, arrival, net.fan_outs[arrival.fan_out], now.tick, now.slot, 0, 1);
      }
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
