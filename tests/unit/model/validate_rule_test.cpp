// SPDX-License-Identifier: Apache-2.0
// Every mistake in rules and distributions that are drawn, and what the error then says.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <ostream>

#include "snn/model/validate.hpp"

namespace snn {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// 4 neurons to 6 others, or 4 neurons to themselves.
Network described(bool within, const Connectivity& rule, const Synapse& synapse) {
  Network net;
  const auto first = net.add(Lif{}, {4}, "first");
  const auto second = net.add(Lif{}, {6}, "second");
  net.connect(first, within ? first : second, rule, synapse);
  return net;
}

struct Mistake {
  const char* name;
  bool within;
  Connectivity rule;
  Synapse synapse;
  const char* field;
  const char* value;
  const char* allowed;
  friend void PrintTo(const Mistake& mistake, std::ostream* out) { *out << mistake.name; }
};

const Synapse plain{.delay_ms = 1.0};
Synapse weighing(Weight weight) {
  return {.weight = std::move(weight), .delay_ms = 1.0};
}
Synapse delaying(Delay delay) {
  return {.delay_ms = std::move(delay)};
}

const Mistake mistakes[] = {
    {"ProbabilityNegative", false, FixedProbability{-0.1}, plain, "rule.probability", "-0.1",
     "0 .. 1"},
    {"ProbabilityAboveOne", false, FixedProbability{1.1}, plain, "rule.probability", "1.1",
     "0 .. 1"},
    {"ProbabilityNan", false, FixedProbability{nan}, plain, "rule.probability", "nan", "0 .. 1"},
    {"InDegreeNegative", false, FixedInDegree{-1}, plain, "rule.in_degree", "-1", "0 .. "},
    {"InDegreeAboveSources", false, FixedInDegree{5, true, false}, plain, "rule.in_degree", "5",
     "0 .. 4, the sources of a neuron, without allow_multiple"},
    {"InDegreeWithoutSelf", true, FixedInDegree{4, false, false}, plain, "rule.in_degree", "4",
     "0 .. 3, the sources of a neuron"},
    {"InDegreeBeyondDrawing", false, FixedInDegree{1LL << 40}, plain, "rule.in_degree",
     "1099511627776", "0 .. 2147483647"},
    {"OutDegreeNegative", false, FixedOutDegree{-1}, plain, "rule.out_degree", "-1", "0 .. "},
    {"OutDegreeAboveTargets", false, FixedOutDegree{7, true, false}, plain, "rule.out_degree", "7",
     "0 .. 6, the targets of a neuron, without allow_multiple"},
    {"OutDegreeWithoutSelf", true, FixedOutDegree{4, false, false}, plain, "rule.out_degree", "4",
     "0 .. 3, the targets of a neuron"},
    {"TotalNegative", false, FixedTotalNumber{-1}, plain, "rule.synapses", "-1", "0 .. "},
    {"TotalAbovePairs", false, FixedTotalNumber{25, true, false}, plain, "rule.synapses", "25",
     "0 .. 24, the possible pairs, without allow_multiple"},
    {"TotalWithoutSelf", true, FixedTotalNumber{13, false, false}, plain, "rule.synapses", "13",
     "0 .. 12, the possible pairs"},

    {"ExplicitWeightsOfDrawnPairs", false, FixedInDegree{2}, weighing(std::vector<float>(12)),
     "weight", "12 explicit values for pairs that are drawn", "Sparse lists"},
    {"DelaysPerDrawnSynapse", false, FixedProbability{0.5}, delaying(PerSynapse{{1, 2}}),
     "delay_ms", "2 explicit values for pairs that are drawn", "Sparse lists"},
    {"TruncatedMeanNan", false, AllToAll{}, weighing(TruncatedNormal{nan, 1, 0, 1}), "weight.mean",
     "nan mV", "1e+30"},
    {"TruncatedDeviationNegative", false, AllToAll{}, weighing(TruncatedNormal{0, -1, 0, 1}),
     "weight.sd", "-1 mV", ">= 0"},
    {"TruncatedUpsideDown", false, AllToAll{}, weighing(TruncatedNormal{0, 1, 2, 1}), "weight.low",
     "2 mV", "<= weight.high = 1 mV"},
    {"TruncatedOutOfReach", false, AllToAll{}, weighing(TruncatedNormal{0, 1, 5, 6}), "weight",
     "N(0, 1^2) within 5 .. 6 mV", "one draw in a thousand"},
    {"TruncatedToAPoint", false, AllToAll{}, weighing(TruncatedNormal{0, 1, 0.5, 0.5}), "weight",
     "within 0.5 .. 0.5 mV", "one draw in a thousand"},
    {"TruncatedConstantOutside", false, AllToAll{}, weighing(TruncatedNormal{2, 0, 0, 1}), "weight",
     "N(2, 0^2) within 0 .. 1 mV", "one draw in a thousand"},
    {"LognormalSigmaNegative", false, AllToAll{}, weighing(Lognormal{0, -1}), "weight.sigma", "-1",
     ">= 0"},
    {"LognormalBeyondFloat", false, AllToAll{}, weighing(Lognormal{10, 10}), "weight.mu", "10",
     "1e+30 mV"},

    {"DelayUniformNegative", false, AllToAll{}, delaying(Uniform{-1, 3}), "delay_ms.low", "-1 ms",
     ">= 0"},
    {"DelayUniformUpsideDown", false, AllToAll{}, delaying(Uniform{3, 2}), "delay_ms.low", "3 ms",
     "<= delay_ms.high = 2 ms"},
    {"DelayUniformBelowOneTick", false, AllToAll{}, delaying(Uniform{0, 0.4}), "delay_ms.high",
     "0.4 ms", ">= one tick = 0.5 ms"},
    {"DelayUniformTooLong", false, AllToAll{}, delaying(Uniform{0, 1e6}), "delay_ms.high",
     "1000000 ms", "<= 524288 ms"},
    {"DelayNormalBelowOneTick", false, AllToAll{}, delaying(Normal{0.4, 1}), "delay_ms.mean",
     "0.4 ms", ">= one tick = 0.5 ms"},
    {"DelayNormalTooLong", false, AllToAll{}, delaying(Normal{10, 1e5}), "delay_ms.sd", "100000 ms",
     "<= 60261"},
    {"DelayTruncatedBelowOneTick", false, AllToAll{}, delaying(TruncatedNormal{0.2, 1, 0, 0.4}),
     "delay_ms.high", "0.4 ms", ">= one tick = 0.5 ms"},
    {"DelayTruncatedNegative", false, AllToAll{}, delaying(TruncatedNormal{1, 1, -1, 2}),
     "delay_ms.low", "-1 ms", ">= 0"},
    // All draws round to no tick, although the bounds hold more.
    {"DelayTruncatedNeverATick", false, AllToAll{}, delaying(TruncatedNormal{0, 0.01, 0, 1}),
     "delay_ms", "within 0.25 .. 1 ms", "one draw in a thousand"},
};

class RuleMistakes : public testing::TestWithParam<Mistake> {};

TEST_P(RuleMistakes, AreNamedWithFieldValueAndRange) {
  const Mistake& mistake = GetParam();
  try {
    validate(described(mistake.within, mistake.rule, mistake.synapse), 0.5);
    FAIL() << "no error";
  } catch (const ConfigError& error) {
    EXPECT_EQ(error.object,
              mistake.within ? "projection \"first->first\"" : "projection \"first->second\"");
    EXPECT_EQ(error.field, mistake.field);
    EXPECT_NE(error.value.find(mistake.value), std::string::npos) << error.value;
    EXPECT_NE(error.allowed.find(mistake.allowed), std::string::npos) << error.allowed;
  }
}
INSTANTIATE_TEST_SUITE_P(Validate, RuleMistakes, testing::ValuesIn(mistakes),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(ValidateRule, AcceptsValuesAtTheEdgeOfTheirRange) {
  const std::vector<Connectivity> rules{FixedProbability{0},
                                        FixedProbability{1, false},
                                        FixedInDegree{0},
                                        FixedInDegree{3, false, false},
                                        FixedInDegree{100, false},
                                        FixedOutDegree{3, false, false},
                                        FixedOutDegree{100},
                                        FixedTotalNumber{12, false, false},
                                        FixedTotalNumber{1000, false}};
  for (const Connectivity& rule : rules)
    EXPECT_NO_THROW(validate(described(true, rule, plain), 0.5)) << rule.index();
  const std::vector<Synapse> synapses{weighing(TruncatedNormal{1, 0, 1, 1}),
                                      weighing(TruncatedNormal{0, 1, 3, 10}),
                                      weighing(Lognormal{0, 0}),
                                      delaying(Uniform{0, 0.5}),
                                      delaying(Uniform{0.5, 0.5}),
                                      delaying(Normal{0.5, 0}),
                                      delaying(TruncatedNormal{1, 1, 0, 2}),
                                      delaying(PerSource{{1, 2, 3, 4}})};
  for (const Synapse& synapse : synapses)
    EXPECT_NO_THROW(validate(described(false, FixedProbability{0.5}, synapse), 0.5));
}

TEST(ValidateRule, OneNeuronHasNoOtherSource) {
  Network net;
  const auto one = net.add(Lif{}, {1}, "one");
  net.connect(one, one, FixedInDegree{1, false}, plain);
  EXPECT_THROW(validate(net, 1.0), ConfigError);
}

TEST(ValidateRule, DrawnDelaysMakeNoCycleWithinATick) {
  EXPECT_NO_THROW(validate(described(true, AllToAll{}, delaying(Uniform{0, 1})), 0.5));
  EXPECT_THROW(validate(described(true, FixedProbability{0.5}, delaying(0.0)), 0.5), ConfigError);
}

}  // namespace
}  // namespace snn
