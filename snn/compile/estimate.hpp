// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "snn/model/network.hpp"

namespace snn {

struct CompileOptions;
struct CompiledNetwork;

/// What it takes to build a network, known before any synapse is drawn. Numbers of synapses that
/// are drawn are the expected ones.
struct BuildEstimate {
  struct Projection {
    std::string name;
    double synapses = 0;
    double bytes = 0;  ///< in their final form; fused projections share theirs by synapses
  };
  std::vector<Projection> projections;
  std::int64_t synapse_bytes = 0;     ///< of all projections, in their final form
  std::int64_t peak_bytes = 0;        ///< most that is held at a time while synapses are built
  std::int64_t neuron_bytes = 0;      ///< parameters and state of all neurons
  std::int64_t bytes_per_thread = 0;  ///< sums, marks and rings of spikes of each thread that runs
  double seconds = 0;                 ///< to build, on the threads that are asked for
};

/// Throws ConfigError as compile() does. Draws and allocates no synapse.
BuildEstimate estimate(const Network& network, const CompileOptions& options);

/// The same for a network that is planned, but not built. `elsewhere`: where it can be done, rows
/// are drawn elsewhere than on the host (RowBuilder), which peak_bytes then leaves out.
BuildEstimate estimate_build(const Network& network, const CompileOptions& options,
                             const CompiledNetwork& planned, bool elsewhere = false);

}  // namespace snn
