// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/counts/dialects.hpp"

#include "snn/model/errors.hpp"

namespace snn {
namespace {

/// What is known of the inputs. Spikes are calls of 0 and 1; of counts that say no more than
/// `graded`, all inputs are taken to be graded, and 1 on average.
ValueCounts values_of(const ProjectionCounts& q, std::uint64_t calls) {
  if (q.values) return *q.values;
  ValueCounts values;
  values.value_sum = static_cast<double>(q.synaptic_events);
  if (q.graded) {
    values.graded_synaptic = q.synaptic_events;
    values.graded_effective = q.effective_events;
    values.nonbinary_calls = calls;
  } else {
    values.ternary_effective = values.binary_effective = q.effective_events;
    values.binary_synaptic = q.synaptic_events;
  }
  return values;
}

struct Done {
  double macs = 0, acs = 0, events = 0;
};

/// Of one projection, over all samples.
Done operations_in(Dialect dialect, const ProjectionCounts& q, std::uint64_t calls) {
  const ValueCounts values = values_of(q, calls);
  const auto real = [](std::uint64_t n) { return static_cast<double>(n); };
  switch (dialect) {
    case Dialect::snn:
      return {real(values.graded_synaptic), real(q.synaptic_events - values.graded_synaptic),
              real(q.synaptic_events)};
    case Dialect::neurobench:
      return {real(q.effective_events - values.ternary_effective), real(values.ternary_effective),
              real(q.synaptic_events)};
    case Dialect::sinabs:
      return {0, values.value_sum, values.value_sum};
    case Dialect::spikingjelly:
      break;
  }
  // Weights of 0 and 1 count as spikes too: then an operation needs both.
  if (q.binary_weights) {
    const double met = real(values.binary_effective) +
                       real(values.nonbinary_calls) * static_cast<double>(q.nonzero_synapses);
    return {0, met, met};
  }
  const double dense = static_cast<double>(q.padded_synapses > 0 ? q.padded_synapses : q.synapses);
  return {real(values.nonbinary_calls) * dense, real(values.binary_synaptic),
          real(values.binary_synaptic)};
}

Counts projection_in(Dialect dialect, const ProjectionCounts& q, const RawCounts& raw) {
  const auto samples = static_cast<double>(raw.samples);
  const auto calls = static_cast<std::uint64_t>(raw.samples * raw.ticks);
  const Done done = operations_in(dialect, q, calls);
  Counts counts;
  counts.macs_dense = static_cast<double>(q.dense_events) / samples;
  counts.macs_effective = done.macs / samples;
  counts.acs_effective = done.acs / samples;
  counts.synaptic_events = done.events / samples;
  if (dialect == Dialect::snn && q.has_bias)
    counts.bias_additions = static_cast<double>(q.target_size) * static_cast<double>(raw.ticks);
  return counts;
}

Counts population_in(Dialect dialect, const PopulationCounts& p, const RawCounts& raw) {
  const auto samples = static_cast<double>(raw.samples);
  Counts counts;
  if (p.source) return counts;
  counts.neuron_updates = static_cast<double>(p.stepped + p.touched) / samples;
  counts.membrane_updates = static_cast<double>(p.membrane_updates) / samples;
  if (!p.graded) counts.spikes = static_cast<double>(p.spikes) / samples;
  if (dialect == Dialect::snn) {
    counts.drive_additions = static_cast<double>(p.drive_events) / samples;
    if (p.leaky) counts.leak_multiplications = counts.neuron_updates;
  }
  return counts;
}

void require_samples(const RawCounts& raw) {
  if (raw.samples < 1) throw ConfigError("counts", "samples", std::to_string(raw.samples), ">= 1");
}

}  // namespace

std::string_view name_of(Dialect dialect) {
  switch (dialect) {
    case Dialect::snn:
      return "snn";
    case Dialect::neurobench:
      return "neurobench";
    case Dialect::sinabs:
      return "sinabs";
    case Dialect::spikingjelly:
      return "spikingjelly";
  }
  throw ConfigError("counts", "dialect", std::to_string(static_cast<int>(dialect)),
                    "a value of Dialect");
}

Dialect dialect_of(std::string_view name) {
  std::string names;
  for (const Dialect dialect : all_dialects) {
    if (name_of(dialect) == name) return dialect;
    names += (names.empty() ? "" : ", ") + std::string(name_of(dialect));
  }
  throw ConfigError("counts", "dialect", "\"" + std::string(name) + "\"", names);
}

Counts& Counts::operator+=(const Counts& other) {
  macs_dense += other.macs_dense;
  macs_effective += other.macs_effective;
  acs_effective += other.acs_effective;
  synaptic_events += other.synaptic_events;
  spikes += other.spikes;
  neuron_updates += other.neuron_updates;
  membrane_updates += other.membrane_updates;
  bias_additions += other.bias_additions;
  drive_additions += other.drive_additions;
  leak_multiplications += other.leak_multiplications;
  return *this;
}

Counts counts_in(Dialect dialect, const RawCounts& raw) {
  require_samples(raw);
  Counts sum;
  for (const ProjectionCounts& q : raw.projections) sum += projection_in(dialect, q, raw);
  for (const PopulationCounts& p : raw.populations) sum += population_in(dialect, p, raw);
  return sum;
}

std::vector<LayerCounts> layers_in(Dialect dialect, const RawCounts& raw) {
  require_samples(raw);
  std::vector<LayerCounts> layers;
  for (const ProjectionCounts& q : raw.projections)
    layers.push_back({q.name, projection_in(dialect, q, raw)});
  for (const PopulationCounts& p : raw.populations) {
    if (!p.source) layers.push_back({p.name, population_in(dialect, p, raw)});
  }
  return layers;
}

}  // namespace snn
