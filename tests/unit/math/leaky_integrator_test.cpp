// SPDX-License-Identifier: Apache-2.0
#include "snn/math/leaky_integrator.hpp"

#include <cmath>
#include <limits>

#include "tests/unit/math/neurons.hpp"

namespace snn {
namespace {

using test::Neuron;

TEST(Li, FiltersItsInputAndNeverSpikes) {
  Neuron<Li> neuron(Li{.tau_m_ms = 6}, 0.5);
  std::vector<double> inputs;
  for (int t = 0; t < 100; ++t) {
    inputs.push_back(test::random(8, t, -100, 100));
    EXPECT_FALSE(neuron.step(inputs.back()));
    long double sum = 0;  // the convolution with e^(-t/tau)
    for (int k = 0; k <= t; ++k)
      sum += static_cast<long double>(inputs[static_cast<std::size_t>(k)]) *
             std::exp(-(t - k) * 0.5L / 6);
    EXPECT_NEAR(neuron.state.u, static_cast<double>(sum), 1e-11);
  }
}

TEST(Li, HeldInputChargesTowardsIt) {
  Neuron<Li> neuron(Li{.tau_m_ms = 6, .input = Input::current});
  for (int k = 1; k < 50; ++k) {
    neuron.step(4.0);
    EXPECT_NEAR(neuron.state.u, 4 * (1 - std::exp(-k / 6.0)), 1e-13);
  }
}

TEST(Li, EulerPresetIsForwardEuler) {
  const auto c =
      Li{.tau_m_ms = 8, .scheme = Scheme::euler, .input = Input::current}.derive<double>(2.0);
  EXPECT_DOUBLE_EQ(c.decay, 0.75);
  EXPECT_DOUBLE_EQ(c.gain, 0.25);
}

TEST(Li, HasNoDistanceToAThreshold) {
  Neuron<Li> neuron(Li{});
  EXPECT_EQ(Li::integrate(neuron.state, neuron.coeffs, 1e30),
            -std::numeric_limits<double>::infinity());
}

TEST(Li, JumpEqualsSteps) {
  for (const double u : {0.0, 3.5, -1e6}) {
    test::expect_jump_equals_steps<Li, float>(Li{}, {.u = static_cast<float>(u)});
    test::expect_jump_equals_steps<Li, double>(Li{}, {.u = u});
  }
}

}  // namespace
}  // namespace snn
