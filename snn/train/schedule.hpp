// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <variant>

namespace snn {

/// The learning rate stays.
struct ConstantRate {};
/// From lr at epoch 0 towards final_fraction * lr at `epochs`, which is never reached:
/// lr * (f + (1 - f) * (1 + cos(pi * epoch / epochs)) / 2). Loshchilov & Hutter, ICLR 2017, eq. 5.
struct CosineRate {
  double final_fraction = 0.0;  ///< in [0, 1]
};
/// lr * factor^floor(epoch / every).
struct StepRate {
  int every = 10;       ///< epochs, >= 1
  double factor = 0.5;  ///< in (0, 1]
};
/// lr *= factor whenever the validation loss has not improved for `patience` epochs.
struct PlateauRate {
  int patience = 3;     ///< epochs, >= 1
  double factor = 0.5;  ///< in (0, 1)
};
using Schedule = std::variant<ConstantRate, CosineRate, StepRate, PlateauRate>;

/// Memory of a schedule: what a plateau needs to know.
struct ScheduleState {
  double scale = 1.0;
  double best_loss = 1e300;
  int bad_epochs = 0;  ///< since the best loss, or since the rate was last lowered
};
/// Learning rate of `epoch` (0-based) of `epochs`.
double learning_rate(const Schedule& schedule, const ScheduleState& state, double base, int epoch,
                     int epochs);
/// Tells the schedule the validation loss of the epoch that ended.
void after_epoch(const Schedule& schedule, ScheduleState& state, double validation_loss);

}  // namespace snn
