// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "snn/math/plasticity/decay_table.hpp"
#include "snn/math/plasticity/rule.hpp"

/// What the lazy evaluation of a rule reads: the traces of a source after its last spike, and the
/// last spikes of a target with the traces after each. An engine owns the memory.
namespace snn {

/// Traces of a neuron just after a spike. Between spikes nothing is touched: the value at a later
/// tick is value * decay(tick - this tick). The default is a neuron that never spiked.
template <class Real, int traces>
struct SpikeTraces {
  Tick tick = never_spiked;
  std::array<Real, traces> value{};
};

/// Ticks from `from` to a later `to`; right also from never_spiked.
SNN_HD inline std::uint32_t ticks_between(Tick from, Tick to) {
  return static_cast<std::uint32_t>(to) - static_cast<std::uint32_t>(from);
}

/// The traces at `tick`, not before the last spike, without a spike there.
template <class Real, std::size_t traces>
SNN_HD inline std::array<Real, traces> traces_at(
    Tick tick, const SpikeTraces<Real, int(traces)>& last,
    const std::array<DecayTable<Real>, traces>& decays) {
  std::array<Real, traces> now{};
  const std::uint32_t ticks = ticks_between(last.tick, tick);
  for (std::size_t k = 0; k < traces; ++k) now[k] = last.value[k] * decays[k](ticks);
  return now;
}

/// The traces just after a spike at `tick`, later than the last one: the next entry of a history,
/// or the next state of a source, once its row of synapses has been served.
template <class Real, std::size_t traces>
SNN_HD inline SpikeTraces<Real, int(traces)> after_spike_at(
    Tick tick, const SpikeTraces<Real, int(traces)>& last,
    const std::array<DecayTable<Real>, traces>& decays, Interaction interaction) {
  SpikeTraces<Real, int(traces)> next{tick, traces_at(tick, last, decays)};
  for (auto& value : next.value) value = after_spike(interaction, value);
  return next;
}

/// The last tick of a target that a synapse of delay `delay` has seen. Not before never_spiked:
/// what lies there are empty entries.
SNN_HD inline Tick seen_until(Tick seen, Tick delay) {
  return seen - delay > never_spiked ? seen - delay : never_spiked;
}

/// A source of a plastic projection.
template <class Real, int traces>
struct SourceTraces : SpikeTraces<Real, traces> {
  Tick seen = never_spiked;  ///< its synapses have seen postsynaptic spikes up to this tick
};

/// The last spikes of one postsynaptic neuron: a ring of 2^n >= 4 entries, all of them
/// SpikeTraces{} at the start, and the number of spikes so far, modulo 2^32. Spike i lies at
/// entries[i & mask]: the next one is written to entries[count & mask], then count grows by 1.
/// What must still be there is said by covers().
template <class Real, int traces>
struct PostHistory {
  const SpikeTraces<Real, traces>* entries{};
  std::uint32_t mask{};   ///< capacity - 1
  std::uint32_t count{};  ///< spikes so far

  SNN_HD const SpikeTraces<Real, traces>& at(std::uint32_t index) const {
    return entries[index & mask];
  }
  /// The spike before spike number `index`.
  SNN_HD const SpikeTraces<Real, traces>& before(std::uint32_t index) const {
    return at(index - 1u);
  }

  /// True if nothing is lost to a synapse of delay `delay` that has seen all up to tick `seen`: the
  /// oldest entry is a spike it has seen, so that all it has not are there. A synapse whose source
  /// has never spiked needs none of them: presynaptic traces of 0 change nothing.
  SNN_HD bool covers(Tick seen, Tick delay) const {
    return at(count).tick <= seen_until(seen, delay);
  }

  /// The end of the spikes up to tick `until`: the number of the first later one.
  SNN_HD std::uint32_t end_at(Tick until) const {
    std::uint32_t end = count;
    while (before(end).tick > until && count - end < mask) --end;
    return end;
  }
  /// The number of the first spike after tick `after`, going back from `end`.
  SNN_HD std::uint32_t first_after(Tick after, std::uint32_t end) const {
    std::uint32_t first = end;
    while (before(first).tick > after && count - first < mask) --first;
    return first;
  }
};

}  // namespace snn
