// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cuda/sim/items.hpp"
#include "snn/backend/plastic_share.hpp"

/// Synapses that change. A weight is brought up to date when its source's spike arrives, from the
/// history of the neuron it ends at, as on the CPU (PlasticShare) and by the same functions.
///
/// Who changes what: a synapse belongs to one source k and one delay d, and so to one sub-row. In a
/// tick one spike of k arrives over d at most, since k fired once at most a delay ago: of a source
/// that fires twice within its longest delay the two spikes arrive over d in different ticks, and
/// over different delays at different synapses. So a synapse is in one work item per tick at most,
/// and in that in one lane. Ticks are launches after one another. What all items of a sub-row read,
/// the traces of (k, d), is only changed when they are done, by follow_spikes(), and histories too.
namespace snn::cuda {

/// Rewards of a projection; they are given between batches.
struct RewardsView {
  const SpikeTraces<float, 1>* entries;
  std::uint32_t mask, count;
};

template <class Rule>
struct PlasticView {
  using Lazy = typename LazyOf<Rule>::type;

  const Lazy* lazy;
  typename Lazy::Source* sources;  ///< [source][delay]
  typename Lazy::Entry* entries;   ///< [target][ring]
  std::uint32_t* counts;           ///< [target]: spikes so far
  std::uint32_t mask;              ///< entries of a ring - 1
  float* weights;                  ///< [synapse]
  float* eligibility;              ///< [synapse]: of a modulated rule
  const RewardsView* rewards;
  const Tick* delays;  ///< [delay], ascending
  Tick longest;        ///< of the delays
  Tick* seen;          ///< all synapses have seen what happened up to this tick
  unsigned* full;      ///< not 0: some history could overflow within the batch
  std::int64_t sources_count, targets;
  std::int32_t fan_out, target;  ///< population
  float scale;
};

template <class Rule>
__device__ __forceinline__ auto history_of(const PlasticView<Rule>& view, std::int64_t n) {
  using History = typename PlasticView<Rule>::Lazy::History;
  return History{view.entries + n * (std::int64_t{view.mask} + 1), view.mask, view.counts[n]};
}

__device__ __forceinline__ std::uint32_t target_of(const FanOutView& f, std::int64_t s) {
  if (f.format == SynapseFormat::target16)
    return __ldg(static_cast<const std::uint16_t*>(f.words) + s);
  return __ldg(static_cast<const std::uint32_t*>(f.words) + s);
}

/// change(synapse, history of its target, what else the rule looks at...) gives what synapse s is
/// then; returns its weight.
template <class Rule, class Change>
__device__ __forceinline__ float change_synapse(const PlasticView<Rule>& view, std::int64_t s,
                                                std::uint32_t n, bool keep, const Change& change) {
  if constexpr (ModulatedRule<Rule>) {
    const RewardsView& given = *view.rewards;
    const DopamineHistory<float> rewards{given.entries, given.mask, given.count};
    const EligibleWeight<float> synapse = change(
        EligibleWeight<float>{view.weights[s], view.eligibility[s]}, history_of(view, n), rewards);
    if (keep) view.weights[s] = synapse.w;
    if (keep) view.eligibility[s] = synapse.eligibility;
    return synapse.w;
  } else {
    const float weight = change(view.weights[s], history_of(view, n));
    if (keep) view.weights[s] = weight;
    return weight;
  }
}

/// Entries of neurons that never spiked. Bytes moved: those of the entries.
template <class Entry>
__global__ void __launch_bounds__(block_threads) forget(Entry* entries, std::int64_t count) {
  const std::int64_t stride = static_cast<std::int64_t>(gridDim.x) * block_threads;
  for (std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * block_threads + threadIdx.x;
       i < count; i += stride)
    entries[i] = Entry{};
}

/// Bytes moved per synaptic event: 2 or 4 for the target, 8 for the weight (16 with eligibility), 4
/// for the number of the target's spikes, its last two or three spikes (8 or 12 bytes each), and an
/// atomic addition.
template <class Rule>
__global__ void __launch_bounds__(deliver_threads)
    deliver_plastic(NetworkView net, PlasticView<Rule> view, const Arrival* arrivals, int offset) {
  const Arrival arrival = arrivals[blockIdx.y];
  const FanOutView& f = net.fan_outs[arrival.fan_out];
  const Spikes spikes = spikes_arriving(net, f, arrival.delay, offset);
  const auto now = static_cast<Tick>(spikes.emitted);
  each_item(f, arrival, spikes, [&](const Item& item) {
    const auto source =
        view.sources[static_cast<std::int64_t>(item.source) * f.delays + arrival.delay_index];
#pragma unroll 1  // of a loop whose body is long, more copies take registers only
    for (std::int64_t s = item.begin + threadIdx.x % 32; s < item.end; s += 32) {
      const std::uint32_t n = target_of(f, s);
      const float w = change_synapse(view, s, n, true, [&](auto synapse, const auto&... histories) {
        return view.lazy->pre_spike(synapse, source, now, arrival.delay, histories...);
      });
      const float weight = w * view.scale;
      atomicAdd(f.sums + n, static_cast<std::int32_t>(weight + (weight < 0 ? -0.5f : 0.5f)));
    }
  });
}

/// What the spikes of a tick leave behind, once all have been delivered and all neurons stepped: a
/// row of blocks for each delay takes the sources whose spikes have arrived over it, and the last
/// row the targets that fired. Each of them is one thread's, as a neuron fires once per tick at
/// most. Bytes moved per spike: 40 at most.
template <class Rule>
__global__ void __launch_bounds__(block_threads)
    follow_spikes(NetworkView net, PlasticView<Rule> view, int offset) {
  const FanOutView& f = net.fan_outs[view.fan_out];
  const auto row = static_cast<std::int32_t>(blockIdx.y);
  const std::uint32_t first = blockIdx.x * blockDim.x + threadIdx.x;
  const std::uint32_t stride = gridDim.x * blockDim.x;
  if (row < f.delays) {
    const Spikes spikes = spikes_arriving(net, f, view.delays[row], offset);
    for (std::uint32_t i = first; i < spikes.count; i += stride) {
      auto& source = view.sources[static_cast<std::int64_t>(spikes.neurons[i]) * f.delays + row];
      source = view.lazy->after_pre_spike(source, static_cast<Tick>(spikes.emitted));
    }
    return;
  }
  const BatchView batch = *net.batch;
  const std::int32_t slot = net.moved(batch.slot, offset);
  const PopulationView& population = net.populations[view.target];
  const auto count =
      static_cast<std::uint32_t>(net.counts[slot * net.population_count + view.target]);
  for (std::uint32_t i = first; i < count; i += stride) {
    const std::int64_t n = population.spikes[slot * population.size + i];
    const auto history = history_of(view, n);
    view.entries[n * (std::int64_t{view.mask} + 1) + (history.count & history.mask)] =
        view.lazy->after_post_spike(history.before(history.count),
                                    static_cast<Tick>(batch.tick + offset));
    view.counts[n] = history.count + 1;
  }
}

/// Whether some history could overflow, should its neuron fire in each of `ticks` ticks: the
/// oldest spike that would then be left must have been seen by all.
template <class Rule>
__global__ void __launch_bounds__(block_threads) check_room(PlasticView<Rule> view, int ticks) {
  const std::int64_t n = static_cast<std::int64_t>(blockIdx.x) * block_threads + threadIdx.x;
  bool lacks = false;
  if (n < view.targets) {
    const auto history = history_of(view, n);
    const Tick oldest = history.at(history.count + static_cast<std::uint32_t>(ticks)).tick;
    lacks = oldest > *view.seen - view.longest;
  }
  if (lacks) atomicOr(view.full, 1u);
}

/// The last moment up to `now` at which weights can be brought up to date, or not, and are the same
/// to the bit later on: see PlasticShare.
template <class Rule>
SNN_HD inline Tick resting_point(Tick now) {
  if constexpr (ModulatedRule<Rule>) return PlasticView<Rule>::Lazy::grid_before(now);
  return now;
}

/// Which weights are brought up to date, and how far.
enum class CatchUp : std::uint8_t {
  if_full,      ///< to a moment at which it changes no bit of what follows, where room is needed
  make_room,    ///< the same in any case
  to_this_tick  ///< before what happens at the tick, as far as no spike on its way can change them
};

/// A warp takes a sub-row, so that its source is one warp's. Bytes moved per synapse: those of an
/// event, but for the sum.
template <class Rule>
__global__ void __launch_bounds__(deliver_threads)
    catch_up(NetworkView net, PlasticView<Rule> view, Tick tick, CatchUp how) {
  if (how == CatchUp::if_full && *view.full == 0) return;
  const FanOutView& f = net.fan_outs[view.fan_out];
  const auto until = [&](Tick delay) {
    const Tick now = tick - 1 - delay;
    return how == CatchUp::to_this_tick ? now : resting_point<Rule>(now);
  };
  const std::int64_t rows = view.sources_count * f.delays;
  const std::int64_t warps = static_cast<std::int64_t>(gridDim.x) * (deliver_threads / 32);
  for (std::int64_t row = blockIdx.x * (deliver_threads / 32) + threadIdx.x / 32; row < rows;
       row += warps) {
    const std::int64_t k = row / f.delays;
    const auto d = static_cast<std::int32_t>(row - k * f.delays);
    const auto source = view.sources[row];
    const Tick delay = view.delays[d], now = until(delay);
    if (source.tick == never_spiked || source.seen >= now) continue;
    const Stretch part = stretch_of(f, k, d);
#pragma unroll 1  // of a loop whose body is long, more copies take registers only
    for (std::int64_t s = part.begin + threadIdx.x % 32; s < part.end; s += 32) {
      change_synapse(view, s, target_of(f, s), true, [&](auto synapse, const auto&... histories) {
        return view.lazy->catch_up(synapse, source, now, delay, histories...);
      });
    }
    __syncwarp();  // all lanes have read the source
    if (threadIdx.x % 32 == 0) view.sources[row].seen = now;
  }
  if (blockIdx.x > 0 || threadIdx.x > 0) return;
  const Tick seen = until(view.longest);
  if (seen > *view.seen) *view.seen = seen;
}

/// weights[i] of synapse which[i], or i if that is null, as brought up to date before `tick`;
/// changes nothing. A thread finds the sub-row of its synapse.
template <class Rule>
__global__ void __launch_bounds__(block_threads)
    look(NetworkView net, PlasticView<Rule> view, Tick tick, const std::int64_t* which,
         std::int64_t count, float* weights) {
  const std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * block_threads + threadIdx.x;
  if (i >= count) return;
  const FanOutView& f = net.fan_outs[view.fan_out];
  const std::int64_t s = which == nullptr ? i : which[i];
  std::int64_t k = 0, above = view.sources_count;
  while (above - k > 1) {
    const std::int64_t middle = k + (above - k) / 2;
    (f.row[middle] <= s ? k : above) = middle;
  }
  std::int32_t d = 0;
  while (s >= stretch_of(f, k, d).end) ++d;
  const auto source = view.sources[k * f.delays + d];
  const Tick delay = view.delays[d], now = tick - 1 - delay;
  const bool late = source.tick != never_spiked && source.seen < now;
  weights[i] =
      !late ? view.weights[s]
            : change_synapse(
                  view, s, target_of(f, s), false, [&](auto synapse, const auto&... histories) {
                    return view.lazy->catch_up(synapse, source, now, delay, histories...);
                  });
}

}  // namespace snn::cuda
