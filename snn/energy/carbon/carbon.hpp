// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "snn/energy/joules.hpp"

namespace snn {

/// Carbon intensity of a country's electricity.
struct GridIntensity {
  std::string code;       ///< ISO 3166 alpha-3, "WORLD", or "own"
  std::string country;    ///< its name
  double g_per_kwh = 0;   ///< gCO2e per kWh, life cycle, of generation
  int year = 0;           ///< 0: not stated
  std::string retrieved;  ///< when the source was read, as YYYY-MM-DD
  std::string source;     ///< of the value, with its licence
};

/// The table that comes with the library, every country in every year it has, oldest first: Ember
/// (2026), processed by Our World in Data, CC BY 4.0. Nothing is fetched at run time.
const std::vector<GridIntensity>& grid_intensities();

/// The newest year of a country. Throws ConfigError, which lists the codes, for one that is not in
/// the table.
GridIntensity grid_intensity(const std::string& code);

/// An intensity of the user's own. ConfigError for one that is negative or not finite.
GridIntensity own_intensity(double g_per_kwh);

/// Grams of CO2e of so many joules of electricity. `pue` is the energy of the data centre over that
/// of its machines (1: the machines alone).
template <Origin origin>
Amount<GramUnit, origin> co2e(Amount<JouleUnit, origin> joules, const GridIntensity& grid,
                              double pue = 1.0) {
  return Amount<GramUnit, origin>(joules.value() / 3.6e6 * pue * grid.g_per_kwh);
}

}  // namespace snn
