// SPDX-License-Identifier: Apache-2.0
#include "snn/backend/sources.hpp"

#include <algorithm>
#include <cmath>

#include "snn/backend/own_spikes.hpp"

namespace snn {
namespace {

ConfigError bad_input(const CompiledPopulation& population, const char* field,
                      const std::string& value, const std::string& allowed) {
  return {"population \"" + population.name + "\"", field, value, allowed};
}

/// Spikes of a source that takes no data.
void emit_own(const SourceShare& source, const EmitRequest& request,
              std::vector<std::int32_t>& fired) {
  const CompiledPopulation& population = source.population;
  const SourceRequest own{.tick = request.tick,
                          .begin = source.begin,
                          .end = source.end,
                          .seed = request.seed,
                          .population = source.index,
                          .isa = request.isa};
  if (std::holds_alternative<SpikeSource>(*population.source)) {
    run_listed(population, own, fired);
  } else if (std::holds_alternative<RegularSource>(*population.source)) {
    run_regular(population.regular, request.dt_ms, own, fired);
  } else {
    run_poisson(population.poisson_bound, own, fired);
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
  const bool takes =
      source != nullptr && takes_data(*source) && !std::holds_alternative<CurrentSource>(*source);
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

void emit(const SourceShare& source, const EmitRequest& request, std::vector<std::int32_t>& fired) {
  if (!takes_data(*source.population.source)) return emit_own(source, request, fired);
  const PresentedSpikes& presented = source.presented;
  const std::int64_t t = request.tick - presented.first;
  if (t < 0 || t + 1 >= static_cast<std::int64_t>(presented.begin.size())) return;
  for (std::int64_t e = presented.begin[static_cast<std::size_t>(t)];
       e < presented.begin[static_cast<std::size_t>(t) + 1]; ++e) {
    const std::int32_t n = presented.neurons[static_cast<std::size_t>(e)];
    if (n >= source.begin && n < source.end) fired.push_back(n);
  }
}

}  // namespace snn
