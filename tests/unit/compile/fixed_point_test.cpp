// SPDX-License-Identifier: Apache-2.0
// The integers that inputs are summed in: no sum can overflow, and how precise they are.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <random>

#include "snn/compile/compiled_network.hpp"
#include "snn/compile/connect.hpp"
#include "tests/support/synapses.hpp"

namespace snn {
namespace {

constexpr std::int64_t most = 2147483647;

/// Spiking and graded sources onto one population, weights of any size, maybe biases.
Network random_network(std::mt19937& random) {
  const auto below = [&](int n) {
    return static_cast<std::int64_t>(random() % static_cast<unsigned>(n));
  };
  const auto real = [&](double low, double high) {
    return low + (high - low) * static_cast<double>(random()) / 4294967296.0;
  };
  Network net;
  const std::int64_t targets = 1 + below(5);
  const auto out = net.add(Lif{}, {targets}, "out");
  const auto projections = 1 + below(3);
  for (std::int64_t q = 0; q < projections; ++q) {
    const std::int64_t sources = 1 + below(40);
    const bool graded = below(3) == 0;
    const auto in = graded
                        ? net.add(CurrentSource{.max_abs = std::pow(10.0, real(-1, 2))}, {sources})
                        : net.add(PoissonSource{}, {sources});
    const double size = std::pow(10.0, real(-6, 6));
    std::vector<float> weight;
    for (std::int64_t s = 0; s < sources * targets; ++s)
      weight.push_back(below(5) == 0 ? 0.0f : static_cast<float>(size * real(-1, 1)));
    std::vector<float> bias;
    for (std::int64_t n = 0; n < targets && q == 0; ++n)
      bias.push_back(static_cast<float>(size * real(-9, 9)));
    net.connect(in, out, AllToAll{}, {.weight = weight, .bias = bias});
  }
  return net;
}

/// Per target of population 0: the largest sum of magnitudes, fixed point (in integers) and real.
struct Worst {
  std::vector<std::int64_t> fixed;
  std::vector<double> real;
};

Worst worst_case(const Network& net, const CompiledNetwork& compiled) {
  const auto targets = static_cast<std::size_t>(compiled.populations[0].size);
  const double scale = std::ldexp(1.0, compiled.populations[0].scale_log2[0]);
  Worst worst{std::vector<std::int64_t>(targets), std::vector<double>(targets)};
  for (std::size_t q = 0; q < net.projections().size(); ++q) {
    const Projection& described = net.projections()[q];
    const auto* current = std::get_if<CurrentSource>(&net[described.source].source());
    const double largest = current != nullptr ? current->max_abs : 1.0;
    const auto& weight = std::get<std::vector<float>>(described.synapse.weight);
    const auto stored = support::stored_synapses(compiled, q);
    for (std::size_t s = 0; s < weight.size(); ++s) {
      const double w = largest * std::abs(static_cast<double>(weight[s]));
      worst.real[s % targets] += w;
      worst.fixed[s % targets] +=
          current != nullptr ? std::llround(w * scale) : std::abs(stored[s].fixed);
    }
    for (std::size_t n = 0; n < described.synapse.bias.size(); ++n) {
      worst.real[n] += std::abs(static_cast<double>(described.synapse.bias[n]));
      worst.fixed[n] += std::abs(std::int64_t{compiled.populations[0].bias[0][n]});
    }
  }
  return worst;
}

TEST(FixedPoint, AllAfferentsAtOnceWithBiasCannotOverflow) {
  std::mt19937 random(7);
  for (int round = 0; round < 400; ++round) {
    const Network net = random_network(random);
    const CompiledNetwork compiled = compile(net, 1.0, 1);
    const Worst worst = worst_case(net, compiled);
    double largest = 0;
    for (std::size_t n = 0; n < worst.fixed.size(); ++n) {
      EXPECT_LE(worst.fixed[n], most);
      largest = std::max(largest, worst.real[n]);
    }
    // No bit is given away: twice the scale would not fit, but for the units of rounding.
    const int scale_log2 = compiled.populations[0].scale_log2[0];
    if (scale_log2 < 29) {
      EXPECT_GT(std::ldexp(largest, scale_log2 + 1), most - 300.0);
    }
    EXPECT_LE(scale_log2, 29);
  }
}

/// The closest case: the sum of weights is a power of two, and every weight rounds up.
TEST(FixedPoint, RoundingUpEverywhereCannotOverflow) {
  for (int afferents = 1; afferents <= 1024; afferents *= 2) {
    for (const float nudge : {1.0f, 1.0000001f, 0.9999999f, 0.75f, 1.5f}) {
      Network net;
      const auto in = net.add(PoissonSource{}, {afferents});
      const auto out = net.add(Lif{}, {1});
      net.connect(in, out, AllToAll{}, {.weight = static_cast<double>(nudge)});
      const CompiledNetwork compiled = compile(net, 1.0, 1);
      std::int64_t sum = 0;
      for (const auto& synapse : support::stored_synapses(compiled, 0)) sum += synapse.fixed;
      EXPECT_LE(sum, most);
    }
  }
}

/// Packed weights are multiples of 2^shift, of which the least is one: many tiny ones beside a
/// large one add up to far more than they are.
TEST(FixedPoint, PackedWeightsRoundedUpCannotOverflow) {
  for (const std::int64_t tiny : {1'000, 20'000, 300'000, 3'000'000}) {
    for (const double tolerance : {0.0, 1e-4}) {
      SCOPED_TRACE(std::to_string(tiny) + " tiny ones, tolerance " + std::to_string(tolerance));
      Network net;
      const auto in = net.add(PoissonSource{}, {tiny + 1}), out = net.add(Lif{}, {1024});
      Sparse pairs;
      for (std::int64_t s = 0; s <= tiny; ++s) {
        pairs.source.push_back(s);
        pairs.target.push_back(5);
      }
      std::vector<float> weight(static_cast<std::size_t>(tiny) + 1, 1e-9f);
      weight[7] = 3.999f;
      net.connect(in, out, pairs, {.weight = weight, .delay_ms = 1.0});
      const CompiledNetwork compiled = compile(net, {.dt_ms = 1.0, .weight_tolerance = tolerance});
      EXPECT_EQ(compiled.fan_outs[0].format, SynapseFormat::packed32);
      EXPECT_GT(compiled.fan_outs[0].shift, 0);
      std::int64_t sum = 0;
      for (const auto& synapse : support::stored_synapses(compiled, 0)) {
        sum += synapse.fixed;
        if (synapse.source != 7) continue;
        EXPECT_NEAR(synapse.weight, 3.999, 3.999 * std::max(tolerance, 1e-6));
      }
      EXPECT_LE(sum, most);
      const auto& load = compiled.populations[1].loads[0];
      EXPECT_GE(load.rounding, static_cast<double>(tiny << compiled.fan_outs[0].shift));
    }
  }
}

/// Rows of several populations, of which each has ports of its own, and weights of all sizes.
TEST(FixedPoint, ListedWeightsOfAnySizeCannotOverflow) {
  std::mt19937 random(9);
  int shifted = 0;
  for (int round = 0; round < 200; ++round) {
    const auto uniform = [&] { return static_cast<double>(random()) / 4294967296.0; };
    Network net;
    const auto in = net.add(PoissonSource{}, {2000});
    const double tolerance = round % 2 == 0 ? 0 : std::pow(10, -1 - 3 * uniform());
    for (int q = 0; q < 3; ++q) {
      const auto targets = static_cast<std::int64_t>(1 + random() % 4000u);
      const auto out = net.add(Lif{}, {targets});
      Sparse pairs;
      std::vector<float> weight;
      const double size = std::pow(10, 4 * uniform());
      for (std::int64_t s = 0; s < 1500; ++s) {
        pairs.source.push_back(s);
        pairs.target.push_back(s % std::min<std::int64_t>(targets, 3));
        weight.push_back(static_cast<float>(size * std::pow(10, s < 4 ? uniform() / 9 : -12)));
      }
      net.connect(in, out, pairs, {.weight = weight, .delay_ms = 1.0});
    }
    const CompiledNetwork compiled = compile(net, {.dt_ms = 1.0, .weight_tolerance = tolerance});
    for (std::size_t q = 0; q < 3; ++q) {
      std::vector<std::int64_t> sum(3);
      for (const auto& synapse : support::stored_synapses(compiled, q))
        sum[static_cast<std::size_t>(synapse.target)] += synapse.fixed;
      for (const std::int64_t s : sum) EXPECT_LE(s, most) << round;
    }
    shifted += compiled.fan_outs[0].shift > 0;
  }
  EXPECT_GT(shifted, 50);
}

TEST(FixedPoint, WeightsAndBiasAreWithinHalfAUnit) {
  std::mt19937 random(8);
  for (int round = 0; round < 100; ++round) {
    const Network net = random_network(random);
    const CompiledNetwork compiled = compile(net, 1.0, 1);
    const double unit = std::ldexp(1.0, -compiled.populations[0].scale_log2[0]);
    for (std::size_t q = 0; q < net.projections().size(); ++q) {
      const auto& described = std::get<std::vector<float>>(net.projections()[q].synapse.weight);
      const CompiledProjection& projection = compiled.projections[q];
      std::uint64_t largest = 0;
      const auto stored = support::stored_synapses(compiled, q);
      for (std::size_t s = 0; s < stored.size(); ++s) {
        const auto weight = static_cast<double>(described[s]);
        // What is not 0 stays at least one unit.
        const double error = weight != 0 && std::abs(weight) < unit / 2 ? unit : unit / 2;
        EXPECT_NEAR(stored[s].weight, weight, error);
        EXPECT_EQ(stored[s].fixed == 0, weight == 0);
        largest = std::max(largest, static_cast<std::uint64_t>(std::abs(stored[s].fixed)));
      }
      if (projection.graded) {
        EXPECT_EQ(projection.values.weight, described);
      } else {
        EXPECT_EQ(projection.weight_bits, static_cast<int>(std::bit_width(largest)));
        EXPECT_LE(projection.weight_bits, 31);
      }
    }
    const auto& bias = net.projections()[0].synapse.bias;
    for (std::size_t n = 0; n < bias.size(); ++n)
      EXPECT_NEAR(compiled.populations[0].bias[0][n] * unit, static_cast<double>(bias[n]),
                  unit / 2);
  }
}

TEST(FixedPoint, ReportsTheBitsOfItsLargestWeight) {
  // 100 afferents of weight 3: 300 * 2^22 < 2^31 < 300 * 2^23, and 3 * 2^22 has 24 bits.
  Network net;
  const auto in = net.add(PoissonSource{}, {100}), tiny = net.add(PoissonSource{}, {1});
  const auto none = net.add(PoissonSource{}, {1}), out = net.add(Lif{}, {1});
  net.connect(in, out, AllToAll{}, {.weight = 3.0});
  net.connect(tiny, out, AllToAll{}, {.weight = 1e-9});
  net.connect(none, out, AllToAll{}, {.weight = 0.0});
  const CompiledNetwork compiled = compile(net, 1.0, 1);
  EXPECT_EQ(compiled.populations[3].scale_log2[0], 22);
  EXPECT_EQ(support::stored_synapses(compiled, 0)[0].fixed, 3 << 22);
  EXPECT_EQ(compiled.projections[0].weight_bits, 24);
  // A weight too small for the scale is one step.
  EXPECT_EQ(support::stored_synapses(compiled, 1)[0].fixed, 1);
  EXPECT_EQ(compiled.projections[1].weight_bits, 1);
  EXPECT_EQ(compiled.projections[2].weight_bits, 0);
}

TEST(FixedPoint, EachPopulationHasItsOwnScale) {
  Network net;
  const auto in = net.add(PoissonSource{}, {1});
  const auto light = net.add(Lif{}, {1}), heavy = net.add(Lif{}, {1});
  net.connect(in, light, AllToAll{}, {.weight = 5.0});
  net.connect(in, heavy, AllToAll{}, {.weight = 5000.0});
  const CompiledNetwork compiled = compile(net, 1.0, 1);
  EXPECT_EQ(compiled.populations[1].scale_log2[0], 28);  // 5 * 2^28 < 2^31 < 5 * 2^29
  EXPECT_EQ(compiled.populations[2].scale_log2[0], 18);  // 5000 * 2^18 < 2^31 < 5000 * 2^19
}

TEST(FixedPoint, BiasesOfSeveralProjectionsAddUp) {
  Network net;
  const auto in = net.add(PoissonSource{}, {1});
  const auto out = net.add(Lif{}, {2});
  for (const float b : {0.25f, 0.5f}) net.connect(in, out, AllToAll{}, {.bias = {b, 0.0f}});
  const CompiledNetwork compiled = compile(net, 1.0, 1);
  const double scale = std::ldexp(1.0, compiled.populations[1].scale_log2[0]);
  EXPECT_EQ(compiled.populations[1].bias[0][0], std::llround(0.75 * scale));
  EXPECT_EQ(compiled.populations[1].bias[0][1], 0);
  EXPECT_TRUE(compiled.populations[1].driven);
}

/// The bound follows from the synapses that were drawn: fewer than expected have larger weights,
/// which must fit into their words too. Here the expected bound leaves 2 % of room.
TEST(FixedPoint, KaimingWeightsOfFewSynapsesFit) {
  Network net;
  const auto in = net.add(PoissonSource{}, {40});
  const auto out = net.add(Lif{}, {300});
  net.connect(in, out, FixedProbability{0.05}, {.weight = KaimingUniform{1.6}, .delay_ms = 1.0});
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const auto stored = support::stored_synapses(compile(net, 0.5, seed), 0);
    const auto weights = expand_weights(net, {0}, seed);
    ASSERT_EQ(stored.size(), weights.size());
    for (std::size_t s = 0; s < weights.size(); ++s)
      EXPECT_NEAR(stored[s].weight, static_cast<double>(weights[s]), 1e-5) << seed;
  }
}

}  // namespace
}  // namespace snn
