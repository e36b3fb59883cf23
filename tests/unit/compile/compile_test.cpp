// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <tuple>

#include "snn/compile/compiled_network.hpp"
#include "tests/support/config_error.hpp"
#include "tests/support/synapses.hpp"

namespace snn {
namespace {

/// Source, delay in ticks, target, weight.
using Entry = std::tuple<std::int64_t, std::int64_t, std::int64_t, double>;

constexpr double dt_ms = 0.5;

/// A projection of any rule and any kind of delay, and its synapses listed one by one.
struct Listed {
  Network net;
  std::vector<Entry> synapses;

  Listed(int rule, int delays, std::uint32_t seed) {
    std::mt19937 random(seed);
    const auto below = [&](std::int64_t n) {
      return static_cast<std::int64_t>(random() % static_cast<unsigned>(n));
    };
    const std::int64_t sources = 1 + below(9), targets = rule == 1 ? sources : 1 + below(9);
    std::vector<std::pair<std::int64_t, std::int64_t>> pairs;
    Connectivity connectivity = AllToAll{};
    if (rule == 0) {
      for (std::int64_t k = 0; k < sources; ++k) {
        for (std::int64_t n = 0; n < targets; ++n) pairs.emplace_back(k, n);
      }
    } else if (rule == 1) {
      connectivity = OneToOne{};
      for (std::int64_t n = 0; n < targets; ++n) pairs.emplace_back(n, n);
    } else {
      Sparse sparse;
      const std::int64_t count = below(40);
      for (std::int64_t s = 0; s < count; ++s) {
        pairs.emplace_back(below(sources), below(targets));
        sparse.source.push_back(pairs.back().first);
        sparse.target.push_back(pairs.back().second);
      }
      connectivity = sparse;
    }
    PerSource per_source;
    for (std::int64_t k = 0; k < sources; ++k)
      per_source.ms.push_back(static_cast<double>(1 + below(3)));
    PerSynapse per_synapse;
    std::vector<float> weight;
    for (const auto& [k, n] : pairs) {
      per_synapse.ms.push_back(static_cast<double>(1 + below(4)));
      weight.push_back(static_cast<float>(below(5) - 2) / 4);
      const double ms = delays == 0   ? 2.0
                        : delays == 1 ? per_source.ms[static_cast<std::size_t>(k)]
                                      : per_synapse.ms.back();
      synapses.emplace_back(k, static_cast<std::int64_t>(ms / dt_ms), n,
                            static_cast<double>(weight.back()));
    }
    const auto in = net.add(If{}, {sources}), out = net.add(If{}, {targets});
    const Delay delay = delays == 0   ? Delay{2.0}
                        : delays == 1 ? Delay{per_source}
                                      : Delay{per_synapse};
    net.connect(in, out, connectivity, {.weight = weight, .delay_ms = delay});
  }
};

/// Synapses as the rows hold them, in their order.
std::vector<Entry> in_rows(const CompiledNetwork& compiled) {
  std::vector<Entry> found;
  for (const auto& s : support::stored_synapses(compiled, 0))
    found.emplace_back(s.source, s.delay, s.target, s.weight);
  return found;
}

/// In the same order, and equal ones by weight.
std::vector<Entry> sorted(std::vector<Entry> entries) {
  std::sort(entries.begin(), entries.end());
  return entries;
}

TEST(Compile, RowsHoldEverySynapseBySourceDelayAndTarget) {
  for (int rule = 0; rule < 3; ++rule) {
    for (int delays = 0; delays < 3; ++delays) {
      for (std::uint32_t seed = 0; seed < 40; ++seed) {
        const Listed listed(rule, delays, seed);
        const CompiledNetwork compiled = compile(listed.net, dt_ms, 1);
        const std::vector<Entry> rows = in_rows(compiled);
        EXPECT_EQ(sorted(rows), sorted(listed.synapses)) << rule << " " << delays << " " << seed;
        EXPECT_TRUE(std::is_sorted(rows.begin(), rows.end(), [](const Entry& a, const Entry& b) {
          return std::tie(std::get<0>(a), std::get<1>(a), std::get<2>(a)) <
                 std::tie(std::get<0>(b), std::get<1>(b), std::get<2>(b));
        }));
        const CompiledProjection& projection = compiled.projections[0];
        EXPECT_EQ(projection.synapses, static_cast<std::int64_t>(rows.size()));
        EXPECT_TRUE(std::is_sorted(projection.delays.begin(), projection.delays.end()));
        EXPECT_EQ(compiled.fan_outs[0].format == SynapseFormat::dense,
                  rule == 0 && projection.delays.size() == 1);
      }
    }
  }
}

TEST(Compile, CountsWeightsThatAreNotZeroAsDescribed) {
  std::int64_t zeros = 0;
  for (int rule = 0; rule < 3; ++rule) {
    const Listed listed(rule, 2, 5);
    const CompiledProjection projection = compile(listed.net, dt_ms, 1).projections[0];
    std::int64_t nonzero = 0;
    const auto sources = static_cast<std::size_t>(listed.net.populations()[0].size());
    std::vector<std::uint32_t> degree(sources), effective(sources);
    for (const auto& [source, delay, target, weight] : listed.synapses) {
      ++degree[static_cast<std::size_t>(source)];
      effective[static_cast<std::size_t>(source)] += weight != 0;
      nonzero += weight != 0;
    }
    for (std::size_t k = 0; k < sources; ++k) {
      EXPECT_EQ(projection.degree_of(k), degree[k]);
      EXPECT_EQ(projection.nonzero_of(k), effective[k]);
    }
    EXPECT_EQ(projection.nonzero_synapses, nonzero);
    zeros += projection.synapses - nonzero;
  }
  EXPECT_GT(zeros, 0);
  // A weight that is small beside the others is a synapse that does work: it stays one step.
  Network net;
  const auto in = net.add(PoissonSource{}, {2}), out = net.add(If{}, {1});
  net.connect(in, out, AllToAll{}, {.weight = std::vector<float>{1e-12f, 1e6f}});
  const CompiledNetwork small = compile(net, 1.0, 1);
  EXPECT_EQ(support::stored_synapses(small, 0)[0].fixed, 1);
  EXPECT_EQ(small.projections[0].nonzero_synapses, 2);
}

TEST(Compile, DelaysAreRoundedToTicks) {
  Network net;
  const auto in = net.add(PoissonSource{}, {5}), out = net.add(If{}, {1});
  net.connect(in, out, AllToAll{}, {.delay_ms = PerSource{{1.5, 0.3, 0.34, 0.36, 12.0}}});
  const CompiledNetwork compiled = compile(net, 0.1, 1);
  EXPECT_EQ(compiled.projections[0].delays, (std::vector<std::int32_t>{3, 4, 15, 120}));
  EXPECT_EQ(compiled.least_delay, 3);
  EXPECT_EQ(compiled.largest_delay, 120);
}

TEST(Compile, LevelsCountUndelayedStepsAndDelaysAreOverAllProjections) {
  Network net;
  const auto in = net.add(PoissonSource{}, {1}), a = net.add(If{}, {1}), b = net.add(If{}, {1});
  const auto c = net.add(If{}, {1});
  net.connect(in, a, AllToAll{});
  net.connect(a, b, AllToAll{});
  net.connect(in, b, AllToAll{});
  net.connect(b, c, AllToAll{}, {.delay_ms = 7.0});
  const CompiledNetwork compiled = compile(net, 1.0, 1);
  EXPECT_EQ(compiled.levels, 3);
  EXPECT_EQ(compiled.populations[1].level, 1);
  EXPECT_EQ(compiled.populations[2].level, 2);
  EXPECT_EQ(compiled.populations[3].level, 0);
  EXPECT_EQ(compiled.least_delay, 0);
  EXPECT_EQ(compiled.largest_delay, 7);
}

TEST(Compile, InitialMembranesAreRelativeToRest) {
  Network net;
  net.add(Lif{}, {2});
  const auto one = net.add(Lif{}, {2});
  const auto each = net.add(std::vector<Lif>{{.v_rest_mv = -70}, {.v_rest_mv = -60}}, {2});
  net[one].v_init_mv = {-62.5};
  net[each].v_init_mv = {-75, -59};
  const CompiledNetwork compiled = compile(net, 1.0, 1);
  EXPECT_EQ(compiled.populations[0].initial_u, (std::vector<float>{0, 0}));
  EXPECT_EQ(compiled.populations[1].initial_u, (std::vector<float>{2.5, 2.5}));
  EXPECT_EQ(compiled.populations[2].initial_u, (std::vector<float>{-5, 1}));
  EXPECT_EQ(compiled.populations[0].v_rest_mv, (std::vector<float>{-65}));
  EXPECT_EQ(compiled.populations[2].v_rest_mv, (std::vector<float>{-70, -60}));
}

TEST(Compile, CoefficientsAreOneSetOrOnePerNeuron) {
  Network net;
  net.add(Li{.tau_m_ms = 4}, {3});
  net.add(std::vector<Li>{{.tau_m_ms = 2}, {.tau_m_ms = 8}}, {2});
  const CompiledNetwork compiled = compile(net, 1.0, 1);
  EXPECT_TRUE(compiled.populations[0].shared);
  EXPECT_FLOAT_EQ(compiled.populations[0].coeffs[0], std::exp(-0.25f));
  EXPECT_FALSE(compiled.populations[1].shared);
  ASSERT_EQ(compiled.populations[1].coeffs.size(), 6u);  // decay, gain, gain_slope of two neurons
  EXPECT_FLOAT_EQ(compiled.populations[1].coeffs[0], std::exp(-0.5f));
  EXPECT_FLOAT_EQ(compiled.populations[1].coeffs[1], std::exp(-0.125f));
  EXPECT_EQ(compiled.populations[1].coeffs[2], 1.0f);
  EXPECT_EQ(compiled.populations[1].coeffs[3], 1.0f);
}

TEST(Compile, KnowsWhatHasInputAtEveryTick) {
  Network net;
  const auto in = net.add(PoissonSource{}, {1}), values = net.add(CurrentSource{}, {1});
  const auto quiet = net.add(Lif{}, {1}), offset = net.add(Lif{.i_offset_mv = 1}, {1});
  const auto biased = net.add(Lif{}, {1}), zero_bias = net.add(Lif{}, {1}),
             graded = net.add(Lif{}, {1});
  net.connect(in, quiet, AllToAll{});
  net.connect(in, offset, AllToAll{});
  net.connect(in, biased, AllToAll{}, {.bias = {0.5f}});
  net.connect(in, zero_bias, AllToAll{}, {.bias = {0.0f}});
  net.connect(values, graded, AllToAll{});
  const CompiledNetwork compiled = compile(net, 1.0, 1);
  const bool driven[] = {false, true, true, false, true};
  for (std::size_t p = 2; p < 7; ++p) EXPECT_EQ(compiled.populations[p].driven, driven[p - 2]) << p;
  EXPECT_TRUE(compiled.projections[2].has_bias);
  EXPECT_TRUE(compiled.projections[3].has_bias);
  EXPECT_FALSE(compiled.projections[0].has_bias);
}

TEST(Compile, SourcesBecomeTicksAndBounds) {
  Network net;
  net.add(SpikeSource{{{0.0, 1.04, 1.06}, {0.96, 1.0}}}, {2});
  net.add(PoissonSource{.rate_hz = 50}, {1});
  net.add(PoissonSource{.rate_hz = 0}, {1});
  const CompiledNetwork compiled = compile(net, 0.1, 1);
  // 0.96 and 1.0 ms fall into one tick: a neuron spikes once in it.
  EXPECT_EQ(compiled.populations[0].spike_tick, (std::vector<std::int64_t>{0, 10, 10, 11}));
  EXPECT_EQ(compiled.populations[0].spike_neuron, (std::vector<std::int32_t>{0, 0, 1, 0}));
  const double chance =
      static_cast<double>(compiled.populations[1].poisson_bound.value.front()) / 4294967296.0;
  EXPECT_NEAR(chance, 1 - std::exp(-50 * 0.1e-3), 0x1p-33);
  EXPECT_EQ(compiled.populations[2].poisson_bound.value.front(), 0u);
}

TEST(Compile, SaysWhatItCannotRun) {
  Network relu;
  relu.add(Relu{}, {1}, "twin");
  support::expect_config_error([&] { compile(relu, 1.0, 1); },
                               {"population \"twin\"", "model", "Relu", "Trainer"});
  Network late;
  const auto in = late.add(CurrentSource{}, {1}, "in"), out = late.add(Lif{}, {1}, "out");
  late.connect(in, out, AllToAll{}, {.delay_ms = 3.0});
  support::expect_config_error([&] { compile(late, 1.0, 1); },
                               {"projection \"in->out\"", "delay_ms", "3 ticks", "0 ms"});
  support::expect_config_error([&] { compile(late, 0.0, 1); }, {"network", "dt_ms", "0 ms", "> 0"});
}

TEST(Compile, BytesPerSynapseAreThoseOfTheArrays) {
  Network net;
  const auto in = net.add(PoissonSource{}, {10}), out = net.add(If{}, {100});
  net.connect(in, out, AllToAll{});
  net.connect(in, out, Sparse{{}, {}});
  const CompiledNetwork compiled = compile(net, 1.0, 1);
  EXPECT_EQ(compiled.projections[0].bytes_per_synapse, 0);  // all to all, one weight
  EXPECT_EQ(compiled.projections[1].bytes_per_synapse, 0);
  Network weights;
  const auto a = weights.add(PoissonSource{}, {10}), b = weights.add(If{}, {100});
  weights.connect(a, b, AllToAll{}, {.weight = std::vector<float>(1000, 0.5f)});
  weights.connect(a, b, FixedInDegree{5});
  const CompiledNetwork listed = compile(weights, 1.0, 1);
  EXPECT_EQ(listed.projections[0].bytes_per_synapse, 4);
  // 2 bytes of target, and 11 row bounds of 8 bytes over 500 synapses.
  EXPECT_DOUBLE_EQ(listed.projections[1].bytes_per_synapse, 2 + 0.176);
}

}  // namespace
}  // namespace snn
