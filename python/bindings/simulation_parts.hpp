// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/pybind11.h>

#include "python/bindings/simulation_handle.hpp"
#include "snn/model/benchmark_networks.hpp"

namespace snn::python {

using SimulationClass = pybind11::class_<SimulationHandle>;

/// Parts of the class: what is recorded, what was recorded, what changes it.
void bind_recording(SimulationClass& cls);
void bind_results(SimulationClass& cls);
void bind_changes(SimulationClass& cls);

/// The name that the header gives to the options of a benchmark network.
template <class Options>
constexpr const char* header_name_of() {
  if constexpr (std::is_same_v<Options, BrunelOptions>) {
    return "BrunelOptions";
  } else if constexpr (std::is_same_v<Options, VogelsAbbottOptions>) {
    return "VogelsAbbottOptions";
  } else if constexpr (std::is_same_v<Options, MicrocircuitOptions>) {
    return "MicrocircuitOptions";
  } else {
    return "StdpBalancedOptions";
  }
}

}  // namespace snn::python
