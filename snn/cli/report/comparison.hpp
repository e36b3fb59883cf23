// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "snn/cli/report/results_file.hpp"

/// Who wins, figure by figure: what the heading and the cards of the page are made of.
namespace snn::cli::page {

enum class Outcome : std::uint8_t { wins, loses, equal, cannot_tell, unavailable };

/// The spiking network against one twin, by one figure of energy.
struct Comparison {
  std::string by;        ///< e.g. "45 nm compute-only, fp32"
  std::string in_words;  ///< the same in a sentence: "for arithmetic at fp32"
  std::string against;   ///< "dense twin"
  bool measured = false;
  Outcome outcome = Outcome::unavailable;
  double ratio = 0;  ///< joules of the spiking network over those of the twin; may be infinite
  std::optional<RatioInterval> interval;  ///< of measured figures
  Unavailable why;                        ///< of unavailable ones
};

/// The figures of the verdict: measured, compute-only at fp32 and int8, memory-aware.
std::vector<Comparison> comparisons(const Results& results);

/// A model, and whom it compares: the spiking network first, then its twin, then a network of equal
/// accuracy if there is one.
struct ComparedModel {
  std::string model;
  std::vector<const Contender*> contenders;
};
/// Those of the verdict. The pointers are into the results.
std::vector<ComparedModel> compared_models(const Results& results);

/// Accuracy of the spiking network less that of the dense twin.
struct AccuracyDifference {
  double points = 0;  ///< percentage points; 0 where one of the two is unknown
  bool known = false;
  double tellable = 0;  ///< points that a difference must exceed, given so few test samples
  Outcome outcome = Outcome::unavailable;
};
/// `tellable` is 1.96 standard errors of the difference of two shares of `test` samples each (both
/// binomial, independent).
AccuracyDifference accuracy_difference(const Results& results);

/// What all comparisons with a figure have in common: wins, loses or equal; cannot_tell if they
/// disagree.
Outcome energy_outcome(const std::vector<Comparison>& all);

}  // namespace snn::cli::page
