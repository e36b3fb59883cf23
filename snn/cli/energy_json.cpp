// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/energy_json.hpp"

#include <cmath>

namespace snn::cli {

Json number_or_null(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json json_of(const NamedConstant& constant) {
  return {{"name", constant.name}, {"value", constant.value},   {"unit", constant.unit},
          {"bits", constant.bits}, {"source", constant.source}, {"evidence", constant.evidence}};
}

Json json_of(const Modelled& modelled) {
  Json entry = {{"model", modelled.model},
                {"formula", modelled.formula},
                {"hardware", modelled.hardware},
                {"joules_per_inference", modelled.joules_per_inference.value()}};
  entry["terms"] = Json::array();
  for (const Modelled::Term& term : modelled.terms) {
    entry["terms"].push_back({{"layer", term.layer},
                              {"name", term.name},
                              {"operations", term.operations},
                              {"price", term.price},
                              {"picojoules", term.picojoules},
                              {"joules", term.joules.value()}});
  }
  entry["constants"] = Json::array();
  for (const NamedConstant& constant : modelled.constants)
    entry["constants"].push_back(json_of(constant));
  entry["notes"] = modelled.notes;
  return entry;
}

Json json_of(const Hardware& hardware) {
  Json entry = {{"name", hardware.name}, {"kind", name_of(hardware.kind)}};
  if (hardware.node_nm > 0) entry["node_nm"] = hardware.node_nm;
  if (hardware.voltage_v > 0) entry["voltage_v"] = hardware.voltage_v;
  entry["definition"] = hardware.definition;
  entry["constants"] = Json::array();
  for (const NamedConstant& constant : hardware.constants)
    entry["constants"].push_back(json_of(constant));
  return entry;
}

Json json_of(const GridIntensity& grid) {
  return {{"code", grid.code}, {"country", grid.country},     {"g_per_kwh", grid.g_per_kwh},
          {"year", grid.year}, {"retrieved", grid.retrieved}, {"source", grid.source}};
}

Json json_of(const LayerBreakEven& layer) {
  return {{"layer", layer.layer},
          {"graded", layer.graded},
          {"spikes_per_synapse", layer.spikes_per_synapse},
          {"allowed_spikes_per_synapse", layer.allowed},
          {"energy_ratio", number_or_null(layer.ratio)},
          {"loses", layer.loses()}};
}

}  // namespace snn::cli
