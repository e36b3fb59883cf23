// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "snn/energy/meters/meters.hpp"

namespace snn::cli {

/// `snn energy measure -- COMMAND`.
struct CommandMeasurement {
  std::vector<std::string> command;
  MeterChoice meter;
  int trials = 10;
  double window_s = 5;
  double cool_down_s = 1;
  bool once = false;  ///< one run, without baselines and interval
  bool json = false;
  bool quiet = false;
  std::string country;  ///< for CO2e; empty: as choose_carbon() does
  double pue = 1;
};

/// Runs the command, as often as the protocol needs it, and prints its joules, or why there are
/// none. Exit code: 0 if it was measured; 1 if not, or if the command failed. The command's output
/// is passed on to stderr, so that the figures alone are on stdout.
int measure_command(const CommandMeasurement& measurement);

}  // namespace snn::cli
