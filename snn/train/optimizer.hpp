// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

namespace snn {

/// Stochastic gradient descent with momentum: v = momentum*v + g, w -= lr*v.
struct Sgd {
  double momentum = 0.9;      ///< in [0, 1)
  double weight_decay = 0.0;  ///< added to the gradient, >= 0
};
/// Kingma & Ba, ICLR 2015; weight decay is added to the gradient.
struct Adam {
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
  double weight_decay = 0.0;
};
/// Loshchilov & Hutter, ICLR 2019; weight decay acts on the weights.
struct AdamW {
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
  double weight_decay = 0.01;
};
using OptimizerKind = std::variant<Sgd, Adam, AdamW>;

/// An optimiser's memory over one flat array of parameters.
class Optimizer {
 public:
  Optimizer(OptimizerKind kind, std::size_t parameters);

  /// One step at a learning rate. Elements are independent: any number of threads gives the same
  /// bits.
  void step(std::span<float> parameters, std::span<const float> gradient, double learning_rate,
            int threads);

  /// For checkpoints: the moments (empty where the kind has none) and the number of steps done.
  struct State {
    std::vector<float> first, second;
    std::int64_t steps = 0;
  };
  const State& state() const { return state_; }
  void restore(State state);

 private:
  OptimizerKind kind_;
  State state_;
};

/// The learning rate stays.
struct ConstantRate {};
/// lr * (1 + cos(pi * epoch / epochs)) / 2, from lr to `final_fraction` * lr.
struct CosineRate {
  double final_fraction = 0.0;  ///< in [0, 1]
};
/// lr * factor^floor(epoch / every).
struct StepRate {
  int every = 10;
  double factor = 0.5;
};
/// lr *= factor when the validation loss has not improved for `patience` epochs.
struct PlateauRate {
  int patience = 3;
  double factor = 0.5;
};
using Schedule = std::variant<ConstantRate, CosineRate, StepRate, PlateauRate>;

/// Memory of a schedule: what a plateau needs to know.
struct ScheduleState {
  double scale = 1.0;
  double best_loss = 1e300;
  int bad_epochs = 0;
};
/// Learning rate of `epoch` (0-based) of `epochs`.
double learning_rate(const Schedule& schedule, const ScheduleState& state, double base, int epoch,
                     int epochs);
/// Tells the schedule the validation loss of the epoch that ended.
void after_epoch(const Schedule& schedule, ScheduleState& state, double validation_loss);

}  // namespace snn
