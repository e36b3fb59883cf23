// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "snn/backend/cpu_backend.hpp"
#include "snn/backend/flush_to_zero.hpp"
#include "snn/backend/saved_arrays.hpp"

/// What is saved and restored between runs.
namespace snn {
namespace {

/// All integers of a CallCounts; `graded` comes after them.
std::array<std::uint64_t*, 9> integers_of(CallCounts& counts) {
  ValueCounts& values = counts.values;
  return {&counts.source_events,   &counts.synaptic_events,  &counts.effective_events,
          &values.graded_synaptic, &values.graded_effective, &values.ternary_effective,
          &values.binary_synaptic, &values.binary_effective, &values.nonbinary_calls};
}
constexpr std::size_t integers_per_call = 9 + 1;

/// FNV-1a over the bytes of values.
class Hash {
 public:
  template <class T>
  void add(const T& value) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(&value);
    for (std::size_t i = 0; i < sizeof(T); ++i) hash_ = (hash_ ^ bytes[i]) * 0x100000001B3u;
  }
  template <class Range>
  void add_all(const Range& values) {
    for (const auto& value : values) add(value);
  }
  std::uint64_t value() const { return hash_; }

 private:
  std::uint64_t hash_ = 0xCBF29CE484222325u;
};

}  // namespace

/// Tells networks apart: models, sources, drives, delays, degrees, rules, scales and the weights
/// that are the same for all synapses, not every synapse.
std::uint64_t CpuBackend::fingerprint() const {
  Hash hash;
  hash.add(network_.dt_ms);
  hash.add(network_.seed);
  for (const CompiledPopulation& population : network_.populations) {
    hash.add(population.size);
    if (population.source) hash.add(population.source->index());
    if (population.loops != nullptr) hash.add_all(population.loops->name);
    hash.add_all(population.coeffs);
    hash.add_all(population.scale_log2);
    for (const auto& bias : population.bias) hash.add_all(bias);
    for (const CompiledPoissonDrive& drive : population.drives) {
      hash.add(drive.receptor);
      hash.add(drive.weight);
      hash.add_all(drive.bounds.begin);
      for (const auto& bounds : drive.bounds.value) hash.add_all(bounds);
    }
    hash.add_all(population.poisson_bound.begin);
    hash.add_all(population.poisson_bound.value);
    hash.add_all(population.spike_tick);
    hash.add_all(population.spike_neuron);
  }
  for (const CompiledProjection& projection : network_.projections) {
    hash.add(projection.source);
    hash.add(projection.target);
    hash.add(projection.receptor);
    hash.add(projection.synapses);
    hash.add_all(projection.delays);
    hash.add_all(projection.degree);
    hash.add_all(projection.values.weight);
  }
  for (const FanOut& fan_out : network_.fan_outs) {
    hash.add(fan_out.rule.index());
    if (fan_out.uniform) hash.add(fan_out.weight);
    if (!fan_out.homeostasis) continue;
    const auto& [interval_ms, sum, rate] = *fan_out.homeostasis;
    hash.add(interval_ms);
    if (sum) hash.add_all(std::array{sum->target_sum, sum->strength});
    if (rate) hash.add_all(std::array{rate->target_hz, rate->tau_s, rate->beta_per_s_per_hz});
  }
  return hash.value();
}

/// The fingerprint of the network as it was given. Told when it is first needed: not every run
/// changes something or is saved.
std::uint64_t CpuBackend::described() {
  if (!described_) described_ = fingerprint();
  return *described_;
}

