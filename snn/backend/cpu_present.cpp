// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "snn/backend/cpu_backend.hpp"

/// What sources are told to present.
namespace snn {
namespace {

ConfigError bad_input(const CompiledPopulation& population, const char* field,
                      const std::string& value, const std::string& allowed) {
  return {"population \"" + population.name + "\"", field, value, allowed};
}

}  // namespace

void CpuBackend::present_values(std::int32_t p, std::span<const float> values) {
  const auto at = static_cast<std::size_t>(p);
  const CompiledPopulation& population = network_.populations.at(at);
  const auto* source = std::get_if<Source>(&population.kind);
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
  values_[at].assign(values.begin(), values.end());
  // Products are summed once and then held: the input of a target is the same at every tick.
  for (std::size_t t = 0; t < network_.populations.size(); ++t) {
    const CompiledPopulation& target = network_.populations[t];
    const bool concerned =
        std::any_of(target.inputs.begin(), target.inputs.end(), [&](std::int32_t q) {
          return network_.projections[static_cast<std::size_t>(q)].source == p;
        });
    if (!concerned) continue;
    std::vector<std::vector<std::int32_t>> base = target.bias;
    for (const std::int32_t q : target.inputs) add_values(q, base);
    for (Worker& worker : workers_) {
      NeuronShare& share = worker.shares[t];
      for (std::size_t port = 0; port < base.size(); ++port) {
        if (!base[port].empty())
          share.base[port].assign(base[port].begin() + share.begin, base[port].begin() + share.end);
      }
      wake(share);
    }
  }
}

/// Adds the products of a projection's values and weights to the inputs of its target, and counts
/// what they are per tick.
void CpuBackend::add_values(std::int32_t q, std::vector<std::vector<std::int32_t>>& base) {
  const auto qi = static_cast<std::size_t>(q);
  const CompiledProjection& projection = network_.projections[qi];
  const auto& held = values_[static_cast<std::size_t>(projection.source)];
  if (!projection.graded || held.empty()) return;
  const CompiledPopulation& target =
      network_.populations[static_cast<std::size_t>(projection.target)];
  const auto port = static_cast<std::size_t>(projection.receptor);
  const double scale = std::ldexp(1.0, target.scale_log2[port]);
  base[port].resize(static_cast<std::size_t>(target.size));
  value_events_per_tick_[qi] = value_synaptic_per_tick_[qi] = value_effective_per_tick_[qi] = 0;
  for (std::size_t k = 0; k < held.size(); ++k) {
    if (held[k] == 0.0f) continue;
    if (std::abs(held[k]) != 1.0f) multiplies_[qi] = true;
    value_events_per_tick_[qi] += projection.degree_of(k) > 0 ? 1 : 0;
    value_synaptic_per_tick_[qi] += projection.degree_of(k);
    value_effective_per_tick_[qi] += projection.nonzero_of(k);
    for (auto s = static_cast<std::size_t>(projection.values.row[k]);
         s < static_cast<std::size_t>(projection.values.row[k + 1]); ++s) {
      const double product =
          static_cast<double>(held[k]) * static_cast<double>(projection.values.weight[s]);
      base[port][static_cast<std::size_t>(projection.values.target_of[s])] +=
          static_cast<std::int32_t>(std::llround(product * scale));
    }
  }
}

void CpuBackend::present_spikes(std::int32_t p, std::span<const std::int32_t> begin,
                                std::span<const std::uint32_t> neurons) {
  const auto at = static_cast<std::size_t>(p);
  const CompiledPopulation& population = network_.populations.at(at);
  const auto* source = std::get_if<Source>(&population.kind);
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
  Presented presented{tick_, {begin.begin(), begin.end()}, {}};
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
  presented_[at] = std::move(presented);
}

}  // namespace snn
