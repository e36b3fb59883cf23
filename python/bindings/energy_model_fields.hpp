// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/energy/carbon/carbon.hpp"
#include "snn/energy/meters/meters.hpp"
#include "snn/energy/models/break_even.hpp"
#include "snn/energy/models/energy_model.hpp"
#include "snn/io/model_fields.hpp"

/// Fields of energy models, meters and carbon.
namespace snn {

template <>
struct FieldsOf<Hardware> {
  using Type = Hardware;
  static constexpr std::tuple list{Field{"name", &Type::name},
                                   Field{"kind", &Type::kind},
                                   Field{"node_nm", &Type::node_nm},
                                   Field{"voltage_v", &Type::voltage_v},
                                   Field{"definition", &Type::definition},
                                   Field{"constants", &Type::constants}};
};

template <>
struct FieldsOf<EnergyModel> {
  using Type = EnergyModel;
  static constexpr std::tuple list{Field{"kind", &Type::kind}, Field{"format", &Type::format},
                                   Field{"hardware", &Type::hardware},
                                   Field{"weight_bits", &Type::weight_bits},
                                   Field{"activation_bits", &Type::activation_bits}};
};

template <>
struct FieldsOf<BreakEven> {
  using Type = BreakEven;
  static constexpr std::tuple list{Field{"allowed", &Type::allowed},
                                   Field{"measured", &Type::measured},
                                   Field{"ratio", &Type::ratio}};
};

template <>
struct FieldsOf<LayerBreakEven> {
  using Type = LayerBreakEven;
  static constexpr std::tuple list{Field{"layer", &Type::layer}, Field{"graded", &Type::graded},
                                   Field{"spikes_per_synapse", &Type::spikes_per_synapse},
                                   Field{"allowed", &Type::allowed}, Field{"ratio", &Type::ratio}};
};

template <>
struct FieldsOf<BitBudget> {
  using Type = BitBudget;
  static constexpr std::tuple list{Field{"bits", &Type::bits}, Field{"effort", &Type::effort},
                                   Field{"effective", &Type::effective}};
};

template <>
struct FieldsOf<MeterDomain> {
  using Type = MeterDomain;
  static constexpr std::tuple list{Field{"name", &Type::name}, Field{"inside", &Type::inside},
                                   Field{"counted", &Type::counted}, Field{"why", &Type::why}};
};

template <>
struct FieldsOf<GridIntensity> {
  using Type = GridIntensity;
  static constexpr std::tuple list{
      Field{"code", &Type::code},           Field{"country", &Type::country},
      Field{"g_per_kwh", &Type::g_per_kwh}, Field{"year", &Type::year},
      Field{"retrieved", &Type::retrieved}, Field{"source", &Type::source}};
};

}  // namespace snn
