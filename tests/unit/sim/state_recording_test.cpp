// SPDX-License-Identifier: Apache-2.0
// Variables of neurons' states that a simulation keeps.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "snn/sim/simulation.hpp"

namespace snn {
namespace {

using Arithmetic = SimulationOptions::Arithmetic;
using Neurons = std::vector<std::int32_t>;
using Ticks = std::vector<std::int64_t>;

class Recording : public testing::TestWithParam<Arithmetic> {};
INSTANTIATE_TEST_SUITE_P(Arithmetic, Recording,
                         testing::Values(Arithmetic::fixed_point, Arithmetic::float64),
                         [](const auto& test) {
                           return test.param == Arithmetic::float64 ? "Double" : "FixedPoint";
                         });

TEST_P(Recording, OfADecayIsAnExponential) {
  Network net;
  const auto out = net.add(Lif{.tau_m_ms = 20, .v_rest_mv = -65}, {3}, "out");
  net[out].v_init_mv = {-55, -65, -75};
  Simulation run(net, {.dt_ms = 0.5, .arithmetic = GetParam()});
  run.record_state(out, "v", {2, 0}, 2.5);
  run.run_ms(30);
  const StateTrace& v = run.state(out, "v");
  EXPECT_EQ(v.neuron, (Neurons{2, 0}));
  ASSERT_EQ(v.tick.size(), 12u);
  ASSERT_EQ(v.value.size(), 24u);
  for (std::size_t s = 0; s < v.tick.size(); ++s) {
    EXPECT_EQ(v.tick[s], 5 * static_cast<std::int64_t>(s));
    const double left = 10 * std::exp(-0.5 * static_cast<double>(v.tick[s] + 1) / 20);
    EXPECT_NEAR(v.value[2 * s], -65 - left, 2e-5);
    EXPECT_NEAR(v.value[2 * s + 1], -65 + left, 2e-5);
  }
  EXPECT_EQ(&run.membrane(out), &v) << "one thing with three names";
  EXPECT_EQ(&run.state(out, &Lif::State<float>::u), &v);
}

/// A current that decays, and the ticks that a neuron is held: both after the tick.
TEST_P(Recording, OfWhatOneSpikeDoes) {
  Network net;
  const auto in = net.add(SpikeSource{{{3}}}, {1}, "in");
  const auto out = net.add(LifCurrExp<2>{.t_ref_ms = 3, .tau_syn_ms = {2, 5}}, {2}, "out");
  net.connect(in, out, AllToAll{}, {.weight = std::vector<float>{200, 4000}, .delay_ms = 1.0});
  net.connect(in, out, AllToAll{},
              {.weight = std::vector<float>{-100, -50}, .delay_ms = 2.0, .receptor = 1});
  Simulation run(net, {.dt_ms = 1, .arithmetic = GetParam()});
  run.record_spikes(out);
  run.record_state(out, {&LifCurrExp<2>::State<float>::i, 0});
  run.record_state(out, "i_inhibitory", {1});
  run.record_state(out, "refractory");
  run.run_ms(20);
  const auto& excitation = run.state(out, "i_excitatory").value;
  const auto& inhibits = run.state(out, {&LifCurrExp<2>::State<float>::i, 1}).value;
  ASSERT_EQ(excitation.size(), 40u);
  ASSERT_EQ(inhibits.size(), 20u);
  for (std::size_t t = 0; t < 20; ++t) {
    const double since = static_cast<double>(t) - 4;
    EXPECT_NEAR(excitation[2 * t], t < 4 ? 0 : 200 * std::exp(-since / 2), 0.01) << t;
    EXPECT_NEAR(excitation[2 * t + 1], t < 4 ? 0 : 4000 * std::exp(-since / 2), 0.01) << t;
    EXPECT_NEAR(inhibits[t], t < 5 ? 0 : -50 * std::exp(-(since - 1) / 5), 0.01) << t;
  }
  ASSERT_FALSE(run.spikes(out).tick.empty());
  const std::int64_t spike = run.spikes(out).tick.front();
  EXPECT_EQ(run.spikes(out).neuron.front(), 1);
  const auto& held = run.state(out, "refractory").value;
  for (std::int64_t t = 0; t < spike + 4; ++t) {
    const auto at = static_cast<std::size_t>(t);
    EXPECT_EQ(held[2 * at], 0);
    EXPECT_EQ(held[2 * at + 1], t < spike ? 0.0f : static_cast<float>(3 - (t - spike))) << t;
  }
}

/// Variables are told as the user counts them, with the parameters a neuron has then.
TEST(StateRecording, CountsFromWhereTheUserDoes) {
  Network net;
  const HodgkinHuxley hh;
  const std::vector<Izhikevich> cells{{}, Izhikevich{}};
  const auto one = net.add(hh, {2}, "one");
  const auto two = net.add(cells, {2}, "two");
  Simulation run(net, {.dt_ms = 0.1});
  for (const char* gate : {"m", "h", "n"}) run.record_state(one, gate, {1});
  run.record_state(two, "w");
  run.run_ticks(1);
  const auto expected = hh.origin();
  EXPECT_NEAR(run.state(one, "m").value.at(0), expected.m, 1e-3);
  EXPECT_NEAR(run.state(one, "h").value.at(0), expected.h, 1e-3);
  EXPECT_NEAR(run.state(one, "n").value.at(0), expected.n, 1e-3);
  EXPECT_GT(expected.h, 0.5);
  EXPECT_NEAR(run.state(two, "w").value.at(1), cells[1].origin().w, 1e-3);
  EXPECT_LT(cells[1].origin().w, -1);
}

TEST(StateRecording, FollowsParameters) {
  Network net;
  const auto out = net.add(Lif{.v_rest_mv = -65}, {2}, "out");
  Simulation run(net, {.dt_ms = 1});
  run.record_state(out, {}, {1});
  run.run_ticks(1);
  const Lif higher{.v_rest_mv = -60};
  run.set_parameters(out, higher);
  run.run_ticks(1);
  EXPECT_EQ(run.state(out, {}).value.at(0), -65);
  EXPECT_NEAR(run.state(out, {}).value.at(1), -60 - 5 * std::exp(-1 / 20.0), 1e-4)
      << "the potential goes on as it was, and decays to another rest";
  run.reset();
  EXPECT_TRUE(run.state(out, {}).tick.empty());
  run.run_ticks(2);
  EXPECT_EQ(run.state(out, {}).value, (std::vector<float>{-65, -65}));
  EXPECT_EQ(run.state(out, {}).tick, (Ticks{0, 1}));
}

/// Busy neurons with all kinds of variables, and some that hardly ever get an event.
struct Scene {
  Scene() {
    net.drive(busy, PoissonDrive{.rate_hz = 2000, .weight = 8.0});
    net.drive(busy, PoissonDrive{.rate_hz = 300, .weight = 10.0, .receptor = 1});
    net.connect(busy, busy, FixedInDegree{5}, {.weight = 4.0, .delay_ms = Uniform{1, 4}});
    net.connect(rare, quiet, FixedInDegree{3}, {.weight = 100.0, .delay_ms = 2.0});
  }
  Network net;
  PopulationId busy = net.add(AdEx{.t_ref_ms = 1}, {2100}, "busy");
  PopulationId rare = net.add(PoissonSource{.rate_hz = 10}, {300}, "rare");
  PopulationId quiet = net.add(CubaLif{.v_rest_mv = -60, .t_ref_ms = 2}, {2100}, "quiet");

