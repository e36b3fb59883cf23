// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <variant>

#include "snn/math/host_device.hpp"
#include "snn/train/optimizer.hpp"

/// Steps of the optimisers. `Real` is float; a test puts in a number that counts what is done to
/// it. update_operations() says how much that is per parameter.
namespace snn {

template <class Real>
struct SgdKernel {
  Real* w;
  const Real* g;
  Real* v;
  std::int64_t count;
  Real momentum, decay, rate;

  void operator()() const {
#pragma omp simd
    for (std::int64_t i = 0; i < count; ++i) step(i, g[i]);
  }
  /// Of parameter i with that gradient.
  SNN_HD inline void step(std::int64_t i, Real slope) const {
    const Real next = momentum * v[i] + (slope + decay * w[i]);
    v[i] = next;
    w[i] = w[i] - rate * next;
  }
};

template <class Real>
struct AdamKernel {
  Real* w;
  const Real* g;
  Real* m;
  Real* v;
  std::int64_t count;
  Real beta1, rest1;     ///< beta and 1 - beta
  Real beta2, rest2;     ///< the same of the second moment
  Real rate;             ///< lr / (1 - beta1^t)
  Real root_correction;  ///< sqrt(1 - beta2^t)
  Real epsilon;
  Real added_decay;  ///< times w is added to the gradient
  Real kept;         ///< factor on w

  void operator()() const {
#pragma omp simd
    for (std::int64_t i = 0; i < count; ++i) step(i, g[i]);
  }
  /// Of parameter i with that gradient.
  SNN_HD inline void step(std::int64_t i, Real gradient) const {
    using std::sqrt;
    const Real slope = gradient + added_decay * w[i];
    const Real first = beta1 * m[i] + rest1 * slope;
    const Real second = beta2 * v[i] + rest2 * slope * slope;
    m[i] = first;
    v[i] = second;
    w[i] = kept * w[i] - rate * first / (sqrt(second) / root_correction + epsilon);
  }
};

/// The step number `steps` (from 1) of an optimiser at a learning rate; pointers and count are
/// still to be set.
std::variant<SgdKernel<float>, AdamKernel<float>> step_kernel(const OptimizerKind& kind,
                                                              std::int64_t steps, double rate);

}  // namespace snn
