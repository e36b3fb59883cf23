// SPDX-License-Identifier: Apache-2.0
#include "snn/backend/saved_network.hpp"

#include <array>

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

std::uint64_t fingerprint(const CompiledNetwork& network) {
  Hash hash;
  hash.add(network.dt_ms);
  hash.add(network.seed);
  for (const CompiledPopulation& population : network.populations) {
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
  for (const CompiledProjection& projection : network.projections) {
    hash.add(projection.source);
    hash.add(projection.target);
    hash.add(projection.receptor);
    hash.add(projection.synapses);
    hash.add_all(projection.delays);
    hash.add_all(projection.degree);
    hash.add_all(projection.values.weight);
  }
  for (const FanOut& fan_out : network.fan_outs) {
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

void check_fingerprint(const BackendState& state, std::uint64_t described) {
  if (find_array<std::uint64_t>(state, "/fingerprint", 1)[0] != described) {
    throw ConfigError("saved state", "network", "another description, seed or dt_ms",
                      "the state of this network");
  }
}

void save_given(std::size_t p, const std::vector<float>& values, const PresentedSpikes& presented,
                BackendState& state) {
  state.push_back({array_path("population", p, "values"), values});
  std::vector<std::int64_t> begin{presented.first};
  begin.insert(begin.end(), presented.begin.begin(), presented.begin.end());
  state.push_back({array_path("population", p, "presented_begin"), std::move(begin)});
  state.push_back({array_path("population", p, "presented"), presented.neurons});
}

const std::vector<float>& saved_values(const BackendState& state, std::size_t p) {
  return find_array<float>(state, array_path("population", p, "values"));
}

PresentedSpikes saved_spikes(const BackendState& state, std::size_t p) {
  const auto& begin =
      find_array<std::int64_t>(state, array_path("population", p, "presented_begin"));
  return {.first = begin.at(0),
          .begin = {begin.begin() + 1, begin.end()},
          .neurons = find_array<std::int32_t>(state, array_path("population", p, "presented"))};
}

void save_value_counts(std::vector<CallCounts> counts, BackendState& state) {
  std::vector<std::uint64_t> calls;
  std::vector<double> sums;
  for (CallCounts& of : counts) {
    for (const std::uint64_t* count : integers_of(of)) calls.push_back(*count);
    calls.push_back(of.graded ? 1 : 0);
    sums.push_back(of.values.value_sum);
  }
  state.push_back({"/value_counts", std::move(calls)});
  state.push_back({"/value_sums", std::move(sums)});
}

void restore_value_counts(const BackendState& state, std::vector<CallCounts>& counts) {
  const auto& calls =
      find_array<std::uint64_t>(state, "/value_counts", counts.size() * integers_per_call);
  const auto& sums = find_array<double>(state, "/value_sums", counts.size());
  for (std::size_t q = 0; q < counts.size(); ++q) {
    const std::uint64_t* from = calls.data() + q * integers_per_call;
    for (std::uint64_t* count : integers_of(counts[q])) *count = *from++;
    counts[q].graded = *from != 0;
    counts[q].values.value_sum = sums[q];
  }
}

void save_short_term(std::size_t f, const ShortTermArrays& arrays, BackendState& state) {
  state.push_back({array_path("short_term", f, "last"), arrays.last});
  state.push_back({array_path("short_term", f, "u"), arrays.u});
  state.push_back({array_path("short_term", f, "x"), arrays.x});
  state.push_back({array_path("short_term", f, "released"), arrays.released});
}

ShortTermArrays saved_short_term(const BackendState& state, std::size_t f, std::int64_t sources) {
  const auto size = static_cast<std::size_t>(sources);
  return {find_array<std::int32_t>(state, array_path("short_term", f, "last"), size),
          find_array<float>(state, array_path("short_term", f, "u"), size),
          find_array<float>(state, array_path("short_term", f, "x"), size),
          find_array<float>(state, array_path("short_term", f, "released"))};
}

void save_plastic(std::size_t f, std::vector<float> weights, std::vector<float> eligibility,
                  PlasticArrays arrays, BackendState& state) {
  const auto put = [&](const char* what, auto values) {
    state.push_back({array_path("plastic", f, what), std::move(values)});
  };
  put("weights", std::move(weights));
  put("eligibility", std::move(eligibility));
  put("source_tick", std::move(arrays.source_tick));
  put("source_seen", std::move(arrays.source_seen));
  put("source_trace", std::move(arrays.source_trace));
  put("capacity", std::vector<std::int64_t>{static_cast<std::int64_t>(arrays.capacity)});
  put("spike_tick", std::move(arrays.spike_tick));
  put("spike_trace", std::move(arrays.spike_trace));
  put("reward_tick", std::move(arrays.reward_tick));
  put("reward_trace", std::move(arrays.reward_trace));
}

PlasticArrays saved_plastic(const BackendState& state, std::size_t f) {
  const auto get = [&](const char* what, auto type) {
    return find_array<decltype(type)>(state, array_path("plastic", f, what));
  };
  PlasticArrays arrays;
  arrays.source_tick = get("source_tick", std::int32_t{});
  arrays.source_seen = get("source_seen", std::int32_t{});
  arrays.source_trace = get("source_trace", float{});
  arrays.capacity = static_cast<std::size_t>(get("capacity", std::int64_t{}).at(0));
  arrays.spike_tick = get("spike_tick", std::int32_t{});
  arrays.spike_trace = get("spike_trace", float{});
  arrays.reward_tick = get("reward_tick", std::int32_t{});
  arrays.reward_trace = get("reward_trace", float{});
  return arrays;
}

const std::vector<float>& saved_weights(const BackendState& state, std::size_t f,
                                        const FanOut& fan_out) {
  return find_array<float>(state, array_path("plastic", f, "weights"),
                           static_cast<std::size_t>(fan_out.synapses()));
}

const std::vector<float>& saved_eligibility(const BackendState& state, std::size_t f,
                                            const FanOut& fan_out) {
  const bool eligible = std::holds_alternative<RewardStdp>(fan_out.rule);
  return find_array<float>(state, array_path("plastic", f, "eligibility"),
                           eligible ? static_cast<std::size_t>(fan_out.synapses()) : 0);
}

void save_homeostasis(std::size_t f, const HomeostasisArrays& arrays, BackendState& state) {
  state.push_back({array_path("homeostasis", f, "rate_hz"), arrays.rate_hz});
  state.push_back({array_path("homeostasis", f, "factor"), arrays.factor});
  state.push_back({array_path("homeostasis", f, "seen"), arrays.seen});
}

HomeostasisArrays saved_homeostasis(const BackendState& state, std::size_t f,
                                    const FanOut& fan_out) {
  const std::size_t targets =
      fan_out.homeostasis->rate ? static_cast<std::size_t>(fan_out.span) : 0;
  return {find_array<double>(state, array_path("homeostasis", f, "rate_hz"), targets),
          find_array<double>(state, array_path("homeostasis", f, "factor"), targets),
          find_array<std::int32_t>(state, array_path("homeostasis", f, "seen"), targets)};
}

}  // namespace snn
