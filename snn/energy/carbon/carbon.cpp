// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/carbon/carbon.hpp"

#include <algorithm>

#include "snn/model/errors.hpp"

namespace snn {

const std::vector<GridIntensity>& grid_intensities() {
  // The newest year each country has in the source; see grid_source.
  static const std::vector<GridIntensity> table = {
      {"WORLD", 458.29, 2025}, {"ARE", 467.51, 2024}, {"ARG", 346.00, 2025}, {"AUS", 525.18, 2025},
      {"AUT", 116.91, 2025},   {"BEL", 149.82, 2025}, {"BGD", 696.13, 2025}, {"BRA", 109.95, 2025},
      {"CAN", 190.72, 2025},   {"CHE", 39.22, 2025},  {"CHL", 289.49, 2025}, {"CHN", 525.34, 2025},
      {"COL", 186.81, 2025},   {"CZE", 401.46, 2025}, {"DEU", 329.65, 2025}, {"DNK", 114.41, 2025},
      {"EGY", 563.23, 2025},   {"ESP", 153.60, 2025}, {"EST", 319.15, 2025}, {"FIN", 57.47, 2025},
      {"FRA", 41.44, 2025},    {"GBR", 217.41, 2025}, {"GRC", 315.09, 2025}, {"HUN", 163.02, 2025},
      {"IDN", 680.25, 2024},   {"IND", 670.13, 2025}, {"IRL", 256.54, 2025}, {"ISL", 27.82, 2024},
      {"ISR", 492.69, 2025},   {"ITA", 284.78, 2025}, {"JPN", 477.26, 2025}, {"KAZ", 805.32, 2025},
      {"KEN", 95.44, 2025},    {"KOR", 417.06, 2025}, {"MEX", 474.02, 2025}, {"MYS", 601.97, 2025},
      {"NGA", 455.71, 2025},   {"NLD", 253.56, 2025}, {"NOR", 28.11, 2025},  {"NZL", 92.76, 2025},
      {"PAK", 346.56, 2025},   {"PER", 263.27, 2024}, {"PHL", 588.29, 2025}, {"POL", 588.60, 2025},
      {"PRT", 127.91, 2025},   {"ROU", 250.75, 2025}, {"RUS", 449.73, 2025}, {"SAU", 691.95, 2024},
      {"SGP", 497.09, 2025},   {"SWE", 35.26, 2025},  {"THA", 545.74, 2025}, {"TUR", 474.74, 2025},
      {"TWN", 633.21, 2025},   {"UKR", 250.47, 2022}, {"USA", 384.40, 2025}, {"VNM", 460.73, 2025},
      {"ZAF", 699.29, 2025},
  };
  return table;
}

GridIntensity grid_intensity(const std::string& code) {
  const auto& table = grid_intensities();
  const auto at = std::find_if(table.begin(), table.end(),
                               [&](const GridIntensity& grid) { return grid.code == code; });
  if (at != table.end()) return *at;
  std::string codes;
  for (const GridIntensity& grid : table)
    codes += (codes.empty() ? "" : " ") + std::string(grid.code);
  throw ConfigError("carbon", "country", code, codes);
}

}  // namespace snn
