// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "snn/math/models.hpp"
#include "snn/math/philox.hpp"

/// What the tests of single neuron models share.
namespace snn::test {

/// One neuron and its past.
template <class Model, class Real = double>
struct Neuron {
  typename Model::template Coeffs<Real> coeffs;
  typename Model::template State<Real> state{};

  explicit Neuron(const Model& model, double dt_ms = 1.0)
      : coeffs(model.template derive<Real>(dt_ms)) {}

  bool step(Real input) { return snn::step<Model>(state, coeffs, input); }
};

/// A number in [low, high), the same in every run.
inline double random(std::uint32_t stream, int element, double low, double high) {
  const auto word =
      random_words(11, RandomUse::encode, stream, static_cast<std::uint64_t>(element))[0];
  return low + (high - low) * static_cast<double>(word) * 0x1p-32;
}

/// Ticks at which a constant input makes the neuron spike.
template <class Model>
std::vector<int> spike_ticks(Neuron<Model>& neuron, double input, int ticks) {
  std::vector<int> spikes;
  for (int t = 0; t < ticks; ++t) {
    if (neuron.step(input)) spikes.push_back(t);
  }
  return spikes;
}

/// jump(k) gives the very bits of k steps without input, from `start`, for many k.
template <class Model, class Real>
void expect_jump_equals_steps(const Model& model,
                              const typename Model::template State<Real>& start) {
  for (const int ticks : {0, 1, 2, 3, 4, 5, 7, 10, 50, 333, 20000}) {
    Neuron<Model, Real> stepped(model), jumped(model);
    stepped.state = jumped.state = start;
    for (int t = 0; t < ticks; ++t) ASSERT_FALSE(stepped.step(Real(0))) << t;
    Model::jump(jumped.state, jumped.coeffs, ticks);
    EXPECT_EQ(std::memcmp(&stepped.state, &jumped.state, sizeof start), 0) << ticks << " ticks";
  }
}

}  // namespace snn::test
