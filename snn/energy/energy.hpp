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
  MeasuredJoules joules;         ///< per repetition of the work
  MeasuredJoules total_joules;   ///< of the window
  double window_s = 0;           ///< length of the window, s
  std::int64_t repetitions = 0;  ///< of the work in it
  std::string counter;           ///< e.g. "RAPL package-0 (powercap)"
  double resolution_j = 0;       ///< least step of the counter, J
  double update_interval_s = 0;  ///< of the counter, s, as measured before the window
  double quantisation_j = 0;     ///< largest error of total_joules from the counter's steps, J
};

/// No figure, why, and what would give one.
struct Unavailable {
  std::string reason;  ///< why there is none
  std::string fix;     ///< what would give one; may be empty
};

/// What was not measured is unavailable, never 0 J: so is a value nobody has set.
using MeasuredEnergy = std::variant<Unavailable, Measured>;

/// A constant of a model, with its source.
struct NamedConstant {
  std::string name;    ///< e.g. "add_fp32"
  double value = 0;    ///< in `unit`
  std::string unit;    ///< fJ, pJ, nJ, uJ, W or TFLOPS
  int bits = 0;        ///< of the operands or of one access; 0: not stated
  std::string source;  ///< where the value is published
  /// How the value was checked: verified (read in code or run), primary (read at the source),
  /// secondary (others quote it alike), recalled (not checked), vendor (a data sheet), derived
  /// (follows from others), user.
  std::string evidence;
};

/// Joules from a formula: counts times prices, every product of them listed.
struct Modelled {
  /// One product of a count and a price.
  struct Term {
    std::string layer;      ///< projection or population
    std::string name;       ///< what is paid for, e.g. "weights"
    double operations = 0;  ///< per inference
    std::string price;      ///< what one costs, in names of constants, e.g. "memory_8kb / 2"
    double picojoules = 0;  ///< of one, pJ
    ModelledJoules joules;  ///< operations x picojoules
  };
  std::string model;                     ///< e.g. "45nm-compute-fp32"
  std::string formula;                   ///< in words
  std::string hardware;                  ///< whose constants
  ModelledJoules joules_per_inference;   ///< sum of the terms
  std::vector<Term> terms;               ///< all products, layer by layer
  std::vector<NamedConstant> constants;  ///< those the terms use
  std::vector<std::string> notes;        ///< what does not fit the model here

  /// Sum over layers of the terms of one name.
  ModelledJoules sum_of(const std::string& name) const {
    ModelledJoules sum;
    for (const Term& term : terms)
      if (term.name == name) sum += term.joules;
    return sum;
  }
};

}  // namespace snn
