// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "snn/compile/compiled_network.hpp"
#include "tests/support/synapses.hpp"

namespace snn {
namespace {

const Connectivity rules[] = {AllToAll{},
                              OneToOne{},
                              FixedProbability{0.1, false},
                              FixedOutDegree{30},
                              FixedOutDegree{30, false, false},
                              FixedTotalNumber{3000},
                              DistanceDependent{GaussianKernel{0.1, 0.8}},
                              Convolution{{3, 3}, {1, 1}, {1, 1}}};

/// Two projections that are fused where they are stored, so that formats matter.
Network described(const Connectivity& rule, const Weight& weight, Storage storage) {
  Network net;
  const auto in = net.add(Lif{}, {1, 15, 20}), other = net.add(Lif{}, {70000});
  net[in].positions = grid({15, 20}, 0.05);
  net.connect(in, in, rule, {.weight = weight, .delay_ms = 1.0, .storage = storage});
  net.connect(in, other, FixedOutDegree{50}, {.weight = Normal{3, 0.1}, .delay_ms = 2.0});
  return net;
}

Weight weight_for(const Connectivity& rule, int kind) {
  if (kind == 0) return 0.3;
  if (kind == 1) return Normal{0.3, 0.2};
  if (std::holds_alternative<Convolution>(rule))
    return std::vector<float>{1, 0, 2, 0, -1, 0.5, 0.25, 3, 0};
  return Lognormal{-1, 0.5};
}

TEST(Procedural, TheSynapsesAreThoseThatWouldBeStored) {
  for (const Connectivity& rule : rules) {
    for (int kind = 0; kind < 3; ++kind) {
      const Weight weight = weight_for(rule, kind);
      const CompiledNetwork stored = compile(described(rule, weight, Storage::stored), 0.5, 9);
      for (const int threads : {1, 3}) {
        const CompiledNetwork drawn = compile(described(rule, weight, Storage::procedural),
                                              {.dt_ms = 0.5, .seed = 9, .threads = threads});
        for (std::size_t q = 0; q < 2; ++q) {
          const auto found = support::stored_synapses(drawn, q);
          EXPECT_GT(found.size(), 0u);
          EXPECT_TRUE(found == support::stored_synapses(stored, q)) << rule.index() << " " << kind;
          const CompiledProjection &a = drawn.projections[q], &b = stored.projections[q];
          EXPECT_EQ(a.synapses, b.synapses);
          EXPECT_EQ(a.nonzero_synapses, b.nonzero_synapses);
          EXPECT_EQ(a.weight_bits, b.weight_bits);
          for (std::size_t k = 0; k < 300; ++k) {
            EXPECT_EQ(a.degree_of(k), b.degree_of(k));
            EXPECT_EQ(a.nonzero_of(k), b.nonzero_of(k));
          }
        }
        EXPECT_EQ(drawn.fan_outs.back().format, SynapseFormat::procedural);
        EXPECT_EQ(drawn.fan_outs.back().words.bytes(), 0u);
      }
    }
  }
}

TEST(Procedural, RowsOutliveTheDescription) {
  auto net = std::make_unique<Network>(
      described(DistanceDependent{DiscKernel{0.2, 0.5}}, Normal{0.3, 0.2}, Storage::procedural));
  const CompiledNetwork compiled = compile(*net, 0.5, 9);
  const auto before = support::stored_synapses(compiled, 0);
  net.reset();
  EXPECT_TRUE(support::stored_synapses(compiled, 0) == before);
}

}  // namespace
}  // namespace snn
