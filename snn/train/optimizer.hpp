// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "snn/energy/counts/operations.hpp"

namespace snn {

/// Stochastic gradient descent with momentum: v = momentum*v + g, w -= lr*v.
struct Sgd {
  double momentum = 0.9;      ///< in [0, 1)
  double weight_decay = 0.0;  ///< times w is added to the gradient, >= 0
};
/// m = beta1*m + (1-beta1)*g, v = beta2*v + (1-beta2)*g^2; at step t, with m' = m/(1-beta1^t) and
/// v' = v/(1-beta2^t): w -= lr * m' / (sqrt(v') + epsilon). Kingma & Ba, ICLR 2015, algorithm 1.
struct Adam {
  double beta1 = 0.9, beta2 = 0.999;  ///< in [0, 1)
  double epsilon = 1e-8;              ///< > 0
  double weight_decay = 0.0;          ///< times w is added to the gradient, >= 0
};
/// As Adam, but weight decay acts on the weights: w *= 1 - lr*weight_decay before the step.
/// Loshchilov & Hutter, ICLR 2019, algorithm 2 with the learning rate as the decay's multiplier.
struct AdamW {
  double beta1 = 0.9, beta2 = 0.999;  ///< in [0, 1)
  double epsilon = 1e-8;              ///< > 0
  double weight_decay = 0.01;         ///< times the rate w is lowered by in each step, >= 0
};
using OptimizerKind = std::variant<Sgd, Adam, AdamW>;

/// What a step does per parameter, with or without momentum and decay, whose factors are always
/// applied.
UpdateOperations update_operations(const OptimizerKind& kind);

/// An optimiser's memory over one flat array of parameters.
class Optimizer {
 public:
  Optimizer(OptimizerKind kind, std::size_t parameters);

  /// One step at a learning rate. Elements are independent: any number of threads and any
  /// instruction set give the same bits. Throws ConfigError if a size differs from that of the
  /// constructor. A gradient that is not finite is the caller's to refuse: it would stay in the
  /// moments for ever.
  void step(std::span<float> parameters, std::span<const float> gradient, double learning_rate,
            int threads);

  /// For checkpoints: the moments (`second` is empty for Sgd) and the number of steps done.
  struct State {
    std::vector<float> first, second;
    std::int64_t steps = 0;
  };
  const State& state() const { return state_; }
  /// Throws ConfigError if the state is not one of this kind and size.
  void restore(State state);

 private:
  OptimizerKind kind_;
  State state_;
};

}  // namespace snn
