// SPDX-License-Identifier: Apache-2.0
// The networks that simulators are compared with, against published and independently computed
// figures.
#include "snn/model/benchmark_networks.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "snn/model/validate.hpp"
#include "tests/support/config_error.hpp"

namespace snn {
namespace {

std::int64_t synapses_of(const Network& net, const Projection& projection) {
  if (const auto* rule = std::get_if<FixedInDegree>(&projection.rule))
    return rule->in_degree * net[projection.target].size();
  return std::get<FixedTotalNumber>(projection.rule).synapses;
}

struct Size {
  std::int64_t neurons = 0, synapses = 0;
  friend bool operator==(const Size&, const Size&) = default;
  friend void PrintTo(const Size& size, std::ostream* out) {
    *out << size.neurons << " neurons, " << size.synapses << " synapses";
  }
};
Size size_of(const Network& net) {
  validate(net, 0.1);
  Size size;
  for (const Population& population : net.populations()) size.neurons += population.size();
  for (const Projection& projection : net.projections())
    size.synapses += synapses_of(net, projection);
  return size;
}

template <class Model>
const Model& model_of(const Network& net, std::size_t population) {
  return std::get<ParametersOf<Model>>(net.populations()[population].neurons()).front();
}
double weight_of(const Projection& projection) {
  return std::get<double>(projection.synapse.weight);
}
const PoissonDrive& drive_of(const Network& net, std::size_t population) {
  EXPECT_EQ(net.populations()[population].stimuli.size(), 1u);
  return std::get<PoissonDrive>(net.populations()[population].stimuli.at(0));
}
bool inhibitory(const Network& net, const Projection& projection) {
  return net[projection.source].name.back() == 'I';
}

TEST(BenchmarkNetworks, Brunel) {
  EXPECT_EQ(size_of(brunel()), (Size{12500, 15625000}));
  EXPECT_EQ(size_of(brunel({.scale = 0.1})), (Size{1250, 1562500}));
  EXPECT_EQ(size_of(brunel({.scale = 2})), (Size{25000, 31250000}));
  for (const BrunelOptions& options : {brunel_busy, brunel_low}) {
    const Network net = brunel(options);
    EXPECT_EQ(net.populations()[0].size(), 10000);
    ASSERT_EQ(net.projections().size(), 4u);
    for (const Projection& projection : net.projections()) {
      const bool inhibits = inhibitory(net, projection);
      EXPECT_DOUBLE_EQ(weight_of(projection), inhibits ? -0.1 * options.g : 0.1);
      EXPECT_EQ(std::get<FixedInDegree>(projection.rule).in_degree, inhibits ? 250 : 1000);
      EXPECT_EQ(std::get<double>(projection.synapse.delay_ms), 1.5);
    }
    for (const std::size_t p : {0u, 1u}) {
      EXPECT_DOUBLE_EQ(drive_of(net, p).rate_hz, options.eta * 10000);
      EXPECT_EQ(drive_of(net, p).weight, 0.1);
      const Lif& neuron = model_of<Lif>(net, p);
      EXPECT_EQ(neuron.tau_m_ms, 20);
      EXPECT_EQ(neuron.v_th_mv - neuron.v_rest_mv, 20);
      EXPECT_EQ(neuron.v_reset_mv, neuron.v_rest_mv);
      EXPECT_EQ(neuron.t_ref_ms, 2);
    }
  }
  EXPECT_EQ(brunel_busy.g, 5);
  EXPECT_EQ(brunel_busy.eta, 2);
  EXPECT_EQ(brunel_low.g, 6);
  EXPECT_EQ(brunel_low.eta, 1);
}

TEST(BenchmarkNetworks, VogelsAbbott) {
  const Network currents = cuba(), conductances = coba();
  EXPECT_EQ(size_of(currents), (Size{4000, 320000}));
  EXPECT_EQ(size_of(cuba({.scale = 16})), (Size{64000, 5120000}));
  EXPECT_EQ(size_of(conductances), (Size{4000, 320000}));
  for (std::size_t q = 0; q < 4; ++q) {
    const bool inhibits = inhibitory(currents, currents.projections()[q]);
    EXPECT_EQ(weight_of(currents.projections()[q]), inhibits ? -90 : 16.2);
    EXPECT_EQ(weight_of(conductances.projections()[q]), inhibits ? 51 : 4);
    EXPECT_EQ(std::get<FixedInDegree>(currents.projections()[q].rule).in_degree,
              inhibits ? 16 : 64);
    EXPECT_EQ(currents.projections()[q].synapse.receptor, inhibits ? 1 : 0);
    EXPECT_EQ(conductances.projections()[q].synapse.receptor, inhibits ? 1 : 0);
    EXPECT_EQ(std::get<double>(currents.projections()[q].synapse.delay_ms), 0.8);
  }
  EXPECT_EQ(std::get<double>(cuba({.delay_ms = 0.1}).projections()[3].synapse.delay_ms), 0.1);
  const auto& current = model_of<LifCurrExp<2>>(currents, 1);
  EXPECT_EQ(current.c_m_pf, 200);
  EXPECT_EQ(current.v_rest_mv, -49);
  EXPECT_EQ(current.v_th_mv, -50);
  EXPECT_EQ(current.v_reset_mv, -60);
  EXPECT_EQ(current.tau_syn_ms, (std::array<double, 2>{5, 10}));
  const auto& conductance = model_of<LifCondExp>(conductances, 0);
  EXPECT_EQ(conductance.g_l_ns, 10);
  EXPECT_EQ(conductance.v_rest_mv, -60);
  EXPECT_EQ(conductance.e_rev_mv, (std::array<double, 2>{0, -80}));
  EXPECT_EQ(conductance.i_offset_pa, 200);
}

TEST(BenchmarkNetworks, StdpBalanced) {
  const Network net = stdp_balanced();
  EXPECT_EQ(size_of(net), (Size{11250, 12656250}));
  std::int64_t plastic = 0;
  for (const Projection& projection : net.projections()) {
    EXPECT_EQ(std::get<double>(projection.synapse.delay_ms), 1.5);
    if (inhibitory(net, projection)) {
      EXPECT_EQ(weight_of(projection), -175);
    }
    if (!is_plastic(projection.synapse)) continue;
    plastic += synapses_of(net, projection);
    const auto& rule = std::get<PairStdp>(projection.synapse.plasticity);
    EXPECT_EQ(rule.lambda, 0.01);
    EXPECT_EQ(rule.alpha, 1.05);
    EXPECT_EQ(rule.w_max, 70);
    EXPECT_EQ(std::get<TruncatedNormal>(projection.synapse.weight).mean, 35);
    EXPECT_EQ(std::get<TruncatedNormal>(projection.synapse.weight).sd, 3);
  }
  EXPECT_EQ(plastic, 8100000);
  EXPECT_EQ(drive_of(net, 0).rate_hz, 4050);
  EXPECT_EQ(drive_of(net, 1).weight, 35);
  const Network frozen = stdp_balanced({.plastic = false});
  EXPECT_EQ(size_of(frozen), size_of(net));
  for (const Projection& projection : frozen.projections())
    EXPECT_FALSE(is_plastic(projection.synapse));
}

/// Published: 77,169 neurons, 298,880,968 synapses; smaller ones as computed from the published
/// formulas by another program.
TEST(BenchmarkNetworks, MicrocircuitSizes) {
  EXPECT_EQ(size_of(microcircuit()), (Size{77169, 298880968}));
  EXPECT_EQ(size_of(microcircuit({.scale = 0.1})), (Size{7717, 2988807}));
  EXPECT_EQ(size_of(microcircuit({.scale = 0.2})), (Size{15435, 11955239}));
  EXPECT_EQ(size_of(microcircuit({.scale = 0.5})), (Size{38586, 74720239}));
}

struct Currents {
  double scale;
  std::array<double, 8> pa;
};
constexpr Currents compensating[] = {
    {0.1, {29.04, 112.37, 112.97, 114.99, 125.42, 151.68, 43.85, 153.71}},
    {0.2, {23.47, 90.84, 91.33, 92.96, 101.39, 122.63, 35.45, 124.26}},
    {0.5, {12.44, 48.13, 48.39, 49.26, 53.72, 64.97, 18.78, 65.84}},
    {1.0, {}}};
constexpr std::array<double, 8> external{1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100};
constexpr std::array<double, 8> direct_pa{561.97, 526.85, 737.59,  667.34,
                                          702.47, 667.34, 1018.58, 737.59};

TEST(BenchmarkNetworks, MicrocircuitDrive) {
  const Network direct = microcircuit({.drive = MicrocircuitOptions::Drive::dc});
  for (std::size_t p = 0; p < 8; ++p) {
    EXPECT_TRUE(direct.populations()[p].stimuli.empty());
    EXPECT_NEAR(model_of<LifCurrExp<1>>(direct, p).i_offset_pa, direct_pa[p], 0.0051);
    for (const Currents& scaled : compensating) {
      const Network net = microcircuit({.scale = scaled.scale});
      EXPECT_NEAR(model_of<LifCurrExp<1>>(net, p).i_offset_pa, scaled.pa[p], 0.0051);
      EXPECT_NEAR(drive_of(net, p).rate_hz, 8 * scaled.scale * external[p], 1e-6);
      EXPECT_NEAR(drive_of(net, p).weight, 87.8085 / std::sqrt(scaled.scale), 1e-9);
    }
  }
}

TEST(BenchmarkNetworks, MicrocircuitSynapses) {
  for (const double scale : {1.0, 0.1}) {
    const Network net = microcircuit({.scale = scale});
    ASSERT_EQ(net.projections().size(), 55u) << "of 64 probabilities 9 are 0";
    for (const Projection& projection : net.projections()) {
      const bool inhibits = inhibitory(net, projection);
      const bool strong =
          net[projection.source].name == "L4E" && net[projection.target].name == "L23E";
      const double mean = inhibits ? -351.234 : strong ? 175.617 : 87.8085;
      const auto& weight = std::get<TruncatedNormal>(projection.synapse.weight);
      EXPECT_NEAR(weight.mean, mean / std::sqrt(scale), 1e-9);
      EXPECT_NEAR(weight.sd, 0.1 * std::abs(weight.mean), 1e-9);
      EXPECT_EQ(inhibits ? weight.high : weight.low, 0);
      const auto& delay = std::get<TruncatedNormal>(projection.synapse.delay_ms);
      EXPECT_EQ(delay.mean, inhibits ? 0.75 : 1.5);
      EXPECT_EQ(delay.sd, inhibits ? 0.375 : 0.75);
    }
  }
}

TEST(BenchmarkNetworks, ScalesThatAreNoneAreRefused) {
  const auto refused = [](const auto& make, const char* object) {
    for (const double scale : {0.0, -1.0, 2e4, std::nan("")}) {
      support::expect_config_error([&] { make(scale); },
                                   {object, "scale", std::to_string(scale), "> 0"});
    }
  };
  refused([](double scale) { brunel({.scale = scale}); }, "network brunel");
  refused([](double scale) { cuba({.scale = scale}); }, "network cuba");
  refused([](double scale) { coba({.scale = scale}); }, "network coba");
  refused([](double scale) { microcircuit({.scale = scale}); }, "network microcircuit");
  refused([](double scale) { stdp_balanced({.scale = scale}); }, "network stdp-balanced");
}

}  // namespace
}  // namespace snn
