// SPDX-License-Identifier: Apache-2.0
// Mistakes in models with receptor ports, in what enters the ports, and in drawn membranes.
#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "snn/math/izhikevich_patterns.hpp"
#include "snn/model/validate.hpp"
#include "tests/support/config_error.hpp"

namespace snn {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double inf = std::numeric_limits<double>::infinity();

/// One population of each model; all of it is correct.
struct Good {
  Network net;
  PopulationId in = net.add(PoissonSource{}, {2}, "in");
  PopulationId plain = net.add(Lif{}, {2}, "plain");
  PopulationId exp1 = net.add(LifCurrExp<1>{}, {2}, "exp1");
  PopulationId exp2 = net.add(LifCurrExp<2>{}, {2}, "exp2");
  PopulationId alpha1 = net.add(LifCurrAlpha<1>{}, {2}, "alpha1");
  PopulationId alpha2 = net.add(LifCurrAlpha<2>{}, {2}, "alpha2");
  PopulationId cond = net.add(LifCondExp{}, {2}, "cond");
  PopulationId adex = net.add(AdEx{}, {2}, "adex");
  PopulationId hh = net.add(HodgkinHuxley{}, {2}, "hh");
  PopulationId relu = net.add(Relu{}, {2}, "relu");
  ProjectionId second = net.connect(in, exp2, AllToAll{}, {.weight = -1.0, .receptor = 1});
  ProjectionId first = net.connect(in, plain, AllToAll{});

