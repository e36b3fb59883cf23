// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/training_cost.hpp"

namespace snn::cli {

std::optional<CostToTarget> cost_to(const TrainingCost& training, double accuracy) {
  CostToTarget cost;
  TrainingOperations operations;
  for (std::size_t e = 0; e < training.epochs.size(); ++e) {
    const EpochReport& epoch = training.epochs[e];
    cost.seconds += epoch.seconds;
    operations += epoch.operations;
    if (epoch.validation_accuracy < accuracy) continue;
    cost.epoch = epoch.epoch;
    cost.modelled = training_compute(operations);
    if (e < training.measured.marks.size())
      cost.measured = training.measured.marks[e].since_start;
    else if (const auto* why = std::get_if<Unavailable>(&training.measured.whole))
      cost.measured = *why;
    return cost;
  }
  return std::nullopt;
}

}  // namespace snn::cli
