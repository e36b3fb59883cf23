// SPDX-License-Identifier: Apache-2.0
#include "snn/train/plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "snn/compile/connect.hpp"

namespace snn {
namespace {

std::vector<float> zeros(std::size_t n) {
  return std::vector<float>(n);
}

/// 3 inputs -> 4 -> 70 -> 2 with every kind of projection.
Network mixed() {
  Network network;
  const auto in = network.add(EventSource{}, {3}, "in");
  const auto first = network.add(Lif{.t_ref_ms = 2}, {2, 2}, "first");
  const auto second = network.add(std::vector<Lif>(70, Lif{}), {70}, "second");
  const auto out = network.add(Li{}, {2}, "out");
  network.connect(in, first, AllToAll{}, {.bias = zeros(4)});
  network.connect(first, second, Sparse{{0, 3, 0}, {69, 1, 2}}, {.delay_ms = 1.0});
  network.connect(second, second, OneToOne{}, {.delay_ms = 1.5});
  network.connect(first, out, AllToAll{}, {.delay_ms = PerSource{{0, 2, 0, 2}}});
  network.connect(second, out, AllToAll{}, {.bias = zeros(2)});
  return network;
}

TEST(Plan, LaysParametersOutOneAfterTheOther) {
  const Plan plan = make_plan(mixed(), {.dt_ms = 0.5, .learn_tau = true, .learn_threshold = true});
  const auto& q = plan.projections;
  EXPECT_EQ(q[0].weight, 0u);
  EXPECT_EQ(q[0].bias, 12u);
  EXPECT_EQ(q[1].weight, 16u);
  EXPECT_EQ(q[1].weights, 280u);  // as a matrix with a mask
  EXPECT_EQ(q[1].bias, no_parameter);
  EXPECT_EQ(q[2].weight, 296u);
  EXPECT_EQ(q[2].weights, 70u);
  EXPECT_EQ(q[3].weight, 366u);
  EXPECT_EQ(q[4].weight, 374u);
  EXPECT_EQ(q[4].bias, 514u);
  const auto& p = plan.populations;
  EXPECT_EQ(p[0].decay, no_parameter);
  EXPECT_EQ(p[1].decay, 516u);
  EXPECT_EQ(p[1].threshold, 517u);
  EXPECT_EQ(p[1].learnt, 1u);
  EXPECT_EQ(p[2].decay, 518u);
  EXPECT_EQ(p[2].threshold, 588u);
  EXPECT_EQ(p[2].learnt, 70u);
  EXPECT_EQ(p[3].decay, 658u);
  EXPECT_EQ(p[3].threshold, no_parameter);
  EXPECT_EQ(plan.parameters, 659u);
}

TEST(Plan, LearnsNoNeuronParametersUnasked) {
  const Plan plan = make_plan(mixed(), {.dt_ms = 0.5});
  for (const PlannedPopulation& p : plan.populations) {
    EXPECT_EQ(p.decay, no_parameter);
    EXPECT_EQ(p.threshold, no_parameter);
  }
  EXPECT_EQ(plan.parameters, 516u);
}

TEST(Plan, KnowsWhatPopulationsAre) {
  const Plan plan = make_plan(mixed(), {.dt_ms = 0.5});
  const auto& p = plan.populations;
  EXPECT_EQ(plan.input, 0);
  EXPECT_EQ(plan.readout, 3);
  EXPECT_TRUE(p[0].source && p[0].spiking && !p[0].graded);
  EXPECT_TRUE(p[1].spiking && p[1].held && p[1].time_input);
  EXPECT_TRUE(p[2].spiking && !p[2].held);
  EXPECT_TRUE(!p[3].spiking && !p[3].graded);
  EXPECT_EQ(p[1].size, 4);
  EXPECT_EQ(p[2].words, 2);
  EXPECT_EQ(p[3].inputs, (std::vector<int>{3, 4}));
  EXPECT_EQ(p[1].outputs, (std::vector<int>{1, 3}));
}

TEST(Plan, DelaysAreTicksAndGrouped) {
  const Plan plan = make_plan(mixed(), {.dt_ms = 0.5});
  const auto& q = plan.projections;
  EXPECT_EQ(q[1].delay, 2);
  EXPECT_EQ(q[2].delay, 3);
  EXPECT_TRUE(q[2].internal);
  EXPECT_FALSE(q[1].internal);
  EXPECT_FALSE(Plan::mixed_delay(q[2]));
  ASSERT_TRUE(Plan::mixed_delay(q[3]));
  EXPECT_EQ(q[3].source_delay, (std::vector<int>{0, 4, 0, 4}));
  ASSERT_EQ(q[3].groups.size(), 2u);
  EXPECT_EQ(q[3].groups[0].delay, 0);
  EXPECT_EQ(q[3].groups[0].mask, (std::vector<std::uint64_t>{0b0101}));
  EXPECT_EQ(q[3].groups[1].delay, 4);
  EXPECT_EQ(q[3].groups[1].mask, (std::vector<std::uint64_t>{0b1010}));
}

TEST(Plan, ASparseProjectionHasAMask) {
  const Plan plan = make_plan(mixed(), {.dt_ms = 0.5});
  const std::vector<std::uint8_t>& mask = plan.projections[1].mask;
  ASSERT_EQ(mask.size(), 280u);
  EXPECT_EQ(std::count(mask.begin(), mask.end(), 1), 3);
  EXPECT_EQ(mask[0 * 70 + 69] + mask[3 * 70 + 1] + mask[0 * 70 + 2], 3);
  EXPECT_TRUE(plan.projections[0].mask.empty());
  EXPECT_EQ(plan.projections[2].kind, PlannedProjection::Kind::diagonal);
}

TEST(Plan, HeldInputIsNoInputOfATick) {
  Network network;
  const auto in = network.add(CurrentSource{}, {3});
  const auto out = network.add(Li{}, {2});
  network.connect(in, out, AllToAll{});
  const Plan plan = make_plan(network, {});
  EXPECT_TRUE(plan.projections[0].held_input);
  EXPECT_FALSE(plan.populations[1].time_input);
  EXPECT_TRUE(plan.populations[0].graded);
}

TEST(Plan, ClipsOfAQuantisedReluAreAlwaysLearnt) {
  for (const int levels : {0, 3}) {
    Network network;
    const auto in = network.add(CurrentSource{}, {3});
    const auto hidden = network.add(Relu{.levels = levels}, {4});
    const auto out = network.add(Li{}, {2});
    network.connect(in, hidden, AllToAll{});
    network.connect(hidden, out, AllToAll{});
    const Plan plan = make_plan(network, {});
    EXPECT_EQ(plan.populations[1].threshold != no_parameter, levels > 0);
  }
}

/// The field a network cannot be trained for.
std::string refused(const Network& network, const PlanOptions& options = {}) {
  try {
    make_plan(network, options);
  } catch (const ConfigError& error) {
    return error.object + " " + error.field;
  }
  return "taken";
}

TEST(Plan, SaysWhatCannotBeTrained) {
  Network none;
  none.add(Li{}, {2}, "out");
  EXPECT_EQ(refused(none), "network source");
  Network only;
  only.add(EventSource{}, {2}, "in");
  EXPECT_EQ(refused(only), "network populations");
  Network two = only;
  two.add(RateSource{}, {2}, "more");
  two.add(Li{}, {2}, "out");
  EXPECT_EQ(refused(two), "population \"more\" source");
  Network own;
  own.add(PoissonSource{}, {2}, "noise");
  own.add(Li{}, {2}, "out");
  EXPECT_EQ(refused(own), "population \"noise\" source");
  const auto joined = [](const Source& source, Connectivity rule, Synapse synapse) {
    Network network;
    const auto in = network.add(source, {2}, "in");
    const auto out = network.add(Li{}, {2}, "out");
    network.connect(in, out, std::move(rule), std::move(synapse));
    return network;
  };
  EXPECT_EQ(refused(joined(EventSource{}, AllToAll{}, {})), "taken");
  EXPECT_EQ(refused(joined(EventSource{}, AllToAll{}, {.delay_ms = PerSynapse{{1, 2, 3, 4}}})),
            "projection \"in->out\" delay_ms");
  EXPECT_EQ(refused(joined(CurrentSource{}, AllToAll{}, {.delay_ms = 1.0})),
            "projection \"in->out\" delay_ms");
  EXPECT_EQ(refused(joined(EventSource{}, Sparse{{0, 0}, {1, 1}}, {})),
            "projection \"in->out\" rule");
}

/// in -> hidden -> out with hidden neurons of the model.
template <class Model>
Network with_hidden(const Model& model) {
  Network network;
  const auto in = network.add(EventSource{}, {3}, "in");
  const auto hidden = network.add(model, {4}, "hidden");
  const auto out = network.add(Li{}, {2}, "out");
  network.connect(in, hidden, AllToAll{});
  network.connect(hidden, out, AllToAll{});
  return network;
}

TEST(Plan, RefusesModelsWithoutAnAdjointAndStimuli) {
  EXPECT_EQ(refused(with_hidden(Lif{})), "taken");
  EXPECT_EQ(refused(with_hidden(LifCurrExp<1>{})), "population \"hidden\" model");
  EXPECT_EQ(refused(with_hidden(LifCondExp{})), "population \"hidden\" model");
  EXPECT_EQ(refused(with_hidden(AdEx{}), {.learn_tau = true}), "population \"hidden\" model");
  try {
    make_plan(with_hidden(HodgkinHuxley{}), {});
    ADD_FAILURE();
  } catch (const ConfigError& error) {
    EXPECT_EQ(error.value, "HodgkinHuxley");
    EXPECT_EQ(error.allowed,
              "a model with an adjoint: If, Lif, CubaLif, AdaptiveLif, Izhikevich, Li, Relu");
  }
  Network driven = with_hidden(Lif{});
  driven.drive({1}, PoissonDrive{});
  EXPECT_EQ(refused(driven), "population \"hidden\" stimuli");
}

TEST(Plan, RefusesToLearnCoefficientsOfIzhikevich) {
  Network network;
  const auto in = network.add(EventSource{}, {2}, "in");
  const auto hidden = network.add(Izhikevich{}, {3}, "hidden");
  const auto out = network.add(Li{}, {2}, "out");
  network.connect(in, hidden, AllToAll{});
  network.connect(hidden, out, AllToAll{});
  EXPECT_EQ(refused(network, {.learn_tau = true}), "population \"hidden\" learn_tau");
  EXPECT_EQ(refused(network, {.learn_threshold = true}), "population \"hidden\" learn_threshold");
  EXPECT_EQ(refused(network), "taken");
  EXPECT_FALSE(make_plan(network, {}).populations[1].held);
}

Network drawn(const Connectivity& rule, const Delay& delay = 1.0) {
  Network network;
  const auto in = network.add(EventSource{}, {6}, "in");
  const auto out = network.add(Lif{}, {8}, "out");
  network.connect(in, out, AllToAll{});
  network.connect(in, out, rule, {.delay_ms = delay});
  return network;
}

TEST(Plan, DrawnPairsBecomeAMask) {
  const std::vector<Connectivity> rules{FixedProbability{0.4},
                                        FixedInDegree{3, true, false},
                                        FixedOutDegree{3, true, false},
                                        FixedTotalNumber{17, true, false},
                                        DistanceDependent{DiscKernel{0.5, 0.5}},
                                        Csr{{0, 2, 2, 2, 2, 2, 3}, {7, 1, 0}}};
  for (const Connectivity& rule : rules) {
    Network network = drawn(rule);
    network[PopulationId{0}].positions = random_positions(6, {1, 1}, 1);
    network[PopulationId{1}].positions = random_positions(8, {1, 1}, 2);
    const Network listed = with_listed_pairs(network, 9);
    EXPECT_TRUE(std::holds_alternative<AllToAll>(listed.projections()[0].rule));
    const Plan plan = make_plan(listed, {});
    std::vector<std::uint8_t> expected(48);
    const Pairs pairs = expand_pairs(network, {1}, 9);
    for (std::size_t s = 0; s < pairs.size(); ++s)
      expected[static_cast<std::size_t>(8 * pairs.source[s] + pairs.target[s])] = 1;
    EXPECT_EQ(plan.projections[1].mask, expected);
    EXPECT_GT(pairs.size(), 0u);
  }
}

/// A kernel of 2 x 2 over 1 x 2 x 3 places, by hand: output (0, 0) sees inputs 0, 1, 3, 4, output
/// (0, 1) sees 1, 2, 4, 5.
TEST(Plan, SharedWeightsBecomeThoseOfTheirSynapses) {
  Network network;
  const auto in = network.add(EventSource{}, {1, 2, 3}, "in");
  const auto out = network.add(Lif{}, {1, 1, 2}, "out");
  network.connect(in, out, Convolution{{2, 2}},
                  {.weight = std::vector<float>{1, 2, 3, 4}, .storage = Storage::procedural});
  const Network listed = with_listed_pairs(network, 9);
  const Projection& projection = listed.projections()[0];
  EXPECT_EQ(std::get<Sparse>(projection.rule).source,
            (std::vector<std::int64_t>{0, 1, 1, 2, 3, 4, 4, 5}));
  EXPECT_EQ(std::get<Sparse>(projection.rule).target,
            (std::vector<std::int64_t>{0, 0, 1, 1, 0, 0, 1, 1}));
  EXPECT_EQ(std::get<std::vector<float>>(projection.synapse.weight),
            (std::vector<float>{1, 2, 1, 2, 3, 4, 3, 4}));
  EXPECT_EQ(projection.synapse.storage, Storage::stored);
  EXPECT_EQ(make_plan(listed, {}).projections[0].mask,
            (std::vector<std::uint8_t>{1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1}));
}

TEST(Plan, RefusesRulesThatMayRepeatOrAreNotDrawnYet) {
  for (const Connectivity& rule : {Connectivity{FixedInDegree{3}}, Connectivity{FixedOutDegree{3}},
                                   Connectivity{FixedTotalNumber{3}}}) {
    try {
      with_listed_pairs(drawn(rule), 9);
      FAIL() << "no error";
    } catch (const ConfigError& error) {
      EXPECT_EQ(error.object, "projection \"in->out#2\"");
      EXPECT_EQ(error.field, "rule.allow_multiple");
    }
  }
  EXPECT_EQ(refused(drawn(FixedProbability{0.4})), "projection \"in->out#2\" rule");
  EXPECT_EQ(refused(with_listed_pairs(drawn(FixedProbability{0.4}, Uniform{1, 3}), 9)),
            "projection \"in->out#2\" delay_ms");
}

}  // namespace
}  // namespace snn