  template <class Model>
  Model& model(PopulationId id) {
    return std::get<ParametersOf<Model>>(net[id].neurons()).front();
  }
};

struct Mistake {
  const char* name;
  std::function<void(Good&)> make;
  const char* object;
  const char* field;
  const char* value;
  const char* allowed;
};
std::ostream& operator<<(std::ostream& out, const Mistake& mistake) {
  return out << mistake.name;
}

const Mistake mistakes[] = {
    {"Capacitance", [](Good& g) { g.model<LifCurrExp<1>>(g.exp1).c_m_pf = 0; },
     "population \"exp1\"", "c_m_pf", "0 pF", "> 0"},
    {"Membrane", [](Good& g) { g.model<LifCurrExp<1>>(g.exp1).tau_m_ms = -1; },
     "population \"exp1\"", "tau_m_ms", "-1 ms", "> 0"},
    {"OnePort", [](Good& g) { g.model<LifCurrExp<1>>(g.exp1).tau_syn_ms = {0}; },
     "population \"exp1\"", "tau_syn_ms", "0 ms", "> 0"},
    {"SecondPort",
     [](Good& g) {
       g.model<LifCurrExp<2>>(g.exp2).tau_syn_ms = {2, nan};
     },
     "population \"exp2\"", "tau_syn_ms[1]", "nan ms", "> 0"},
    {"Reset", [](Good& g) { g.model<LifCurrAlpha<1>>(g.alpha1).v_reset_mv = -55; },
     "population \"alpha1\"", "v_reset_mv", "-55 mV", "< v_th_mv = -55 mV"},
    {"Rest", [](Good& g) { g.model<LifCurrAlpha<2>>(g.alpha2).v_rest_mv = inf; },
     "population \"alpha2\"", "v_rest_mv", "inf mV", "1e+30"},
    {"Offset", [](Good& g) { g.model<LifCurrAlpha<2>>(g.alpha2).i_offset_pa = nan; },
     "population \"alpha2\"", "i_offset_pa", "nan pA", "1e+30"},
    {"Refractory", [](Good& g) { g.model<LifCurrAlpha<2>>(g.alpha2).t_ref_ms = -1; },
     "population \"alpha2\"", "t_ref_ms", "-1 ms", ">= 0"},
    {"LongRefractory", [](Good& g) { g.model<AdEx>(g.adex).t_ref_ms = 2e6; }, "population \"adex\"",
     "t_ref_ms", "2000000 ms", "<= 1048576 ms"},
    {"Leak", [](Good& g) { g.model<LifCondExp>(g.cond).g_l_ns = 0; }, "population \"cond\"",
     "g_l_ns", "0 nS", "> 0"},
    {"Threshold", [](Good& g) { g.model<LifCondExp>(g.cond).v_th_mv = nan; }, "population \"cond\"",
     "v_th_mv", "nan mV", "1e+30"},
    {"Reversal",
     [](Good& g) {
       g.model<LifCondExp>(g.cond).e_rev_mv = {inf, 0};
     },
     "population \"cond\"", "e_rev_mv[0]", "inf mV", "1e+30"},
    {"Slope", [](Good& g) { g.model<AdEx>(g.adex).delta_t_mv = 0; }, "population \"adex\"",
     "delta_t_mv", "0 mV", "> 0"},
    {"Peak", [](Good& g) { g.model<AdEx>(g.adex).v_peak_mv = -50.4; }, "population \"adex\"",
     "v_peak_mv", "-50.4 mV", "> v_t_mv = -50.4 mV"},
    {"ResetAtThePeak", [](Good& g) { g.model<AdEx>(g.adex).v_reset_mv = 20; },
     "population \"adex\"", "v_reset_mv", "20 mV", "< v_peak_mv = 20 mV"},
    {"Adaptation", [](Good& g) { g.model<AdEx>(g.adex).tau_w_ms = 0; }, "population \"adex\"",
     "tau_w_ms", "0 ms", "> 0"},
    {"AdaptationBelow", [](Good& g) { g.model<AdEx>(g.adex).a_ns = nan; }, "population \"adex\"",
     "a_ns", "nan nS", "1e+30"},
    {"AdaptationJump", [](Good& g) { g.model<AdEx>(g.adex).b_pa = inf; }, "population \"adex\"",
     "b_pa", "inf pA", "1e+30"},
    {"Sodium", [](Good& g) { g.model<HodgkinHuxley>(g.hh).g_na_ns = -1; }, "population \"hh\"",
     "g_na_ns", "-1 nS", ">= 0"},
    {"Potassium", [](Good& g) { g.model<HodgkinHuxley>(g.hh).g_k_ns = nan; }, "population \"hh\"",
     "g_k_ns", "nan nS", ">= 0"},
    {"Spike", [](Good& g) { g.model<HodgkinHuxley>(g.hh).v_spike_mv = inf; }, "population \"hh\"",
     "v_spike_mv", "inf mV", "1e+30"},
    {"Rates", [](Good& g) { g.model<HodgkinHuxley>(g.hh).v_t_mv = nan; }, "population \"hh\"",
     "v_t_mv", "nan mV", "1e+30"},
    // Ports
    {"NoSuchPort", [](Good& g) { g.net[g.second].synapse.receptor = 2; }, "projection \"in->exp2\"",
     "receptor", "2", "0 .. 1 (excitatory, inhibitory) of LifCurrExp2"},
    {"NegativePort", [](Good& g) { g.net[g.second].synapse.receptor = -1; },
     "projection \"in->exp2\"", "receptor", "-1", "0 .. 1 (excitatory, inhibitory)"},
    {"OnlyOnePort", [](Good& g) { g.net[g.first].synapse.receptor = 1; },
     "projection \"in->plain\"", "receptor", "1", "0 (input) of Lif"},
    // Stimuli
    {"DriveRate", [](Good& g) { g.net.drive(g.cond, PoissonDrive{.rate_hz = -1}); },
     "population \"cond\"", "stimuli[0].rate_hz", "-1 Hz", ">= 0"},
    {"DriveTooFast",
     [](Good& g) {
       g.net.drive(g.cond, PoissonDrive{.rate_hz = 500000});
       g.net.drive(g.cond, PoissonDrive{.rate_hz = 500001});
     },
     "population \"cond\"", "stimuli[1].rate_hz", "500001 Hz", "<= 500 events per tick, 500000 Hz"},
    {"DriveWeight", [](Good& g) { g.net.drive(g.cond, PoissonDrive{.weight = nan}); },
     "population \"cond\"", "stimuli[0].weight", "nan", "1e+30"},
    {"DrivePort", [](Good& g) { g.net.drive(g.plain, PoissonDrive{.receptor = 1}); },
     "population \"plain\"", "stimuli[0].receptor", "1", "0 (input) of Lif"},
    {"DriveOfASource", [](Good& g) { g.net.drive(g.in, PoissonDrive{}); }, "population \"in\"",
     "stimuli", "1 stimuli", "none: a source"},
    {"TooManyDrives",
     [](Good& g) {
       for (int i = 0; i < 257; ++i) g.net.drive(g.cond, PoissonDrive{});
     },
     "population \"cond\"", "stimuli", "257 stimuli", "at most 256"},
    // Membranes that are drawn
    {"DrawnAndGiven",
     [](Good& g) {
       g.net[g.cond].v_init_mv = {-60};
       g.net[g.cond].v_init_drawn = Uniform{-70, -50};
     },
     "population \"cond\"", "v_init_mv", "1 values", "none, as v_init_drawn"},
    {"DrawnFromNothing",
     [](Good& g) {
       g.net[g.cond].v_init_drawn = Uniform{-50, -70};
     },
     "population \"cond\"", "v_init_drawn.low", "-50 mV", "<= v_init_drawn.high = -70 mV"},
    {"DrawnSpread",
     [](Good& g) {
       g.net[g.cond].v_init_drawn = Normal{-60, -1};
     },
     "population \"cond\"", "v_init_drawn.sd", "-1 mV", ">= 0"},
    {"DrawnNever",
     [](Good& g) {
       g.net[g.cond].v_init_drawn = TruncatedNormal{-60, 1, 0, 1};
     },
     "population \"cond\"", "v_init_drawn", "within 0 .. 1 mV", "one draw in a thousand"},
    {"DrawnForASource", [](Good& g) { g.net[g.in].v_init_drawn = Normal{}; }, "population \"in\"",
     "v_init_drawn", "a distribution", "none: a source"},
    {"DrawnForRelu", [](Good& g) { g.net[g.relu].v_init_drawn = Normal{}; }, "population \"relu\"",
     "v_init_drawn", "a distribution", "none: Relu"},
};

class ValidateModels : public testing::TestWithParam<Mistake> {};
TEST_P(ValidateModels, NamesTheMistake) {
  const Mistake& mistake = GetParam();
  Good good;
  ASSERT_NO_THROW(validate(good.net, 1.0));
  mistake.make(good);
  support::expect_config_error([&] { validate(good.net, 1.0); },
                               {mistake.object, mistake.field, mistake.value, mistake.allowed});
}
INSTANTIATE_TEST_SUITE_P(Mistakes, ValidateModels, testing::ValuesIn(mistakes),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(ValidateModels, AllowWhatTheirEquationsAllow) {
  Good good;
  // Exact and exponential schemes are stable for any tick; rest may lie above the threshold.
  good.model<LifCurrExp<1>>(good.exp1).v_rest_mv = -40;
  good.net[good.exp1].v_init_mv = {-55, 100};
  good.net[good.exp2].v_init_drawn = TruncatedNormal{-58, 10, -70, 0};
  good.net.drive(good.exp2, PoissonDrive{.rate_hz = 0, .weight = -3, .receptor = 1});
  good.net.drive(good.exp2, PoissonDrive{.rate_hz = 1000});
  for (const double dt_ms : {0.01, 1.0, 20.0}) EXPECT_NO_THROW(validate(good.net, dt_ms));
}

TEST(ValidateModel, AcceptsEveryFiringPattern) {
  for (const FiringPattern& pattern : firing_patterns()) {
    Network network;
    network.add(pattern.model, {1});
    EXPECT_NO_THROW(validate(network, 0.25)) << pattern.name;
  }
}

}  // namespace
}  // namespace snn
