// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "snn/backend/cpu_backend.hpp"
#include "snn/backend/flush_to_zero.hpp"

/// What sources are told to present, and what was counted.
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
    std::vector<std::int32_t> base =
        target.bias.empty() ? std::vector<std::int32_t>(static_cast<std::size_t>(target.size))
                            : target.bias;
    const double scale = std::ldexp(1.0, target.scale_log2);
    for (const std::int32_t q : target.inputs) {
      const auto qi = static_cast<std::size_t>(q);
      const CompiledProjection& projection = network_.projections[qi];
      const auto& held = values_[static_cast<std::size_t>(projection.source)];
      if (!projection.graded || held.empty()) continue;
      value_events_per_tick_[qi] = value_synaptic_per_tick_[qi] = value_effective_per_tick_[qi] = 0;
      for (std::size_t k = 0; k + 1 < projection.row.size(); ++k) {
        if (held[k] == 0.0f) continue;
        if (std::abs(held[k]) != 1.0f) multiplies_[qi] = true;
        const std::int64_t begin = projection.row[k];
        const std::int64_t end = projection.row[k + 1];
        value_events_per_tick_[qi] += end > begin ? 1 : 0;
        value_synaptic_per_tick_[qi] += static_cast<std::uint64_t>(end - begin);
        value_effective_per_tick_[qi] += static_cast<std::uint64_t>(projection.nonzero[k]);
        for (std::int64_t s = begin; s < end; ++s) {
          const std::int64_t n =
              projection.dense ? s - begin : projection.target_of[static_cast<std::size_t>(s)];
          const double product =
              static_cast<double>(held[k]) *
              static_cast<double>(projection.value_weight[static_cast<std::size_t>(s)]);
          base[static_cast<std::size_t>(n)] +=
              static_cast<std::int32_t>(std::llround(product * scale));
        }
      }
    }
    for (Worker& worker : workers_) {
      NeuronShare& share = worker.shares[t];
      share.base.assign(base.begin() + share.begin, base.begin() + share.end);
      share.input = share.base;
    }
  }
}

void CpuBackend::present_spikes(std::int32_t p, std::span<const std::int32_t> begin,
                                std::span<const std::uint32_t> neurons) {
  const auto at = static_cast<std::size_t>(p);
  const CompiledPopulation& population = network_.populations.at(at);
  const auto* source = std::get_if<Source>(&population.kind);
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

BackendCounts CpuBackend::counts() const {
  const FlushToZero flush;  // quiet ticks are made up for as they would have been stepped
  BackendCounts counts;
  counts.populations.resize(network_.populations.size());
  counts.projections.resize(network_.projections.size());
  for (std::size_t p = 0; p < counts.populations.size(); ++p) {
    BackendCounts::Population& entry = counts.populations[p];
    entry.spikes = source_spikes_[p];
    for (const Worker& worker : workers_) {
      // A share that was not touched since some tick still owes the quiet ticks; the copy pays
      // them.
      NeuronShare share = worker.shares[p];
      if (std::holds_alternative<Neurons>(network_.populations[p].kind))
        catch_up(network_.populations[p], share, tick_);
      entry.spikes += share.spikes;
      entry.stepped += share.stepped;
      entry.touched += share.touched;
      entry.membrane_updates += share.membrane_updates;
    }
  }
  for (std::size_t q = 0; q < counts.projections.size(); ++q) {
    BackendCounts::Projection& entry = counts.projections[q];
    entry.source_events = value_events_[q];
    entry.synaptic_events = value_synaptic_[q];
    entry.effective_events = value_effective_[q];
    entry.multiplies = multiplies_[q];
    for (const Worker& worker : workers_) {
      entry.source_events += worker.delivered[q].source_events;
      entry.synaptic_events += worker.delivered[q].synaptic_events;
      entry.effective_events += worker.delivered[q].effective_events;
    }
  }
  return counts;
}

}  // namespace snn
