// SPDX-License-Identifier: Apache-2.0
#include "snn/backend/sources.hpp"

#include <algorithm>
#include <cmath>

#include "snn/math/philox.hpp"

namespace snn {
namespace {

ConfigError bad_input(const CompiledPopulation& population, const char* field,
                      const std::string& value, const std::string& allowed) {
  return {"population \"" + population.name + "\"", field, value, allowed};
}

void emit_poisson(const SourceShare& source, std::uint64_t seed, std::int64_t tick,
                  std::vector<std::int32_t>& fired) {
  const std::uint64_t bound = source.population.poisson_bound;
  if (bound == 0) return;
  for (std::int64_t n = source.begin; n < source.end; n += 4) {
    const auto words =
        random_words(seed, RandomUse::poisson, source.index, static_cast<std::uint64_t>(n / 4),
                     static_cast<std::uint32_t>(tick));
    for (std::int64_t j = 0; j < std::min<std::int64_t>(4, source.end - n); ++j) {
      if (words[static_cast<std::size_t>(j)] < bound)
        fired.push_back(static_cast<std::int32_t>(n + j));
    }
  }
}

}  // namespace

void check_values(const CompiledPopulation& population, std::span<const float> values) {
  const auto* source = (population.source ? &*population.source : nullptr);
  const auto* current = source != nullptr ? std::get_if<CurrentSource>(source) : nullptr;
  if (current == nullptr)
    throw bad_input(population, "values", "given", "values for a CurrentSource");
  if (static_cast<std::int64_t>(values.size()) != population.size) {
    throw bad_input(population, "values", std::to_string(values.size()) + " values",
                    std::to_string(population.size) + " values");
  }
  for (std::size_t n = 0; n < values.size(); ++n) {
    if (!(std::abs(static_cast<double>(values[n])) <= current->max_abs)) {
      throw bad_input(population, "values",
                      std::to_string(values[n]) + " at neuron " + std::to_string(n),
                      "at most max_abs = " + std::to_string(current->max_abs) + " in magnitude");
    }
  }
}

PresentedSpikes presented_spikes(const CompiledPopulation& population, std::int64_t tick,
                                 std::span<const std::int32_t> begin,
                                 std::span<const std::uint32_t> neurons) {
  const auto* source = (population.source ? &*population.source : nullptr);
  const bool takes = source != nullptr && !std::holds_alternative<CurrentSource>(*source) &&
                     !std::holds_alternative<PoissonSource>(*source) &&
                     !std::holds_alternative<SpikeSource>(*source);
  if (!takes)
    throw bad_input(population, "spikes", "given", "spikes for a Rate-, Latency- or EventSource");
  if (begin.empty() || begin.front() != 0 ||
      begin.back() != static_cast<std::int32_t>(neurons.size()) ||
      !std::is_sorted(begin.begin(), begin.end())) {
    throw bad_input(population, "begin", std::to_string(begin.size()) + " entries",
                    "0 = first <= ... <= last = number of spikes");
  }
  PresentedSpikes presented{tick, {begin.begin(), begin.end()}, {}};
  for (std::size_t t = 0; t + 1 < begin.size(); ++t) {
    for (auto e = static_cast<std::size_t>(begin[t]); e < static_cast<std::size_t>(begin[t + 1]);
         ++e) {
      const bool ordered = e == static_cast<std::size_t>(begin[t]) || neurons[e] > neurons[e - 1];
      if (neurons[e] >= static_cast<std::uint64_t>(population.size) || !ordered) {
        throw bad_input(
            population, "spikes",
            "neuron " + std::to_string(neurons[e]) + " in tick " + std::to_string(t),
            "0 .. " + std::to_string(population.size - 1) + ", ascending and once per tick");
      }
      presented.neurons.push_back(static_cast<std::int32_t>(neurons[e]));
    }
  }
  return presented;
}

void emit(const SourceShare& source, std::uint64_t seed, std::int64_t tick,
          std::vector<std::int32_t>& fired) {
  const CompiledPopulation& population = source.population;
  const Source& kind = *population.source;
  if (std::holds_alternative<PoissonSource>(kind)) {
    emit_poisson(source, seed, tick, fired);
    return;
  }
  const auto add = [&](std::int32_t n) {
    if (n >= source.begin && n < source.end) fired.push_back(n);
  };
  if (std::holds_alternative<SpikeSource>(kind)) {
    auto e = std::lower_bound(population.spike_tick.begin(), population.spike_tick.end(), tick) -
             population.spike_tick.begin();
    for (; e < static_cast<std::ptrdiff_t>(population.spike_tick.size()) &&
           population.spike_tick[static_cast<std::size_t>(e)] == tick;
         ++e)
      add(population.spike_neuron[static_cast<std::size_t>(e)]);
    return;
  }
  const PresentedSpikes& presented = source.presented;
  const std::int64_t t = tick - presented.first;
  if (t < 0 || t + 1 >= static_cast<std::int64_t>(presented.begin.size())) return;
  for (std::int64_t e = presented.begin[static_cast<std::size_t>(t)];
       e < presented.begin[static_cast<std::size_t>(t) + 1]; ++e)
    add(presented.neurons[static_cast<std::size_t>(e)]);
}

}  // namespace snn
