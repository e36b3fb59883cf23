// SPDX-License-Identifier: Apache-2.0
#include "snn/train/twin.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "snn/compile/connect.hpp"
#include "snn/model/validate.hpp"

namespace snn {
namespace {

struct Options {
  Source source = RateSource{};
  double delay_ms = 0.0;
  double recurrent_delay_ms = 0.0;  ///< 0: none
};

/// 6 inputs, hidden layers of 5 and 4 neurons, 3 classes; a sparse and a one-to-one projection.
Network spiking(const Options& options) {
  Network network;
  const auto in = network.add(options.source, {2, 3}, "in");
  std::vector<Lif> each(5, Lif::unit(2.0));
  each[1].tau_m_ms = 7.0;
  const auto first = network.add(each, {5}, "first");
  const auto second = network.add(AdaptiveLif::unit(10.0, 50.0), {4}, "second");
  const auto out = network.add(Li{.tau_m_ms = 12.0}, {3}, "out");
  network.connect(in, first, AllToAll{},
                  {.weight = std::vector<float>(30, 0.5f), .bias = std::vector<float>(5, 0.25f)});
  network.connect(first, second, Sparse{{0, 1, 2, 4}, {3, 2, 1, 0}},
                  {.weight = std::vector<float>(4, 2.0f), .delay_ms = options.delay_ms});
  if (options.recurrent_delay_ms > 0) {
    network.connect(second, second, OneToOne{},
                    {.weight = 0.5, .delay_ms = options.recurrent_delay_ms});
  }
  network.connect(second, out, AllToAll{}, {.weight = Normal{0, 1}});
  return network;
}

const Relu& relu_of(const Network& network, const char* name) {
  return std::get<ParametersOf<Relu>>(network[network.find(name)].neurons()).at(0);
}

TEST(Twin, IsTheSameGraphOfOrdinaryNeurons) {
  const Network original = spiking({});
  const Twin twin = make_twin(original, TwinKind::dense, 25);
  EXPECT_EQ(twin.ticks, 1);
  EXPECT_EQ(twin.bits, 0);
  EXPECT_TRUE(std::holds_alternative<MeanMembraneCrossEntropy>(twin.loss));
  ASSERT_EQ(twin.network.populations().size(), 4u);
  for (std::size_t p = 0; p < 4; ++p) {
    EXPECT_EQ(twin.network.populations()[p].name, original.populations()[p].name);
    EXPECT_EQ(twin.network.populations()[p].shape, original.populations()[p].shape);
  }
  for (const char* name : {"first", "second"}) {
    const auto& neurons =
        std::get<ParametersOf<Relu>>(twin.network[twin.network.find(name)].neurons());
    EXPECT_EQ(neurons.size(), 1u) << "one set of parameters";
    EXPECT_EQ(neurons[0].levels, 0);
  }
  ASSERT_EQ(twin.network.projections().size(), original.projections().size());
  for (std::size_t q = 0; q < 3; ++q) {
    const Projection& mine = twin.network.projections()[q];
    const Projection& theirs = original.projections()[q];
    EXPECT_EQ(mine.source, theirs.source);
    EXPECT_EQ(mine.target, theirs.target);
    EXPECT_EQ(mine.rule.index(), theirs.rule.index());
    EXPECT_EQ(mine.synapse.bias.size(), theirs.synapse.bias.size());
  }
  EXPECT_EQ(std::get<Sparse>(twin.network.projections()[1].rule).target,
            (std::vector<std::int64_t>{3, 2, 1, 0}));
  EXPECT_EQ(twin.network.projections()[0].synapse.bias, std::vector<float>(5, 0.0f));
  EXPECT_NO_THROW(validate(twin.network, 1.0));
}

TEST(Twin, DrawsTheVerySamePairs) {
  const std::vector<Connectivity> rules{FixedProbability{0.4}, FixedInDegree{2, true, false},
                                        FixedOutDegree{2, true, false},
                                        FixedTotalNumber{9, true, false}};
  for (const Connectivity& rule : rules) {
    Network original = spiking({});
    original[ProjectionId{1}].rule = rule;
    original[ProjectionId{1}].synapse.weight = 2.0;
    const Twin twin = make_twin(original, TwinKind::dense, 25);
    for (const std::uint64_t seed : {1, 2}) {
      const Pairs mine = expand_pairs(twin.network, {1}, seed);
      const Pairs theirs = expand_pairs(original, {1}, seed);
      EXPECT_EQ(mine.source, theirs.source);
      EXPECT_EQ(mine.target, theirs.target);
      EXPECT_GT(mine.size(), 0u);
    }
  }
}

TEST(Twin, DrawnDelaysKeepTime) {
  Network original = spiking({});
  original[ProjectionId{1}].synapse.delay_ms = Uniform{1, 3};
  EXPECT_EQ(make_twin(original, TwinKind::dense, 25).ticks, 25);
}

TEST(Twin, WeightsAreDrawnFromTheSeed) {
  const Twin twin = make_twin(spiking({}), TwinKind::dense, 25);
  // He et al.: U(-b, b) with b = gain * sqrt(3 / fan_in); 6 inputs into Relu, 4 into the readout.
  const std::vector<double> bound{std::sqrt(2.0 * 3 / 6), std::sqrt(2.0 * 3 / 1),
                                  std::sqrt(3.0 / 4)};
  for (std::int32_t q = 0; q < 3; ++q) {
    const auto weights = expand_weights(twin.network, {q}, 1);
    EXPECT_NE(weights, expand_weights(twin.network, {q}, 2));
    for (const float weight : weights)
      EXPECT_LE(std::abs(weight), bound[static_cast<std::size_t>(q)] * 1.0001) << q;
  }
}

TEST(Twin, OnePassReadsValues) {
  const std::vector<Source> sources{CurrentSource{.max_abs = 3.0}, RateSource{}, LatencySource{},
                                    EventSource{}};
  for (const Source& source : sources) {
    const Twin twin = make_twin(spiking({.source = source}), TwinKind::dense, 25);
    const auto* current = std::get_if<CurrentSource>(&twin.network.populations()[0].source());
    ASSERT_NE(current, nullptr);
    EXPECT_EQ(current->max_abs, std::holds_alternative<CurrentSource>(source) ? 3.0 : 1.0);
  }
}

TEST(Twin, ReadoutOfOnePassIsThePlainSum) {
  const Twin twin = make_twin(spiking({}), TwinKind::dense, 25);
  const auto& li = std::get<ParametersOf<Li>>(twin.network[PopulationId{3}].neurons()).at(0);
  const auto coeffs = li.derive<double>(1.0);
  Li::State<double> state;
  Li::integrate(state, coeffs, 0.75);
  EXPECT_EQ(state.u, 0.75);
}

TEST(Twin, DelaysKeepTimeAndSource) {
  for (const Options& options : {Options{.source = EventSource{}, .delay_ms = 2.0},
                                 Options{.source = EventSource{}, .recurrent_delay_ms = 1.0}}) {
    const Twin twin = make_twin(spiking(options), TwinKind::dense, 25);
    EXPECT_EQ(twin.ticks, 25);
    EXPECT_TRUE(std::holds_alternative<EventSource>(twin.network.populations()[0].source()));
    EXPECT_EQ(std::get<ParametersOf<Li>>(twin.network[PopulationId{3}].neurons())[0].tau_m_ms,
              12.0);
    EXPECT_NO_THROW(validate(twin.network, 1.0));
  }
  Network network = spiking({});
  PerSource delays{{0, 0, 0, 0, 3}};
  network[ProjectionId{1}].synapse.delay_ms = delays;
  const Twin twin = make_twin(network, TwinKind::dense, 25);
  EXPECT_EQ(twin.ticks, 25);
  EXPECT_EQ(std::get<PerSource>(twin.network.projections()[1].synapse.delay_ms).ms, delays.ms);
  delays.ms[4] = 0;
  network[ProjectionId{1}].synapse.delay_ms = delays;
  EXPECT_EQ(make_twin(network, TwinKind::dense, 25).ticks, 1);
}

TEST(Twin, ASpikingReadoutLendsItsTimeConstant) {
  Network network;
  const auto in = network.add(EventSource{}, {4}, "in");
  const auto out = network.add(Lif::unit(33.0), {2}, "out");
  network.connect(in, out, AllToAll{}, {.weight = 1.0, .delay_ms = 1.0});
  const Twin lif = make_twin(network, TwinKind::dense, 10);
  EXPECT_EQ(std::get<ParametersOf<Li>>(lif.network[out].neurons())[0].tau_m_ms, 33.0);
  network[out].kind = Neurons{ParametersOf<If>{If{}}};
  const Twin integrator = make_twin(network, TwinKind::dense, 10);
  EXPECT_EQ(std::get<ParametersOf<Li>>(integrator.network[out].neurons())[0].tau_m_ms, 20.0);
}

TEST(Twin, BitsTellAllSpikeCountsApart) {
  // ceil(log2(T + 1)) bits: 2^bits values for the T + 1 counts 0 .. T.
  const std::vector<std::pair<int, int>> expected{{1, 1}, {2, 2},  {3, 2},  {4, 3},  {7, 3},
                                                  {8, 4}, {15, 4}, {16, 5}, {25, 5}, {100, 7}};
  for (const auto& [ticks, bits] : expected) {
    const Twin twin = make_twin(spiking({}), TwinKind::quantised, ticks);
    EXPECT_EQ(twin.bits, bits) << ticks;
    EXPECT_EQ(relu_of(twin.network, "first").levels, (1 << bits) - 1) << ticks;
    EXPECT_EQ(relu_of(twin.network, "second").levels, (1 << bits) - 1) << ticks;
    EXPECT_GT(relu_of(twin.network, "first").clip, 0);
  }
}

TEST(Twin, RefusesWhatHasNoTwin) {
  EXPECT_THROW(make_twin(spiking({}), TwinKind::dense, 0), ConfigError);
  EXPECT_THROW(make_twin(Network{}, TwinKind::dense, 10), ConfigError);
  EXPECT_THROW(make_twin(spiking({.source = PoissonSource{}}), TwinKind::dense, 10), ConfigError);
  EXPECT_THROW(make_twin(spiking({.source = SpikeSource{}}), TwinKind::dense, 10), ConfigError);
  Network network = spiking({});
  network.add(CurrentSource{}, {2}, "late");
  EXPECT_THROW(make_twin(network, TwinKind::dense, 10), ConfigError);
}

}  // namespace
}  // namespace snn
