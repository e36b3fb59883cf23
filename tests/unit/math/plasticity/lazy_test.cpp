// SPDX-License-Identifier: Apache-2.0
#include "snn/math/plasticity/lazy.hpp"

#include <gtest/gtest.h>

#include "tests/support/clocked_synapse.hpp"
#include "tests/unit/math/neurons.hpp"

namespace snn {
namespace {

using test::ClockedSynapse;
using test::LazySynapse;
using test::SynapseInput;

/// Ticks drawn with probability p each.
std::vector<Tick> train(std::uint32_t stream, Tick ticks, double p) {
  std::vector<Tick> spikes;
  for (Tick t = 0; t < ticks; ++t)
    if (test::random(stream, t, 0, 1) < p) spikes.push_back(t);
  return spikes;
}

struct Trains {
  double pre, post;  ///< spikes per tick
  Tick delay;
  Tick catch_up_every;
};
// Dense trains coincide often, at the neuron and at the synapse; sparse ones leave many
// postsynaptic spikes, or none, between two presynaptic ones.
constexpr Trains cases[] = {{0.2, 0.2, 0, 0},  {0.3, 0.3, 1, 0},   {0.2, 0.2, 15, 0},
                            {0.02, 0.2, 3, 0}, {0.2, 0.02, 40, 0}, {0.01, 0.3, 15, 50}};

/// With large steps, so that weights move over their range and meet their bounds.
template <class Rule>
std::vector<Rule> variants();
template <>
std::vector<PairStdp> variants() {
  std::vector<PairStdp> rules;
  for (PairStdp rule : {PairStdp::additive(), PairStdp::multiplicative(), PairStdp::van_rossum()})
    for (const Interaction spikes : {Interaction::all_to_all, Interaction::nearest}) {
      rule.lambda = 0.1, rule.alpha = 1.05, rule.tau_minus_ms = 34, rule.spikes = spikes;
      rules.push_back(rule);
      rule.w_min = 20;
      rules.push_back(rule);
    }
  return rules;
}
template <>
std::vector<PowerLawStdp> variants() {
  std::vector<PowerLawStdp> rules;
  for (const double mu : {0.0, 0.4, 1.0, 2.0})
    for (const Pairing pairing :
         {Pairing::all_to_all, Pairing::nearest_symmetric, Pairing::nearest_reduced})
      rules.push_back({.lambda = 0.1,
                       .alpha = 1.05,
                       .mu_plus = mu,
                       .mu_minus = mu / 2,
                       .w_min = 1,
                       .pairing = pairing});
  return rules;
}
template <>
std::vector<TripletStdp> variants() {
  return {TripletStdp::visual_cortex().scaled(100),
          TripletStdp::visual_cortex_minimal().scaled(100), TripletStdp::hippocampus().scaled(100),
          TripletStdp::hippocampus_nearest().scaled(100),
          TripletStdp::visual_cortex_nearest().scaled(30)};
}
template <>
std::vector<VogelsStdp> variants() {
  return {{.eta = 3, .rho0_hz = 100, .w_max = 100}, {.eta = 3, .rho0_hz = 20, .w_max = 100}};
}
template <>
std::vector<RewardStdp> variants() {
  // Without bounds: the plain simulation meets them in every tick, LazyRule at events.
  return {{.w_min = -1e6, .w_max = 1e6}, {.baseline_per_ms = 0.002, .w_min = -1e6, .w_max = 1e6}};
}

template <class Rule>
class Lazy : public testing::Test {};
template <class List>
struct TestTypes;
template <class... Rules>
struct TestTypes<RuleList<Rules...>> {
  using type = testing::Types<Rules...>;
};
TYPED_TEST_SUITE(Lazy, TestTypes<PlasticityRules>::type);

constexpr double dt_ms = 0.5;
constexpr Tick ticks = 3000;

SynapseInput input(const Trains& trains, std::uint32_t stream) {
  SynapseInput in{train(stream, ticks, trains.pre), train(stream + 1, ticks, trains.post),
                  trains.delay};
  for (const Tick t : {5, 700, 701, 1500, 1500, 2400}) in.rewards.push_back({t, 0.004});
  return in;
}

TYPED_TEST(Lazy, IsTheClockedSimulation) {
  std::uint32_t stream = 100;
  for (const TypeParam& rule : variants<TypeParam>()) {
    for (const Trains& trains : cases) {
      const SynapseInput in = input(trains, stream);
      stream += 2;
      ClockedSynapse<TypeParam> clocked{.w = 50};
      clocked.run(rule, dt_ms, in, ticks);
      LazySynapse<TypeParam, double> lazy{.w = 50};
      lazy.run(rule, dt_ms, in, ticks, 256, trains.catch_up_every);
      LazySynapse<TypeParam, float> single{.w = 50};
      single.run(rule, dt_ms, in, ticks, 256, trains.catch_up_every);
      ASSERT_TRUE(lazy.covered);
      ASSERT_EQ(lazy.delivered.size(), in.pre.size());
      const double events_per_pre = 1.0 + double(in.post.size()) / double(in.pre.size());
      double largest = 50;
      for (std::size_t i = 0; i < in.pre.size(); ++i) {
        largest = std::max(largest, std::abs(clocked.delivered[i]));
        ASSERT_NEAR(lazy.delivered[i], clocked.delivered[i], 1e-12 * largest) << i;
        // Each event rounds a few times, in either direction: errors grow as a random walk.
        const double events = double(i + 1) * events_per_pre;
        ASSERT_NEAR(single.delivered[i], clocked.delivered[i],
                    0x1p-24 * largest * (4 + 4 * std::sqrt(events)))
            << i;
      }
      EXPECT_NEAR(lazy.w, clocked.w, 1e-12 * largest);
      EXPECT_NEAR(lazy.eligibility, clocked.eligibility,
                  1e-12 * (1 + std::abs(clocked.eligibility)));
    }
  }
}

/// The smallest ring that covers() allows gives the same bits as a large one, and so does catching
/// up at other ticks.
TYPED_TEST(Lazy, DoesNotDependOnTheRing) {
  const Trains trains{0.1, 0.1, 3, 0};
  const SynapseInput in = input(trains, 17);
  for (const TypeParam& rule : variants<TypeParam>()) {
    LazySynapse<TypeParam, float> large{.w = 50}, small{.w = 50}, often{.w = 50};
    large.run(rule, dt_ms, in, ticks, 1024, 0);
    std::uint32_t capacity = 4;
    for (;; capacity *= 2) {
      small = {.w = 50};
      small.run(rule, dt_ms, in, ticks, capacity, 0);
      if (small.covered) break;
    }
    ASSERT_LT(capacity, 128u);
    EXPECT_EQ(small.delivered, large.delivered);
    often.run(rule, dt_ms, in, ticks, 32, 7);
    EXPECT_TRUE(often.covered);
    if constexpr (!ModulatedRule<TypeParam>) {  // whose weight is integrated in other pieces
      EXPECT_EQ(often.delivered, large.delivered);
    }
  }
}

TEST(PostHistory, CoversWhatReachesBackToASpikeThatWasSeen) {
  std::array<SpikeTraces<float, 1>, 4> ring{};
  PostHistory<float, 1> post{ring.data(), 3, 0};
  EXPECT_TRUE(post.covers(0, 0));
  EXPECT_TRUE(post.covers(never_spiked, 20));
  for (const Tick t : {10, 20, 30, 40, 50}) ring[post.count++ & post.mask].tick = t;
  EXPECT_TRUE(post.covers(20, 0));  // the oldest entry
  EXPECT_FALSE(post.covers(19, 0));
  EXPECT_TRUE(post.covers(35, 15));
  EXPECT_FALSE(post.covers(34, 15));
  EXPECT_EQ(post.end_at(39), 3u);
  EXPECT_EQ(post.end_at(40), 4u);
  EXPECT_EQ(post.first_after(30, 5), 3u);
  EXPECT_EQ(post.first_after(29, 5), 2u);
}

/// What a history too small does is defined: the spikes that are gone do not count.
TYPED_TEST(Lazy, ForgetsWhatTheRingHasLost) {
  const SynapseInput in = input({0.01, 0.5, 2, 0}, 19);
  for (const TypeParam& rule : variants<TypeParam>()) {
    LazySynapse<TypeParam, float> lazy{.w = 50};
    lazy.run(rule, dt_ms, in, ticks, 4, 0);
    EXPECT_FALSE(lazy.covered);
    for (const float w : lazy.delivered) ASSERT_TRUE(std::isfinite(w));
  }
}

TYPED_TEST(Lazy, StaysWithinBoundsWhateverTheInput) {
  for (std::uint32_t seed = 0; seed < 40; ++seed) {
    const auto draw = [&](int i, double low, double high) {
      return test::random(200 + seed, i, low, high);
    };
    for (TypeParam rule : variants<TypeParam>()) {
      rule.w_min = draw(0, 0, 40);
      rule.w_max = rule.w_min + draw(1, 1e-3, 60);
      const Trains trains{draw(2, 0, 0.9), draw(3, 0, 0.9), static_cast<Tick>(draw(4, 0, 20)), 0};
      const auto start = static_cast<float>(draw(5, rule.w_min, rule.w_max));
      LazySynapse<TypeParam, float> lazy{.w = start};
      lazy.run(rule, draw(6, 0.01, 5), input(trains, 300 + 2 * seed), 400, 512, 0);
      for (const float w : lazy.delivered) {
        ASSERT_GE(w, static_cast<float>(rule.w_min));
        ASSERT_LE(w, static_cast<float>(rule.w_max));
      }
    }
  }
}

/// LazyRule relies on it: it lets on_post act with traces of 0 instead of leaving it out.
TYPED_TEST(Lazy, NothingPairedWithNothingChangesNothing) {
  for (const TypeParam& rule : variants<TypeParam>()) {
    const auto c = rule.template derive<float>(dt_ms);
    const float none[2] = {0, 0}, some[2] = {3.5f, 0.25f};
    for (int i = 0; i < 1000; ++i) {
      const auto w = static_cast<float>(test::random(23, i, rule.w_min, rule.w_max));
      ASSERT_EQ(TypeParam::on_post(w, c, none, some), w);
    }
    for (const double w : {rule.w_min, rule.w_max})
      ASSERT_EQ(TypeParam::on_post(float(w), c, none, some), float(w));
  }
}

}  // namespace
}  // namespace snn
