// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "snn/cli/counts_file.hpp"
#include "snn/energy/models/hardware.hpp"

namespace snn::cli {

/// What `snn energy model` computes: joules of counts on some hardware.
struct EnergyReport {
  CountsFile counts;
  std::vector<Hardware> hardware;
  std::optional<CountsFile> against;  ///< an opponent, e.g. the dense twin
  int weight_bits = 8;                ///< of models that pay per bit
  int activation_bits = 8;            ///< of dense layers, in models that pay per bit
  bool held = false;                  ///< constant analogue inputs are summed once
};

/// All models of all hardware, every term, and the opponent beside them. UnavailableError if
/// nothing usable is published of a piece of hardware.
std::string energy_report(const EnergyReport& report, bool json);

}  // namespace snn::cli
