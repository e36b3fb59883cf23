// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cuda/sim/views.hpp"
#include "gpu_runtime.hpp"

/// Spikes are delivered in the tick they arrive in: for each delay of each fan-out the spikes of
/// that many ticks ago are looked up in the ring, and their sub-rows added to the sums. A work item
/// is a stretch of a sub-row for one warp; how many there are is known on the device only, so the
/// warps stride over them. Sums are integers: their order does not matter. Bytes moved per synaptic
/// event: the synapse's word, and an atomic addition to a sum, which stays in the L2 cache.
namespace snn::cuda {

inline constexpr int deliver_threads = 128;
/// Synapses of one work item at most: 32 for each lane.
inline constexpr std::int64_t item_synapses = 1024;

/// A synapse as delivered.
struct Event {
  std::uint32_t target;  ///< from the fan-out's first target on
  std::int32_t weight;
};

template <SynapseFormat Format>
__device__ inline Event event_of(const FanOutView& f, std::int64_t s) {
  if constexpr (Format == SynapseFormat::target16) {
    return {static_cast<const std::uint16_t*>(f.words)[s], f.weight};
  } else if constexpr (Format == SynapseFormat::target32) {
    return {static_cast<const std::uint32_t*>(f.words)[s], f.weight};
  } else if constexpr (Format == SynapseFormat::packed32) {
    const std::uint32_t word = static_cast<const std::uint32_t*>(f.words)[s];
    const int above = 32 - f.weight_bits;
    return {word >> f.weight_bits, static_cast<std::int32_t>(word << above) >> above << f.shift};
  } else {
    const std::uint64_t word = static_cast<const std::uint64_t*>(f.words)[s];
    return {static_cast<std::uint32_t>(word >> 32), static_cast<std::int32_t>(word)};
  }
}

/// Four synapses of each lane at a time, whose words are read before any is added.
template <SynapseFormat Format>
__device__ inline void add_events(const FanOutView& f, std::int64_t begin, std::int64_t end) {
  constexpr int at_once = 4;
  std::int64_t s = begin + threadIdx.x % 32;
  for (; s + 32 * (at_once - 1) < end; s += 32 * at_once) {
    Event events[at_once];
#pragma unroll
    for (int i = 0; i < at_once; ++i) events[i] = event_of<Format>(f, s + 32 * i);
#pragma unroll
    for (int i = 0; i < at_once; ++i) atomicAdd(f.sums + events[i].target, events[i].weight);
  }
  for (; s < end; s += 32) {
    const Event event = event_of<Format>(f, s);
    atomicAdd(f.sums + event.target, event.weight);
  }
}

__device__ inline void add_dense(const FanOutView& f, std::int64_t begin, std::int64_t end,
                                 std::int64_t row) {
  const auto* const weights = static_cast<const std::int32_t*>(f.words);
  for (std::int64_t s = begin + threadIdx.x % 32; s < end; s += 32)
    atomicAdd(f.sums + (s - row), f.uniform ? f.weight : weights[s]);
}

__device__ inline void add_stretch(const FanOutView& f, std::int64_t begin, std::int64_t end) {
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

/// `clears`: also empties the ring's slot of this tick, for those who fire in it.
inline __global__ void __launch_bounds__(deliver_threads)
    deliver(NetworkView net, const Arrival* arrivals, int arrival_count, int blocks_each,
            bool clears, int offset) {
  const std::int64_t tick = *net.first_tick + offset;
  if (clears && blockIdx.x == 0) {
    for (int p = static_cast<int>(threadIdx.x); p < net.population_count; p += deliver_threads)
      net.counts[net.slot(tick) * net.population_count + p] = 0;
  }
  const int which = static_cast<int>(blockIdx.x) / blocks_each;
  if (which >= arrival_count) return;
  const Arrival arrival = arrivals[which];
  const std::int64_t emitted = tick - arrival.delay;
  if (emitted < 0) return;
  const FanOutView& f = net.fan_outs[arrival.fan_out];
  const std::int64_t slot = net.slot(emitted);
  const std::int64_t items =
      static_cast<std::int64_t>(net.counts[slot * net.population_count + f.source]) *
      arrival.chunks;
  const PopulationView& source = net.populations[f.source];
  const std::int32_t* const spikes = source.spikes + slot * source.size;
  constexpr int warps = deliver_threads / 32;
  const int stride = blocks_each * warps;
  for (std::int64_t item =
           static_cast<int>(blockIdx.x) % blocks_each * warps + static_cast<int>(threadIdx.x) / 32;
       item < items; item += stride) {
    const std::int64_t k = spikes[item / arrival.chunks];
    const std::int64_t skipped = item % arrival.chunks * item_synapses;
    if (f.format == SynapseFormat::dense) {
      const std::int64_t row = k * f.span, begin = row + skipped;
      const std::int64_t end = row + f.span;
      add_dense(f, begin, begin + item_synapses < end ? begin + item_synapses : end, row);
      continue;
    }
    std::int64_t begin = f.row[k], end = begin;
    if (f.delays == 1) {
      end = f.row[k + 1];
    } else {
      const std::uint32_t* const ends = f.sub_end + k * f.delays + arrival.delay_index;
      end = begin + ends[0];
      if (arrival.delay_index > 0) begin += ends[-1];
    }
    begin += skipped;
    if (begin >= end) continue;
    add_stretch(f, begin, begin + item_synapses < end ? begin + item_synapses : end);
  }
}

}  // namespace snn::cuda