BackendState CpuBackend::save() {
  const FlushToZero flush;  // quiet ticks are made up for as they would have been stepped
  for (std::size_t f = 0; f < network_.fan_outs.size(); ++f) {
    for_shares(f, [](auto& share, FanOut& plastic, Tick tick, const auto& parts) {
      share.make_room(plastic, tick, parts);
    });
  }
  BackendState state;
  const auto put = [&](std::string name, auto values) {
    state.push_back({std::move(name), std::move(values)});
  };
  put("/tick", std::vector<std::int64_t>{tick_});
  put("/fingerprint", std::vector<std::uint64_t>{described()});
  for (std::size_t p = 0; p < network_.populations.size(); ++p) {
    const CompiledPopulation& population = network_.populations[p];
    put(array_path("population", p, "emitted"), emitted_[p]);
    put(array_path("population", p, "values"), held_.values[p]);
    std::vector<std::int64_t> presented{presented_[p].first};
    presented.insert(presented.end(), presented_[p].begin.begin(), presented_[p].begin.end());
    put(array_path("population", p, "presented_begin"), presented);
    put(array_path("population", p, "presented"), presented_[p].neurons);
    std::vector<std::int32_t> ring, ring_count;
    for (std::int64_t t = std::max<std::int64_t>(0, tick_ - network_.largest_delay); t < tick_;
         ++t) {
      std::int32_t count = 0;
      for (const Worker& worker : workers_) {
        const Spikes& spikes = spikes_of(worker, static_cast<std::int32_t>(p), t);
        ring.insert(ring.end(), spikes.begin(), spikes.end());
        count += static_cast<std::int32_t>(spikes.size());
      }
      ring_count.push_back(count);
    }
    put(array_path("population", p, "ring"), ring);
    put(array_path("population", p, "ring_count"), ring_count);
    if (population.is_source()) continue;
    std::vector<float> values;
    std::vector<std::int32_t> quiet;
    std::vector<std::uint64_t> counts(4);
    for (int field = 0; field < population.loops->state_fields; ++field) {
      for (Worker& worker : workers_) {
        NeuronShare& share = worker.shares[p];
        if (!share.current) catch_up(population, share, tick_);
        const float* from = share.state.data() + field * share.size();
        values.insert(values.end(), from, from + share.size());
      }
    }
    for (const Worker& worker : workers_) {
      const NeuronShare& share = worker.shares[p];
      quiet.insert(quiet.end(), share.quiet.begin(), share.quiet.end());
      counts[0] += share.stepped;
      counts[1] += share.touched;
      counts[2] += share.membrane_updates;
      counts[3] += share.drive_events;
    }
    put(array_path("population", p, "state"), values);
    put(array_path("population", p, "quiet"), quiet);
    put(array_path("population", p, "counts"), counts);
  }
  std::vector<std::uint64_t> calls;
  std::vector<double> sums;
  for (CallCounts counts : value_counts_) {
    for (const std::uint64_t* count : integers_of(counts)) calls.push_back(*count);
    calls.push_back(counts.graded ? 1 : 0);
    sums.push_back(counts.values.value_sum);
  }
  put("/value_counts", std::move(calls));
  put("/value_sums", std::move(sums));
  save_plastic(state);
  return state;
}

void CpuBackend::save_plastic(BackendState& state) const {
  for (std::size_t f = 0; f < network_.fan_outs.size(); ++f) {
    const FanOut& fan_out = network_.fan_outs[f];
    if (fan_out.short_term) save_short_term(f, state);
    if (!fan_out.plastic) continue;
    if (fan_out.homeostasis) save_homeostasis(f, state);
    PlasticArrays arrays;
    for (const Worker& worker : workers_) {
      std::visit(
          [&](const auto& share) { arrays.capacity = std::max(arrays.capacity, share.capacity()); },
          *worker.plastic[f]);
    }
    for (const Worker& worker : workers_)
      std::visit([&](const auto& share) { share.save(arrays); }, *worker.plastic[f]);
    const auto put = [&](const char* what, auto values) {
      state.push_back({array_path("plastic", f, what), std::move(values)});
    };
    put("weights",
        std::vector<float>(fan_out.weights.span().begin(), fan_out.weights.span().end()));
    put("eligibility",
        std::vector<float>(fan_out.eligibility.span().begin(), fan_out.eligibility.span().end()));
    put("source_tick", arrays.source_tick);
    put("source_seen", arrays.source_seen);
    put("source_trace", arrays.source_trace);
    put("capacity", std::vector<std::int64_t>{static_cast<std::int64_t>(arrays.capacity)});
    put("spike_tick", arrays.spike_tick);
    put("spike_trace", arrays.spike_trace);
    put("reward_tick", arrays.reward_tick);
    put("reward_trace", arrays.reward_trace);
  }
}

