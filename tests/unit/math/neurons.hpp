// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <vector>

#include "snn/math/lanes.hpp"
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

  bool step(const InputOf<Model, Real>& input) { return snn::step<Model>(state, coeffs, input); }
};

/// A number in [low, high), the same in every run.
inline double random(std::uint32_t stream, int element, double low, double high) {
  const auto word =
      random_words(11, RandomUse::encode, stream, static_cast<std::uint64_t>(element))[0];
  return low + (high - low) * static_cast<double>(word) * 0x1p-32;
}

/// The same draws from [low, high) for every port.
template <class Model, class Real>
InputOf<Model, Real> random_input(std::uint32_t stream, int tick, double low, double high) {
  if constexpr (receptors_of<Model> == 1) {
    return Real(random(stream, tick, low, high));
  } else {
    InputOf<Model, Real> input{};
    for (std::uint32_t p = 0; p < input.size(); ++p)
      input[p] = Real(random(stream + p, tick, low, high));
    return input;
  }
}

/// No input of any size, and no bounded one for long, makes a field of the state infinite or NaN.
template <class Model>
void expect_finite(const Model& model) {
  constexpr std::size_t fields = lanes::fields<typename Model::template State<float>, float>;
  const auto push = [&](const char* what, auto&& input) {
    for (const double dt : {0.1, 1.0}) {
      Neuron<Model, float> neuron(model, dt);
      for (int t = 0; t < 10000; ++t) {
        neuron.step(input(t));
        for (const float x : std::bit_cast<std::array<float, fields>>(neuron.state))
          ASSERT_TRUE(std::isfinite(x)) << what << ", dt " << dt << ", tick " << t;
      }
    }
  };
  push("noise", [](int t) { return random_input<Model, float>(40, t, -1e6, 1e6); });
  push("+1e6", [](int) { return random_input<Model, float>(41, 0, 1e6, 1e6); });
  push("-1e6", [](int) { return random_input<Model, float>(42, 0, -1e6, -1e6); });
  push("both", [](int t) { return random_input<Model, float>(43, t / 100, -1e6, 1e6); });
}

/// Membranes in float and in double stay within `mv` of each other over random input from
/// [low, high) on one tick in ten, below the threshold.
template <class Model>
void expect_float_follows_double(const Model& model, double low, double high, double mv) {
  Neuron<Model, float> single(model, 0.1);
  Neuron<Model, double> twice(model, 0.1);
  double moved = 0;
  for (int t = 0; t < 2000; ++t) {
    const bool arrives = t % 10 == 0;
    ASSERT_FALSE(twice.step(arrives ? random_input<Model, double>(44, t, low, high)
                                    : InputOf<Model, double>{}));
    ASSERT_FALSE(single.step(arrives ? random_input<Model, float>(44, t, low, high)
                                     : InputOf<Model, float>{}));
    ASSERT_NEAR(single.state.u, twice.state.u, mv) << t;
    moved = std::max(moved, std::abs(twice.state.u));
  }
  EXPECT_GT(moved, 1);
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
