// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/counts/neurobench.hpp"

#include <cmath>

#include "snn/energy/counts/dialects.hpp"
#include "snn/model/errors.hpp"

namespace snn {
namespace {

constexpr std::int64_t float_bytes = 4;
/// snnTorch's Leaky: threshold, beta, graded_spikes_factor (float32), reset_mechanism_val (int64).
constexpr std::int64_t layer_buffer_bytes = 3 * 4 + 8;

}  // namespace

NeuroBenchResults neurobench_results(const RawCounts& raw, std::optional<double> accuracy,
                                     std::optional<double> execution_rate_hz) {
  if (accuracy && !(*accuracy >= 0 && *accuracy <= 1))
    throw ConfigError("NeuroBench results", "classification_accuracy", std::to_string(*accuracy),
                      "0 .. 1");
  if (execution_rate_hz && !(*execution_rate_hz > 0 && std::isfinite(*execution_rate_hz)))
    throw ConfigError("NeuroBench results", "execution_rate_hz", std::to_string(*execution_rate_hz),
                      "> 0 Hz");
  NeuroBenchResults results;
  std::int64_t synapses = 0, nonzero = 0, states = 0, layers = 0;
  for (const ProjectionCounts& q : raw.projections) {
    synapses += q.synapses;
    nonzero += q.nonzero_synapses;
    results.parameter_count +=
        (q.kernel_weights > 0 ? q.kernel_weights : q.synapses) + (q.has_bias ? q.target_size : 0);
  }
  for (const PopulationCounts& p : raw.populations) {
    states += p.state_values * p.size;
    layers += p.state_values > 0 ? 1 : 0;
  }
  results.footprint = results.parameter_count * float_bytes + layers * layer_buffer_bytes;
  results.stored_bytes = (parameter_count(raw) + states) * float_bytes;
  if (synapses > 0)
    results.connection_sparsity =
        1.0 - static_cast<double>(nonzero) / static_cast<double>(synapses);
  results.activation_sparsity = activation_sparsity(raw);
  const Counts counts = counts_in(Dialect::neurobench, raw);
  results.effective_macs = counts.macs_effective;
  results.effective_acs = counts.acs_effective;
  results.dense = counts.macs_dense;
  results.membrane_updates = counts.membrane_updates;
  results.classification_accuracy = accuracy;
  results.execution_rate_hz = execution_rate_hz;
  return results;
}

}  // namespace snn
