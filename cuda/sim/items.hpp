// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cuda/sim/deliver.hpp"

/// Delivery where more is done than adding weights: which work items there are. A launch has a row
/// of blocks for each arrival.
namespace snn::cuda {

/// A stretch of a sub-row, for one warp.
struct Item {
  std::int32_t source;      ///< neuron
  std::uint32_t which;      ///< of the spikes of its tick
  std::int64_t begin, end;  ///< synapses
  std::int64_t row;         ///< the first synapse of the sub-row
};

/// Synapses of source k over one of a fan-out's delays.
struct Stretch {
  std::int64_t begin, end;
};
__device__ __forceinline__ Stretch stretch_of(const FanOutView& f, std::int64_t k,
                                              std::int32_t delay_index) {
  if (f.format == SynapseFormat::dense) return {k * f.span, (k + 1) * f.span};
  if (f.delays == 1) return {f.row[k], f.row[k + 1]};
  const std::uint32_t* const ends = f.sub_end + k * f.delays + delay_index;
  return {f.row[k] + (delay_index > 0 ? ends[-1] : 0), f.row[k] + ends[0]};
}

/// Spikes of a fan-out's source that arrive over one of its delays.
struct Spikes {
  const std::int32_t* neurons;
  std::uint32_t count;
  std::int32_t slot;     ///< of the ring, of the tick they were emitted in
  std::int64_t emitted;  ///< that tick
};
__device__ __forceinline__ Spikes spikes_arriving(const NetworkView& net, const FanOutView& f,
                                                  std::int32_t delay, int offset) {
  const BatchView batch = *net.batch;
  const std::int64_t emitted = batch.tick + offset - delay;
  const std::int32_t slot = net.moved(net.moved(batch.slot, offset), -delay);
  if (emitted < 0) return {nullptr, 0, slot, emitted};
  const std::int32_t count = net.counts[slot * net.population_count + f.source];
  return {f.spikes + slot * f.source_size, static_cast<std::uint32_t>(count), slot, emitted};
}

/// visit(item) for the calling warp's share of what arrives over an arrival. All lanes call.
template <class Visit>
__device__ __forceinline__ void each_item(const FanOutView& f, const Arrival& arrival,
                                          const Spikes& spikes, const Visit& visit) {
  const std::uint32_t warp = blockIdx.x * (blockDim.x / 32) + threadIdx.x / 32;
  const std::uint32_t warps = gridDim.x * (blockDim.x / 32);
  const std::uint32_t items = spikes.count * arrival.chunks;
  for (std::uint32_t i = warp; i < items; i += warps) {
    const std::uint32_t which = i / arrival.chunks;
    const std::int32_t k = spikes.neurons[which];
    const Stretch whole = stretch_of(f, k, arrival.delay_index);
    const std::int64_t begin = whole.begin + (i - which * arrival.chunks) * item_synapses;
    const std::int64_t end = begin + item_synapses < whole.end ? begin + item_synapses : whole.end;
    visit(Item{k, which, begin, end, whole.begin});
  }
}

}  // namespace snn::cuda
