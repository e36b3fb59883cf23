// SPDX-License-Identifier: Apache-2.0
// What double gives that floats and fixed point cannot, the order of sums, and that all else is as
// in the other backend.
#include "snn/backend/exact_backend.hpp"

#include <gtest/gtest.h>

#include "tests/support/config_error.hpp"

namespace snn {
namespace {

struct Seen {
  std::vector<std::pair<std::int64_t, std::int32_t>> spikes;  ///< tick, neuron
  std::vector<float> u;                                       ///< of neuron 0
};

Seen run(Backend& backend, PopulationId population, std::int64_t ticks) {
  Seen seen;
  Observer observer;
  observer.spikes = [&](std::int32_t, std::int64_t tick, std::span<const std::int32_t> neurons) {
    for (const std::int32_t n : neurons) seen.spikes.emplace_back(tick, n);
  };
  observer.membrane = [&](std::int32_t, std::int64_t, std::span<const float> u) {
    seen.u.push_back(u[0]);
  };
  backend.record_spikes(population.index);
  backend.record_membrane(population.index, 1);
  backend.advance(ticks, observer);
  return seen;
}

ExactBackend exact(const Network& net, double dt_ms = 1.0, std::uint64_t seed = 1) {
  return ExactBackend(net, compile(net, dt_ms, seed));
}

using Train = std::vector<std::pair<std::int64_t, std::int32_t>>;

/// 1 + 2^-40 is 1 in a float and in 32 bits.
TEST(ExactBackend, ConstantWeightsAndMembranesAreDoubles) {
  Network net;
  const auto in = net.add(SpikeSource{{{0, 1}}}, {1});
  const auto out = net.add(If{.v_rest_mv = 0, .v_reset_mv = 0, .v_th_mv = 2 + 0x1p-39}, {2});
  net.connect(in, out, Sparse{{0}, {0}}, {.weight = 1 + 0x1p-40});
  net.connect(in, out, Sparse{{0}, {1}}, {.weight = 1.0});
  auto backend = exact(net);
  EXPECT_EQ(run(backend, out, 3).spikes, (Train{{1, 0}}));
}

TEST(ExactBackend, InitialMembranesAreDoubles) {
  Network net;
  const auto in = net.add(SpikeSource{{{2}}}, {1});
  const auto out = net.add(If{.v_rest_mv = -65, .v_reset_mv = -65, .v_th_mv = -50}, {1});
  net[out].v_init_mv = {-50 - 0x1p-40};
  net.connect(in, out, AllToAll{}, {.weight = 0x1p-39});
  auto backend = exact(net);
  EXPECT_EQ(run(backend, out, 4).spikes, (Train{{2, 0}}));
}

/// Beside 2^54 a 1 is lost in double, before it or after it: 2^54 - 2^54 + 1 is 1, any other order
/// gives 0. The threshold is 0.5.
class Order : public testing::Test {
 protected:
  static constexpr double large = 0x1p54;
  Network net;
  PopulationId add(std::int64_t neurons) {
    SpikeSource source;
    source.times_ms.assign(static_cast<std::size_t>(neurons), {0.0});
    return net.add(source, {neurons});
  }
  PopulationId target() {
    return net.add(If{.v_rest_mv = 0, .v_reset_mv = -1, .v_th_mv = 0.5}, {1});
  }
  bool fires(PopulationId out) {
    auto backend = exact(net);
    return !run(backend, out, 1).spikes.empty();
  }
};

TEST_F(Order, BySourcePopulation) {
  const auto a = add(1), b = add(1), c = add(1), out = target();
  // Connected in another order.
  net.connect(c, out, AllToAll{}, {.weight = 1.0});
  net.connect(b, out, AllToAll{}, {.weight = -large});
  net.connect(a, out, AllToAll{}, {.weight = large});
  EXPECT_TRUE(fires(out));
}

TEST_F(Order, ThenByProjection) {
  const auto a = add(1), out = target();
  for (const double weight : {large, 1.0, -large})
    net.connect(a, out, AllToAll{}, {.weight = weight});
  EXPECT_FALSE(fires(out));
}

TEST_F(Order, ThenBySourceNeuronAndPlaceInTheList) {
  const auto a = add(2), out = target();
  const auto weights = [](float x, float y, float z) { return std::vector<float>{x, y, z}; };
  // Neuron 0 has the first and the third synapse: 2^54 - 2^54, then 1.
  net.connect(a, out, Sparse{{0, 1, 0}, {0, 0, 0}}, {.weight = weights(0x1p54f, 1.0f, -0x1p54f)});
  EXPECT_TRUE(fires(out));
}

TEST_F(Order, BiasComesFirst) {
  const auto a = add(2), out = target();
  net.connect(a, out, AllToAll{}, {.weight = std::vector<float>{0x1p54f, -0x1p54f}, .bias = {1}});
  EXPECT_FALSE(fires(out));
}

/// Everything at once: the same spikes, events and random input as the other backend, where weights
/// have few bits.
class Both : public testing::Test {
 protected:
  Network net;
  PopulationId values = net.add(CurrentSource{.max_abs = 2}, {3});
  PopulationId events = net.add(EventSource{}, {5});
  PopulationId poisson = net.add(PoissonSource{.rate_hz = 100}, {40});
  PopulationId first = net.add(Lif{.v_rest_mv = 0, .v_reset_mv = 0, .v_th_mv = 7.3}, {300});
  PopulationId second =
      net.add(Lif{.v_rest_mv = 0, .v_reset_mv = 0, .v_th_mv = 5.3, .t_ref_ms = 2}, {70});

