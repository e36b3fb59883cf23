// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <span>
#include <variant>
#include <vector>

#include "snn/backend/spike_histories.hpp"
#include "snn/compile/fan_out.hpp"
#include "snn/math/plasticity/rules.hpp"

namespace snn {

/// Where plastic synapses deliver: see DeliveryTarget.
struct PlasticTarget {
  std::int32_t* sums;    ///< [target of the fan-out]
  std::uint64_t* marks;  ///< a bit per neuron of the network; null: nobody asks
  float scale;           ///< from weights to sums, with the sign of the projection
};

template <class Rule>
struct lazy_of {
  using type = LazyRule<Rule, float>;
};
template <ModulatedRule Rule>
struct lazy_of<Rule> {
  using type = LazyModulatedRule<Rule, float>;
};

/// The synapses of a plastic fan-out that end at one worker's neurons. A weight is brought up to
/// date when its source's spike arrives, from the history of the neuron it ends at: nothing sweeps
/// over all synapses but, rarely, to make room in the histories.
template <class Rule>
class PlasticShare {
 public:
  using Lazy = typename lazy_of<Rule>::type;

  /// Targets begin .. end-1, counted in the fan-out.
  PlasticShare(const Rule& rule, double dt_ms, const FanOut& fan_out, std::int64_t begin,
               std::int64_t end)
      : rule_(rule),
        lazy_(rule, dt_ms),
        begin_(begin),
        sources_(static_cast<std::size_t>(fan_out.sources) * fan_out.delays.size()),
        spikes_(end - begin),
        rewards_(1) {}

  /// A spike of source k, emitted at `emitted`, arrives over the delay number d; `part`: the
  /// synapses of both that are the share's.
  [[gnu::flatten]] void arrive(FanOut& fan_out, FanOut::Part part, std::int64_t k, std::size_t d,
                               Tick emitted, const PlasticTarget& target) {
    auto& source = source_of(fan_out, k, d);
    const Tick delay = fan_out.delays[d];
    each(fan_out, part, [&](std::int64_t n, auto& synapse) {
      synapse = pre_spike(synapse, source, emitted, delay, n);
      const float weight = weight_of(synapse) * target.scale;
      target.sums[n] += static_cast<std::int32_t>(weight + (weight < 0 ? -0.5f : 0.5f));
      if (target.marks == nullptr) return;
      const std::int64_t neuron = fan_out.base + n;
      target.marks[neuron / 64] |= std::uint64_t{1} << (neuron % 64);
    });
    source = lazy_.after_pre_spike(source, emitted);
  }

  /// A neuron of the share, as numbered in the fan-out, fires at `tick`. `parts(k, d)`: see arrive.
  template <class Parts>
  void fire(FanOut& fan_out, std::int64_t n, Tick tick, const Parts& parts) {
    const std::int64_t j = n - begin_;
    const Tick longest = fan_out.delays.back();
    if (spikes_.oldest(j).tick > seen_ - longest) {
      // Not long ago: no use in catching up with what is on its way.
      if (spikes_.oldest(j).tick > tick - 2 * longest) {
        spikes_.grow();
      } else {
        catch_up(fan_out, tick, parts);
      }
    }
    spikes_.add(j, lazy_.after_post_spike(spikes_.last(j), tick));
  }

  /// Brings all weights up to date before what happens at `tick`, as far as no spike on its way,
  /// emitted a delay ago at most, can change them.
  template <class Parts>
  void catch_up(FanOut& fan_out, Tick tick, const Parts& parts) {
    for (std::int64_t k = 0; k < fan_out.sources; ++k) {
      for (std::size_t d = 0; d < fan_out.delays.size(); ++d) {
        auto& source = source_of(fan_out, k, d);
        const Tick delay = fan_out.delays[d], now = tick - 1 - delay;
        if (source.tick == never_spiked || source.seen >= now) continue;
        each(fan_out, parts(k, d), [&](std::int64_t n, auto& synapse) {
          synapse = catch_up(synapse, source, now, delay, n);
        });
        source.seen = now;
      }
    }
    seen_ = std::max(seen_, tick - 1 - fan_out.delays.back());
  }

