// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/energy/counts/counts.hpp"

/// The fields of raw counts with their names in files, written and read by the same lists.
namespace snn::cli {

template <class Counts, class Visit>
void visit_projection(Counts& q, Visit&& visit) {
  visit("name", q.name);
  visit("source_size", q.source_size);
  visit("target_size", q.target_size);
  visit("synapses", q.synapses);
  visit("nonzero_synapses", q.nonzero_synapses);
  visit("padded_synapses", q.padded_synapses);
  visit("kernel_weights", q.kernel_weights);
  visit("source_events", q.source_events);
  visit("synaptic_events", q.synaptic_events);
  visit("effective_events", q.effective_events);
  visit("dense_events", q.dense_events);
  visit("graded", q.graded);
  visit("constant", q.constant);
  visit("has_bias", q.has_bias);
  visit("binary_weights", q.binary_weights);
}

template <class Values, class Visit>
void visit_values(Values& values, Visit&& visit) {
  visit("graded_synaptic", values.graded_synaptic);
  visit("graded_effective", values.graded_effective);
  visit("ternary_effective", values.ternary_effective);
  visit("binary_synaptic", values.binary_synaptic);
  visit("binary_effective", values.binary_effective);
  visit("nonbinary_calls", values.nonbinary_calls);
  visit("value_sum", values.value_sum);
}

template <class Counts, class Visit>
void visit_population(Counts& p, Visit&& visit) {
  visit("name", p.name);
  visit("size", p.size);
  visit("source", p.source);
  visit("graded", p.graded);
  visit("emits", p.emits);
  visit("leaky", p.leaky);
  visit("state_values", p.state_values);
  visit("spikes", p.spikes);
  visit("stepped", p.stepped);
  visit("touched", p.touched);
  visit("drive_events", p.drive_events);
  visit("membrane_updates", p.membrane_updates);
}

}  // namespace snn::cli
