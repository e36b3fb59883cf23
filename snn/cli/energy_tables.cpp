// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/energy_tables.hpp"

#include <filesystem>

#include "snn/cli/energy_json.hpp"
#include "snn/cli/text.hpp"
#include "snn/energy/carbon/published_trainings.hpp"
#include "snn/energy/models/energy_model.hpp"

namespace snn::cli {
namespace {

std::string number(double value) {
  return format("%.6g", value);
}

std::string year_of(const GridIntensity& grid) {
  return grid.year > 0 ? std::to_string(grid.year) : "-";
}

}  // namespace

Hardware find_hardware(const std::string& name_or_file) {
  const std::filesystem::path path(name_or_file);
  // A file is told from a name by what it looks like, so that no stray file shadows a table.
  if (path.has_extension() || path.has_parent_path()) return read_hardware(path);
  return hardware(name_or_file);
}

std::string hardware_list(bool json) {
  if (json) {
    Json list = Json::array();
    for (const Hardware& table : known_hardware()) list.push_back(json_of(table));
    return list.dump(2) + '\n';
  }
  std::vector<Row> rows = {{"name", "kind", "models"}};
  for (const Hardware& table : known_hardware()) {
    std::string models;
    for (const EnergyModel& model : models_for(table))
      models += (models.empty() ? "" : ", ") + model.name();
    rows.push_back({table.name, name_of(table.kind), models.empty() ? "none" : models});
  }
  return aligned_left(rows);
}

std::string hardware_text(const Hardware& hardware, bool json) {
  if (json) return json_of(hardware).dump(2) + '\n';
  std::string out = hardware.name + " (" + name_of(hardware.kind);
  if (hardware.node_nm > 0) out += ", " + number(hardware.node_nm) + " nm";
  if (hardware.voltage_v > 0) out += ", " + number(hardware.voltage_v) + " V";
  out += "): " + hardware.definition + '\n';
  if (hardware.constants.empty()) return out + "No model can use it.\n";
  std::vector<Row> rows = {{"constant", "value", "unit", "evidence", "source"}};
  for (const NamedConstant& constant : hardware.constants) {
    rows.push_back(
        {constant.name, number(constant.value), constant.unit, constant.evidence, constant.source});
  }
  return out + '\n' + aligned_left(rows);
}

std::string carbon_list(bool json) {
  if (json) {
    Json list = Json::array();
    for (const GridIntensity& grid : grid_intensities()) list.push_back(json_of(grid));
    return list.dump(2) + '\n';
  }
  std::vector<Row> rows = {{"code", "country", "year", "g/kWh"}};
  for (const GridIntensity& grid : grid_intensities())
    rows.push_back({grid.code, grid.country, year_of(grid), format("%.2f", grid.g_per_kwh)});
  return aligned_left(rows) + "\ngCO2e per kWh, life cycle, of generation. " +
         grid_intensities().front().source + ", read on " + grid_intensities().front().retrieved +
         ".\n";
}

std::string carbon_text(const std::string& code, bool json) {
  const GridIntensity newest = grid_intensity(code);
  Json list = Json::array();
  std::vector<Row> rows = {{"year", "g/kWh", "read on", "source"}};
  for (const GridIntensity& grid : grid_intensities()) {
    if (grid.code != code) continue;
    list.push_back(json_of(grid));
    rows.push_back({year_of(grid), format("%.2f", grid.g_per_kwh), grid.retrieved, grid.source});
  }
  if (json) return list.dump(2) + '\n';
  return newest.code + ", " + newest.country + ": the newest year is used\n\n" + aligned_left(rows);
}

}  // namespace snn::cli