  /// A reward at `tick`, before what else happens in it. Only RewardStdp listens.
  template <class Parts>
  void reward(FanOut& fan_out, float amount, Tick tick, const Parts& parts) {
    if constexpr (ModulatedRule<Rule>) {
      if (rewards_.oldest(0).tick > seen_) {
        if (rewards_.oldest(0).tick > tick - 1 - fan_out.delays.back()) {
          rewards_.grow();
        } else {
          catch_up(fan_out, tick, parts);
        }
      }
      rewards_.add(0, after_reward(rewards_.last(0), tick,
                                   amount * static_cast<float>(rule_.dopamine_per_reward()),
                                   lazy_.modulation.dopamine));
    }
  }

 private:
  using Source = typename Lazy::Source;

  Source& source_of(const FanOut& fan_out, std::int64_t k, std::size_t d) {
    return sources_[static_cast<std::size_t>(k) * fan_out.delays.size() + d];
  }

  static float weight_of(float synapse) { return synapse; }
  static float weight_of(const EligibleWeight<float>& synapse) { return synapse.w; }

  template <class Synapse>
  Synapse pre_spike(const Synapse& synapse, const Source& source, Tick now, Tick delay,
                    std::int64_t n) const {
    if constexpr (ModulatedRule<Rule>) {
      return lazy_.pre_spike(synapse, source, now, delay, spikes_.view(n - begin_),
                             rewards_.view(0));
    } else {
      return lazy_.pre_spike(synapse, source, now, delay, spikes_.view(n - begin_));
    }
  }
  template <class Synapse>
  Synapse catch_up(const Synapse& synapse, const Source& source, Tick now, Tick delay,
                   std::int64_t n) const {
    if constexpr (ModulatedRule<Rule>) {
      return lazy_.catch_up(synapse, source, now, delay, spikes_.view(n - begin_),
                            rewards_.view(0));
    } else {
      return lazy_.catch_up(synapse, source, now, delay, spikes_.view(n - begin_));
    }
  }

  /// visit(target, synapse) for the synapses of a part; what it leaves in `synapse` is kept.
  template <class Visit>
  void each(FanOut& fan_out, FanOut::Part part, const Visit& visit) {
    fan_out.format == SynapseFormat::target16
        ? each_of(fan_out.words_as<std::uint16_t>(), fan_out, part, visit)
        : each_of(fan_out.words_as<std::uint32_t>(), fan_out, part, visit);
  }
  template <class Word, class Visit>
  void each_of(const Word* target, FanOut& fan_out, FanOut::Part part, const Visit& visit) {
    float* weights = fan_out.weights.data();
    for (std::int64_t s = part.begin; s < part.end; ++s) {
      if constexpr (ModulatedRule<Rule>) {
        float& eligibility = fan_out.eligibility[static_cast<std::size_t>(s)];
        EligibleWeight<float> synapse{weights[s], eligibility};
        visit(static_cast<std::int64_t>(target[s]), synapse);
        weights[s] = synapse.w;
        eligibility = synapse.eligibility;
      } else {
        visit(static_cast<std::int64_t>(target[s]), weights[s]);
      }
    }
  }

  Rule rule_;
  Lazy lazy_;
  std::int64_t begin_;
  std::vector<Source> sources_;               ///< [source][delay], as the share's synapses see it
  SpikeHistories<Rule::post_traces> spikes_;  ///< of the share's neurons
  SpikeHistories<1> rewards_;                 ///< of the projection, the same for every worker
  Tick seen_ = never_spiked / 2;  ///< all synapses have seen what happened up to this tick
};

template <class List>
struct plastic_share_of;
template <class... Rules>
struct plastic_share_of<RuleList<Rules...>> {
  using type = std::variant<PlasticShare<Rules>...>;
};
/// A share of a fan-out of any rule.
using AnyPlasticShare = plastic_share_of<PlasticityRules>::type;

}  // namespace snn
