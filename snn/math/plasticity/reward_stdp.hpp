// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/math/plasticity/lazy.hpp"
#include "snn/math/plasticity/rise_table.hpp"

namespace snn {

/// STDP gated by a reward. Pairs of spikes change an eligibility c; dopamine d turns it into
/// weight:
///   presynaptic spike:  c = c - a_minus x_post        postsynaptic spike: c = c + a_plus x_pre
///   c' = -c / tau_c,    d' = -d / tau_d,              w' = c (d - baseline)
/// A reward of size r at some tick adds r / tau_d to d, which is one number for the projection, so
/// that the area under d is r. Times are in ms: d and baseline in 1/ms.
/// Izhikevich, Cereb. Cortex 17 (2007) 2443; Potjans, Morrison & Diesmann, Front. Comput. Neurosci.
/// 4 (2010) 141 (baseline, and NEST's stdp_dopamine_synapse); Fremaux & Gerstner, Front. Neural
/// Circuits 9 (2016) 85.
struct RewardStdp {
  double a_plus = 1.0;           ///< potentiation of c, unit of the weight, >= 0
  double a_minus = 1.5;          ///< depression of c, unit of the weight, >= 0
  double tau_plus_ms = 20.0;     ///< presynaptic trace, > 0
  double tau_minus_ms = 20.0;    ///< postsynaptic trace, > 0
  double tau_c_ms = 1000.0;      ///< eligibility, > 0
  double tau_d_ms = 200.0;       ///< dopamine, > 0
  double baseline_per_ms = 0.0;  ///< dopamine at which weights stand still
  double w_min = 0.0;            ///< unit of the weight, >= 0
  double w_max = 200.0;          ///< unit of the weight, > w_min

  static constexpr std::string_view name = "RewardStdp";
  static constexpr int pre_traces = 1;
  static constexpr int post_traces = 1;

  std::array<double, 1> pre_tau_ms() const { return {tau_plus_ms}; }
  std::array<double, 1> post_tau_ms() const { return {tau_minus_ms}; }
  Interaction interaction() const { return Interaction::all_to_all; }
  /// What a reward of 1 adds to d, 1/ms.
  double dopamine_per_reward() const { return 1.0 / tau_d_ms; }

  template <class Real>
  struct Coeffs {
    Real a_plus, a_minus;
  };

  template <class Real>
  Coeffs<Real> derive(double /*dt_ms*/) const {
    return {Real(a_plus), Real(a_minus)};
  }

  /// What spikes do to the eligibility. It has no bounds.
  template <class Real>
  SNN_HD static Real on_pre(Real eligibility, const Coeffs<Real>& c, const Real* /*pre*/,
                            const Real* post) {
    return eligibility - c.a_minus * post[0];
  }
  template <class Real>
  SNN_HD static Real on_post(Real eligibility, const Coeffs<Real>& c, const Real* pre,
                             const Real* /*post*/) {
    return eligibility + c.a_plus * pre[0];
  }

  /// What happens between events. One object for a projection.
  template <class Real>
  struct Modulation {
    DecayTable<Real> eligibility, dopamine;
    RiseTable<Real> rise_eligibility, rise_both;
    Real both_ms;         ///< 1 / (1/tau_c + 1/tau_d)
    Real baseline_tau_c;  ///< baseline tau_c, no unit
    Real w_min, w_max;
  };

  template <class Real>
  Modulation<Real> modulation(double dt_ms) const {
    const double both = tau_c_ms * tau_d_ms / (tau_c_ms + tau_d_ms);
    return {.eligibility = {tau_c_ms, dt_ms},
            .dopamine = {tau_d_ms, dt_ms},
            .rise_eligibility = {tau_c_ms, dt_ms},
            .rise_both = {both, dt_ms},
            .both_ms = Real(both),
            .baseline_tau_c = Real(baseline_per_ms * tau_c_ms),
            .w_min = Real(w_min),
            .w_max = Real(w_max)};
  }