void CpuBackend::save_short_term(std::size_t f, BackendState& state) const {
  ShortTermArrays arrays;
  const std::int64_t first = std::max<std::int64_t>(0, tick_ - network_.largest_delay);
  for (const Worker& worker : workers_) worker.short_term[f].save(arrays);
  for (std::int64_t t = first; t < tick_; ++t) {
    for (const Worker& worker : workers_) {
      const auto& released = worker.short_term[f].released(t);
      arrays.released.insert(arrays.released.end(), released.begin(), released.end());
    }
  }
  state.push_back({array_path("short_term", f, "last"), arrays.last});
  state.push_back({array_path("short_term", f, "u"), arrays.u});
  state.push_back({array_path("short_term", f, "x"), arrays.x});
  state.push_back({array_path("short_term", f, "released"), arrays.released});
}

/// After the ring: what was released lies beside the spikes it belongs to.
void CpuBackend::restore_short_term(std::size_t f, const BackendState& state) {
  const FanOut& fan_out = network_.fan_outs[f];
  const auto size = static_cast<std::size_t>(fan_out.sources);
  const ShortTermArrays arrays{
      find_array<std::int32_t>(state, array_path("short_term", f, "last"), size),
      find_array<float>(state, array_path("short_term", f, "u"), size),
      find_array<float>(state, array_path("short_term", f, "x"), size),
      find_array<float>(state, array_path("short_term", f, "released"))};
  std::size_t at = 0;
  for (Worker& worker : workers_) worker.short_term[f].restore(arrays);
  for (std::int64_t t = std::max<std::int64_t>(0, tick_ - network_.largest_delay); t < tick_; ++t) {
    for (Worker& worker : workers_) {
      const std::size_t count = spikes_of(worker, fan_out.source, t).size();
      auto& released = worker.short_term[f].released(t);
      for (std::size_t s = 0; s < count; ++s) released.push_back(arrays.released.at(at++));
    }
  }
}

void CpuBackend::check(const BackendState& state) {
  if (find_array<std::uint64_t>(state, "/fingerprint", 1)[0] != described()) {
    throw ConfigError("saved state", "network", "another description, seed or dt_ms",
                      "the state of this network");
  }
}

