// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/carbon/carbon_choice.hpp"

#include <cstdio>
#include <cstdlib>

namespace snn {
namespace {

GridIntensity grid_of(const std::string& text) {
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  const bool is_number = !text.empty() && *end == 0;
  return is_number ? own_intensity(number) : grid_intensity(text);
}

std::string format(const char* pattern, double value) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, pattern, value);
  return buffer;
}

}  // namespace

std::string CarbonChoice::text() const {
  std::string out = format("%.4g g per kWh (", grid.g_per_kwh) + grid.code;
  if (grid.year > 0) out += ", " + std::to_string(grid.year);
  out += ")";
  if (pue != 1.0) out += format(" and a PUE of %.3g", pue);
  return out;
}

CarbonChoice choose_carbon(const std::string& option, double pue) {
  if (!option.empty()) return {grid_of(option), pue, "option"};
  const char* environment = std::getenv("SNN_CARBON_REGION");
  if (environment != nullptr && *environment != 0)
    return {grid_of(environment), pue, "SNN_CARBON_REGION"};
  return {grid_intensity("WORLD"), pue, "default"};
}

}  // namespace snn
