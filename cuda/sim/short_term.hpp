// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "cuda/sim/items.hpp"
#include "snn/math/plasticity/history.hpp"
#include "snn/math/plasticity/tsodyks_markram.hpp"

/// Short-term plasticity: what a spike releases depends on the spikes of its source alone. It is
/// worked out when the spike is emitted, and lies beside it in a ring until it arrives.
namespace snn::cuda {

struct ShortTermView {
  TsodyksMarkram::Coeffs<float> coeffs;
  const TsodyksMarkram::Decays<float>* decays;
  TsodyksMarkram::State<float>* state;  ///< [source]
  Tick* last;                           ///< [source]: of its last spike
  float* released;                      ///< [slot of the ring][which spike]
};

/// Threads stride over the spikes of a tick. A neuron spikes once per tick at most, so that each
/// state has one thread. Bytes moved per spike: 32.
inline __global__ void __launch_bounds__(block_threads)
    release(NetworkView net, ShortTermView view, std::int32_t fan_out, int offset) {
  const Spikes spikes = spikes_arriving(net, net.fan_outs[fan_out], 0, offset);
  float* const released = view.released + spikes.slot * net.fan_outs[fan_out].source_size;
  for (std::uint32_t i = blockIdx.x * blockDim.x + threadIdx.x; i < spikes.count;
       i += gridDim.x * blockDim.x) {
    const std::int32_t k = spikes.neurons[i];
    const auto now = static_cast<Tick>(spikes.emitted);
    const std::uint32_t ticks = ticks_between(view.last[k], now);
    TsodyksMarkram::State<float> state = view.state[k];
    released[i] = TsodyksMarkram::on_spike(state, view.coeffs, view.decays->rec(ticks),
                                           view.decays->fac(ticks));
    view.state[k] = state;
    view.last[k] = now;
  }
}

template <SynapseFormat Format>
__device__ __forceinline__ void add_released(const FanOutView& f, const Item& item, float factor) {
  for (std::int64_t s = item.begin + threadIdx.x % 32; s < item.end; s += 32) {
    Event event{static_cast<std::uint32_t>(s - item.row), f.weight};
    if constexpr (Format != SynapseFormat::dense) {
      event = event_of<Format>(f, s);
    } else if (!f.uniform) {
      event.weight = __ldg(static_cast<const std::int32_t*>(f.words) + s);
    }
    const float scaled = static_cast<float>(event.weight) * factor;
    atomicAdd(f.sums + event.target,
              static_cast<std::int32_t>(scaled + (scaled < 0 ? -0.5f : 0.5f)));
  }
}

/// Bytes moved per synaptic event: the synapse's word, and an atomic addition.
inline __global__ void __launch_bounds__(deliver_threads)
    deliver_released(NetworkView net, ShortTermView view, const Arrival* arrivals, int offset) {
  const Arrival arrival = arrivals[blockIdx.y];
  const FanOutView& f = net.fan_outs[arrival.fan_out];
  const Spikes spikes = spikes_arriving(net, f, arrival.delay, offset);
  each_item(f, arrival, spikes, [&](const Item& item) {
    const float factor = view.released[spikes.slot * f.source_size + item.which];
    switch (f.format) {
      case SynapseFormat::dense:
        return add_released<SynapseFormat::dense>(f, item, factor);
      case SynapseFormat::target16:
        return add_released<SynapseFormat::target16>(f, item, factor);
      case SynapseFormat::target32:
        return add_released<SynapseFormat::target32>(f, item, factor);
      case SynapseFormat::packed32:
        return add_released<SynapseFormat::packed32>(f, item, factor);
      default:
        return add_released<SynapseFormat::wide64>(f, item, factor);
    }
  });
}

/// One fan-out with short-term plasticity.
struct DeviceShortTerm {
  std::size_t fan_out;
  std::size_t level;         ///< at which its spikes are delivered
  std::size_t source_level;  ///< at which they are emitted
  std::int64_t ring_ticks, sources;
  std::vector<Arrival> host_arrivals;
  gpu::Buffer<Arrival> arrivals;
  gpu::Buffer<TsodyksMarkram::Decays<float>> decays;
  gpu::Buffer<TsodyksMarkram::State<float>> state;
  gpu::Buffer<Tick> last;
  gpu::Buffer<float> released;
  ShortTermView view;
};

}  // namespace snn::cuda
