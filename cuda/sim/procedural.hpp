// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cuda/sim/draw_views.hpp"
#include "cuda/sim/items.hpp"

/// Rows that are not stored: a warp draws a stretch of one again when its source's spike arrives.
namespace snn::cuda {

struct ProceduralView {
  PartView part;  ///< a projection; offset 0
  std::int32_t fan_out, delay;
  std::uint32_t chunks;  ///< work items that the longest row takes
};

__device__ __forceinline__ void add_drawn(const FanOutView& f, const PartView& part,
                                          std::int64_t line, std::uint32_t partner,
                                          std::int64_t number) {
  if (part.lines.excludes_self && partner >= static_cast<std::uint32_t>(line)) ++partner;
  std::int32_t weight = f.weight;
  if (!f.uniform) {
    const float drawn = drawn_value(part.weight, static_cast<std::uint64_t>(number));
    weight = to_fixed(static_cast<double>(drawn) * part.scale) * (1 << f.shift);
  }
  atomicAdd(f.sums + partner, weight);
}

/// A whole row of a rule that passes over partners: 32 gaps at a time, added up by the warp.
__device__ __forceinline__ void add_successes(const FanOutView& f, const PartView& part,
                                              std::int64_t line) {
  const auto lane = static_cast<int>(threadIdx.x % 32);
  const LineDraw& lines = part.lines;
  const std::int64_t first = part.first_of(line);
  long long at = -1;
  for (std::uint32_t draw = 0; at < lines.candidates; draw += 32) {
    const Words words =
        random_words(lines.seed, RandomUse::connections, lines.stream,
                     static_cast<std::uint64_t>(line), draw + static_cast<std::uint32_t>(lane));
    const double gap = gap_of(words, lines.log_of_none);
    long long step = 1 + (gap < static_cast<double>(lines.candidates)
                              ? static_cast<long long>(gap)
                              : static_cast<long long>(lines.candidates));
    for (int lanes = 1; lanes < 32; lanes *= 2) {
      const long long below = __shfl_up_sync(0xFFFFFFFFu, step, lanes);
      if (lane >= lanes) step += below;
    }
    if (at + step < lines.candidates)
      add_drawn(f, part, line, static_cast<std::uint32_t>(at + step), first + draw + lane);
    at += __shfl_sync(0xFFFFFFFFu, step, 31);
  }
}

/// visit(spikes, i) for the calling warp's share of the work items, `chunks` for each spike.
template <class Visit>
__device__ __forceinline__ void each_drawn(const NetworkView& net, const ProceduralView& view,
                                           int offset, const Visit& visit) {
  const Spikes spikes = spikes_arriving(net, net.fan_outs[view.fan_out], view.delay, offset);
  const std::uint32_t warp = blockIdx.x * (blockDim.x / 32) + threadIdx.x / 32;
  const std::uint32_t warps = gridDim.x * (blockDim.x / 32);
  const std::uint32_t items = spikes.count * view.chunks;
  for (std::uint32_t i = warp; i < items; i += warps) {
    const std::uint32_t which = i / view.chunks;
    visit(std::int64_t{spikes.neurons[which]}, i - which * view.chunks);
  }
}

/// Bytes moved per synaptic event: an atomic addition. Operations: Philox, about 70 instructions,
/// and as many for a drawn weight.
inline __global__ void __launch_bounds__(deliver_threads)
    deliver_procedural(NetworkView net, const ProceduralView* views, int offset) {
  const ProceduralView& view = views[blockIdx.y];
  const PartView& part = view.part;
  each_drawn(net, view, offset, [&](std::int64_t line, std::uint32_t chunk) {
    const std::int64_t last = part.first_of(line + 1);
    const std::int64_t begin = part.first_of(line) + chunk * item_synapses;
    const std::int64_t end = begin + item_synapses < last ? begin + item_synapses : last;
    for (std::int64_t number = begin + threadIdx.x % 32; number < end; number += 32)
      add_drawn(net.fan_outs[view.fan_out], part, line, partner_of(part, line, number), number);
  });
}

/// The same of rules that pass over partners, with a logarithm more for each synapse.
inline __global__ void __launch_bounds__(deliver_threads)
    deliver_successes(NetworkView net, const ProceduralView* views, int offset) {
  const ProceduralView& view = views[blockIdx.y];
  each_drawn(net, view, offset, [&](std::int64_t line, std::uint32_t) {
    add_successes(net.fan_outs[view.fan_out], view.part, line);
  });
}

/// The fan-outs of one level that are not stored, of rules that pass over partners or of others.
struct DeviceProcedural {
  std::size_t level;
  bool successes;
  std::vector<ProceduralView> host_views;
  std::vector<gpu::Buffer<std::int64_t>> first;
  gpu::Buffer<ProceduralView> views;
};

}  // namespace snn::cuda
