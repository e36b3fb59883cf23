// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cuda/sim/views.hpp"
#include "gpu_runtime.hpp"

/// Spikes are delivered in the tick they arrive in: for each delay of each fan-out the spikes of
/// that many ticks ago are looked up in the ring, and their sub-rows added to the sums. A work item
/// is a stretch of a sub-row for one warp; how many there are is known on the device only, so the
/// warps stride over them. Sums are integers: their order does not matter. Bytes moved per synaptic
/// event: the synapse's word, and an atomic addition to a sum, which stays in the L2 cache. What it
/// takes is the latency of five reads that depend on each other: number of spikes, spike, row,
/// word, sum.
namespace snn::cuda {

inline constexpr int deliver_threads = 128;
/// Synapses that each lane reads before it adds any, and those of one work item at most.
inline constexpr int lane_synapses = 8;
inline constexpr std::int64_t item_synapses = 4 * 32 * lane_synapses;

/// A synapse as delivered.
struct Event {
  std::uint32_t target;  ///< from the fan-out's first target on
  std::int32_t weight;
};

template <SynapseFormat Format>
__device__ inline Event event_of(const FanOutView& f, std::int64_t s) {
  if constexpr (Format == SynapseFormat::target16) {
    return {__ldg(static_cast<const std::uint16_t*>(f.words) + s), f.weight};
  } else if constexpr (Format == SynapseFormat::target32) {
    return {__ldg(static_cast<const std::uint32_t*>(f.words) + s), f.weight};
  } else if constexpr (Format == SynapseFormat::packed32) {
    const std::uint32_t word = __ldg(static_cast<const std::uint32_t*>(f.words) + s);
    const int above = 32 - f.weight_bits;
    return {word >> f.weight_bits, static_cast<std::int32_t>(word << above) >> above << f.shift};
  } else {
    const auto word = __ldg(static_cast<const unsigned long long*>(f.words) + s);
    return {static_cast<std::uint32_t>(word >> 32), static_cast<std::int32_t>(word)};
  }
}

template <SynapseFormat Format>
__device__ __forceinline__ void add_events(const FanOutView& f, std::int64_t begin,
                                           std::int64_t end) {
  for (std::int64_t s = begin + threadIdx.x % 32; s < end; s += 32 * lane_synapses) {
    Event events[lane_synapses];
#pragma unroll
    for (int i = 0; i < lane_synapses; ++i)
      events[i] = s + 32 * i < end ? event_of<Format>(f, s + 32 * i) : Event{0, 0};
#pragma unroll
    for (int i = 0; i < lane_synapses; ++i) {
      if (s + 32 * i < end) atomicAdd(f.sums + events[i].target, events[i].weight);
    }
  }
}

__device__ __forceinline__ void add_dense(const FanOutView& f, std::int64_t begin, std::int64_t end,
                                          std::int64_t row) {
  const auto* const weights = static_cast<const std::int32_t*>(f.words);
  for (std::int64_t s = begin + threadIdx.x % 32; s < end; s += 32)
    atomicAdd(f.sums + (s - row), f.uniform ? f.weight : __ldg(weights + s));
}

__device__ __forceinline__ void add_stretch(const FanOutView& f, std::int64_t begin,
                                            std::int64_t end) {
  switch (f.format) {
    case SynapseFormat::target16:
      return add_events<SynapseFormat::target16>(f, begin, end);
    case SynapseFormat::target32:
      return add_events<SynapseFormat::target32>(f, begin, end);
    case SynapseFormat::packed32:
      return add_events<SynapseFormat::packed32>(f, begin, end);
    default:
      return add_events<SynapseFormat::wide64>(f, begin, end);
  }
}

/// Work items of what arrives over one delay of a fan-out at a tick.
__device__ inline std::uint32_t items_of(const NetworkView& net, const Arrival& arrival,
                                         std::int32_t source, std::int64_t tick,
                                         std::int32_t slot) {
  if (tick < arrival.delay) return 0;
  const std::int32_t then = net.moved(slot, -arrival.delay);
  return static_cast<std::uint32_t>(net.counts[then * net.population_count + source]) *
         arrival.chunks;
}

/// One of them, by a warp.
__device__ __forceinline__ void deliver_item(const NetworkView& net, const Arrival& arrival,
                                             const FanOutView& f, std::int32_t slot,
                                             std::uint32_t item) {
  const std::int32_t* const spikes = f.spikes + net.moved(slot, -arrival.delay) * f.source_size;
  const std::uint32_t which = arrival.chunks == 1 ? item : item / arrival.chunks;
  const std::int64_t k = spikes[which];
  const std::int64_t skipped = (item - which * arrival.chunks) * item_synapses;
  std::int64_t row = 0, end = 0;
  if (f.format == SynapseFormat::dense) {
    row = k * f.span;
    end = row + f.span;
  } else {
    row = __ldg(reinterpret_cast<const long long*>(f.row) + k);
    if (f.delays == 1) {
      end = __ldg(reinterpret_cast<const long long*>(f.row) + k + 1);
    } else {
      const std::uint32_t* const ends = f.sub_end + k * f.delays + arrival.delay_index;
      end = row + __ldg(ends);
      if (arrival.delay_index > 0) row += __ldg(ends - 1);
    }
  }
  const std::int64_t begin = row + skipped;
  if (begin + item_synapses < end) end = begin + item_synapses;
  if (f.format == SynapseFormat::dense) {
    add_dense(f, begin, end, row);
  } else {
    add_stretch(f, begin, end);
  }
}

/// Empties the ring's slot of a tick, for those who fire in it. All threads of a block call.
__device__ inline void clear_slot(const NetworkView& net, std::int32_t slot) {
  for (int p = static_cast<int>(threadIdx.x); p < net.population_count;
       p += static_cast<int>(blockDim.x))
    net.counts[slot * net.population_count + p] = 0;
}

/// `clears`: also empties the ring's slot of this tick.
inline __global__ void __launch_bounds__(deliver_threads)
    deliver(NetworkView net, const Arrival* arrivals, int arrival_count, int blocks_each,
            bool clears, int offset) {
  const BatchView batch = *net.batch;
  const std::int32_t slot = net.moved(batch.slot, offset);
  if (clears && blockIdx.x == 0) clear_slot(net, slot);
  const int which = static_cast<int>(blockIdx.x) / blocks_each;
  if (which >= arrival_count) return;
  constexpr std::uint32_t warps = deliver_threads / 32;
  const std::uint32_t block =
      blockIdx.x - static_cast<std::uint32_t>(which) * static_cast<std::uint32_t>(blocks_each);
  const Arrival arrival = arrivals[which];
  const FanOutView& f = net.fan_outs[arrival.fan_out];
  const std::uint32_t items = items_of(net, arrival, f.source, batch.tick + offset, slot);
  for (std::uint32_t item = block * warps + threadIdx.x / 32; item < items;
       item += static_cast<std::uint32_t>(blocks_each) * warps)
    deliver_item(net, arrival, f, slot, item);
}

}  // namespace snn::cuda
