// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/report/comparison.hpp"

#include <cmath>
#include <limits>

#include "snn/cli/report/words.hpp"

namespace snn::cli::page {
namespace {

Comparison measured_comparison(const MeasuredRatio& ratio, const std::string& against) {
  Comparison c;
  c.by = "Measured on this machine";
  c.against = against;
  c.measured = true;
  if (const auto* why = std::get_if<Unavailable>(&ratio)) {
    c.why = *why;
    return c;
  }
  const RatioInterval& total = std::get<EnergyRatio>(ratio).total;
  c.ratio = total.ratio;
  c.interval = total;
  c.outcome = total.low > 1    ? Outcome::loses
              : total.high < 1 ? Outcome::wins
                               : Outcome::cannot_tell;
  return c;
}

Comparison modelled_comparison(const Results& results, const Contender& opponent,
                               const std::string& model, const std::string& against,
                               const std::string& in_words) {
  Comparison c;
  c.by = title_of(model);
  c.in_words = in_words;
  c.against = against;
  const Modelled* own = results.spiking().by(model);
  const Modelled* other = opponent.by(model);
  if (own == nullptr || other == nullptr) {
    c.why = {"the results have no figure of " + model, "run snn bench again"};
    return c;
  }
  const ModelledJoules spent = own->joules_per_inference, theirs = other->joules_per_inference;
  const bool nothing = theirs == ModelledJoules{};
  c.ratio = !nothing          ? spent / theirs
            : spent == theirs ? 1
                              : std::numeric_limits<double>::infinity();
  c.outcome = c.ratio > 1 ? Outcome::loses : c.ratio < 1 ? Outcome::wins : Outcome::equal;
  return c;
}

}  // namespace

std::vector<ComparedModel> compared_models(const Results& results) {
  std::vector<ComparedModel> models = {
      {"45nm-compute-fp32", {&results.spiking(), &results.dense()}},
      {"45nm-compute-int8", {&results.spiking(), &results.quantised()}},
      {"lemaire-2022-memory-int32", {&results.spiking(), &results.dense()}}};
  for (const Contender& c : results.contenders) {
    if (c.role != Role::equal_accuracy) continue;
    for (ComparedModel& model : models) model.contenders.push_back(&c);
  }
  return models;
}

std::vector<Comparison> comparisons(const Results& results) {
  const Contender &dense = results.dense(), &quantised = results.quantised();
  return {measured_comparison(results.verdict.against_dense, "dense twin"),
          modelled_comparison(results, dense, "45nm-compute-fp32", "dense twin",
                              "for arithmetic at fp32"),
          modelled_comparison(results, quantised, "45nm-compute-int8", "quantised twin",
                              "for arithmetic at int8"),
          modelled_comparison(results, dense, "lemaire-2022-memory-int32", "dense twin",
                              "with accesses to memory")};
}

AccuracyDifference accuracy_difference(const Results& results) {
  AccuracyDifference difference;
  const auto &own = results.spiking().accuracy, &other = results.dense().accuracy;
  if (!own || !other || results.test == 0) return difference;
  difference.known = true;
  difference.points = 100 * (*own - *other);
  const double variance = *own * (1 - *own) + *other * (1 - *other);
  difference.tellable = 100 * 1.96 * std::sqrt(variance / static_cast<double>(results.test));
  difference.outcome = std::abs(difference.points) <= difference.tellable ? Outcome::cannot_tell
                       : difference.points < 0                            ? Outcome::loses
                                                                          : Outcome::wins;
  return difference;
}

Outcome energy_outcome(const std::vector<Comparison>& all) {
  Outcome common = Outcome::unavailable;
  for (const Comparison& c : all) {
    if (c.outcome == Outcome::unavailable) continue;
    if (common == Outcome::unavailable)
      common = c.outcome;
    else if (common != c.outcome)
      return Outcome::cannot_tell;
  }
  return common;
}

}  // namespace snn::cli::page
