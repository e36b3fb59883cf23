// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "snn/cli/metered.hpp"
#include "snn/model/network.hpp"

namespace snn::cli {

/// A run of a network that simulators are compared with: `snn simulate NAME`.
struct BenchmarkRun {
  std::string name;
  double scale = 1;
  std::string drive = "poisson";  ///< of the microcircuit: or dc
  double seconds = 1;             ///< measured, of model time
  double warmup_ms = 500;
  int threads = 0;  ///< 0: all cores
  std::string device = "cpu";
  std::uint64_t seed = 1;
  bool estimate = false;  ///< say what it would take, and build nothing
  bool json = false;
  std::string out;  ///< spikes (SONATA); empty: not kept
};

/// brunel-busy, brunel-low, cuba, coba, microcircuit, stdp-balanced.
const std::vector<std::string>& benchmark_names();

/// ConfigError: no such name, scale or drive.
Network benchmark_network(const BenchmarkRun& run);

/// Runs it, the measured part under the meter, and prints the figures, on stdout. Returns the exit
/// code.
int run_benchmark(const BenchmarkRun& run, const MaybeMeter& meter);

}  // namespace snn::cli
