// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/io/model_fields.hpp"
#include "snn/model/benchmark_networks.hpp"
#include "snn/sim/simulation.hpp"

/// Fields of what a simulation takes.
namespace snn {

template <>
struct FieldsOf<SimulationOptions> {
  static constexpr std::tuple list{Field{"dt_ms", &SimulationOptions::dt_ms},
                                   Field{"seed", &SimulationOptions::seed},
                                   Field{"threads", &SimulationOptions::threads},
                                   Field{"device", &SimulationOptions::device},
                                   Field{"update", &SimulationOptions::update},
                                   Field{"arithmetic", &SimulationOptions::arithmetic},
                                   Field{"weight_tolerance", &SimulationOptions::weight_tolerance}};
};
template <>
struct FieldsOf<BrunelOptions> {
  static constexpr std::tuple list{Field{"scale", &BrunelOptions::scale},
                                   Field{"g", &BrunelOptions::g},
                                   Field{"eta", &BrunelOptions::eta}};
};
template <>
struct FieldsOf<VogelsAbbottOptions> {
  static constexpr std::tuple list{Field{"scale", &VogelsAbbottOptions::scale},
                                   Field{"delay_ms", &VogelsAbbottOptions::delay_ms}};
};
template <>
struct FieldsOf<MicrocircuitOptions> {
  static constexpr std::tuple list{Field{"scale", &MicrocircuitOptions::scale},
                                   Field{"drive", &MicrocircuitOptions::drive}};
};
template <>
struct FieldsOf<StdpBalancedOptions> {
  static constexpr std::tuple list{Field{"scale", &StdpBalancedOptions::scale},
                                   Field{"plastic", &StdpBalancedOptions::plastic}};
};

namespace model_fields {
static_assert(complete<SimulationOptions>, "SimulationOptions has a field that FieldsOf lacks");
static_assert(complete<BrunelOptions> && complete<VogelsAbbottOptions> &&
              complete<MicrocircuitOptions> && complete<StdpBalancedOptions>);
}  // namespace model_fields

}  // namespace snn
