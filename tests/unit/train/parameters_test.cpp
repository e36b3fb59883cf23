// SPDX-License-Identifier: Apache-2.0
#include "snn/train/parameters.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "snn/compile/connect.hpp"

namespace snn {
namespace {

Network described() {
  Network network;
  const auto in = network.add(EventSource{}, {3}, "in");
  const auto hidden = network.add(
      std::vector<Lif>{{.tau_m_ms = 5}, {.tau_m_ms = 20, .v_rest_mv = -70, .v_th_mv = -52.5}}, {2},
      "hidden");
  const auto out = network.add(Li{.tau_m_ms = 8, .scheme = Scheme::euler}, {2}, "out");
  network.connect(
      in, hidden, Sparse{{2, 0, 1}, {1, 0, 1}},
      {.weight = std::vector<float>{0.1f, 0.2f, 0.3f}, .bias = std::vector<float>{-1.5f, 2.5f}});
  network.connect(hidden, hidden, OneToOne{},
                  {.weight = std::vector<float>{0.7f, -0.7f}, .delay_ms = 1.0});
  network.connect(hidden, out, AllToAll{}, {.weight = Uniform{-1, 1}});
  return network;
}

TEST(Parameters, AreWeightsBiasesLogitsAndThresholds) {
  const Network network = described();
  const Plan plan = make_plan(network, {.learn_tau = true, .learn_threshold = true});
  const std::vector<float> p = initial_parameters(network, plan, 1.0, 5);
  ASSERT_EQ(p.size(), 6u + 2 + 2 + 4 + 4 + 1);
  // [source][target] with zeros where there is no synapse.
  EXPECT_EQ(std::vector<float>(p.begin(), p.begin() + 6),
            (std::vector<float>{0.2f, 0, 0, 0.3f, 0, 0.1f}));
  EXPECT_EQ(std::vector<float>(p.begin() + 6, p.begin() + 10),
            (std::vector<float>{-1.5f, 2.5f, 0.7f, -0.7f}));
  EXPECT_EQ(std::vector<float>(p.begin() + 10, p.begin() + 14), expand_weights(network, {2}, 5));
  // logit(e^-x) = -log(e^x - 1); Euler's decay of 7/8 has the logit log 7.
  EXPECT_NEAR(p[14], -std::log(std::expm1(1.0 / 5)), 1e-6);
  EXPECT_NEAR(p[15], -std::log(std::expm1(1.0 / 20)), 1e-6);
  EXPECT_EQ(p[16], 15.0f);
  EXPECT_EQ(p[17], 17.5f);
  EXPECT_NEAR(p[18], std::log(7.0), 1e-6);
}

TEST(Parameters, WeightsAndBiasesComeBackBitForBit) {
  const Network before = described();
  const Plan plan = make_plan(before, {});
  const std::vector<float> parameters = initial_parameters(before, plan, 1.0, 5);
  Network after = before;
  apply_parameters(after, plan, 1.0, parameters);
  for (std::int32_t q = 0; q < 3; ++q) {
    EXPECT_EQ(std::get<std::vector<float>>(after[ProjectionId{q}].synapse.weight),
              expand_weights(before, {q}, 5));
    EXPECT_EQ(after[ProjectionId{q}].synapse.bias, before[ProjectionId{q}].synapse.bias);
  }
  // Neurons are not touched where nothing of them is learnt.
  const auto& lif = std::get<ParametersOf<Lif>>(after[PopulationId{1}].neurons());
  EXPECT_EQ(lif[0].tau_m_ms, 5.0);
  EXPECT_EQ(lif[1].v_th_mv, -52.5);
  // Explicit weights need no seed any more.
  EXPECT_EQ(initial_parameters(after, plan, 1.0, 6), parameters);
}

TEST(Parameters, ALogitBecomesTheTimeConstantOfItsDecay) {
  Network network = described();
  const Plan plan = make_plan(network, {.learn_tau = true, .learn_threshold = true});
  std::vector<float> p = initial_parameters(network, plan, 0.5, 5);
  p[14] = 0.0f;  // decay 1/2
  p[16] = 3.25f;
  p[17] = 0.5f;
  p[18] = 0.0f;
  apply_neuron_parameters(network, plan, 0.5, p);
  const auto& lif = std::get<ParametersOf<Lif>>(network[PopulationId{1}].neurons());
  EXPECT_NEAR(lif[0].tau_m_ms, 0.5 / std::log(2.0), 1e-12);
  EXPECT_NEAR(lif[1].tau_m_ms, 20.0, 20 * 3e-6);  // through a decay in float
  EXPECT_EQ(lif[0].v_th_mv, -65 + 3.25);
  EXPECT_EQ(lif[1].v_th_mv, -70 + 0.5);
  EXPECT_EQ(std::get<ParametersOf<Li>>(network[PopulationId{2}].neurons())[0].tau_m_ms, 1.0);
}

/// A simulation derives its decay from the time constant that was written: it must be the float
/// that training used, the logistic function rounded once.
TEST(Parameters, TheWrittenTimeConstantHasTheDecayOfTraining) {
  Network network = described();
  const Plan plan = make_plan(network, {.learn_tau = true});
  std::vector<float> p = initial_parameters(network, plan, 1.0, 5);
  for (float logit = -6.0f; logit < 9.0f; logit += 0.0371f) {
    p[14] = logit;
    apply_neuron_parameters(network, plan, 1.0, p);
    const Lif& lif = std::get<ParametersOf<Lif>>(network[PopulationId{1}].neurons())[0];
    const auto expected = static_cast<float>(1 / (1 + std::exp(-static_cast<double>(logit))));
    ASSERT_EQ(lif.derive<float>(1.0).decay, expected) << logit;
  }
}

TEST(Parameters, ThresholdsStayPositive) {
  const Network network = described();
  const Plan plan = make_plan(network, {.learn_tau = true, .learn_threshold = true});
  std::vector<float> p = initial_parameters(network, plan, 1.0, 5);
  p[0] = -3;
  p[14] = -3;
  p[16] = -3;
  p[17] = 0.2f;
  std::vector<float> expected = p;
  bound_parameters(plan, p);
  EXPECT_GT(p[16], 0);
  EXPECT_LE(p[16], 1e-3f);
  expected[16] = p[16];
  EXPECT_EQ(p, expected);
}

TEST(Parameters, AClipIsAThreshold) {
  Network network;
  const auto in = network.add(CurrentSource{}, {1});
  const auto hidden = network.add(Relu{.levels = 3, .clip = 2.5}, {1});
  network.connect(in, hidden, AllToAll{});
  const Plan plan = make_plan(network, {});
  std::vector<float> p = initial_parameters(network, plan, 1.0, 5);
  EXPECT_EQ(p, (std::vector<float>{1.0f, 2.5f}));
  p[1] = 0.75f;
  apply_parameters(network, plan, 1.0, p);
  EXPECT_EQ(std::get<ParametersOf<Relu>>(network[hidden].neurons())[0].clip, 0.75);
}

}  // namespace
}  // namespace snn
