// SPDX-License-Identifier: Apache-2.0
// Neurons of models that are not in the library's list but in a user's program: this one.
#include <gtest/gtest.h>

#include <cmath>

#include "snn/sim/simulation.hpp"
#include "tests/support/config_error.hpp"

namespace snn {
namespace {

/// Lif's equations again, with rest and reset at 0.
struct Own {
  double tau_m_ms = 20, v_th_mv = 15, t_ref_ms = 0;

  static constexpr std::string_view name = "Own";
  static constexpr Output output = Output::spikes;

  template <class Real>
  struct Coeffs {
    Real decay, threshold, refractory;
  };
  template <class Real>
  struct State {
    Real u{}, refractory{};
  };
  template <class Real>
  Coeffs<Real> derive(double dt_ms) const {
    return {Real(std::exp(-dt_ms / tau_m_ms)), Real(v_th_mv), Real(std::round(t_ref_ms / dt_ms))};
  }
  template <class Real>
  static Real integrate(State<Real>& s, const Coeffs<Real>& c, Real x) {
    const bool held = s.refractory > Real(0);
    s.u = held ? s.u : c.decay * s.u + x;
    s.refractory = held ? s.refractory - Real(1) : Real(0);
    return held ? never<Real> : s.u - c.threshold;
  }
  template <class Real>
  static void fire(State<Real>& s, const Coeffs<Real>& c, Real spike) {
    s.u = s.u * (Real(1) - spike);
    s.refractory = s.refractory + spike * c.refractory;
  }
};
static_assert(NeuronModel<Own> && !is_listed<Own>);

/// Two ports that do different things: one adds to the membrane, one takes off twice as much.
struct OwnTwo {
  double v_th_mv = 15;

  static constexpr std::string_view name = "OwnTwo";
  static constexpr Output output = Output::spikes;
  static constexpr int receptors = 2;
  static constexpr std::array<std::string_view, 2> receptor_names{"adds", "takes"};

  template <class Real>
  struct Coeffs {
    Real threshold;
  };
  template <class Real>
  struct State {
    Real u{};
  };
  template <class Real>
  Coeffs<Real> derive(double /*dt_ms*/) const {
    return {Real(v_th_mv)};
  }
  template <class Real>
  static Real integrate(State<Real>& s, const Coeffs<Real>& c, const std::array<Real, 2>& x) {
    s.u = s.u + x[0] - Real(2) * x[1];
    return s.u - c.threshold;
  }
  template <class Real>
  static void fire(State<Real>& s, const Coeffs<Real>& /*c*/, Real spike) {
    s.u = s.u * (Real(1) - spike);
  }
};
static_assert(NeuronModel<OwnTwo>);

Own own(const Lif& lif) {
  return {lif.tau_m_ms, lif.v_th_mv - lif.v_rest_mv, lif.t_ref_ms};
}

/// A recurrent network of such neurons, with a drive.
template <class Model>
struct Scene {
  explicit Scene(const std::vector<Model>& models) : out(net.add(models, {3300}, "out")) {
    net.drive(out, PoissonDrive{.rate_hz = 900, .weight = 1.25});
    net.connect(out, out, FixedInDegree{20}, {.weight = Normal{0.2, 0.3}, .delay_ms = 1.5});
    net[out].v_init_drawn = Uniform{0, 15};
  }
  Network net;
  PopulationId out;

  std::tuple<std::vector<std::int64_t>, std::vector<std::int32_t>, std::vector<float>> run(
      int threads) const {
    Simulation simulation(net, {.dt_ms = 0.5, .threads = threads});
    simulation.record_spikes(out);
    simulation.record_membrane(out, {0, 17, 3299});
    simulation.run_ticks(200);
    return {simulation.spikes(out).tick, simulation.spikes(out).neuron,
            simulation.membrane(out).value};
  }
};

TEST(CustomModel, IsTheLibrarysBitForBit) {
  const Lif lif{.v_rest_mv = 0, .v_reset_mv = 0, .v_th_mv = 15, .t_ref_ms = 2};
  const auto expected = Scene<Lif>({lif}).run(1);
  EXPECT_GT(std::get<0>(expected).size(), 1000u);
  for (const int threads : {1, 2, 3})
    EXPECT_TRUE(Scene<Own>({own(lif)}).run(threads) == expected) << threads << " threads";
}

TEST(CustomModel, TakesParametersOfEachNeuron) {
  std::vector<Lif> lifs;
  std::vector<Own> owns;
  for (int n = 0; n < 3300; ++n) {
    lifs.push_back({.tau_m_ms = 10 + n * 0.01,
                    .v_rest_mv = 0,
                    .v_reset_mv = 0,
                    .v_th_mv = 10.0 + n % 7,
                    .t_ref_ms = n % 3 * 0.5});
    owns.push_back(own(lifs.back()));
  }
  const auto expected = Scene<Lif>(lifs).run(1);
  EXPECT_GT(std::get<0>(expected).size(), 1000u);
  for (const int threads : {1, 2, 3})
    EXPECT_TRUE(Scene<Own>(owns).run(threads) == expected) << threads << " threads";
}

TEST(CustomModel, HasPortsOfItsOwn) {
  Network net;
  const auto in = net.add(SpikeSource{{{1, 3}, {2}}}, {2}, "in");
  const auto out = net.add(OwnTwo{}, {1}, "out");
  net.connect(in, out, AllToAll{}, {.weight = std::vector<float>{3, 5}, .delay_ms = 1.0});
  net.connect(in, out, AllToAll{},
              {.weight = std::vector<float>{0.5f, 1}, .delay_ms = 2.0, .receptor = 1});
  Simulation run(net, {.dt_ms = 1});
  run.record_membrane(out);
  run.run_ticks(7);
  EXPECT_EQ(run.membrane(out).value, (std::vector<float>{0, 0, 3, 7, 8, 7, 7}));
  net.connect(in, out, AllToAll{}, {.delay_ms = 1.0, .receptor = 2});
  EXPECT_THROW(Simulation(net, {.dt_ms = 1}), ConfigError);
}

TEST(CustomModel, SaysWhatIsWrong) {
  Network net;
  const auto out = net.add(std::vector<Own>(2), {3}, "out");
  EXPECT_THROW(Simulation{net}, ConfigError) << "2 sets of parameters for 3 neurons";
  support::expect_config_error([&] { (void)net[out].neurons(); },
                               {"population \"out\"", "model", "Own", "not trained"});
}

}  // namespace
}  // namespace snn
