// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "snn/energy/joules.hpp"

namespace snn {

/// Carbon intensity of a country's electricity.
struct GridIntensity {
  std::string_view code;  ///< ISO 3166 alpha-3, or "WORLD"
  double g_per_kwh = 0;   ///< gCO2e per kWh, lifecycle, of generation
  int year = 0;
};

/// Of the table: Ember (2026), processed by Our World in Data, CC BY 4.0, as of 2026-04-29.
inline constexpr std::string_view grid_source =
    "Ember (2026), processed by Our World in Data, CC BY 4.0, as of 2026-04-29";

const std::vector<GridIntensity>& grid_intensities();

/// Throws ConfigError, which lists the codes, for one that is not in the table.
GridIntensity grid_intensity(const std::string& code);

/// Grams of CO2e of so many joules of electricity.
template <Origin origin>
Amount<GramUnit, origin> co2e(Amount<JouleUnit, origin> joules, const GridIntensity& grid) {
  return Amount<GramUnit, origin>(joules.value() / 3.6e6 * grid.g_per_kwh);
}

}  // namespace snn
