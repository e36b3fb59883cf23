// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "snn/math/plasticity/rules.hpp"

namespace snn::test {

/// A reward of `amount` (added to d, 1/ms) at a tick.
struct Reward {
  Tick tick;
  double amount;
};

/// The spikes one synapse sees, and its delay.
struct SynapseInput {
  std::vector<Tick> pre, post;  ///< rising
  Tick delay = 0;
  std::vector<Reward> rewards = {};
};

/// One synapse of a rule, simulated tick by tick in double: traces decay in every tick, spikes are
/// looked up in lists. Slow and plain: what LazyRule is held against.
template <class Rule>
struct ClockedSynapse {
  double w;
  double eligibility = 0;
  std::vector<double> delivered = {};  ///< weight at each presynaptic spike
  /// A presynaptic spike that meets a postsynaptic one pairs with the postsynaptic spike before, as
  /// in NEST's stdp_nn_restr_synapse, also if another presynaptic spike lies between.
  bool meeting_pairs_back = false;

  void run(const Rule& rule, double dt_ms, const SynapseInput& in, Tick ticks) {
    const auto c = rule.template derive<double>(dt_ms);
    std::array<double, Rule::pre_traces> pre{};
    std::array<double, Rule::post_traces> post{};
    double dopamine = 0;
    bool post_since_pre = false;
    for (Tick t = 0; t < ticks; ++t) {
      if (t > 0) {
        for (std::size_t k = 0; k < pre.size(); ++k) pre[k] *= decay(dt_ms, rule.pre_tau_ms()[k]);
        for (std::size_t k = 0; k < post.size(); ++k)
          post[k] *= decay(dt_ms, rule.post_tau_ms()[k]);
        if constexpr (ModulatedRule<Rule>) integrate(rule, dt_ms, dopamine);
      }
      const bool has_pre = std::count(in.pre.begin(), in.pre.end(), t) > 0;
      const bool has_post = std::count(in.post.begin(), in.post.end(), t - in.delay) > 0;
      bool neighbours_only = false;
      if constexpr (PairsNeighbours<Rule>) neighbours_only = c.neighbours_only;
      const bool meet = meeting_pairs_back && has_pre && has_post;
      // This pre and the last post, this post and the last pre.
      const bool pairs_back = !neighbours_only || post_since_pre || meet;
      const bool pairs_forward = !neighbours_only || !post_since_pre;
      double& target = changed();
      if (has_post) {
        auto found = pre;
        if (!pairs_forward) found = {};
        target = Rule::on_post(target, c, found.data(), post.data());
        post_since_pre = true;
      }
      if (has_pre) {
        auto found = post;
        if (!pairs_back) found = {};
        target = Rule::on_pre(target, c, pre.data(), found.data());
        delivered.push_back(w);
        post_since_pre = false;
      }
      if (has_pre)
        for (double& x : pre) x = after_spike(rule.interaction(), x);
      if (has_post)
        for (double& x : post) x = after_spike(rule.interaction(), x);
      for (const Reward& reward : in.rewards)
        if (reward.tick == t) dopamine += reward.amount;
    }
  }

 private:
  static double decay(double dt_ms, double tau_ms) {
    return tau_ms > 0 ? std::exp(-dt_ms / tau_ms) : 0.0;
  }
  double& changed() {
    if constexpr (ModulatedRule<Rule>)
      return eligibility;
    else
      return w;
  }
  /// One tick of c, d and w, by Simpson's rule with steps of 1/8 tick.
  void integrate(const Rule& rule, double dt_ms, double& dopamine) {
    constexpr int parts = 8;
    const double h = dt_ms / parts;
    double area = 0;
    for (int i = 0; i <= parts; ++i) {
      const double factor = i == 0 || i == parts ? 1 : (i % 2 == 1 ? 4 : 2);
      area += factor * eligibility * std::exp(-i * h / rule.tau_c_ms) *
              (dopamine * std::exp(-i * h / rule.tau_d_ms) - rule.baseline_per_ms);
    }
    w = std::clamp(w + area * h / 3, rule.w_min, rule.w_max);
    eligibility *= std::exp(-dt_ms / rule.tau_c_ms);
    dopamine *= std::exp(-dt_ms / rule.tau_d_ms);
  }
};

/// The same synapse by LazyRule, as an engine would: a ring of `capacity` entries, and a call where
/// the source spikes. With `catch_up_every` > 0 the synapse also catches up every so many ticks.
template <class Rule, class Real>
struct LazySynapse {
  Real w;
  Real eligibility = 0;
  std::vector<Real> delivered = {};
  bool covered = true;  ///< the ring was always large enough

  void run(const Rule& rule, double dt_ms, const SynapseInput& in, Tick ticks,
           std::uint32_t capacity, Tick catch_up_every) {
    using Lazy = typename LazyOf<Rule>::type;
    const Lazy lazy(rule, dt_ms);
    typename Lazy::Source source;
    std::vector<typename Lazy::Entry> ring(capacity);
    std::vector<SpikeTraces<Real, 1>> rewards(64);
    PostHistory<Real, Rule::post_traces> post{ring.data(), capacity - 1, 0};
    PostHistory<Real, 1> given{rewards.data(), 63, 0};
    for (Tick t = 0; t < ticks; ++t) {
      if (std::count(in.post.begin(), in.post.end(), t) > 0) {
        ring[post.count & post.mask] = lazy.after_post_spike(post.before(post.count), t);
        ++post.count;
      }
      const bool has_pre = std::count(in.pre.begin(), in.pre.end(), t) > 0;
      const bool catches_up = t + 1 == ticks || (catch_up_every > 0 && t % catch_up_every == 0);
      if (has_pre || catches_up) covered &= source.tick < 0 || post.covers(source.seen, in.delay);
      if constexpr (ModulatedRule<Rule>) {
        EligibleWeight<Real> s{w, eligibility};
        if (has_pre)
          s = lazy.pre_spike(s, source, t, in.delay, post, given);
        else if (catches_up)
          s = lazy.catch_up(s, source, t, in.delay, post, given);
        w = s.w;
        eligibility = s.eligibility;
        for (const Reward& reward : in.rewards) {
          if (reward.tick != t) continue;
          rewards[given.count & given.mask] = after_reward(
              given.before(given.count), t, Real(reward.amount), lazy.modulation.dopamine);
          ++given.count;
        }
      } else {
        if (has_pre)
          w = lazy.pre_spike(w, source, t, in.delay, post);
        else if (catches_up)
          w = lazy.catch_up(w, source, t, in.delay, post);
      }
      if (has_pre) {
        delivered.push_back(w);
        source = lazy.after_pre_spike(source, t);
      } else if (catches_up) {
        source.seen = t;
      }
    }
  }

 private:
  template <class R>
  struct LazyOf {
    using type = LazyRule<R, Real>;
  };
  template <ModulatedRule R>
  struct LazyOf<R> {
    using type = LazyModulatedRule<R, Real>;
  };
};

}  // namespace snn::test
