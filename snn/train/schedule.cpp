// SPDX-License-Identifier: Apache-2.0
#include "snn/train/schedule.hpp"

#include <cmath>
#include <numbers>

namespace snn {

double learning_rate(const Schedule& schedule, const ScheduleState& state, double base, int epoch,
                     int epochs) {
  if (const auto* cosine = std::get_if<CosineRate>(&schedule)) {
    const double floor = cosine->final_fraction;
    const double angle = std::numbers::pi * epoch / epochs;
    return base * (floor + (1.0 - floor) * (1.0 + std::cos(angle)) / 2.0);
  }
  if (const auto* step = std::get_if<StepRate>(&schedule))
    return base * std::pow(step->factor, epoch / step->every);
  return base * state.scale;
}

void after_epoch(const Schedule& schedule, ScheduleState& state, double validation_loss) {
  const auto* plateau = std::get_if<PlateauRate>(&schedule);
  if (plateau == nullptr) return;
  if (validation_loss < state.best_loss) {
    state.best_loss = validation_loss;
    state.bad_epochs = 0;
  } else if (++state.bad_epochs >= plateau->patience) {
    state.scale *= plateau->factor;
    state.bad_epochs = 0;
  }
}

}  // namespace snn
