// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "snn/math/plasticity/history.hpp"

namespace snn {

/// A rule applied to synapses one by one, when their source spikes; they then catch up on the
/// postsynaptic spikes they have not seen. For a spike of a source at tick t an engine calls
///   1. for each synapse of its row: w = pre_spike(w, source, t, delay, history of the target), and
///      delivers w;
///   2. once: source = after_pre_spike(source, t).
/// and for each spike of a target, once: the next entry of its history = after_post_spike(the
/// entry before, t). Where a history would overflow (PostHistory::covers), the engine first lets
/// sources that were silent for long catch up: w = catch_up(w, source, t, ...) for each synapse,
/// then source.seen = t. That only changes when a weight is computed.
///
/// Spikes at the same tick at the synapse: the postsynaptic one acts first, with the traces left of
/// the tick; the presynaptic one does not find it in the postsynaptic trace.
template <class Rule, class Real>
struct LazyRule {
  using Coeffs = typename Rule::template Coeffs<Real>;
  using Source = SourceTraces<Real, Rule::pre_traces>;
  using Entry = SpikeTraces<Real, Rule::post_traces>;
  using History = PostHistory<Real, Rule::post_traces>;
  using Pre = std::array<Real, Rule::pre_traces>;
  using Post = std::array<Real, Rule::post_traces>;

  Coeffs coeffs;
  std::array<DecayTable<Real>, Rule::pre_traces> pre_decays;
  std::array<DecayTable<Real>, Rule::post_traces> post_decays;
  Interaction interaction;

  LazyRule(const Rule& rule, double dt_ms)
      : coeffs(rule.template derive<Real>(dt_ms)), interaction(rule.interaction()) {
    for (std::size_t k = 0; k < pre_decays.size(); ++k)
      pre_decays[k] = {rule.pre_tau_ms()[k], dt_ms};
    for (std::size_t k = 0; k < post_decays.size(); ++k)
      post_decays[k] = {rule.post_tau_ms()[k], dt_ms};
  }

  /// The weight after a presynaptic spike at tick `now`: the one to deliver.
  ///   source  before this spike
  ///   delay   of the synapse, ticks, >= 0; with 0 the target must have been updated at `now`
  ///   post    of the target; post.covers(source.seen, delay)
  SNN_HD Real pre_spike(Real w, const Source& source, Tick now, Tick delay,
                        const History& post) const {
    const std::uint32_t end = post.end_at(now - delay);
    w = see(w, source, delay, post, end);
    return Rule::on_pre(w, coeffs, pre_at(now, source).data(),
                        post_at(now, source, delay, post, end).data());
  }

  /// The weight after the postsynaptic spikes seen up to tick `now`, without a presynaptic spike.
  SNN_HD Real catch_up(Real w, const Source& source, Tick now, Tick delay,
                       const History& post) const {
    return see(w, source, delay, post, post.end_at(now - delay));
  }

  SNN_HD Source after_pre_spike(const Source& source, Tick now) const {
    return {after_spike_at(now, source, pre_decays, interaction), now};
  }
  SNN_HD Entry after_post_spike(const Entry& last, Tick now) const {
    return after_spike_at(now, last, post_decays, interaction);
  }

  // The parts, for rules that do more between events (RewardStdp).

  /// Presynaptic traces at tick `now`.
  SNN_HD Pre pre_at(Tick now, const Source& source) const {
    return traces_at(now, source, pre_decays);
  }
  /// Presynaptic traces that postsynaptic spike number `i` finds; 0 if its tick is not after
  /// `after`.
  SNN_HD Pre pre_for_post(const Source& source, Tick after, Tick delay, const History& post,
                          std::uint32_t i) const {
    const Tick tick = post.at(i).tick;
    std::uint32_t ticks = ticks_between(source.tick, tick + delay);
    ticks = tick > after ? ticks : DecayTable<Real>::for_ever;
    if constexpr (PairsNeighbours<Rule>) {
      if (coeffs.neighbours_only) [[unlikely]] {
        if (post.before(i).tick + delay > source.tick) ticks = DecayTable<Real>::for_ever;
      }
    }
    Pre traces{};
    for (std::size_t k = 0; k < traces.size(); ++k)
      traces[k] = source.value[k] * pre_decays[k](ticks);
    return traces;
  }
  /// Postsynaptic traces that postsynaptic spike number `i` finds.
  SNN_HD Post post_for_post(const History& post, std::uint32_t i) const {
    return traces_at(post.at(i).tick, post.before(i), post_decays);
  }
  /// Postsynaptic traces that a presynaptic spike at `now` finds: of spikes seen before `now`.
  SNN_HD Post post_at(Tick now, const Source& source, Tick delay, const History& post,
                      std::uint32_t end) const {
    const Entry* last = &post.before(end);
    if (last->tick == now - delay) last = &post.before(end - 1u);
    if constexpr (PairsNeighbours<Rule>) {
      if (coeffs.neighbours_only) [[unlikely]] {
        if (last->tick + delay <= source.tick) return {};
      }
    }
    return traces_at(now - delay, *last, post_decays);
  }

 private:
  SNN_HD Real post_spike(Real w, const Source& source, Tick after, Tick delay, const History& post,
                         std::uint32_t i) const {
    return Rule::on_post(w, coeffs, pre_for_post(source, after, delay, post, i).data(),
                         post_for_post(post, i).data());
  }

  /// The weight after the unseen postsynaptic spikes before number `end`. Mostly there are none,
  /// one or two, unforeseeably: two are always taken, with traces of 0 if they were seen, which
  /// costs less than a wrong guess of a branch.
  SNN_HD Real see(Real w, const Source& source, Tick delay, const History& post,
                  std::uint32_t end) const {
    const Tick after = seen_until(source.seen, delay);
    // The spikes taken whether they were seen or not.
    const std::uint32_t rest = ExpensiveRule<Rule> ? end : end - 2u;
    if (post.before(rest).tick > after) [[unlikely]] {
      for (std::uint32_t i = post.first_after(after, rest); i != rest; ++i)
        w = post_spike(w, source, after, delay, post, i);
    }
    if constexpr (!ExpensiveRule<Rule>) {
      w = post_spike(w, source, after, delay, post, end - 2u);
      w = post_spike(w, source, after, delay, post, end - 1u);
    }
    return w;
  }
};

}  // namespace snn