  static inline const std::vector<std::string> of_busy = {"v", "refractory", "w", "g_excitatory",
                                                          "g_inhibitory"},
                                               of_quiet = {"v", "refractory", "i"};

  /// Records every variable of these neurons and advances in these pieces.
  std::vector<StateTrace> run(const SimulationOptions& options, const Neurons& neurons,
                              double interval_ms, const std::vector<std::int64_t>& pieces) const {
    Simulation simulation(net, options);
    for (const auto& name : of_busy) simulation.record_state(busy, name, neurons, interval_ms);
    for (const auto& name : of_quiet) simulation.record_state(quiet, name, neurons, interval_ms);
    for (const std::int64_t ticks : pieces) simulation.run_ticks(ticks);
    std::vector<StateTrace> traces;
    for (const auto& name : of_busy) traces.push_back(simulation.state(busy, name));
    for (const auto& name : of_quiet) traces.push_back(simulation.state(quiet, name));
    return traces;
  }
};

void expect_same(const std::vector<StateTrace>& a, const std::vector<StateTrace>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].tick, b[i].tick) << "variable " << i;
    EXPECT_EQ(a[i].neuron, b[i].neuron) << "variable " << i;
    EXPECT_TRUE(a[i].value == b[i].value) << "variable " << i;
  }
}

TEST(StateRecording, IsTheSameForAnyThreadsAndPieces) {
  const Scene scene;
  const Neurons neurons{2099, 0, 1023, 1024, 700};
  const auto expected = scene.run({.dt_ms = 0.5}, neurons, 1.5, {120});
  for (const StateTrace& trace : expected) {
    EXPECT_EQ(trace.tick.size(), 40u);
    const auto [low, high] = std::minmax_element(trace.value.begin(), trace.value.end());
    EXPECT_LT(*low, *high) << "something happens to it";
  }
  for (const int threads : {1, 2, 3}) {
    SCOPED_TRACE(threads);
    for (const auto update :
         {SimulationOptions::Update::automatic, SimulationOptions::Update::stepped}) {
      const SimulationOptions options{.dt_ms = 0.5, .threads = threads, .update = update};
      expect_same(scene.run(options, neurons, 1.5, {120}), expected);
      expect_same(scene.run(options, neurons, 1.5, {1, 2, 50, 0, 7, 60}), expected);
    }
  }
}

