// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "snn/energy/protocol/compare.hpp"
#include "tests/support/synthetic_meter.hpp"

/// Programs on a synthetic machine.
namespace comparing {

inline snn::CompareOptions on(support::SyntheticMeter& machine) {
  snn::CompareOptions options;
  options.window.clock = machine.clock();
  return options;
}

inline snn::Contestant program(support::SyntheticMeter& machine, const std::string& name,
                               double seconds, double watts) {
  return {name, [&machine, seconds, watts] { machine.work(seconds, watts); }};
}

inline std::string reason(const snn::MaybeComparison& result) {
  const auto* why = std::get_if<snn::Unavailable>(&result);
  return why != nullptr ? why->reason : "measured";
}

}  // namespace comparing