  Both() {
    const std::vector<float> some{0.5f, 0, -0.25f};
    std::vector<float> weights;
    for (int s = 0; s < 900; ++s) weights.push_back(some[static_cast<std::size_t>(s) % 3]);
    net.connect(values, first, AllToAll{}, {.weight = weights});
    net.connect(events, first, FixedProbability{0.3}, {.weight = 1.0});
    net.connect(poisson, first, FixedInDegree{6}, {.weight = 0.75, .delay_ms = Uniform{0.6, 9.0}});
    net.connect(first, second, FixedOutDegree{4}, {.weight = 1.5});
    net.connect(second, first, FixedTotalNumber{500}, {.weight = -0.5, .delay_ms = 3.0});
    net.drive(first, PoissonDrive{.rate_hz = 700, .weight = 0.5});
    net.drive(second, PoissonDrive{.rate_hz = 100, .weight = 1.25});
  }
  void present(Backend& backend) {
    backend.present_values(values.index, std::vector<float>{1, 0, 0.5f});
    backend.present_spikes(events.index, std::vector<std::int32_t>{0, 2, 2, 3},
                           std::vector<std::uint32_t>{0, 4, 2});
  }
};

void expect_same(const BackendCounts& a, const BackendCounts& b) {
  for (std::size_t q = 0; q < a.projections.size(); ++q) {
    SCOPED_TRACE(q);
    EXPECT_EQ(a.projections[q].source_events, b.projections[q].source_events);
    EXPECT_EQ(a.projections[q].synaptic_events, b.projections[q].synaptic_events);
    EXPECT_EQ(a.projections[q].effective_events, b.projections[q].effective_events);
    EXPECT_EQ(a.projections[q].multiplies, b.projections[q].multiplies);
  }
  for (std::size_t p = 0; p < a.populations.size(); ++p) {
    SCOPED_TRACE(p);
    EXPECT_EQ(a.populations[p].spikes, b.populations[p].spikes);
    EXPECT_EQ(a.populations[p].drive_events, b.populations[p].drive_events);
  }
}

TEST_F(Both, SpikesAndEventsAreTheSame) {
  auto backend = exact(net, 1.0, 5);
  const auto other = make_backend("cpu", compile(net, 1.0, 5), {});
  for (Backend* one : {static_cast<Backend*>(&backend), other.get()}) present(*one);
  const Seen here = run(backend, second, 200), there = run(*other, second, 200);
  EXPECT_GT(here.spikes.size(), 500u);
  EXPECT_EQ(here.spikes, there.spikes);
  expect_same(backend.counts(), other->counts());
  EXPECT_EQ(backend.counts().populations[3].stepped, 300u * 200u);
}

TEST_F(Both, PiecesAndResetDoNotMatter) {
  auto backend = exact(net, 1.0, 5);
  present(backend);
  const Seen whole = run(backend, second, 100);
  backend.reset();
  EXPECT_EQ(backend.tick(), 0);
  EXPECT_EQ(backend.counts().populations[2].spikes, 0u);
  present(backend);
  Seen pieces = run(backend, second, 33);
  const Seen rest = run(backend, second, 67);
  pieces.spikes.insert(pieces.spikes.end(), rest.spikes.begin(), rest.spikes.end());
  pieces.u.insert(pieces.u.end(), rest.u.begin(), rest.u.end());
  EXPECT_EQ(pieces.spikes, whole.spikes);
  EXPECT_EQ(pieces.u, whole.u);
}

TEST(ExactBackend, ARunEndsWhereItIsToldTo) {
  Network net;
  net.add(If{}, {1});
  auto backend = exact(net);
  Observer observer;
  observer.proceed = [](std::int64_t tick) { return tick < 3; };
  backend.advance(10, observer);
  EXPECT_EQ(backend.tick(), 3);
}

TEST(ExactBackend, PlasticProjectionsAreRefused) {
  Network net;
  const auto in = net.add(PoissonSource{}, {1}, "in"), out = net.add(Lif{}, {1}, "out");
  net.connect(in, out, AllToAll{}, {.delay_ms = 1.0, .plasticity = PairStdp{}});
  support::expect_config_error([&] { exact(net); }, {.object = "projection \"in->out\"",
                                                     .field = "plasticity",
                                                     .value = "rule",
                                                     .allowed = "fixed_point"});
}

TEST(ExactBackend, SourcesAreCheckedAsElsewhere) {
  Network net;
  const auto in = net.add(PoissonSource{}, {1}, "in");
  auto backend = exact(net);
  support::expect_config_error(
      [&] { backend.present_values(in.index, std::vector<float>{1}); },
      {.object = "population \"in\"", .field = "values", .value = "given", .allowed = "Current"});
}

}  // namespace
}  // namespace snn
