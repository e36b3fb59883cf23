// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "snn/energy/meters/meters.hpp"
#include "snn/energy/protocol/measure.hpp"
#include "tests/support/fake_machine.hpp"

/// Faults of sensors: each must end in no figure, and in a reason that names its cause.
namespace faults {

struct Fault {
  std::string name;
  std::string cause;  ///< must be in the reason
  std::function<snn::MeasuredEnergy()> run;
};

std::vector<Fault> rapl_faults();
std::vector<Fault> perf_faults();
std::vector<Fault> nvml_faults();
std::vector<Fault> amd_faults();
std::vector<Fault> jetson_faults();
std::vector<Fault> external_faults();
std::vector<Fault> choice_faults();

/// Work of a quarter of a second, repeated under the meter, if there is one.
inline snn::MeasuredEnergy measured(snn::OpenedMeter opened, support::FakeMachine& machine) {
  if (auto* why = std::get_if<snn::Unavailable>(&opened)) return *why;
  return snn::measure(
      *std::get<0>(opened), [&] { machine.advance(0.25); }, machine.options());
}

/// One job, during which nobody reads the meter.
inline snn::MeasuredEnergy measured_once(snn::OpenedMeter opened, support::FakeMachine& machine,
                                         double seconds) {
  if (auto* why = std::get_if<snn::Unavailable>(&opened)) return *why;
  return snn::measure_once(
      *std::get<0>(opened), [&] { machine.advance(seconds); }, machine.options());
}

/// A moment in the middle of the window of `measured`, after the update interval is known.
constexpr double mid_run_s = 3.3;

}  // namespace faults
