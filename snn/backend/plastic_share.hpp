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
struct LazyOf {
  using type = LazyRule<Rule, float>;
};
template <ModulatedRule Rule>
struct LazyOf<Rule> {
  using type = LazyModulatedRule<Rule, float>;
};

/// What a plastic fan-out knows beside its weights: the same for any number of workers.
struct PlasticArrays {
  std::vector<std::int32_t> source_tick, source_seen;  ///< [source][delay]
  std::vector<float> source_trace;                     ///< [source][delay][trace]
  std::size_t capacity = 0;                            ///< of a neuron's history
  std::vector<std::int32_t> spike_tick;                ///< [neuron][capacity], oldest first
  std::vector<float> spike_trace;                      ///< [neuron][capacity][trace]
  std::vector<std::int32_t> reward_tick;
  std::vector<float> reward_trace;
};

/// The synapses of a plastic fan-out that end at one worker's neurons. A weight is brought up to
/// date when its source's spike arrives, from the history of the neuron it ends at: nothing sweeps
/// over all synapses but, rarely, to make room in the histories.
template <class Rule>
class PlasticShare {
 public:
  using Lazy = typename LazyOf<Rule>::type;

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
      if (spikes_.oldest(j).tick > resting_point(tick - 1 - longest) - longest) {
        spikes_.grow();
      } else {
        make_room(fan_out, tick, parts);
      }
    }
    spikes_.add(j, lazy_.after_post_spike(spikes_.last(j), tick));
  }

  /// Brings all weights up to date before what happens at `tick`, as far as no spike on its way,
  /// emitted a delay ago at most, can change them.
  template <class Parts>
  void catch_up(FanOut& fan_out, Tick tick, const Parts& parts) {
    catch_up_to(fan_out, tick, parts, [](Tick now) { return now; });
  }
  /// The same, to a moment at which it changes no bit of what follows: at any time, by any worker.
  template <class Parts>
  void make_room(FanOut& fan_out, Tick tick, const Parts& parts) {
    catch_up_to(fan_out, tick, parts, resting_point);
  }
  /// weights[synapse] as catch_up() would leave them; changes nothing.
  template <class Parts>
  void look(FanOut& fan_out, Tick tick, const Parts& parts, std::vector<float>& weights) {
    for (std::int64_t k = 0; k < fan_out.sources; ++k) {
      for (std::size_t d = 0; d < fan_out.delays.size(); ++d) {
        const FanOut::Part part = parts(k, d);
        look(fan_out, tick, k, d, part, weights.data() + part.begin);
      }
    }
  }
  /// The same for a part of the synapses of source k over the delay number d, one after the other.
  void look(FanOut& fan_out, Tick tick, std::int64_t k, std::size_t d, FanOut::Part part,
            float* weights) {
    const Source& source = source_of(fan_out, k, d);
    const Tick delay = fan_out.delays[d], now = tick - 1 - delay;
    const bool late = source.tick != never_spiked && source.seen < now;
    each(fan_out, part, [&](std::int64_t n, const auto& synapse) {
      *weights++ = weight_of(late ? catch_up(synapse, source, now, delay, n) : synapse);
    });
  }

  /// Adds what the share knows; of sources and rewards all shares know the same. Expects that each
  /// has made room.
  void save(PlasticArrays& to) const {
    to.source_tick.clear();
    to.source_seen.clear();
    to.source_trace.clear();
    for (const Source& source : sources_) {
      to.source_tick.push_back(source.tick);
      to.source_seen.push_back(source.seen);
      to.source_trace.insert(to.source_trace.end(), source.value.begin(), source.value.end());
    }
    for (std::int64_t n = 0; n < spikes_.neurons(); ++n)
      save(spikes_.entries(n), to.capacity, to.spike_tick, to.spike_trace);
    to.reward_tick.clear();
    to.reward_trace.clear();
    save(rewards_.entries(0), rewards_.capacity(), to.reward_tick, to.reward_trace);
  }
  std::size_t capacity() const { return spikes_.capacity(); }

  /// Expects arrays that save() filled, of a fan-out of the same size.
  void restore(const PlasticArrays& from, Tick tick, Tick longest_delay) {
    std::size_t value = 0;
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      sources_[i].tick = from.source_tick[i];
      sources_[i].seen = from.source_seen[i];
      for (float& trace : sources_[i].value) trace = from.source_trace[value++];
    }
    spikes_.clear();
    while (spikes_.capacity() < from.capacity) spikes_.grow();
    for (std::int64_t n = 0; n < spikes_.neurons(); ++n)
      restore(spikes_, n, static_cast<std::size_t>(begin_ + n) * from.capacity, from.capacity,
              from.spike_tick, from.spike_trace);
    rewards_.clear();
    while (rewards_.capacity() < from.reward_tick.size()) rewards_.grow();
    restore(rewards_, 0, 0, from.reward_tick.size(), from.reward_tick, from.reward_trace);
    seen_ = resting_point(tick - 1 - longest_delay);
  }

  /// A reward at `tick`, before what else happens in it. Only RewardStdp listens.
  template <class Parts>
  void reward(FanOut& fan_out, float amount, Tick tick, const Parts& parts) {
    if constexpr (ModulatedRule<Rule>) {
      if (rewards_.oldest(0).tick > seen_) {
        if (rewards_.oldest(0).tick > resting_point(tick - 1 - fan_out.delays.back())) {
          rewards_.grow();
        } else {
          make_room(fan_out, tick, parts);
        }
      }
      rewards_.add(0, after_reward(rewards_.last(0), tick,
                                   amount * static_cast<float>(rule_.dopamine_per_reward()),
                                   lazy_.modulation.dopamine));
    }
  }

 private:
  using Source = typename Lazy::Source;

  /// The last moment up to `now` at which weights can be brought up to date, or not, and are the
  /// same to the bit later on.
  static Tick resting_point(Tick now) {
    if constexpr (ModulatedRule<Rule>) return Lazy::grid_before(now);
    return now;
  }

  template <class Parts, class Target>
  void catch_up_to(FanOut& fan_out, Tick tick, const Parts& parts, const Target& target) {
    for (std::int64_t k = 0; k < fan_out.sources; ++k) {
      for (std::size_t d = 0; d < fan_out.delays.size(); ++d) {
        auto& source = source_of(fan_out, k, d);
        const Tick delay = fan_out.delays[d], now = target(tick - 1 - delay);
        if (source.tick == never_spiked || source.seen >= now) continue;
        each(fan_out, parts(k, d), [&](std::int64_t n, auto& synapse) {
          synapse = catch_up(synapse, source, now, delay, n);
        });
        source.seen = now;
      }
    }
    seen_ = std::max(seen_, target(tick - 1 - fan_out.delays.back()));
  }

  Source& source_of(const FanOut& fan_out, std::int64_t k, std::size_t d) {
    return sources_[static_cast<std::size_t>(k) * fan_out.delays.size() + d];
  }

  template <class Entries>
  static void save(const Entries& entries, std::size_t capacity, std::vector<std::int32_t>& tick,
                   std::vector<float>& trace) {
    using Entry = typename Entries::value_type;
    for (std::size_t i = 0; i < capacity; ++i) {
      const std::size_t missing = capacity - entries.size();
      const Entry entry = i < missing ? Entry{} : entries[i - missing];
      tick.push_back(entry.tick);
      trace.insert(trace.end(), entry.value.begin(), entry.value.end());
    }
  }
  template <class Histories>
  static void restore(Histories& histories, std::int64_t n, std::size_t first, std::size_t count,
                      const std::vector<std::int32_t>& tick, const std::vector<float>& trace) {
    for (std::size_t i = first; i < first + count; ++i) {
      typename Histories::Entry entry{};
      entry.tick = tick[i];
      for (std::size_t k = 0; k < entry.value.size(); ++k)
        entry.value[k] = trace[i * entry.value.size() + k];
      histories.add(n, entry);
    }
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
struct PlasticShareOf;
template <class... Rules>
struct PlasticShareOf<RuleList<Rules...>> {
  using type = std::variant<PlasticShare<Rules>...>;
};
/// A share of a fan-out of any rule.
using AnyPlasticShare = PlasticShareOf<PlasticityRules>::type;

}  // namespace snn
