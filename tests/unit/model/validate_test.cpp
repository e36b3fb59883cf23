// SPDX-License-Identifier: Apache-2.0
// Every mistake a user can make in a description, and what the error then says.
#include "snn/model/validate.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

namespace snn {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double inf = std::numeric_limits<double>::infinity();

/// One of everything, all of it correct.
struct Good {
  Network net;
  PopulationId poisson = net.add(PoissonSource{.rate_hz = 20}, {4}, "poisson");
  PopulationId times = net.add(SpikeSource{{{1.0, 2.5}, {}}}, {2}, "times");
  PopulationId current = net.add(CurrentSource{}, {2, 2}, "current");
  PopulationId rate = net.add(RateSource{}, {2}, "rate");
  PopulationId latency = net.add(LatencySource{}, {2}, "latency");
  PopulationId events = net.add(EventSource{}, {2}, "events");
  PopulationId sum = net.add(If{}, {3}, "sum");
  PopulationId leaky = net.add(Lif{}, {3}, "leaky");
  PopulationId each = net.add(std::vector<Lif>(3), {3}, "each");
  PopulationId cuba = net.add(CubaLif{}, {3}, "cuba");
  PopulationId adaptive = net.add(AdaptiveLif{}, {3}, "adaptive");
  PopulationId relu = net.add(Relu{}, {3}, "relu");
  PopulationId readout = net.add(Li{}, {2}, "readout");
  PopulationId simple = net.add(Izhikevich{}, {3}, "simple");
  ProjectionId all = net.connect(poisson, sum, AllToAll{}, {.weight = KaimingUniform{}});
  ProjectionId one = net.connect(sum, leaky, OneToOne{}, {.delay_ms = PerSource{{0, 1, 2}}});
  ProjectionId list = net.connect(leaky, each, Sparse{{0, 1, 2, 2}, {0, 2, 1, 1}},
                                  {.weight = std::vector<float>{1, 2, 3, 4},
                                   .delay_ms = PerSynapse{{1, 1, 2, 3}},
                                   .bias = {0.5f, 0.5f, 0.5f}});
  ProjectionId loop = net.connect(each, each, AllToAll{}, {.weight = Normal{}, .delay_ms = 1.0});
  ProjectionId back = net.connect(each, leaky, AllToAll{}, {.weight = Uniform{}});
  ProjectionId onward = net.connect(cuba, adaptive, AllToAll{});
  ProjectionId last = net.connect(adaptive, readout, AllToAll{});
  double dt_ms = 1.0;

