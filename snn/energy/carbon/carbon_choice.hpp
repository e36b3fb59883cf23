// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "snn/energy/carbon/carbon.hpp"

namespace snn {

/// The electricity that grams are computed for.
struct CarbonChoice {
  GridIntensity grid;     ///< its intensity
  double pue = 1.0;       ///< energy of the data centre over that of its machines
  std::string chosen_by;  ///< "option", "SNN_CARBON_REGION" or "default"

  /// Grams of CO2e, of the same origin as the joules.
  template <Origin origin>
  Amount<GramUnit, origin> grams(Amount<JouleUnit, origin> joules) const {
    return co2e(joules, grid, pue);
  }
  /// "458 g per kWh (WORLD, 2025)", with the PUE if it is not 1.
  std::string text() const;
};

/// An option (flag, configuration file, argument) wins over the environment's SNN_CARBON_REGION,
/// that over the world's mean. A number for a country is an intensity of the user's own, in g per
/// kWh. ConfigError for an unknown country.
CarbonChoice choose_carbon(const std::string& option, double pue);

}  // namespace snn