  /// Weight and eligibility after `ticks` without an event, exactly: the integral of c (d -
  /// baseline), where d is the dopamine at the start. The weight is clipped at the end.
  template <class Real>
  SNN_HD static void advance(Real& w, Real& eligibility, const Modulation<Real>& m, Real d,
                             std::uint32_t ticks) {
    const Real area =
        d * m.both_ms * m.rise_both(ticks) - m.baseline_tau_c * m.rise_eligibility(ticks);
    w = clip(w + eligibility * area, m.w_min, m.w_max);
    eligibility = eligibility * m.eligibility(ticks);
  }
};
static_assert(PlasticityRule<RewardStdp>);
static_assert(ModulatedRule<RewardStdp>);

/// The last rewards of a projection, kept as a spike history: after each, its tick and d.
template <class Real>
using DopamineHistory = PostHistory<Real, 1>;

/// What a synapse of a modulated rule stores.
template <class Real>
struct EligibleWeight {
  Real w{}, eligibility{};
};

/// LazyRule for a rule with eligibility. An engine calls it in the same order; rewards enter the
/// history before the synapses that see them.
template <ModulatedRule Rule, class Real>
struct LazyModulatedRule : LazyRule<Rule, Real> {
  using Base = LazyRule<Rule, Real>;
  using typename Base::History;
  using typename Base::Source;
  using Rewards = DopamineHistory<Real>;

  /// Intervals are cut at multiples of it: a synapse that catches up to one of them is, to the bit,
  /// what it would have been without.
  static constexpr Tick grid = 1024;
  SNN_HD static Tick grid_before(Tick now) { return now & ~(grid - 1); }

  typename Rule::template Modulation<Real> modulation;

  LazyModulatedRule(const Rule& rule, double dt_ms)
      : Base(rule, dt_ms), modulation(rule.template modulation<Real>(dt_ms)) {}

  /// The synapse after a presynaptic spike at tick `now`; its w is the one to deliver.
  ///   rewards  must cover source.seen: rewards.covers(source.seen, 0)
  SNN_HD EligibleWeight<Real> pre_spike(EligibleWeight<Real> s, const Source& source, Tick now,
                                        Tick delay, const History& post,
                                        const Rewards& rewards) const {
    s = catch_up(s, source, now, delay, post, rewards);
    const auto post_now = this->post_at(now, source, delay, post, post.end_at(now - delay));
    s.eligibility = Rule::on_pre(s.eligibility, this->coeffs, this->pre_at(now, source).data(),
                                 post_now.data());
    return s;
  }

  /// The synapse at tick `now`, with the postsynaptic spikes seen up to it.
  SNN_HD EligibleWeight<Real> catch_up(EligibleWeight<Real> s, const Source& source, Tick now,
                                       Tick delay, const History& post,
                                       const Rewards& rewards) const {
    const Tick after = seen_until(source.seen, delay);
    const std::uint32_t end = post.end_at(now - delay);
    // Before the first spike of a source its synapses have no eligibility: any start will do.
    Tick at = source.seen > 0 ? source.seen : 0;
    for (std::uint32_t i = post.first_after(after, end); i != end; ++i) {
      const Tick tick = post.at(i).tick + delay;
      s = advance(s, at, tick, rewards);
      s.eligibility = Rule::on_post(s.eligibility, this->coeffs,
                                    this->pre_for_post(source, after, delay, post, i).data(),
                                    this->post_for_post(post, i).data());
      at = tick;
    }
    return advance(s, at, now, rewards);
  }

 private:
  /// From tick `from` to tick `to`, through the rewards between them.
  SNN_HD EligibleWeight<Real> advance(EligibleWeight<Real> s, Tick from, Tick to,
                                      const Rewards& rewards) const {
    const std::uint32_t end = rewards.end_at(to);
    for (std::uint32_t i = rewards.first_after(from, end); from != to; ++i) {
      const auto& last = rewards.before(i);
      const Tick next = i == end ? to : rewards.at(i).tick;
      while (from != next) {
        const Tick edge = grid_before(from) + grid, stop = next < edge ? next : edge;
        const Real dopamine = last.value[0] * modulation.dopamine(ticks_between(last.tick, from));
        Rule::advance(s.w, s.eligibility, modulation, dopamine, ticks_between(from, stop));
        from = stop;
      }
    }
    return s;
  }
};

/// The next entry of a dopamine history: a reward at tick `now`. `amount`: what it adds to d, 1/ms,
/// see RewardStdp::dopamine_per_reward(). Several rewards of a tick are entries of their own.
template <class Real>
SNN_HD inline SpikeTraces<Real, 1> after_reward(const SpikeTraces<Real, 1>& last, Tick now,
                                                Real amount, const DecayTable<Real>& dopamine) {
  return {now, {last.value[0] * dopamine(ticks_between(last.tick, now)) + amount}};
}

}  // namespace snn
