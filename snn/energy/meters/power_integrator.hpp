// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "snn/energy/meters/meter.hpp"
#include "snn/energy/meters/meter_host.hpp"

namespace snn {

/// A sensor that gives power, not energy.
struct PowerSensor {
  std::string name;
  std::function<std::variant<double, Unavailable>()> power_w;
  double resolution_w = 0;   ///< least step of the sensor
  double limit_w = 0;        ///< more is no reading
  double interval_s = 0.02;  ///< between samples
  std::vector<MeterDomain> domains;
};

/// Samples between which more time lies leave a gap that nobody can fill.
constexpr double longest_sample_gap_s = 1.0;

/// Integrates power by the trapezoidal rule. A sample that failed, or came too late, makes all
/// later readings unavailable: the energy in the gap is not known. Samples are taken on a thread of
/// the meter's own if `host` says so, else whenever it is read.
OpenedMeter make_power_integrator(PowerSensor sensor, const MeterHost& host);

}  // namespace snn