void CpuBackend::restore(const BackendState& state) {
  check(state);
  reset();
  tick_ = find_array<std::int64_t>(state, "/tick", 1)[0];
  for (std::size_t p = 0; p < network_.populations.size(); ++p) {
    const CompiledPopulation& population = network_.populations[p];
    const auto size = static_cast<std::size_t>(population.size);
    const auto& values = find_array<float>(state, array_path("population", p, "values"));
    if (!values.empty()) present_values(static_cast<std::int32_t>(p), values);
    const auto& begin =
        find_array<std::int64_t>(state, array_path("population", p, "presented_begin"));
    presented_[p].first = begin.at(0);
    presented_[p].begin.assign(begin.begin() + 1, begin.end());
    presented_[p].neurons =
        find_array<std::int32_t>(state, array_path("population", p, "presented"));
    emitted_[p] = find_array<std::uint64_t>(state, array_path("population", p, "emitted"), size);
    const auto& ring = find_array<std::int32_t>(state, array_path("population", p, "ring"));
    const auto& ring_count =
        find_array<std::int32_t>(state, array_path("population", p, "ring_count"));
    std::size_t at = 0;
    for (std::size_t i = 0; i < ring_count.size(); ++i) {
      const std::int64_t t = tick_ - static_cast<std::int64_t>(ring_count.size() - i);
      for (std::int32_t s = 0; s < ring_count[i]; ++s) {
        const std::int32_t n = ring.at(at++);
        for (Worker& worker : workers_) {
          const NeuronShare& share = worker.shares[p];
          if (n >= share.begin && n < share.end)
            worker.ring[p][static_cast<std::size_t>(t % ring_ticks_)].push_back(n);
        }
      }
    }
    if (population.is_source()) continue;
    const auto fields = static_cast<std::size_t>(population.loops->state_fields);
    const auto& saved =
        find_array<float>(state, array_path("population", p, "state"), fields * size);
    const auto& quiet = find_array<std::int32_t>(state, array_path("population", p, "quiet"));
    const auto& counts = find_array<std::uint64_t>(state, array_path("population", p, "counts"), 4);
    for (Worker& worker : workers_) {
      NeuronShare& share = worker.shares[p];
      for (std::size_t field = 0; field < fields; ++field) {
        std::copy_n(saved.begin() + static_cast<std::ptrdiff_t>(field * size) + share.begin,
                    share.size(),
                    share.state.begin() + static_cast<std::ptrdiff_t>(field) * share.size());
      }
      for (std::size_t s = 0; s < share.quiet.size(); ++s) {
        share.quiet[s] = static_cast<std::uint8_t>(
            quiet.at(static_cast<std::size_t>(share.begin / NeuronShare::segment) + s));
        share.asleep += share.quiet[s] == 2 ? 1 : 0;
      }
    }
    NeuronShare& first = workers_.front().shares[p];
    first.stepped = counts[0];
    first.touched = counts[1];
    first.membrane_updates = counts[2];
    first.drive_events = counts[3];
  }
  const std::size_t projections = network_.projections.size();
  const auto& calls =
      find_array<std::uint64_t>(state, "/value_counts", projections * integers_per_call);
  const auto& sums = find_array<double>(state, "/value_sums", projections);
  for (std::size_t q = 0; q < projections; ++q) {
    const std::uint64_t* from = calls.data() + q * integers_per_call;
    for (std::uint64_t* count : integers_of(value_counts_[q])) *count = *from++;
    value_counts_[q].graded = *from != 0;
    value_counts_[q].values.value_sum = sums[q];
  }
  restore_plastic(state);
}

void CpuBackend::restore_plastic(const BackendState& state) {
  for (std::size_t f = 0; f < network_.fan_outs.size(); ++f) {
    FanOut& fan_out = network_.fan_outs[f];
    if (fan_out.short_term) restore_short_term(f, state);
    if (!fan_out.plastic) continue;
    if (fan_out.homeostasis) restore_homeostasis(f, state);
    const auto get = [&](const char* what, auto type) {
      return find_array<decltype(type)>(state, array_path("plastic", f, what));
    };
    const auto weights =
        find_array<float>(state, array_path("plastic", f, "weights"), fan_out.weights.size());
    const auto eligibility = find_array<float>(state, array_path("plastic", f, "eligibility"),
                                               fan_out.eligibility.size());
    std::copy(weights.begin(), weights.end(), fan_out.weights.data());
    std::copy(eligibility.begin(), eligibility.end(), fan_out.eligibility.data());
    PlasticArrays arrays;
    arrays.source_tick = get("source_tick", std::int32_t{});
    arrays.source_seen = get("source_seen", std::int32_t{});
    arrays.source_trace = get("source_trace", float{});
    arrays.capacity = static_cast<std::size_t>(get("capacity", std::int64_t{}).at(0));
    arrays.spike_tick = get("spike_tick", std::int32_t{});
    arrays.spike_trace = get("spike_trace", float{});
    arrays.reward_tick = get("reward_tick", std::int32_t{});
    arrays.reward_trace = get("reward_trace", float{});
    for (Worker& worker : workers_) {
      std::visit(
          [&](auto& share) {
            share.restore(arrays, static_cast<Tick>(tick_), fan_out.delays.back());
          },
          *worker.plastic[f]);
    }
  }
}

}  // namespace snn