TEST_P(Recording, OfSomeIsAPartOfThatOfAll) {
  const Scene scene;
  const SimulationOptions options{.dt_ms = 0.5, .arithmetic = GetParam()};
  const Neurons neurons{8, 2000, 3};
  const auto all = scene.run(options, {}, 0, {20}), some = scene.run(options, neurons, 1.5, {20});
  Neurons everyone(2100);
  std::iota(everyone.begin(), everyone.end(), 0);
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(all[i].neuron, everyone);
    ASSERT_EQ(all[i].value.size(), 20u * 2100u);
    EXPECT_EQ(some[i].tick, (Ticks{0, 3, 6, 9, 12, 15, 18}));
    std::vector<float> expected;
    for (const std::int64_t tick : some[i].tick) {
      for (const std::int32_t n : neurons)
        expected.push_back(all[i].value[static_cast<std::size_t>(tick * 2100 + n)]);
    }
    EXPECT_EQ(some[i].value, expected) << "variable " << i;
  }
}

/// What is recorded of a population says nothing about how it goes on.
TEST(StateRecording, ChangesNothing) {
  const Scene scene;
  const auto spikes = [&](bool records) {
    Simulation run(scene.net, {.dt_ms = 0.5});
    run.record_spikes(scene.busy);
    run.record_spikes(scene.quiet);
    if (records) {
      run.record_state(scene.quiet, "i", {5}, 1);
      run.record_state(scene.busy, "w");
    }
    run.run_ticks(200);
    EXPECT_GT(run.spikes(scene.quiet).tick.size(), 10u);
    return std::pair(run.spikes(scene.busy).neuron, run.spikes(scene.quiet).neuron);
  };
  EXPECT_TRUE(spikes(true) == spikes(false));
}

TEST(StateRecording, BeginsWhenItIsAskedToAndTheLastCallCounts) {
  const Scene scene;
  Simulation run(scene.net, {.dt_ms = 0.5});
  run.run_ticks(7);
  run.record_state(scene.busy, "w", {1, 2}, 1);
  run.run_ticks(4);
  EXPECT_EQ(run.state(scene.busy, "w").tick, (Ticks{8, 10}));
  run.record_state(scene.busy, "w", {5}, 1.5);
  EXPECT_TRUE(run.state(scene.busy, "w").tick.empty());
  run.record_membrane(scene.busy, {6});
  run.run_ticks(4);
  EXPECT_EQ(run.state(scene.busy, "w").tick, (Ticks{12}));
  EXPECT_EQ(run.state(scene.busy, "w").neuron, (Neurons{5}));
  EXPECT_EQ(run.membrane(scene.busy).tick, (Ticks{11, 12, 13, 14}));
}

/// A neuron of a program's own, without names.
struct Leaky {
  double leak_per_tick = 0.5;
  static constexpr std::string_view name = "Leaky";
  static constexpr Output output = Output::spikes;
  template <class Real>
  struct Coeffs {
    Real keep;
  };
  template <class Real>
  struct State {
    Real u{}, total{};
  };
  State<double> origin() const { return {.u = -70, .total = 100}; }
  template <class Real>
  Coeffs<Real> derive(double /*dt_ms*/) const {
    return {Real(1 - leak_per_tick)};
  }
  template <class Real>
  static Real integrate(State<Real>& s, const Coeffs<Real>& c, Real x) {
    s.u = c.keep * s.u + x;
    s.total = s.total + x;
    return s.u - Real(1000);
  }
  template <class Real>
  static void fire(State<Real>&, const Coeffs<Real>&, Real) {}
};
static_assert(NeuronModel<Leaky>);

TEST_P(Recording, OfAProgramsOwnModel) {
  Network net;
  const auto in = net.add(SpikeSource{{{0, 2}}}, {1}, "in");
  const auto out = net.add(std::vector<Leaky>{{0.5}, {0.25}}, {2}, "out");
  net.connect(in, out, AllToAll{}, {.weight = 8.0, .delay_ms = 1.0});
  Simulation run(net, {.dt_ms = 1, .arithmetic = GetParam()});
  run.record_state(out, &Leaky::State<float>::total);
  run.record_membrane(out);
  run.run_ticks(4);
  EXPECT_EQ(run.state(out, "variable 1").value,
            (std::vector<float>{100, 100, 108, 108, 108, 108, 116, 116}));
  EXPECT_EQ(run.membrane(out).value,
            (std::vector<float>{-70, -70, -62, -62, -66, -64, -60, -57.5}));
}

}  // namespace
}  // namespace snn
