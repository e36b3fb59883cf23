// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <optional>

#include "snn/energy/meters/meter_files.hpp"
#include "snn/energy/meters/meters.hpp"
#include "snn/energy/meters/power_integrator.hpp"

namespace snn {
namespace {

namespace fs = std::filesystem;

constexpr double module_limit_w = 200;

/// One channel of an INA3221: its label and the files that give its power.
struct Rail {
  std::string label;
  fs::path power_mw;  ///< empty if it must be computed
  fs::path volts_mv;
  fs::path amperes_ma;
};

/// Rails through which all of a module's power goes.
bool is_input(const std::string& label) {
  return label == "VDD_IN" || label == "POM_5V_IN";
}

/// JetPack 5 and later: hwmon, voltage and current. JetPack 4: iio, power.
std::vector<Rail> rails_of(const MeterHost& host) {
  std::vector<Rail> rails;
  const fs::path drivers = host.root / "sys/bus/i2c/drivers";
  for (const fs::path& chip : folder_entries(drivers / "ina3221")) {
    for (const fs::path& folder : folder_entries(chip / "hwmon")) {
      for (const char* channel : {"1", "2", "3"}) {
        const std::string c = channel;
        if (const auto label = meter_line(host, folder / ("in" + c + "_label"))) {
          rails.push_back(
              {*label, {}, folder / ("in" + c + "_input"), folder / ("curr" + c + "_input")});
        }
      }
    }
  }
  for (const fs::path& chip : folder_entries(drivers / "ina3221x")) {
    for (const fs::path& folder : folder_entries(chip)) {
      for (const char* channel : {"0", "1", "2"}) {
        const std::string c = channel;
        if (const auto label = meter_line(host, folder / ("rail_name_" + c)))
          rails.push_back({*label, folder / ("in_power" + c + "_input"), {}, {}});
      }
    }
  }
  return rails;
}

const char* const jetson_permission = "run as root, or make the file readable: sudo chmod a+r FILE";

std::variant<double, Unavailable> power_w(const MeterHost& host, const Rail& rail) {
  if (!rail.power_mw.empty()) {
    const auto mw = meter_number(host, rail.power_mw, jetson_permission);
    if (const auto* why = std::get_if<Unavailable>(&mw)) return *why;
    return static_cast<double>(std::get<std::uint64_t>(mw)) * 1e-3;
  }
  const auto mv = meter_number(host, rail.volts_mv, jetson_permission);
  if (const auto* why = std::get_if<Unavailable>(&mv)) return *why;
  const auto ma = meter_number(host, rail.amperes_ma, jetson_permission);
  if (const auto* why = std::get_if<Unavailable>(&ma)) return *why;
  return static_cast<double>(std::get<std::uint64_t>(mv)) * 1e-3 *
         static_cast<double>(std::get<std::uint64_t>(ma)) * 1e-3;
}

}  // namespace

OpenedMeter make_jetson_meter(const MeterHost& host) {
  std::vector<Rail> rails = rails_of(host);
  std::optional<Rail> input;
  std::string labels;
  PowerSensor sensor;
  for (const Rail& rail : rails) {
    labels += (labels.empty() ? "" : ", ") + rail.label;
    if (is_input(rail.label) && !input) {
      input = rail;
      sensor.domains.push_back({rail.label, "", true, "the module's input: all of its power"});
    } else {
      sensor.domains.push_back({rail.label, "", false, "not the module's input"});
    }
  }
  if (rails.empty()) {
    return Unavailable{
        "Jetson: no INA3221 power monitor under " + (host.root / "sys/bus/i2c/drivers").string(),
        "run on a Jetson module, outside of containers that hide /sys"};
  }
  if (!input) {
    return Unavailable{
        "Jetson: no rail is the module's whole input (VDD_IN or POM_5V_IN); there "
        "are " +
            labels,
        "measure at the wall: an external meter"};
  }
  sensor.name = "Jetson power of " + input->label;
  sensor.power_w = [host, rail = *input] { return power_w(host, rail); };
  sensor.resolution_w = input->power_mw.empty() ? 5e-3 : 1e-3;  // 1 mA at 5 V
  sensor.limit_w = module_limit_w;
  return make_power_integrator(std::move(sensor), host);
}

}  // namespace snn
