// SPDX-License-Identifier: Apache-2.0
// Every mistake in the plasticity of a projection, and what the error then says.
#include <gtest/gtest.h>

#include <limits>
#include <ostream>

#include "snn/model/validate.hpp"

namespace snn {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double inf = std::numeric_limits<double>::infinity();

Network described(const Synapse& synapse, const Source& source = PoissonSource{}) {
  Network net;
  const auto in = net.add(source, {4}, "in");
  const auto out = net.add(Lif{}, {6}, "out");
  net.connect(in, out, AllToAll{}, synapse);
  return net;
}

struct Mistake {
  const char* name;
  Synapse synapse;
  const char* field;
  const char* value;
  const char* allowed;
  friend void PrintTo(const Mistake& mistake, std::ostream* out) { *out << mistake.name; }
};

Synapse learning(const Plasticity& rule, Weight weight = 0.5, Delay delay_ms = 1.0) {
  return {.weight = std::move(weight), .delay_ms = std::move(delay_ms), .plasticity = rule};
}

Synapse scaled(const Homeostasis& homeostasis) {
  Synapse synapse = learning(PairStdp{});
  synapse.homeostasis = homeostasis;
  return synapse;
}
Synapse towards_sum(const HomeostaticScaling& sum) {
  return scaled({.sum = sum});
}
Synapse towards_rate(const RateScaling& rate) {
  return scaled({.rate = rate});
}

const Mistake mistakes[] = {
    {"LowestNegative", learning(PairStdp{.w_min = -1}), "plasticity.w_min", "-1", ">= 0"},
    {"LowestNan", learning(VogelsStdp{.w_min = nan}), "plasticity.w_min", "nan", ">= 0"},
    {"LargestNan", learning(TripletStdp{.w_max = nan}), "plasticity.w_max", "nan", ""},
    {"LargestInfinite", learning(RewardStdp{.w_max = inf}), "plasticity.w_max", "inf", ""},
    {"NoRange", learning(PairStdp{.w_min = 2, .w_max = 2}), "plasticity.w_max", "2", "> w_min = 2"},
    {"TauPlusZero", learning(PairStdp{.tau_plus_ms = 0}), "plasticity.tau_plus_ms", "0 ms", "> 0"},
    {"TauMinusZero", learning(PowerLawStdp{.tau_minus_ms = 0}), "plasticity.tau_minus_ms", "0 ms",
     "> 0"},
    {"TauNegative", learning(PairStdp{.tau_minus_ms = -3}), "plasticity.postsynaptic tau", "-3 ms",
     ">= 0"},
    {"TauXNegative", learning(TripletStdp{.tau_x_ms = -1}), "plasticity.presynaptic tau", "-1 ms",
     ">= 0"},
    {"TauYNan", learning(TripletStdp{.tau_y_ms = nan}), "plasticity.postsynaptic tau", "nan ms",
     ">= 0"},
    {"VogelsTauZero", learning(VogelsStdp{.tau_ms = 0}), "plasticity.tau_ms", "0 ms", "> 0"},
    {"LambdaNegative", learning(PairStdp{.lambda = -0.1}), "plasticity.lambda", "-0.1", ">= 0"},
    {"AlphaNan", learning(PowerLawStdp{.alpha = nan}), "plasticity.alpha", "nan", ">= 0"},
    {"MuPlusNegative", learning(PowerLawStdp{.mu_plus = -1}), "plasticity.mu_plus", "-1", ">= 0"},
    {"MuMinusNegative", learning(PowerLawStdp{.mu_minus = -1}), "plasticity.mu_minus", "-1",
     ">= 0"},
    {"TripletA2Plus", learning(TripletStdp{.a2_plus = -1}), "plasticity.a2_plus", "-1", ">= 0"},
    {"TripletA3Plus", learning(TripletStdp{.a3_plus = -1}), "plasticity.a3_plus", "-1", ">= 0"},
    {"TripletA2Minus", learning(TripletStdp{.a2_minus = inf}), "plasticity.a2_minus", "inf",
     ">= 0"},
    {"TripletA3Minus", learning(TripletStdp{.a3_minus = nan}), "plasticity.a3_minus", "nan",
     ">= 0"},
    {"EtaNegative", learning(VogelsStdp{.eta = -1}), "plasticity.eta", "-1", ">= 0"},
    {"RateNegative", learning(VogelsStdp{.rho0_hz = -1}), "plasticity.rho0_hz", "-1 Hz", ">= 0"},
    {"RewardAPlus", learning(RewardStdp{.a_plus = -1}), "plasticity.a_plus", "-1", ">= 0"},
    {"RewardAMinus", learning(RewardStdp{.a_minus = nan}), "plasticity.a_minus", "nan", ">= 0"},
    {"RewardTauC", learning(RewardStdp{.tau_c_ms = 0}), "plasticity.tau_c_ms", "0 ms", "> 0"},
    {"RewardTauD", learning(RewardStdp{.tau_d_ms = -5}), "plasticity.tau_d_ms", "-5 ms", "> 0"},
    {"RewardBaseline", learning(RewardStdp{.baseline_per_ms = nan}), "plasticity.baseline_per_ms",
     "nan 1/ms", ""},

    {"StartsTooLow", learning(PairStdp{.w_min = 1}, 0.5), "weight", "0.5", "1 .. 100"},
    {"StartsTooHigh", learning(VogelsStdp{}, 1.5), "weight", "1.5", "0 .. 1"},
    {"StartsTooNegative", learning(VogelsStdp{}, -1.5), "weight", "-1.5", "-1 .. -0"},
    {"StartsNan", learning(PairStdp{}, nan), "weight", "nan", ""},
    {"StartsWithBothSigns", learning(PairStdp{}, Uniform{-1, 1}), "weight", "-1 .. 1",
     "as plasticity.w_min and w_max say"},
    {"StartsInAListOfBothSigns",
     learning(PairStdp{}, std::vector<float>{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                                             1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -2}),
     "weight", "-2 .. 1", "as plasticity.w_min and w_max say"},
    {"StartsTruncatedTooHigh", learning(PairStdp{}, TruncatedNormal{50, 10, 0, 101}), "weight",
     "0 .. 101", "0 .. 100"},
    {"StartsUnbounded", learning(PairStdp{}, Normal{50, 1}), "weight", "without bounds",
     "Uniform or TruncatedNormal"},
    {"StartsLognormal", learning(PairStdp{}, Lognormal{0, 1}), "weight", "without bounds",
     "Uniform or TruncatedNormal"},

    {"NoDelay", learning(PairStdp{}, 0.5, 0.0), "delay_ms", "less than a tick", ">= 1 ms"},
    {"NoDelayOfASource", learning(PairStdp{}, 0.5, PerSource{{1, 1, 0.2, 1}}), "delay_ms",
     "less than a tick", ">= 1 ms"},

    {"ScalesConstants",
     {.weight = 0.5, .delay_ms = 1.0, .homeostasis = Homeostasis{.sum = HomeostaticScaling{}}},
     "homeostasis",
     "of constant weights",
     "beside a rule of plasticity"},
    {"ScalesTowardsNothing", scaled({}), "homeostasis", "empty", "sum, rate, or both"},
    {"ScalesTooOften", scaled({.interval_ms = 0.4, .sum = HomeostaticScaling{}}),
     "homeostasis.interval_ms", "0.4 ms", ">= dt_ms = 1"},
    {"IntervalNegative", scaled({.interval_ms = -5, .rate = RateScaling{}}),
     "homeostasis.interval_ms", "-5 ms", ">= dt_ms = 1"},
    {"IntervalNan", scaled({.interval_ms = nan, .sum = HomeostaticScaling{}}),
     "homeostasis.interval_ms", "nan ms", ">= dt_ms = 1"},
    {"IntervalInfinite", scaled({.interval_ms = inf, .sum = HomeostaticScaling{}}),
     "homeostasis.interval_ms", "inf ms", ""},
    {"SumZero", towards_sum({.target_sum = 0}), "homeostasis.sum.target_sum", "0", "> 0"},
    {"SumInfinite", towards_sum({.target_sum = inf}), "homeostasis.sum.target_sum", "inf", "> 0"},
    {"StrengthZero", towards_sum({.strength = 0}), "homeostasis.sum.strength", "0", "> 0 and <= 1"},
    {"StrengthAboveOne", towards_sum({.strength = 1.5}), "homeostasis.sum.strength", "1.5",
     "> 0 and <= 1"},
    {"StrengthNan", towards_sum({.strength = nan}), "homeostasis.sum.strength", "nan",
     "> 0 and <= 1"},
    {"RateBelowZero", towards_rate({.target_hz = -1}), "homeostasis.rate.target_hz", "-1 Hz",
     ">= 0"},
    {"RateTauZero", towards_rate({.tau_s = 0}), "homeostasis.rate.tau_s", "0 s", "> 0"},
    {"RateBetaNegative", towards_rate({.beta_per_s_per_hz = -1}),
     "homeostasis.rate.beta_per_s_per_hz", "-1 1/(s Hz)", "> 0"},
    {"RateBetaNan", towards_rate({.beta_per_s_per_hz = nan}), "homeostasis.rate.beta_per_s_per_hz",
     "nan", "> 0"},
};

class PlasticityMistakes : public testing::TestWithParam<Mistake> {};
INSTANTIATE_TEST_SUITE_P(Validate, PlasticityMistakes, testing::ValuesIn(mistakes),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_P(PlasticityMistakes, AreNamed) {
  const Mistake& mistake = GetParam();
  try {
    validate(described(mistake.synapse), 1.0);
    ADD_FAILURE() << "no error";
  } catch (const ConfigError& error) {
    EXPECT_EQ(error.object, "projection \"in->out\"");
    EXPECT_EQ(error.field, mistake.field) << error.what();
    EXPECT_NE(error.value.find(mistake.value), std::string::npos) << error.what();
    EXPECT_NE(error.allowed.find(mistake.allowed), std::string::npos) << error.what();
  }
}

TEST(ValidatePlasticity, ValuesDoNotLearn) {
  try {
    validate(described(learning(PairStdp{}), CurrentSource{}), 1.0);
    ADD_FAILURE() << "no error";
  } catch (const ConfigError& error) {
    EXPECT_EQ(error.object, "projection \"in->out\"");
  }
}

TEST(ValidatePlasticity, AllowsWhatRulesAllow) {
  for (const Synapse& synapse :
       {learning(PairStdp{}), learning(PairStdp{}, 0.0), learning(PairStdp{}, 100.0),
        learning(PairStdp{}, Uniform{0, 100}), learning(VogelsStdp{}, -1.0),
        learning(VogelsStdp{}, TruncatedNormal{-0.5, 1, -1, 0}),
        learning(PairStdp{.lambda = 0, .alpha = 0}), learning(PowerLawStdp{.mu_plus = 0}),
        learning(TripletStdp::visual_cortex_minimal()),
        learning(TripletStdp::hippocampus_nearest().scaled(40)),
        learning(RewardStdp{.baseline_per_ms = -1}, 0.5, Uniform{1, 5}),
        learning(PairStdp{}, std::vector<float>(24, 3.0f)), towards_sum({}), towards_rate({}),
        scaled({.interval_ms = 1, .sum = HomeostaticScaling{}, .rate = RateScaling{}}),
        towards_rate({.target_hz = 0})}) {
    EXPECT_NO_THROW(validate(described(synapse), 1.0));
  }
}

}  // namespace
}  // namespace snn
