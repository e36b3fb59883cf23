// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "snn/math/adex.hpp"

namespace snn {

/// A firing pattern of AdEx: a cell and the constant current, from rest, that shows it.
struct AdExPattern {
  std::string_view name;  ///< in words, e.g. "tonic spiking"
  AdEx model;             ///< its parameters
  double current_pa;      ///< constant from the start, pA
};

/// Table 1 of Naud et al., Biol. Cybern. 99 (2008) 335, as restated in public code; the printed
/// table was not at hand.
inline std::array<AdExPattern, 8> adex_patterns() {
  return {{{"tonic spiking", AdEx::tonic_spiking(), 500},
           {"adaptation", AdEx::adapting(), 500},
           {"initial burst", AdEx::initial_bursting(), 400},
           {"regular bursting", AdEx::regular_bursting(), 210},
           {"delayed accelerating", AdEx::delayed_accelerating(), 300},
           {"delayed regular bursting", AdEx::delayed_bursting(), 110},
           {"transient spiking", AdEx::transient_spiking(), 180},
           {"irregular spiking", AdEx::irregular_spiking(), 160}}};
}

}  // namespace snn
