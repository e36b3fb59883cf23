// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "snn/energy/joules.hpp"

/// The three kinds of energy figure. They are different types, and none converts into another.
namespace snn {

/// Joules from a named counter over a window long enough for it.
struct Measured {
  MeasuredJoules joules;        ///< per repetition of the work
  MeasuredJoules total_joules;  ///< of the window
  double window_s = 0;
  std::int64_t repetitions = 0;
  std::string counter;           ///< e.g. "RAPL package-0 (powercap)"
  double resolution_j = 0;       ///< least step of the counter
  double update_interval_s = 0;  ///< as measured before the window
  double quantisation_j = 0;     ///< largest error of total_joules from the counter's steps in time
};

/// No figure, why, and what would give one.
struct Unavailable {
  std::string reason;
  std::string fix;
};

/// What was not measured is unavailable, never 0 J: so is a value nobody has set.
using MeasuredEnergy = std::variant<Unavailable, Measured>;

/// A constant a model used, with its source.
struct NamedConstant {
  std::string name;
  double value = 0;
  std::string unit;
  std::string source;
};

/// Joules from a formula, its terms and its constants.
struct Modelled {
  struct Term {
    std::string name;
    ModelledJoules joules;
  };
  std::string model;                    ///< e.g. "45nm-compute-fp32"
  ModelledJoules joules_per_inference;  ///< sum of the terms
  std::vector<Term> terms;
  std::vector<NamedConstant> constants;
};

}  // namespace snn
