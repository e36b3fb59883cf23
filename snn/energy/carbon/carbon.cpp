// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/carbon/carbon.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "snn/energy/carbon/grid_data.hpp"
#include "snn/model/errors.hpp"

namespace snn {

const std::vector<GridIntensity>& grid_intensities() {
  static const std::vector<GridIntensity> table = [] {
    const auto data = nlohmann::json::parse(grid_data);
    const std::string source =
        data.at("source").get<std::string>() + ", " + data.at("licence").get<std::string>();
    std::vector<GridIntensity> rows;
    for (const auto& row : data.at("rows")) {
      rows.push_back({row.at("code"), row.at("country"), row.at("g_per_kwh"), row.at("year"),
                      row.at("retrieved"), source});
    }
    return rows;
  }();
  return table;
}

GridIntensity grid_intensity(const std::string& code) {
  const GridIntensity* newest = nullptr;
  std::string codes;
  for (const GridIntensity& row : grid_intensities()) {
    if (row.code == code && (newest == nullptr || row.year > newest->year)) newest = &row;
    if (codes.rfind(row.code) == std::string::npos) codes += (codes.empty() ? "" : " ") + row.code;
  }
  if (newest != nullptr) return *newest;
  throw ConfigError("carbon", "country", code, codes);
}

GridIntensity own_intensity(double g_per_kwh) {
  if (!std::isfinite(g_per_kwh) || g_per_kwh < 0)
    throw ConfigError("carbon", "g_per_kwh", std::to_string(g_per_kwh), "a finite number >= 0");
  return {"own", "", g_per_kwh, 0, "", "given by the user"};
}

}  // namespace snn
