// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <sstream>
#include <string>

#include "snn/model/network.hpp"

/// The parts of validate(), one file each.
namespace snn::detail {

/// A number as a user would write it.
template <class Number>
std::string text(Number value) {
  std::ostringstream out;
  out.precision(9);
  out << value;
  return out.str();
}

/// Checks of single fields of one object; all throw ConfigError.
struct Field {
  /// Largest magnitude of any number: sums and differences of such still fit a float.
  static constexpr double most = 1e30;

  std::string object;  ///< e.g. population "hidden"

  [[noreturn]] void fail(const std::string& field, const std::string& value,
                         const std::string& allowed) const {
    throw ConfigError(object, field, value, allowed);
  }
  void require(bool fine, const std::string& field, double value, const std::string& unit,
               const std::string& allowed) const {
    if (!fine) fail(field, with_unit(value, unit), with_unit_text(allowed, unit));
  }
  void finite(const std::string& field, double value, const std::string& unit) const {
    require(std::abs(value) <= most, field, value, unit, "-1e+30 .. 1e+30");
  }
  void positive(const std::string& field, double value, const std::string& unit) const {
    require(value > 0 && value <= most, field, value, unit, "> 0 and <= 1e+30");
  }
  void not_negative(const std::string& field, double value, const std::string& unit) const {
    require(value >= 0 && value <= most, field, value, unit, ">= 0 and <= 1e+30");
  }
  static std::string with_unit(double value, const std::string& unit) {
    return with_unit_text(text(value), unit);
  }
  static std::string with_unit_text(const std::string& value, const std::string& unit) {
    return unit.empty() ? value : value + " " + unit;
  }
};

/// The ends of a projection, and what its rule says of numbers.
struct ProjectionSizes {
  std::int64_t sources, targets;
  bool within;  ///< both ends are one population
  const Population *source, *target;
  std::int64_t synapses = 0;  ///< 0 if the rule draws them
  std::int64_t weights = 0;   ///< that are given explicitly
};

/// Sets the numbers of synapses and weights.
void validate_rule(const Field& field, const Connectivity& rule, ProjectionSizes& sizes);
void validate_rule(const Field& field, const Csr& rule, ProjectionSizes& sizes);
void validate_rule(const Field& field, const Convolution& rule, ProjectionSizes& sizes);
void validate_rule(const Field& field, const DistanceDependent& rule, ProjectionSizes& sizes);
/// Both ends have positions in one space.
void validate_space(const Field& field, const std::string& name, const ProjectionSizes& sizes);
void validate_positions(const Field& field, const Population& population);
void validate_storage(const Field& field, const Projection& projection, const Population& source);
void validate_distribution(const Field& field, const std::string& name, const Uniform& uniform,
                           const std::string& unit);
void validate_distribution(const Field& field, const std::string& name, const Normal& normal,
                           const std::string& unit);
void validate_distribution(const Field& field, const std::string& name,
                           const TruncatedNormal& normal, const std::string& unit);
void validate_distribution(const Field& field, const std::string& name, const Lognormal& lognormal);
/// A delay that is a distribution: at least one tick must be likely, and the longest must not
/// exceed `most_ms`.
void validate_drawn_delay(const Field& field, const Delay& delay, double dt_ms, double most_ms);

/// Last tick that a description may name: whole numbers up to it are exact in a double.
constexpr double last_tick = 4503599627370496;
/// A point in time, >= 0, that is rounded to ticks.
void validate_time(const Field& field, const std::string& name, double time_ms, double dt_ms);
/// Times from which on values hold: ascending, as many as there are values, at least one.
void validate_pieces(const Field& field, const std::string& times, const std::vector<double>& ms,
                     const std::string& values, std::size_t count, double dt_ms);
/// The port must be one that the target's neurons have.
void validate_receptor(const Field& field, const std::string& name, int receptor,
                       const Population& target);

void validate_models(const Field& field, const Population& population, double dt_ms);
void validate_stimuli(const Field& field, const Population& population, double dt_ms);
void validate_source(const Field& field, const Population& population, double dt_ms);
void validate_neurons(const Field& field, const Population& population, double dt_ms);
void validate_projection(const Network& network, ProjectionId id, double dt_ms);
void validate_plasticity(const Field& field, const Population& source, const Synapse& synapse,
                         double dt_ms);
void validate_cycles(const Network& network, double dt_ms);

}  // namespace snn::detail
