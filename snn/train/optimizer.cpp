// SPDX-License-Identifier: Apache-2.0
#include "snn/train/optimizer.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "snn/model/errors.hpp"

namespace snn {
namespace {

/// What a step of an element needs, the same for all elements.
struct AdamStep {
  float beta1, beta2, step, root_correction, epsilon, added_decay, kept;
};

AdamStep adam_step(double beta1, double beta2, double epsilon, double added_decay, double kept,
                   double rate, std::int64_t steps) {
  const double correction1 = 1.0 - std::pow(beta1, static_cast<double>(steps));
  const double correction2 = 1.0 - std::pow(beta2, static_cast<double>(steps));
  return {static_cast<float>(beta1),
          static_cast<float>(beta2),
          static_cast<float>(rate / correction1),
          static_cast<float>(std::sqrt(correction2)),
          static_cast<float>(epsilon),
          static_cast<float>(added_decay),
          static_cast<float>(kept)};
}

}  // namespace

Optimizer::Optimizer(OptimizerKind kind, std::size_t parameters) : kind_(kind) {
  state_.first.resize(parameters);
  if (!std::holds_alternative<Sgd>(kind_)) state_.second.resize(parameters);
}

void Optimizer::restore(State state) {
  if (state.first.size() != state_.first.size() || state.second.size() != state_.second.size()) {
    throw ConfigError(
        "optimizer", "state",
        std::to_string(state.first.size()) + " and " + std::to_string(state.second.size()) +
            " values",
        std::to_string(state_.first.size()) + " and " + std::to_string(state_.second.size()));
  }
  state_ = std::move(state);
}

void Optimizer::step(std::span<float> parameters, std::span<const float> gradient, double rate,
                     int threads) {
  ++state_.steps;
  const auto size = static_cast<std::int64_t>(parameters.size());
  float* w = parameters.data();
  const float* g = gradient.data();
  float* m = state_.first.data();
  if (const auto* sgd = std::get_if<Sgd>(&kind_)) {
    const auto momentum = static_cast<float>(sgd->momentum);
    const auto decay = static_cast<float>(sgd->weight_decay);
    const auto scale = static_cast<float>(rate);
#pragma omp parallel for simd num_threads(threads)
    for (std::int64_t i = 0; i < size; ++i) {
      m[i] = momentum * m[i] + (g[i] + decay * w[i]);
      w[i] -= scale * m[i];
    }
    return;
  }
  AdamStep s{};
  if (const auto* adam = std::get_if<Adam>(&kind_)) {
    s = adam_step(adam->beta1, adam->beta2, adam->epsilon, adam->weight_decay, 1.0, rate,
                  state_.steps);
  } else {
    const auto& adamw = std::get<AdamW>(kind_);
    s = adam_step(adamw.beta1, adamw.beta2, adamw.epsilon, 0.0, 1.0 - rate * adamw.weight_decay,
                  rate, state_.steps);
  }
  float* v = state_.second.data();
#pragma omp parallel for simd num_threads(threads)
  for (std::int64_t i = 0; i < size; ++i) {
    const float slope = g[i] + s.added_decay * w[i];
    m[i] = s.beta1 * m[i] + (1.0f - s.beta1) * slope;
    v[i] = s.beta2 * v[i] + (1.0f - s.beta2) * slope * slope;
    w[i] = s.kept * w[i] - s.step * m[i] / (std::sqrt(v[i]) / s.root_correction + s.epsilon);
  }
}

double learning_rate(const Schedule& schedule, const ScheduleState& state, double base, int epoch,
                     int epochs) {
  if (const auto* cosine = std::get_if<CosineRate>(&schedule)) {
    const double floor = cosine->final_fraction;
    return base *
           (floor + (1.0 - floor) * (1.0 + std::cos(std::numbers::pi * epoch / epochs)) / 2.0);
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
