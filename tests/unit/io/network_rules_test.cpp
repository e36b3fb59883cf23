// SPDX-License-Identifier: Apache-2.0
// What network files hold of projections.
#include "tests/unit/io/network_round_trip.hpp"

namespace snn {
namespace {

TEST(NetworkRules, KeepsEveryKindOfProjection) {
  Network network;
  const auto a = network.add(Lif{}, {3}, "a");
  const auto b = network.add(Lif{}, {3}, "b");
  network[b].v_init_mv = {-70.1, -65, -60};
  network[a].v_init_mv = {-61.7};
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> explicit_weights{0.1f, -0.0f, nan};
  network.connect(a, b, AllToAll{}, {.weight = 0.1, .delay_ms = 1.5});
  network.connect(a, b, OneToOne{},
                  {.weight = explicit_weights, .delay_ms = PerSource{{1, 2, 3.5}}});
  network.connect(b, a, Sparse{{0, 2, 2}, {1, 1, 1}},
                  {.weight = Uniform{-1, 2}, .delay_ms = PerSynapse{{0.1, 0.2, 0.3}}});
  network.connect(a, a, Sparse{}, {.weight = Normal{0.25, 3}});
  network.connect(b, b, AllToAll{}, {.weight = KaimingUniform{1.41}, .bias = {0.1f, 0.2f, 0.3f}});
  const Network back = round_trip(network);
  EXPECT_EQ(back.populations()[0].v_init_mv, network[a].v_init_mv);
  EXPECT_EQ(back.populations()[1].v_init_mv, network[b].v_init_mv);
  ASSERT_EQ(back.projections().size(), 5u);
  for (std::int32_t i = 0; i < 5; ++i) {
    const ProjectionId id{i};
    EXPECT_EQ(back[id].source, network[id].source);
    EXPECT_EQ(back[id].target, network[id].target);
    EXPECT_EQ(back.name_of(id), network.name_of(id));
    EXPECT_EQ(back[id].rule.index(), network[id].rule.index());
    EXPECT_EQ(back[id].synapse.bias, network[id].synapse.bias);
  }
  const auto& p = back.projections();
  EXPECT_EQ(std::get<double>(p[0].synapse.weight), 0.1);
  EXPECT_EQ(std::get<double>(p[0].synapse.delay_ms), 1.5);
  const auto& weights = std::get<std::vector<float>>(p[1].synapse.weight);
  ASSERT_EQ(weights.size(), 3u);
  EXPECT_EQ(std::memcmp(weights.data(), explicit_weights.data(), 12), 0);
  EXPECT_EQ(std::get<PerSource>(p[1].synapse.delay_ms).ms, (std::vector<double>{1, 2, 3.5}));
  EXPECT_EQ(std::get<Sparse>(p[2].rule).source, (std::vector<std::int64_t>{0, 2, 2}));
  EXPECT_EQ(std::get<Sparse>(p[2].rule).target, (std::vector<std::int64_t>{1, 1, 1}));
  EXPECT_EQ(std::get<Uniform>(p[2].synapse.weight).low, -1);
  EXPECT_EQ(std::get<Uniform>(p[2].synapse.weight).high, 2);
  EXPECT_EQ(std::get<PerSynapse>(p[2].synapse.delay_ms).ms, (std::vector<double>{0.1, 0.2, 0.3}));
  EXPECT_EQ(std::get<Normal>(p[3].synapse.weight).mean, 0.25);
  EXPECT_EQ(std::get<Normal>(p[3].synapse.weight).sd, 3);
  EXPECT_EQ(std::get<KaimingUniform>(p[4].synapse.weight).gain, 1.41);
}

TEST(NetworkRules, KeepsRulesThatDraw) {
  Network network;
  const auto a = network.add(Lif{}, {30}, "a");
  network.connect(a, a, FixedProbability{0.1, false},
                  {.weight = TruncatedNormal{0.1, 0.2, -0.3, 0.4}, .delay_ms = Uniform{1, 2.5}});
  network.connect(a, a, FixedInDegree{7, false, true},
                  {.weight = Lognormal{-0.1, 0.7}, .delay_ms = Normal{1.5, 0.1}});
  network.connect(a, a, FixedOutDegree{8, true, false},
                  {.delay_ms = TruncatedNormal{1.1, 0.2, 0.3, 4.4}});
  network.connect(a, a, FixedTotalNumber{1LL << 30, false, false}, {.delay_ms = 1.0});
  const Network back = round_trip(network);
  const auto& p = back.projections();
  ASSERT_EQ(p.size(), 4u);
  const auto& probability = std::get<FixedProbability>(p[0].rule);
  EXPECT_EQ(probability.probability, 0.1);
  EXPECT_FALSE(probability.allow_self);
  const auto& in = std::get<FixedInDegree>(p[1].rule);
  EXPECT_EQ(in.in_degree, 7);
  EXPECT_TRUE(!in.allow_self && in.allow_multiple);
  const auto& out = std::get<FixedOutDegree>(p[2].rule);
  EXPECT_EQ(out.out_degree, 8);
  EXPECT_TRUE(out.allow_self && !out.allow_multiple);
  const auto& total = std::get<FixedTotalNumber>(p[3].rule);
  EXPECT_EQ(total.synapses, 1LL << 30);
  EXPECT_TRUE(!total.allow_self && !total.allow_multiple);
  const auto numbers = [](const TruncatedNormal& d) {
    return std::vector<double>{d.mean, d.sd, d.low, d.high};
  };
  EXPECT_EQ(numbers(std::get<TruncatedNormal>(p[0].synapse.weight)),
            (std::vector<double>{0.1, 0.2, -0.3, 0.4}));
  EXPECT_EQ(numbers(std::get<TruncatedNormal>(p[2].synapse.delay_ms)),
            (std::vector<double>{1.1, 0.2, 0.3, 4.4}));
  EXPECT_EQ(std::get<Lognormal>(p[1].synapse.weight).mu, -0.1);
  EXPECT_EQ(std::get<Lognormal>(p[1].synapse.weight).sigma, 0.7);
  EXPECT_EQ(std::get<Uniform>(p[0].synapse.delay_ms).low, 1);
  EXPECT_EQ(std::get<Uniform>(p[0].synapse.delay_ms).high, 2.5);
  EXPECT_EQ(std::get<Normal>(p[1].synapse.delay_ms).mean, 1.5);
  EXPECT_EQ(std::get<Normal>(p[1].synapse.delay_ms).sd, 0.1);
}

TEST(NetworkRules, KeepsPlacesAndTheRulesThatNeedThem) {
  Network network;
  const auto a = network.add(Lif{}, {1, 3, 4}, "a"), b = network.add(Lif{}, {12}, "b");
  network[a].positions = random_positions(12, {1.5, 2.5}, 3, true);
  network[b].positions = random_positions(12, {1, 2, 3}, 4);
  const DistanceKernel kernels[] = {GaussianKernel{0.1, 0.2}, ExponentialKernel{0.3, 0.4},
                                    DiscKernel{0.5, 0.6}, LinearDecayKernel{0.7, 0.8}};
  for (const DistanceKernel& kernel : kernels) {
    network.connect(a, a, DistanceDependent{kernel, false},
                    {.delay_ms = DistanceDelay{1.25, 0.75}, .storage = Storage::procedural});
  }
  network.connect(a, a, Convolution{{1, 2}, {3, 4}, {5, 6}}, {.delay_ms = 1.0});
  network.connect(a, b, Csr{{0, 0, 2}, {7, 5}}, {.delay_ms = 1.0});
  const Network back = round_trip(network);
  for (std::size_t p = 0; p < 2; ++p) {
    const Positions &before = network.populations()[p].positions,
                    &after = back.populations()[p].positions;
    EXPECT_EQ(after.dimensions, before.dimensions);
    EXPECT_EQ(after.mm, before.mm);
    EXPECT_EQ(after.extent_mm, before.extent_mm);
    EXPECT_EQ(after.periodic, before.periodic);
  }
  const auto& p = back.projections();
  ASSERT_EQ(p.size(), 6u);
  for (std::size_t k = 0; k < 4; ++k) {
    const auto& rule = std::get<DistanceDependent>(p[k].rule);
    EXPECT_FALSE(rule.allow_self);
    EXPECT_EQ(rule.kernel.index(), k);
    EXPECT_EQ(scale_mm(rule.kernel), scale_mm(kernels[k]));
    EXPECT_EQ(probability_at(rule.kernel, 0), probability_at(kernels[k], 0));
    const auto& delay = std::get<DistanceDelay>(p[k].synapse.delay_ms);
    EXPECT_EQ(delay.offset_ms, 1.25);
    EXPECT_EQ(delay.speed_mm_per_ms, 0.75);
    EXPECT_EQ(p[k].synapse.storage, Storage::procedural);
  }
  const auto& shared = std::get<Convolution>(p[4].rule);
  using Pair = std::array<std::int64_t, 2>;
  EXPECT_EQ(shared.kernel, (Pair{1, 2}));
  EXPECT_EQ(shared.stride, (Pair{3, 4}));
  EXPECT_EQ(shared.padding, (Pair{5, 6}));
  const auto& rows = std::get<Csr>(p[5].rule);
  EXPECT_EQ(rows.row_begin, (std::vector<std::int64_t>{0, 0, 2}));
  EXPECT_EQ(rows.target, (std::vector<std::int64_t>{7, 5}));
  EXPECT_EQ(p[5].synapse.storage, Storage::stored);
}

TEST(NetworkRules, KeepsHomeostasis) {
  const auto sum = distinct<HomeostaticScaling>(3);
  const auto rate = distinct<RateScaling>(8);
  const std::optional<Homeostasis> kinds[] = {Homeostasis{.interval_ms = 12.5, .sum = sum},
                                              Homeostasis{.interval_ms = 0.3, .rate = rate},
                                              Homeostasis{.sum = sum, .rate = rate}, std::nullopt};
  Network network;
  const auto a = network.add(Lif{}, {3}, "a");
  for (const auto& kind : kinds) {
    network.connect(a, a, AllToAll{},
                    {.delay_ms = 1.0, .plasticity = PairStdp{}, .homeostasis = kind});
  }
  const Network back = round_trip(network);
  ASSERT_EQ(back.projections().size(), 4u);
  for (std::size_t q = 0; q < 3; ++q) {
    const auto& after = back.projections()[q].synapse.homeostasis;
    ASSERT_TRUE(after) << q;
    EXPECT_EQ(after->interval_ms, kinds[q]->interval_ms);
    ASSERT_EQ(after->sum.has_value(), q != 1);
    ASSERT_EQ(after->rate.has_value(), q != 0);
    if (after->sum) expect_same(*after->sum, sum);
    if (after->rate) expect_same(*after->rate, rate);
  }
  EXPECT_FALSE(back.projections()[3].synapse.homeostasis);
}

template <class Rule>
class EveryRule : public testing::Test {};
TYPED_TEST_SUITE(EveryRule, TypesOf<PlasticityRules>::type);

TYPED_TEST(EveryRule, KeepsEveryParameter) {
  Network network;
  const auto a = network.add(Lif{}, {3}, "a");
  for (const int salt : {1, 2, 6}) {
    network.connect(a, a, AllToAll{}, {.delay_ms = 1.0, .plasticity = distinct<TypeParam>(salt)});
    network.connect(a, a, AllToAll{}, {.delay_ms = 1.0});
  }
  const Network back = round_trip(network);
  ASSERT_EQ(back.projections().size(), 6u);
  for (std::int32_t q = 0; q < 6; ++q) {
    const Plasticity& before = network[ProjectionId{q}].synapse.plasticity;
    const Plasticity& after = back[ProjectionId{q}].synapse.plasticity;
    ASSERT_EQ(after.index(), before.index());
    if (q % 2 == 0) expect_same(std::get<TypeParam>(after), std::get<TypeParam>(before));
  }
}

}  // namespace
}  // namespace snn
