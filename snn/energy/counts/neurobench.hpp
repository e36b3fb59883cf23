// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "snn/energy/counts/raw_counts.hpp"

namespace snn {

/// NeuroBench's metrics of one model, as its Benchmark.run would return them. Workload metrics are
/// per sample, ticks summed. Definitions: docs/counts.md.
struct NeuroBenchResults {
  /// Bytes: float32 weights and biases, and the 20 bytes of constants that snnTorch keeps per
  /// layer of neurons (threshold, decay, graded factor, kind of reset).
  std::int64_t footprint = 0;
  /// Bytes that a run of one sample keeps here: float32 weights, biases and states of neurons.
  std::int64_t stored_bytes = 0;
  std::int64_t parameter_count = 0;  ///< weights and biases; those of a kernel once
  double connection_sparsity = 0;    ///< share of synapses with weight 0, biases left out
  double activation_sparsity = 0;    ///< share of outputs that are 0
  double effective_macs = 0, effective_acs = 0, dense = 0;  ///< synaptic operations
  double membrane_updates = 0;                              ///< per sample
  std::optional<double> classification_accuracy;            ///< in 0 .. 1
  std::optional<double> execution_rate_hz;  ///< declared by the user, never computed
};

/// Throws ConfigError for no samples, an accuracy outside 0 .. 1, or a rate that is not positive.
NeuroBenchResults neurobench_results(const RawCounts& raw,
                                     std::optional<double> classification_accuracy = {},
                                     std::optional<double> execution_rate_hz = {});

}  // namespace snn
