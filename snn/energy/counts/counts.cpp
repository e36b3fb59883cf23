// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/counts/counts.hpp"

#include "snn/model/errors.hpp"

namespace snn {
namespace {

void require_same(bool same, const std::string& object, const std::string& field) {
  if (!same)
    throw ConfigError("counts of \"" + object + "\"", field, "another network's",
                      "counts of one network");
}

/// Difference of two counts of the same thing.
template <class Count>
void subtract(Count& later, Count earlier, const std::string& object, const char* field) {
  if (later < earlier) {
    throw ConfigError("counts of \"" + object + "\"", field,
                      std::to_string(later) + " - " + std::to_string(earlier),
                      "a later count less an earlier one, >= 0");
  }
  later -= earlier;
}

void subtract(ValueCounts& a, const ValueCounts& b, const std::string& object) {
  subtract(a.graded_synaptic, b.graded_synaptic, object, "graded_synaptic");
  subtract(a.graded_effective, b.graded_effective, object, "graded_effective");
  subtract(a.ternary_effective, b.ternary_effective, object, "ternary_effective");
  subtract(a.binary_synaptic, b.binary_synaptic, object, "binary_synaptic");
  subtract(a.binary_effective, b.binary_effective, object, "binary_effective");
  subtract(a.nonbinary_calls, b.nonbinary_calls, object, "nonbinary_calls");
  a.value_sum -= b.value_sum;  // of values with a sign
}

}  // namespace

RawCounts& RawCounts::operator+=(const RawCounts& other) {
  require_same(projections.size() == other.projections.size(), "network", "projections");
  require_same(populations.size() == other.populations.size(), "network", "populations");
  require_same(ticks == other.ticks, "network", "ticks");
  for (std::size_t q = 0; q < projections.size(); ++q) {
    ProjectionCounts& a = projections[q];
    const ProjectionCounts& b = other.projections[q];
    require_same(a.name == b.name, a.name, "name");
    require_same(a.synapses == b.synapses, a.name, "synapses");
    a.source_events += b.source_events;
    a.synaptic_events += b.synaptic_events;
    a.effective_events += b.effective_events;
    a.dense_events += b.dense_events;
    a.graded |= b.graded;
    require_same(a.values.has_value() == b.values.has_value(), a.name, "values");
    if (a.values) *a.values += *b.values;
    a.constant &= b.constant;
  }
  for (std::size_t p = 0; p < populations.size(); ++p) {
    PopulationCounts& a = populations[p];
    const PopulationCounts& b = other.populations[p];
    require_same(a.name == b.name && a.size == b.size, a.name, "size");
    a.spikes += b.spikes;
    a.stepped += b.stepped;
    a.touched += b.touched;
    a.drive_events += b.drive_events;
    a.membrane_updates += b.membrane_updates;
  }
  samples += other.samples;
  return *this;
}

RawCounts operator-(const RawCounts& later, const RawCounts& earlier) {
  RawCounts part = later;
  require_same(part.projections.size() == earlier.projections.size(), "network", "projections");
  require_same(part.populations.size() == earlier.populations.size(), "network", "populations");
  if (part.ticks == earlier.ticks) {
    subtract(part.samples, earlier.samples, "network", "samples");
  } else {
    require_same(part.samples == earlier.samples, "network", "samples and ticks");
    subtract(part.ticks, earlier.ticks, "network", "ticks");
  }
  for (std::size_t q = 0; q < part.projections.size(); ++q) {
    ProjectionCounts& a = part.projections[q];
    const ProjectionCounts& b = earlier.projections[q];
    require_same(a.name == b.name, a.name, "name");
    require_same(a.synapses == b.synapses, a.name, "synapses");
    require_same(a.values.has_value() == b.values.has_value(), a.name, "values");
    subtract(a.source_events, b.source_events, a.name, "source_events");
    subtract(a.synaptic_events, b.synaptic_events, a.name, "synaptic_events");
    subtract(a.effective_events, b.effective_events, a.name, "effective_events");
    subtract(a.dense_events, b.dense_events, a.name, "dense_events");
    if (a.values) subtract(*a.values, *b.values, a.name);
  }
  for (std::size_t p = 0; p < part.populations.size(); ++p) {
    PopulationCounts& a = part.populations[p];
    const PopulationCounts& b = earlier.populations[p];
    require_same(a.name == b.name, a.name, "name");
    require_same(a.size == b.size, a.name, "size");
    subtract(a.spikes, b.spikes, a.name, "spikes");
    subtract(a.stepped, b.stepped, a.name, "stepped");
    subtract(a.touched, b.touched, a.name, "touched");
    subtract(a.drive_events, b.drive_events, a.name, "drive_events");
    subtract(a.membrane_updates, b.membrane_updates, a.name, "membrane_updates");
  }
  return part;
}

RawCounts held_inputs(const RawCounts& raw) {
  RawCounts held = raw;
  const auto ticks = static_cast<std::uint64_t>(raw.ticks);
  for (ProjectionCounts& projection : held.projections) {
    if (!projection.constant || ticks == 0) continue;
    projection.source_events /= ticks;
    projection.synaptic_events /= ticks;
    projection.effective_events /= ticks;
    projection.dense_events /= ticks;
    if (!projection.values) continue;
    ValueCounts& values = *projection.values;
    for (std::uint64_t* count :
         {&values.graded_synaptic, &values.graded_effective, &values.ternary_effective,
          &values.binary_synaptic, &values.binary_effective, &values.nonbinary_calls})
      *count /= ticks;
    values.value_sum /= static_cast<double>(ticks);
  }
  return held;
}

std::int64_t parameter_count(const RawCounts& raw) {
  std::int64_t parameters = 0;
  for (const ProjectionCounts& projection : raw.projections)
    parameters += projection.synapses + (projection.has_bias ? projection.target_size : 0);
  return parameters;
}

double activation_sparsity(const RawCounts& raw) {
  double places = 0;
  double nonzero = 0;
  for (const PopulationCounts& population : raw.populations) {
    if (population.source || !population.emits) continue;
    places += static_cast<double>(population.size) * static_cast<double>(raw.ticks) *
              static_cast<double>(raw.samples);
    nonzero += static_cast<double>(population.spikes);
  }
  return places > 0 ? 1.0 - nonzero / places : 0.0;
}

}  // namespace snn
