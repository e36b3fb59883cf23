// SPDX-License-Identifier: Apache-2.0
// Rows in every format hold the synapses that the rules list, on any number of threads.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>

#include "snn/compile/connect.hpp"
#include "tests/support/config_error.hpp"
#include "tests/support/synapses.hpp"

namespace snn {
namespace {

constexpr double dt_ms = 0.5;

/// What a network is built of and how it should be stored.
struct Case {
  const char* name;
  SynapseFormat format;
  std::function<Network()> make;
  std::size_t fan_outs = 1;
};
std::ostream& operator<<(std::ostream& out, const Case& one) {
  return out << one.name;
}

Network one(std::int64_t sources, std::int64_t targets, const Connectivity& rule, Synapse synapse) {
  Network net;
  const auto in = net.add(PoissonSource{}, {sources}, "in");
  const auto out = net.add(Lif{}, {targets}, "out");
  net.connect(in, out, rule, std::move(synapse));
  return net;
}

/// From one population onto three, the middle one reached by nothing.
Network fused(const Connectivity& a, const Synapse& first, const Connectivity& b,
              const Synapse& second) {
  Network net;
  const auto in = net.add(PoissonSource{}, {90}, "in");
  const auto x = net.add(Lif{}, {300}, "x");
  net.add(Lif{}, {77}, "between");
  const auto y = net.add(CubaLif{}, {50}, "y");
  net.connect(in, y, b, second);
  net.connect(in, x, a, first);
  return net;
}

std::vector<float> fine_weights(std::size_t count) {
  std::vector<float> weights;
  for (std::size_t s = 0; s < count; ++s)
    weights.push_back(static_cast<float>(std::sin(static_cast<double>(s) * 1.7)));
  weights.front() = 3e-9f;  // a synapse that does work, however little
  weights.back() = 0.0f;
  return weights;
}

const Normal some{1.5, 0.5};
const TruncatedNormal later{2.0, 1.0, 0.5, 6.0};

const Case cases[] = {
    {"DenseUniform", SynapseFormat::dense,
     [] { return one(7, 300, AllToAll{}, {.weight = 1.25, .delay_ms = 1.0}); }},
    {"DenseListed", SynapseFormat::dense,
     [] { return one(7, 300, AllToAll{}, {.weight = fine_weights(2100), .delay_ms = 1.0}); }},
    {"DenseDrawn", SynapseFormat::dense,
     [] { return one(40, 300, AllToAll{}, {.weight = some, .delay_ms = 1.0}); }},
    {"Target16OfTargets", SynapseFormat::target16,
     [] { return one(90, 300, FixedInDegree{30}, {.weight = 0.5, .delay_ms = later}); }},
    {"Target16OfSources", SynapseFormat::target16,
     [] { return one(90, 300, FixedTotalNumber{9000}, {.weight = -0.5, .delay_ms = 1.0}); }},
    {"Target32", SynapseFormat::target32,
     [] { return one(90, 70000, FixedOutDegree{100}, {.weight = 0.5, .delay_ms = later}); }},
    {"PackedDrawn", SynapseFormat::packed32,
     [] { return one(90, 300, FixedProbability{0.3}, {.weight = some, .delay_ms = later}); }},
    {"PackedOfTargets", SynapseFormat::packed32,
     [] { return one(90, 5000, FixedInDegree{30}, {.weight = some, .delay_ms = later}); }},
    {"PackedOfAllPairs", SynapseFormat::packed32,
     [] {
       return one(40, 300, AllToAll{}, {.weight = some, .delay_ms = Uniform{0.5, 3}});
     }},
    {"PackedSkewed", SynapseFormat::packed32,
     [] {
       return one(90, 300, FixedTotalNumber{5000, true, false}, {.weight = Lognormal{-1, 0.5}});
     }},
    {"WideListed", SynapseFormat::wide64,
     [] {
       Sparse list;
       for (std::int64_t s = 0; s < 9000; ++s) {
         list.source.push_back(s * 7 % 90);
         list.target.push_back(s * s % 5000);
       }
       return one(90, 5000, list, {.weight = fine_weights(9000)});
     }},
    {"FusedDrawn", SynapseFormat::packed32,
     [] {
       return fused(FixedProbability{0.2}, {.weight = some, .delay_ms = later}, FixedOutDegree{12},
                    {.weight = Uniform{-30, -20}, .delay_ms = 1.5});
     }},
    {"FusedUniform", SynapseFormat::target16,
     [] {
       return fused(FixedTotalNumber{4000}, {.weight = 0.5, .delay_ms = 1.0}, FixedProbability{0.4},
                    {.weight = 0.5, .delay_ms = later});
     }},
    {"FusedOfTargets", SynapseFormat::packed32,
     [] {
       return fused(FixedInDegree{20}, {.weight = some, .delay_ms = 1.0}, FixedInDegree{9},
                    {.weight = Uniform{0.1, 0.2}, .delay_ms = later});
     }},
    {"NotFused", SynapseFormat::target16,
     [] {
       return fused(FixedInDegree{20}, {.weight = 1.0, .delay_ms = 1.0}, FixedOutDegree{9},
                    {.weight = 1.0, .delay_ms = 1.0});
     },
     2},
};

class FanOuts : public testing::TestWithParam<Case> {};

TEST_P(FanOuts, HoldWhatTheRulesList) {
  const Network net = GetParam().make();
  const CompiledNetwork compiled = compile(net, dt_ms, 3);
  ASSERT_EQ(compiled.fan_outs.size(), GetParam().fan_outs);
  EXPECT_EQ(compiled.fan_outs[0].format, GetParam().format);
  for (std::size_t q = 0; q < net.projections().size(); ++q) {
    const ProjectionId id{static_cast<std::int32_t>(q)};
    const Pairs pairs = expand_pairs(net, id, 3);
    const auto weights = expand_weights(net, id, 3);
    const auto ticks = expand_delays(net, id, pairs, dt_ms, 3);
    using Entry = std::tuple<std::int64_t, std::int64_t, std::int64_t, double>;
    std::vector<Entry> expected, found;
    for (std::size_t s = 0; s < pairs.size(); ++s)
      expected.emplace_back(pairs.source[s], ticks[s], pairs.target[s], weights[s]);
    for (const auto& s : support::stored_synapses(compiled, q))
      found.emplace_back(s.source, s.delay, s.target, s.weight);
    std::sort(expected.begin(), expected.end());
    std::sort(found.begin(), found.end());
    ASSERT_EQ(found.size(), expected.size());
    EXPECT_EQ(compiled.projections[q].synapses, static_cast<std::int64_t>(found.size()));
    const FanOut* mine = nullptr;
    for (const FanOut& fan_out : compiled.fan_outs) {
      if (std::count(fan_out.projections.begin(), fan_out.projections.end(), id.index) > 0)
        mine = &fan_out;
    }
    ASSERT_NE(mine, nullptr);
    const CompiledPopulation& target =
        compiled.populations[static_cast<std::size_t>(compiled.projections[q].target)];
    const double step = std::ldexp(1.0, mine->shift - target.scale_log2[0]);
    for (std::size_t s = 0; s < found.size(); ++s) {
      const auto& [source, delay, neuron, weight] = found[s];
      const auto& [k, d, n, w] = expected[s];
      ASSERT_EQ(std::tuple(source, delay, neuron), std::tuple(k, d, n));
      // Half a step; what is not 0 stays one step.
      ASSERT_LE(std::abs(weight - w), std::abs(w) < step / 2 ? step : step / 2) << weight << w;
      ASSERT_EQ(weight == 0, w == 0);
    }
  }
}

TEST_P(FanOuts, AreTheSameOnAnyThreads) {
  const Network net = GetParam().make();
  const CompiledNetwork first = compile(net, {.dt_ms = dt_ms, .seed = 3, .threads = 1});
  for (const int threads : {2, 3, 8}) {
    const CompiledNetwork other = compile(net, {.dt_ms = dt_ms, .seed = 3, .threads = threads});
    ASSERT_EQ(other.fan_outs.size(), first.fan_outs.size());
    for (std::size_t f = 0; f < first.fan_outs.size(); ++f) {
      const FanOut &a = first.fan_outs[f], &b = other.fan_outs[f];
      const auto same = [](const auto& x, const auto& y) {
        return x.size() == y.size() &&
               (x.size() == 0 || std::memcmp(x.data(), y.data(), x.bytes()) == 0);
      };
      EXPECT_TRUE(same(a.words, b.words)) << threads;
      EXPECT_TRUE(same(a.row, b.row)) << threads;
      EXPECT_TRUE(same(a.sub_end, b.sub_end)) << threads;
    }
  }
}

TEST_P(FanOuts, HaveRowsOfAscendingDelaysAndTargets) {
  for (const FanOut& fan_out : compile(GetParam().make(), dt_ms, 3).fan_outs) {
    EXPECT_TRUE(std::is_sorted(fan_out.delays.begin(), fan_out.delays.end()));
    for (std::int64_t k = 0; k < fan_out.sources; ++k) {
      std::int64_t end = fan_out.part(k, 0).begin;
      for (std::size_t d = 0; d < fan_out.delays.size(); ++d) {
        const FanOut::Part part = fan_out.part(k, d);
        ASSERT_EQ(part.begin, end);
        end = part.end;
        std::int64_t last = 0;
        fan_out.each(part, [&](std::int64_t n, std::int32_t) {
          ASSERT_GE(n, last);
          last = n;
        });
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, FanOuts, testing::ValuesIn(cases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(WeightTolerance, IsKeptOrRefused) {
  // 90 afferents of up to 5 each leave 2^31 / 450 steps per unit.
  const auto net = [] {
    return one(90, 300, FixedProbability{0.3}, {.weight = some, .delay_ms = later});
  };
  for (const double tolerance : {1e-2, 1e-4, 1e-6}) {
    const CompiledNetwork compiled =
        compile(net(), {.dt_ms = dt_ms, .seed = 3, .weight_tolerance = tolerance});
    auto weights = expand_weights(net(), {0}, 3);
    std::vector<double> found;
    for (const auto& s : support::stored_synapses(compiled, 0)) found.push_back(s.weight);
    std::sort(weights.begin(), weights.end());
    std::sort(found.begin(), found.end());
    const double largest = 1.5 + 6.77 * 0.5;
    for (std::size_t s = 0; s < weights.size(); ++s)
      ASSERT_NEAR(found[s], static_cast<double>(weights[s]), 1.0001 * tolerance * largest);
  }
  support::expect_config_error(
      [&] { compile(net(), {.dt_ms = dt_ms, .seed = 3, .weight_tolerance = 1e-10}); },
      {"projection \"in->out\"", "weight_tolerance", "0.000000", ">= "});
}

}  // namespace
}  // namespace snn
