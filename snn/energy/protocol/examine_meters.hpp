// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <variant>
#include <vector>

#include "snn/energy/meters/meters.hpp"
#include "snn/energy/protocol/measure.hpp"

namespace snn {

/// A meter of this machine, and how often its counter moves.
struct MeterExamined {
  MeterStatus status;  ///< what it looks like
  /// Of a readable meter, s; Unavailable if it did not move while it was watched.
  std::variant<double, Unavailable> interval_s = Unavailable{"not readable", ""};
};

/// Every kind of meter: opened, read, and watched for a few updates if it can be.
std::vector<MeterExamined> examine_meters(const MeterHost& host = {},
                                          const MeasureOptions& options = {});

}  // namespace snn
