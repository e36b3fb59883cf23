// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include "snn/energy/carbon/carbon.hpp"
#include "snn/energy/energy.hpp"
#include "snn/energy/models/break_even.hpp"
#include "snn/energy/models/hardware.hpp"

/// Energy figures as JSON: modelled ones with every term and constant they were made of.
namespace snn::cli {

using Json = nlohmann::ordered_json;

/// JSON has no infinity and no NaN: what is not defined is null.
Json number_or_null(double value);

Json json_of(const Modelled& modelled);
Json json_of(const NamedConstant& constant);
Json json_of(const Hardware& hardware);
Json json_of(const GridIntensity& grid);
Json json_of(const LayerBreakEven& layer);

}  // namespace snn::cli
