// SPDX-License-Identifier: Apache-2.0
// Convolution against one written out by hand, and compressed rows against lists.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "snn/compile/compiled_network.hpp"
#include "snn/compile/connect.hpp"
#include "snn/compile/plan_fan_outs.hpp"
#include "snn/model/convolution.hpp"
#include "snn/model/validate.hpp"
#include "tests/support/synapses.hpp"

namespace snn {
namespace {

struct Case {
  std::int64_t channels_in, height, width, channels_out;
  Convolution rule;
  std::int64_t out_height, out_width;
};
const Case cases[] = {
    {1, 3, 4, 1, {{1, 1}, {1, 1}, {0, 0}}, 3, 4}, {2, 5, 6, 3, {{3, 2}, {1, 1}, {0, 0}}, 3, 5},
    {2, 5, 6, 3, {{3, 3}, {1, 1}, {1, 1}}, 5, 6}, {3, 7, 8, 2, {{3, 5}, {2, 3}, {1, 2}}, 4, 3},
    {1, 6, 6, 2, {{2, 2}, {2, 2}, {0, 0}}, 3, 3}, {1, 6, 5, 1, {{2, 2}, {3, 3}, {0, 0}}, 2, 2},
    {1, 4, 4, 1, {{4, 4}, {1, 1}, {0, 0}}, 1, 1}, {1, 2, 2, 1, {{3, 3}, {1, 1}, {2, 2}}, 4, 4},
};

std::vector<float> numbered(std::int64_t count) {
  std::vector<float> values;
  for (std::int64_t i = 0; i < count; ++i) values.push_back(0.25f * static_cast<float>(i + 1));
  return values;
}

Network convolving(const Case& c, const Weight& weight, const Delay& delay = 1.0) {
  Network net;
  const auto in = net.add(PoissonSource{}, {c.channels_in, c.height, c.width});
  const auto out = net.add(Lif{}, {c.channels_out, c.out_height, c.out_width});
  net.connect(in, out, c.rule, {.weight = weight, .delay_ms = delay});
  return net;
}

/// The definition: every output adds up the kernel over the input around it.
std::map<std::pair<std::int64_t, std::int64_t>, float> by_hand(const Case& c,
                                                               const std::vector<float>& weights) {
  std::map<std::pair<std::int64_t, std::int64_t>, float> matrix;
  std::size_t w = 0;
  for (std::int64_t o = 0; o < c.channels_out; ++o) {
    for (std::int64_t i = 0; i < c.channels_in; ++i) {
      for (std::int64_t ky = 0; ky < c.rule.kernel[0]; ++ky) {
        for (std::int64_t kx = 0; kx < c.rule.kernel[1]; ++kx, ++w) {
          for (std::int64_t v = 0; v < c.out_height; ++v) {
            for (std::int64_t u = 0; u < c.out_width; ++u) {
              const std::int64_t y = v * c.rule.stride[0] - c.rule.padding[0] + ky;
              const std::int64_t x = u * c.rule.stride[1] - c.rule.padding[1] + kx;
              if (y < 0 || y >= c.height || x < 0 || x >= c.width) continue;
              matrix[{(i * c.height + y) * c.width + x, (o * c.out_height + v) * c.out_width + u}] =
                  weights[w];
            }
          }
        }
      }
    }
  }
  return matrix;
}

TEST(Convolution, IsTheSumOverTheKernelAroundEachPlace) {
  for (const Case& c : cases) {
    const auto weights =
        numbered(c.channels_out * c.channels_in * c.rule.kernel[0] * c.rule.kernel[1]);
    const Network net = convolving(c, weights);
    const auto matrix = by_hand(c, weights);
    const auto stored = support::stored_synapses(compile(net, 0.5, 1), 0);
    ASSERT_EQ(stored.size(), matrix.size());
    for (const auto& synapse : stored) {
      const auto found = matrix.find({synapse.source, synapse.target});
      ASSERT_NE(found, matrix.end()) << synapse.source << " to " << synapse.target;
      EXPECT_EQ(synapse.weight, static_cast<double>(found->second));
    }
    // Lists, for those who train, are in the order of the map: by source, then target.
    const Pairs pairs = expand_pairs(net, {0}, 1);
    const auto listed = expand_weights(net, {0}, 1);
    ASSERT_EQ(listed.size(), matrix.size());
    std::size_t s = 0;
    for (const auto& [pair, weight] : matrix) {
      EXPECT_EQ(pairs.source[s], pair.first);
      EXPECT_EQ(pairs.target[s], pair.second);
      EXPECT_EQ(listed[s], weight);
      ++s;
    }
    EXPECT_EQ(synapse_count(net, {0}, 1), static_cast<std::int64_t>(matrix.size()));
  }
}

TEST(Convolution, DrawnWeightsAreSharedAlongTheMap) {
  const Case c = cases[3];
  const Network net = convolving(c, KaimingUniform{2.0});
  const Pairs pairs = expand_pairs(net, {0}, 6);
  const auto weights = expand_weights(net, {0}, 6);
  const ConvolutionMap map(c.rule, {c.channels_in, c.height, c.width},
                           {c.channels_out, c.out_height, c.out_width});
  std::map<std::int64_t, float> shared;
  const double bound = 2.0 * std::sqrt(3.0 / (3 * 3 * 5));
  for (std::size_t s = 0; s < pairs.size(); ++s) {
    const auto at = map.weight_of(pairs.source[s], pairs.target[s]);
    EXPECT_EQ(shared.emplace(at, weights[s]).first->second, weights[s]);
    EXPECT_LE(std::abs(static_cast<double>(weights[s])), bound * (1 + 1e-6));
  }
  std::vector<float> different;
  for (const auto& [at, weight] : shared) different.push_back(weight);
  std::sort(different.begin(), different.end());
  EXPECT_EQ(std::adjacent_find(different.begin(), different.end()), different.end());
  EXPECT_EQ(static_cast<std::int64_t>(different.size()), map.weights());
  EXPECT_GT(static_cast<double>(different.back()), 0.7 * bound);
}

/// All weights of an output's channel at once still fit into the sum, with no bit to spare for two.
TEST(Convolution, ScalesHoldAWholeKernel) {
  const Case c = cases[2];
  std::vector<float> weights(54, 1.0f);
  for (std::size_t w = 18; w < 36; ++w) weights[w] = -3.0f;
  const CompiledNetwork compiled = compile(convolving(c, weights), 0.5, 1);
  const int log2 = compiled.populations[1].scale_log2[0];
  EXPECT_LE(std::ldexp(54.0, log2), 2147483647.0);
  EXPECT_GT(std::ldexp(54.0, log2 + 1) + 19, 2147483646.0);
}

/// Rows in no order, with repetitions, with delays and weights of their own.
TEST(CompressedRows, AreTheListTheyStandFor) {
  const Csr rows{{0, 3, 3, 5, 9}, {4, 0, 4, 2, 1, 0, 3, 3, 1}};
  const Sparse list{{0, 0, 0, 2, 2, 3, 3, 3, 3}, rows.target};
  const auto described = [&](const Connectivity& rule, const Weight& weight, const Delay& delay) {
    Network net;
    const auto in = net.add(PoissonSource{}, {4});
    const auto out = net.add(Lif{}, {5});
    net.connect(in, out, rule, {.weight = weight, .delay_ms = delay});
    return net;
  };
  const PerSynapse delays{{1, 2, 1.5, 3, 1, 2, 2, 1, 1}};
  for (const Delay& delay : {Delay{1.0}, Delay{delays}, Delay{PerSource{{1, 2, 3, 4}}}}) {
    for (const Weight& weight : {Weight{0.5}, Weight{numbered(9)}, Weight{Uniform{0.5, 2}}}) {
      const Network a = described(rows, weight, delay), b = described(list, weight, delay);
      const auto stored = support::stored_synapses(compile(a, 0.5, 1), 0);
      EXPECT_EQ(stored.size(), 9u);
      EXPECT_EQ(stored, support::stored_synapses(compile(b, 0.5, 1), 0));
      EXPECT_EQ(expand_pairs(a, {0}, 1).target, expand_pairs(b, {0}, 1).target);
      EXPECT_EQ(expand_pairs(a, {0}, 1).source, expand_pairs(b, {0}, 1).source);
      EXPECT_EQ(expand_weights(a, {0}, 1), expand_weights(b, {0}, 1));
      EXPECT_EQ(compile(a, 0.5, 1).populations[1].scale_log2,
                compile(b, 0.5, 1).populations[1].scale_log2);
      for (std::size_t k = 0; k < 4; ++k) {
        EXPECT_EQ(compile(a, 0.5, 1).projections[0].degree_of(k),
                  compile(b, 0.5, 1).projections[0].degree_of(k));
      }
    }
  }
}

}  // namespace
}  // namespace snn
