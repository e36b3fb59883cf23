// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "snn/cli/contest.hpp"

/// What training takes until a network is good enough.
namespace snn::cli {

/// From the start of training to the end of the first epoch whose validation accuracy reaches a
/// target.
struct CostToTarget {
  int epoch = 0;       ///< that reached it, from 0
  double seconds = 0;  ///< of training proper
  Modelled modelled;   ///< of the operations until then
  MeasuredEnergy measured;
};

/// Nothing if no epoch reached it.
std::optional<CostToTarget> cost_to(const TrainingCost& training, double accuracy);

}  // namespace snn::cli