  template <class Model>
  Model& model(PopulationId id, std::size_t n = 0) {
    return std::get<ParametersOf<Model>>(net[id].neurons()).at(n);
  }
  template <class Kind>
  Kind& source(PopulationId id) {
    return std::get<Kind>(std::get<Source>(net[id].kind));
  }
  Synapse& synapse(ProjectionId id) { return net[id].synapse; }
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

// The unit of a value and its range are part of what is expected.
const Mistake mistakes[] = {
    // The whole
    {"TickZero", [](Good& g) { g.dt_ms = 0; }, "network", "dt_ms", "0 ms", "> 0"},
    {"TickNegative", [](Good& g) { g.dt_ms = -0.1; }, "network", "dt_ms", "-0.1 ms", "> 0"},
    {"TickNan", [](Good& g) { g.dt_ms = nan; }, "network", "dt_ms", "nan ms", "> 0"},
    {"TickInfinite", [](Good& g) { g.dt_ms = inf; }, "network", "dt_ms", "inf ms", "> 0"},
    {"NoPopulations", [](Good& g) { g.net = Network(); }, "network", "populations", "none",
     "at least one"},
    {"CycleOfTwo", [](Good& g) { g.synapse(g.list).delay_ms = 0.0; }, "network", "delay_ms",
     "cycle \"leaky\" -> \"each\" -> \"leaky\"", ">= 1 ms"},
    {"CycleOfOne", [](Good& g) { g.synapse(g.loop).delay_ms = 0.0; }, "network", "delay_ms",
     "cycle \"each\" -> \"each\"", ">= 1 ms"},
    {"CycleOfARoundedDelay", [](Good& g) { g.synapse(g.loop).delay_ms = 0.4; }, "network",
     "delay_ms", "cycle \"each\" -> \"each\"", ">= 1 ms"},
    {"CycleThroughOneSynapse",
     [](Good& g) {
       g.synapse(g.list).delay_ms = PerSynapse{{1, 1, 0, 3}};
     },
     "network", "delay_ms", "cycle \"leaky\" -> \"each\" -> \"leaky\"", ">= 1 ms"},

    // Names and shapes
    {"NameEmpty", [](Good& g) { g.net[g.leaky].name = ""; }, "population 7", "name", "\"\"",
     "at least one character"},
    {"NameTwice", [](Good& g) { g.net[g.cuba].name = "leaky"; }, "population 9", "name",
     "\"leaky\" twice", "of its own"},
    {"NameWithSlash", [](Good& g) { g.net[g.cuba].name = "a/b"; }, "population 9", "name",
     "\"a/b\"", "without '/'"},
    {"ShapeEmpty", [](Good& g) { g.net[g.leaky].shape = {}; }, "population \"leaky\"", "shape",
     "{}", "at least one extent"},
    {"ExtentZero",
     [](Good& g) {
       g.net[g.leaky].shape = {3, 0};
     },
     "population \"leaky\"", "shape", "0 neurons", ">= 1 neuron"},
    {"ExtentNegative", [](Good& g) { g.net[g.current].shape = {-2}; }, "population \"current\"",
     "shape", "-2 neurons", ">= 1 neuron"},
    {"ShapeOverflows",
     [](Good& g) {
       g.net[g.leaky].shape = {65536, 65536};
     },
     "population \"leaky\"", "shape", "more than 2147483647 neurons", "2147483647 neurons"},
    {"ShapeOverflows64Bits",
     [](Good& g) {
       g.net[g.leaky].shape = {4294967296, 4294967296, 4294967296};
     },
     "population \"leaky\"", "shape", "more than 2147483647 neurons", "2147483647 neurons"},

    // Parameters of neurons
    {"ParametersMissing", [](Good& g) { g.net[g.leaky].neurons() = ParametersOf<Lif>{}; },
     "population \"leaky\"", "parameters", "0 entries", "1 or 3 entries"},
    {"ParametersOfOtherSize", [](Good& g) { g.net[g.each].shape = {4}; }, "population \"each\"",
     "parameters", "3 entries", "1 or 4 entries"},
    {"TauNegative", [](Good& g) { g.model<Lif>(g.leaky).tau_m_ms = -3; }, "population \"leaky\"",
     "tau_m_ms", "-3 ms", "> 0"},
    {"TauZeroOfOneNeuron", [](Good& g) { g.model<Lif>(g.each, 2).tau_m_ms = 0; },
     "population \"each\" neuron 2", "tau_m_ms", "0 ms", "> 0"},
    {"TauNan", [](Good& g) { g.model<Li>(g.readout).tau_m_ms = nan; }, "population \"readout\"",
     "tau_m_ms", "nan ms", "> 0"},
    {"TauInfinite", [](Good& g) { g.model<CubaLif>(g.cuba).tau_m_ms = inf; }, "population \"cuba\"",
     "tau_m_ms", "inf ms", "> 0"},
    {"TauSynZero", [](Good& g) { g.model<CubaLif>(g.cuba).tau_syn_ms = 0; }, "population \"cuba\"",
     "tau_syn_ms", "0 ms", "> 0"},
    {"TauOfAdaptationNegative", [](Good& g) { g.model<AdaptiveLif>(g.adaptive).tau_a_ms = -200; },
     "population \"adaptive\"", "tau_a_ms", "-200 ms", "> 0"},
    {"EulerTickTooLong",
     [](Good& g) {
       g.model<Lif>(g.leaky).scheme = Scheme::euler;
       g.model<Lif>(g.leaky).tau_m_ms = 0.5;
     },
     "population \"leaky\"", "tau_m_ms", "0.5 ms", ">= dt_ms = 1 ms with Scheme::euler"},
    {"EulerTickTooLongForCurrent",
     [](Good& g) {
       g.model<CubaLif>(g.cuba).scheme = Scheme::euler;
       g.model<CubaLif>(g.cuba).tau_syn_ms = 0.9;
     },
     "population \"cuba\"", "tau_syn_ms", "0.9 ms", ">= dt_ms = 1 ms with Scheme::euler"},
    {"ThresholdAtRest", [](Good& g) { g.model<Lif>(g.leaky).v_th_mv = -65; },
     "population \"leaky\"", "v_th_mv", "-65 mV", "> v_rest_mv = -65 mV"},
    {"ThresholdNan", [](Good& g) { g.model<If>(g.sum).v_th_mv = nan; }, "population \"sum\"",
     "v_th_mv", "nan mV", "1e+30 mV"},
    {"ResetAtThreshold", [](Good& g) { g.model<Lif>(g.leaky).v_reset_mv = -50; },
     "population \"leaky\"", "v_reset_mv", "-50 mV", "< v_th_mv = -50 mV"},
    {"ResetInfinite", [](Good& g) { g.model<Lif>(g.leaky).v_reset_mv = -inf; },
     "population \"leaky\"", "v_reset_mv", "-inf mV", "1e+30 mV"},
    {"RestNan", [](Good& g) { g.model<Li>(g.readout).v_rest_mv = nan; }, "population \"readout\"",
     "v_rest_mv", "nan mV", "1e+30 mV"},
    {"RefractoryNegative", [](Good& g) { g.model<Lif>(g.leaky).t_ref_ms = -2; },
     "population \"leaky\"", "t_ref_ms", "-2 ms", ">= 0"},
    {"RefractoryTooLong", [](Good& g) { g.model<Lif>(g.leaky).t_ref_ms = 2e6; },
     "population \"leaky\"", "t_ref_ms", "2000000 ms", "<= 1048576 ms"},
    {"OffsetNan", [](Good& g) { g.model<Lif>(g.leaky).i_offset_mv = nan; }, "population \"leaky\"",
     "i_offset_mv", "nan mV", "1e+30 mV"},
    {"OffsetBeyondFloat", [](Good& g) { g.model<Lif>(g.leaky).i_offset_mv = 1e300; },
     "population \"leaky\"", "i_offset_mv", "1e+300 mV", "1e+30 mV"},
    {"JumpOfAdaptationNegative", [](Good& g) { g.model<AdaptiveLif>(g.adaptive).a_jump_mv = -1; },
     "population \"adaptive\"", "a_jump_mv", "-1 mV", ">= 0"},
    {"RecoveryNan", [](Good& g) { g.model<Izhikevich>(g.simple).a_per_ms = nan; },
     "population \"simple\"", "a_per_ms", "nan /ms", "1e+30 /ms"},
    {"RecoveryTooFastForTheTick", [](Good& g) { g.model<Izhikevich>(g.simple).a_per_ms = 1.5; },
     "population \"simple\"", "a_per_ms", "1.5 /ms", "1/dt_ms = 1 /ms"},
    {"GrowthTooFastForTheTick", [](Good& g) { g.model<Izhikevich>(g.simple).a_per_ms = -1.5; },
     "population \"simple\"", "a_per_ms", "-1.5 /ms", "1/dt_ms = 1 /ms"},
    {"SquareNotPositive", [](Good& g) { g.model<Izhikevich>(g.simple).square_per_mv_ms = 0; },
     "population \"simple\"", "square_per_mv_ms", "0 /(mV ms)", "> 0"},
    {"LinearNan", [](Good& g) { g.model<Izhikevich>(g.simple).linear_per_ms = nan; },
     "population \"simple\"", "linear_per_ms", "nan /ms", "1e+30 /ms"},
    {"ConstantInfinite", [](Good& g) { g.model<Izhikevich>(g.simple).constant_mv_per_ms = inf; },
     "population \"simple\"", "constant_mv_per_ms", "inf mV/ms", "1e+30 mV/ms"},
    {"LeakOfRecoveryAboveOne", [](Good& g) { g.model<Izhikevich>(g.simple).recovery_leak = 1.5; },
     "population \"simple\"", "recovery_leak", "1.5", "0 .. 1"},
    {"ZeroOfRecoveryNan", [](Good& g) { g.model<Izhikevich>(g.simple).recovery_zero_mv = nan; },
     "population \"simple\"", "recovery_zero_mv", "nan mV", "1e+30 mV"},
    {"ThreeStepsOfV", [](Good& g) { g.model<Izhikevich>(g.simple).v_steps = 3; },
     "population \"simple\"", "v_steps", "3", "1 or 2"},
    {"SensitivityNan", [](Good& g) { g.model<Izhikevich>(g.simple).b_per_ms = nan; },
     "population \"simple\"", "b_per_ms", "nan /ms", "1e+30 /ms"},
    {"ResetOfIzhikevichInfinite", [](Good& g) { g.model<Izhikevich>(g.simple).c_mv = -inf; },
     "population \"simple\"", "c_mv", "-inf mV", "1e+30 mV"},
    {"ResetAtThePeak", [](Good& g) { g.model<Izhikevich>(g.simple).c_mv = 30; },
     "population \"simple\"", "c_mv", "30 mV", "< v_peak_mv = 30 mV"},
    {"RiseOfRecoveryNan", [](Good& g) { g.model<Izhikevich>(g.simple).d_mv_per_ms = nan; },
     "population \"simple\"", "d_mv_per_ms", "nan mV/ms", "1e+30 mV/ms"},
    {"PeakNan", [](Good& g) { g.model<Izhikevich>(g.simple).v_peak_mv = nan; },
     "population \"simple\"", "v_peak_mv", "nan mV", "1e+30 mV"},
    {"PeakAtRest",  // (v + 70)(v + 50) = 0: rests at -70
     [](Good& g) { g.model<Izhikevich>(g.simple).v_peak_mv = -70.5; }, "population \"simple\"",
     "v_peak_mv", "-70.5 mV", "> resting potential = -70 mV"},
    {"OffsetOfIzhikevichNan",
     [](Good& g) { g.model<Izhikevich>(g.simple).i_offset_mv_per_ms = nan; },
     "population \"simple\"", "i_offset_mv_per_ms", "nan mV/ms", "1e+30 mV/ms"},
    {"LevelsNegative", [](Good& g) { g.model<Relu>(g.relu).levels = -1; }, "population \"relu\"",
     "levels", "-1", "0 (not quantised)"},
    {"LevelsTooMany", [](Good& g) { g.model<Relu>(g.relu).levels = 1 << 24; },
     "population \"relu\"", "levels", "16777216", "16777215"},
    {"ClipZero", [](Good& g) { g.model<Relu>(g.relu).clip = 0; }, "population \"relu\"", "clip",
     "0", "1e-30 .. 1e+30"},
    {"ClipInfinite", [](Good& g) { g.model<Relu>(g.relu).clip = inf; }, "population \"relu\"",
     "clip", "inf", "1e-30 .. 1e+30"},

    // Membranes at the start
    {"InitialOfOtherSize",
     [](Good& g) {
       g.net[g.leaky].v_init_mv = {-65, -65};
     },
     "population \"leaky\"", "v_init_mv", "2 values", "none, 1 or 3 values"},
    {"InitialOfOneNeuronNan",
     [](Good& g) {
       g.net[g.leaky].v_init_mv = {-65, nan, -65};
     },
     "population \"leaky\"", "v_init_mv[1]", "nan mV", "1e+30 mV"},
    {"InitialOfASource", [](Good& g) { g.net[g.rate].v_init_mv = {0}; }, "population \"rate\"",
     "v_init_mv", "1 values", "none"},
    {"InitialOfRelu", [](Good& g) { g.net[g.relu].v_init_mv = {0}; }, "population \"relu\"",
     "v_init_mv", "1 values", "none"},

    // Sources
    {"RateNegative", [](Good& g) { g.source<PoissonSource>(g.poisson).rate_hz = -1; },
     "population \"poisson\"", "rate_hz", "-1 Hz", ">= 0"},
    {"RateNan", [](Good& g) { g.source<PoissonSource>(g.poisson).rate_hz = nan; },
     "population \"poisson\"", "rate_hz", "nan Hz", ">= 0"},
    {"RateTooHighForTheTick", [](Good& g) { g.source<PoissonSource>(g.poisson).rate_hz = 2e4; },
     "population \"poisson\"", "rate_hz", "20000 Hz", "10000 Hz"},
    {"TimesForOtherSize", [](Good& g) { g.source<SpikeSource>(g.times).times_ms.pop_back(); },
     "population \"times\"", "times_ms", "1 lists", "2 lists, one per neuron"},
    {"TimeNegative", [](Good& g) { g.source<SpikeSource>(g.times).times_ms[0][0] = -1; },
     "population \"times\"", "times_ms[0][0]", "-1 ms", ">= 0"},
    {"TimeNan",
     [](Good& g) {
       g.source<SpikeSource>(g.times).times_ms[1] = {3, nan};
     },
     "population \"times\"", "times_ms[1][1]", "nan ms", ">= 0"},
    {"TimesNotSorted",
     [](Good& g) {
       g.source<SpikeSource>(g.times).times_ms[0] = {2, 1};
     },
     "population \"times\"", "times_ms[0][1]", "1 ms", ">= the spike before, 2 ms"},
    {"TimeBeyondTicks", [](Good& g) { g.source<SpikeSource>(g.times).times_ms[1] = {1e20}; },
     "population \"times\"", "times_ms[1][0]", "1e+20 ms", "<= 4.5"},
    {"BoundOfDataZero", [](Good& g) { g.source<CurrentSource>(g.current).max_abs = 0; },
     "population \"current\"", "max_abs", "0", "> 0"},
    {"ProbabilityZero", [](Good& g) { g.source<RateSource>(g.rate).probability = 0; },
     "population \"rate\"", "probability", "0 per tick", "> 0 and <= 1"},
    {"ProbabilityAboveOne", [](Good& g) { g.source<RateSource>(g.rate).probability = 1.5; },
     "population \"rate\"", "probability", "1.5 per tick", "> 0 and <= 1"},
    {"ProbabilityNan", [](Good& g) { g.source<RateSource>(g.rate).probability = nan; },
     "population \"rate\"", "probability", "nan per tick", "> 0 and <= 1"},
    {"LatencyThresholdOne", [](Good& g) { g.source<LatencySource>(g.latency).threshold = 1; },
     "population \"latency\"", "threshold", "1", ">= 0 and < 1"},
    {"LatencyTicksNegative", [](Good& g) { g.source<LatencySource>(g.latency).ticks = -5; },
     "population \"latency\"", "ticks", "-5 ticks", ">= 0"},

    // Ends and rules of projections
    {"SourceUnknown", [](Good& g) { g.net[g.all].source = {42}; }, "projection \"?42->sum\"",
     "source", "population 42", "0 .. 13"},
    {"TargetUnset", [](Good& g) { g.net[g.all].target = {}; }, "projection \"poisson->?-1\"",
     "target", "population -1", "0 .. 13"},
    {"TargetIsASource", [](Good& g) { g.net[g.all].target = g.rate; },
     "projection \"poisson->rate\"", "target", "\"rate\", a source", "population of neurons"},
    {"SourceIsAReadout", [](Good& g) { g.net[g.all].source = g.readout; },
     "projection \"readout->sum\"", "source", "\"readout\", a readout", "population that spikes"},
    {"OneToOneOfOtherSize", [](Good& g) { g.net[g.all].rule = OneToOne{}; },
     "projection \"poisson->sum\"", "rule", "OneToOne from 4 to 3 neurons", "of one size"},
    {"SparseListsDiffer", [](Good& g) { std::get<Sparse>(g.net[g.list].rule).source.push_back(0); },
     "projection \"leaky->each\"", "rule", "5 sources and 4 targets", "one length"},
    {"SparseSourceOutOfRange", [](Good& g) { std::get<Sparse>(g.net[g.list].rule).source[1] = 3; },
     "projection \"leaky->each\"", "rule.source[1]", "neuron 3", "0 .. 2"},
    {"SparseTargetNegative", [](Good& g) { std::get<Sparse>(g.net[g.list].rule).target[3] = -1; },
     "projection \"leaky->each\"", "rule.target[3]", "neuron -1", "0 .. 2"},

    // Weights and biases
    {"WeightNan", [](Good& g) { g.synapse(g.all).weight = nan; }, "projection \"poisson->sum\"",
     "weight", "nan mV", "1e+30 mV"},
    {"WeightBeyondFloat", [](Good& g) { g.synapse(g.all).weight = 1e39; },
     "projection \"poisson->sum\"", "weight", "1e+39 mV", "1e+30 mV"},
    {"WeightsMissing", [](Good& g) { g.synapse(g.all).weight = std::vector<float>(11); },
     "projection \"poisson->sum\"", "weight", "11 values", "12 values, one per synapse"},
    {"WeightOfOneSynapseInfinite",
     [](Good& g) {
       g.synapse(g.list).weight =
           std::vector<float>{1, 2, -std::numeric_limits<float>::infinity(), 4};
     },
     "projection \"leaky->each\"", "weight[2]", "-inf mV", "1e+30 mV"},
    {"UniformUpsideDown",
     [](Good& g) {
       g.synapse(g.all).weight = Uniform{2, 1};
     },
     "projection \"poisson->sum\"", "weight.low", "2 mV", "<= weight.high = 1 mV"},
    {"UniformNan",
     [](Good& g) {
       g.synapse(g.all).weight = Uniform{0, nan};
     },
     "projection \"poisson->sum\"", "weight.high", "nan mV", "1e+30 mV"},
    {"DeviationNegative",
     [](Good& g) {
       g.synapse(g.all).weight = Normal{0, -1};
     },
     "projection \"poisson->sum\"", "weight.sd", "-1 mV", ">= 0"},
    {"MeanNan", [](Good& g) { g.synapse(g.all).weight = Normal{nan, 1}; },
     "projection \"poisson->sum\"", "weight.mean", "nan mV", "1e+30 mV"},
    {"GainZero", [](Good& g) { g.synapse(g.all).weight = KaimingUniform{0}; },
     "projection \"poisson->sum\"", "weight.gain", "0", "> 0"},
    {"BiasOfOtherSize", [](Good& g) { g.synapse(g.list).bias.pop_back(); },
     "projection \"leaky->each\"", "bias", "2 values", "3 values, one per target neuron"},
    {"BiasNan", [](Good& g) { g.synapse(g.list).bias[1] = std::nanf(""); },
     "projection \"leaky->each\"", "bias[1]", "nan mV", "1e+30 mV"},

    // Delays
    {"DelayNegative", [](Good& g) { g.synapse(g.loop).delay_ms = -1.0; },
     "projection \"each->each\"", "delay_ms", "-1 ms", ">= 0"},
    {"DelayNan", [](Good& g) { g.synapse(g.loop).delay_ms = nan; }, "projection \"each->each\"",
     "delay_ms", "nan ms", ">= 0"},
    {"DelayTooLong", [](Good& g) { g.synapse(g.loop).delay_ms = 1048577.0; },
     "projection \"each->each\"", "delay_ms", "1048577 ms", "<= 1048576 ms"},
    {"DelayOfOneSourceNegative", [](Good& g) { g.synapse(g.one).delay_ms = PerSource{{0, 1, -2}}; },
     "projection \"sum->leaky\"", "delay_ms[2]", "-2 ms", ">= 0"},
    {"DelaysPerSourceMissing", [](Good& g) { g.synapse(g.one).delay_ms = PerSource{{0, 1}}; },
     "projection \"sum->leaky\"", "delay_ms", "2 values", "3 values, one per source neuron"},
    {"DelaysPerSynapseMissing", [](Good& g) { g.synapse(g.list).delay_ms = PerSynapse{{1, 1}}; },
     "projection \"leaky->each\"", "delay_ms", "2 values", "4 values, one per synapse"},
    {"SecondProjectionIsNamed",
     [](Good& g) { g.net.connect(g.each, g.each, AllToAll{}, {.weight = nan}); },
     "projection \"each->each#2\"", "weight", "nan mV", "1e+30 mV"},
};

class Mistakes : public testing::TestWithParam<Mistake> {};

TEST_P(Mistakes, AreNamedWithObjectFieldValueAndRange) {
  const Mistake& mistake = GetParam();
  Good good;
  mistake.make(good);
  try {
    validate(good.net, good.dt_ms);
    FAIL() << "no error";
  } catch (const ConfigError& error) {
    EXPECT_EQ(error.object, mistake.object);
    EXPECT_EQ(error.field, mistake.field);
    EXPECT_NE(error.value.find(mistake.value), std::string::npos) << error.value;
    EXPECT_NE(error.allowed.find(mistake.allowed), std::string::npos) << error.allowed;
    EXPECT_EQ(std::string(error.what()), error.object + ": " + error.field + " = " + error.value +
                                             "; allowed: " + error.allowed);
  }
}
INSTANTIATE_TEST_SUITE_P(Validate, Mistakes, testing::ValuesIn(mistakes),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Validate, TheTableHoldsEnough) {
  EXPECT_GE(std::size(mistakes), 40u);
}

TEST(Validate, AcceptsOneOfEverything) {
  Good good;
  EXPECT_NO_THROW(validate(good.net, good.dt_ms));
}

TEST(Validate, AcceptsValuesAtTheEdgeOfTheirRange) {
  Good good;
  good.model<Lif>(good.leaky).scheme = Scheme::euler;
  good.model<Lif>(good.leaky).tau_m_ms = 1.0;
  good.model<AdaptiveLif>(good.adaptive).a_jump_mv = 0;
  good.model<Izhikevich>(good.simple) = {.a_per_ms = 1, .b_per_ms = 1, .d_mv_per_ms = -1};
  good.source<PoissonSource>(good.poisson).rate_hz = 0;
  good.source<RateSource>(good.rate).probability = 1;
  good.source<LatencySource>(good.latency).threshold = 0;
  good.synapse(good.all).weight = Normal{1, 0};
  good.synapse(good.back).weight = Uniform{1, 1};
  good.synapse(good.loop).delay_ms = 0.5;           // rounds to one tick
  good.net[good.leaky].v_init_mv = {-60, -50, 80};  // these spike in the first tick
  EXPECT_NO_THROW(validate(good.net, good.dt_ms));
}

TEST(Validate, ATriangleWithoutDelaysIsNoCycle) {
  Network network;
  const auto a = network.add(If{}, {1}, "a");
  const auto b = network.add(If{}, {1}, "b");
  const auto c = network.add(If{}, {1}, "c");
  network.connect(a, b, AllToAll{});
  network.connect(b, c, AllToAll{});
  network.connect(a, c, AllToAll{});
  EXPECT_NO_THROW(validate(network, 1.0));
}

}  // namespace
}  // namespace snn
