// SPDX-License-Identifier: Apache-2.0
// One share of neurons: sleeping and touching leave every bit as stepping does, and cost less.
#include "snn/backend/cpu_share.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "snn/backend/flush_to_zero.hpp"

namespace snn {
namespace {

using Update = BackendOptions::Update;

/// A population of one share, with what arrives for it.
struct Share {
  template <class Model>
  Share(const Model& model, std::int64_t size, std::vector<double> v_init_mv = {})
      : compiled(compile(network(model, size, std::move(v_init_mv)), 1.0, 1)),
        sums(static_cast<std::size_t>(compiled.neurons * population().receptors)),
        marks(static_cast<std::size_t>(compiled.neurons / 64)) {
    // No projection is there that would have kept room for several inputs at once.
    for (int& log2 : compiled.populations[0].scale_log2) log2 = std::min(log2, 20);
    share.end = size;
    reset_share(population(), share);
  }
  template <class Model>
  static Network network(const Model& model, std::int64_t size, std::vector<double> v_init_mv) {
    Network net;
    net[net.add(model, {size})].v_init_mv = std::move(v_init_mv);
    return net;
  }

  const CompiledPopulation& population() const { return compiled.populations[0]; }

  void arrive(int port, std::int64_t neuron, std::int32_t input) {
    sums[static_cast<std::size_t>(port * compiled.neurons + neuron)] += input;
    marks[static_cast<std::size_t>(neuron / 64)] |= std::uint64_t{1} << (neuron % 64);
  }
  std::vector<std::int32_t> tick(Update way) {
    std::int32_t* sum = sums.data();
    std::uint64_t* mark = marks.data();
    std::vector<std::int32_t> fired;
    choose_way(population(), share, way, false, now);
    update_share(
        population(), share, {{&sum, 1}, {&mark, 1}, compiled.neurons},
        {.tick = now, .way = way, .record = false, .records = false, .seed = 1, .isa = best_isa()},
        fired);
    ++now;
    return fired;
  }

  CompiledNetwork compiled;
  std::vector<std::int32_t> sums;
  std::vector<std::uint64_t> marks;
  NeuronShare share;
  std::int64_t now = 0;
};

/// Input of one unit of the port's scale, in the model's unit.
std::int32_t fixed(const Share& share, int port, double value) {
  return static_cast<std::int32_t>(
      std::ldexp(value, share.population().scale_log2[static_cast<std::size_t>(port)]));
}

template <class Model>
void expect_sleep_changes_nothing(const Model& model, double input) {
  SCOPED_TRACE(Model::name);
  constexpr std::int64_t size = 256 * 4 + 100, ticks = 1500;
  const FlushToZero flush;
  Share sleeper(model, size), awake(model, size);
  std::mt19937 random(1);
  std::int64_t spikes = 0, asleep = 0;
  for (std::int64_t t = 0; t < ticks; ++t) {
    // A volley every 500 ticks onto the first and the last segment; nothing ever onto the second.
    if (t % 500 < 3) {
      for (int e = 0; e < 200; ++e) {
        const auto draw = static_cast<std::int64_t>(random());
        const std::int64_t n = draw % 2 == 0 ? draw / 2 % 256 : 1024 + draw / 2 % 100;
        const int port = static_cast<int>(random()) & (receptors_of<Model> - 1);
        for (Share* share : {&sleeper, &awake}) share->arrive(port, n, fixed(*share, port, input));
      }
    }
    wake(awake.share);
    const auto expected = awake.tick(Update::stepped);
    ASSERT_EQ(sleeper.tick(Update::stepped), expected) << t;
    ASSERT_EQ(sleeper.share.state, awake.share.state) << t;
    spikes += static_cast<std::int64_t>(expected.size());
    asleep = std::max(asleep, sleeper.share.asleep);
  }
  EXPECT_GT(spikes, 0);
  EXPECT_EQ(asleep, 5);  // between volleys all of it
  EXPECT_EQ(sleeper.share.membrane_updates, awake.share.membrane_updates);
  EXPECT_EQ(awake.share.stepped, static_cast<std::uint64_t>(size * ticks));
  // The untouched segments, 768 neurons, did the two ticks that show that nothing changes.
  const std::uint64_t others = static_cast<std::uint64_t>((size - 768) * ticks);
  EXPECT_LT(sleeper.share.stepped, others + 2 * 768);
}

TEST(CpuShare, SleepChangesNothingAndCostsNothing) {
  expect_sleep_changes_nothing(If{.v_rest_mv = 0, .v_reset_mv = 0, .v_th_mv = 1}, 0.5);
  expect_sleep_changes_nothing(Lif{.tau_m_ms = 2, .v_th_mv = -64.2, .t_ref_ms = 3}, 0.5);
  expect_sleep_changes_nothing(CubaLif{.tau_m_ms = 2, .tau_syn_ms = 1, .v_th_mv = -64.8}, 0.5);
  expect_sleep_changes_nothing(AdaptiveLif{.tau_m_ms = 2, .tau_a_ms = 3, .v_th_mv = -64.2}, 0.5);
  expect_sleep_changes_nothing(
      LifCurrExp<1>{.c_m_pf = 1, .tau_m_ms = 3, .v_th_mv = -69.3, .tau_syn_ms = {1.5}}, 0.5);
  expect_sleep_changes_nothing(LifCurrAlpha<2>{.c_m_pf = 1, .tau_m_ms = 3, .tau_syn_ms = {1, 1}},
                               3.0);
  expect_sleep_changes_nothing(LifCondExp{.c_m_pf = 2, .g_l_ns = 1, .tau_syn_ms = {1, 2}}, 2.0);
}

/// What is above its threshold without input spikes by itself: also where neurons are touched.
template <class Model>
void expect_touching_is_stepping(const Model& model, const std::vector<double>& v_init_mv,
                                 double input) {
  SCOPED_TRACE(Model::name);
  const FlushToZero flush;
  const auto size = static_cast<std::int64_t>(v_init_mv.size());
  Share stepped(model, size, v_init_mv), touched(model, size, v_init_mv),
      changing(model, size, v_init_mv);
  std::mt19937 random(3);
  std::int64_t spikes = 0;
  for (std::int64_t t = 0; t < 200; ++t) {
    if (t % 40 == 20) {
      for (int e = 0; e < 30; ++e) {
        const auto n = static_cast<std::int64_t>(random()) % size;
        for (Share* share : {&stepped, &touched, &changing})
          share->arrive(0, n, fixed(*share, 0, input));
      }
    }
    const auto expected = stepped.tick(Update::stepped);
    ASSERT_EQ(touched.tick(Update::touched), expected) << t;
    ASSERT_EQ(changing.tick(t / 5 % 2 == 0 ? Update::touched : Update::stepped), expected) << t;
    spikes += static_cast<std::int64_t>(expected.size());
  }
  EXPECT_GT(spikes, 0);
  for (Share* share : {&touched, &changing}) {
    catch_up(share->population(), share->share, share->now);
    EXPECT_EQ(share->share.state, stepped.share.state);
    EXPECT_EQ(share->share.membrane_updates, stepped.share.membrane_updates);
  }
  EXPECT_EQ(touched.share.stepped, 0u);
}

TEST(CpuShare, TouchingSpikesWhereSteppingDoes) {
  std::vector<double> v;  // relative to a rest of 0
  for (int n = 0; n < 300; ++n) v.push_back(n * 0.02);
  const Reset subtract = Reset::subtract;
  expect_touching_is_stepping(
      If{.v_rest_mv = 0, .v_reset_mv = 0, .v_th_mv = 1, .t_ref_ms = 3, .reset = subtract}, v, 3.0);
  expect_touching_is_stepping(Lif{.tau_m_ms = 20, .v_rest_mv = 0, .v_reset_mv = -1, .v_th_mv = 1},
                              v, 3.0);
  expect_touching_is_stepping(Lif{.tau_m_ms = 20,
                                  .v_rest_mv = 0,
                                  .v_reset_mv = 0,
                                  .v_th_mv = 1,
                                  .t_ref_ms = 2,
                                  .reset = subtract},
                              v, 3.0);
  // The threshold falls faster than the membrane: a neuron spikes some quiet ticks later.
  expect_touching_is_stepping(AdaptiveLif{.tau_m_ms = 40,
                                          .tau_a_ms = 5,
                                          .a_jump_mv = 3,
                                          .v_rest_mv = 0,
                                          .v_reset_mv = 0,
                                          .v_th_mv = 1,
                                          .reset = subtract},
                              v, 3.0);
}

TEST(CpuShare, MarksOfSteppedTicksTouchNothingLater) {
  Share share(Lif{}, 1000);
  std::uint64_t expected = 0;
  for (std::int64_t t = 0; t < 100; ++t) {
    expected += share.share.current ? 0 : 1;
    share.arrive(0, t * 7, 1);
    share.tick(Update::automatic);
  }
  EXPECT_GT(expected, 50u);
  EXPECT_EQ(share.share.touched, expected);
}

TEST(CpuShare, AboveItsThresholdANeuronSpikesInTheFirstTickAndIsReset) {
  const Lif model{.v_rest_mv = -65, .v_reset_mv = -70, .v_th_mv = -50, .t_ref_ms = 2};
  for (const Update way : {Update::stepped, Update::touched, Update::automatic}) {
    Share share(model, 3, {-20, -65, -49});
    EXPECT_EQ(share.tick(way), (std::vector<std::int32_t>{0, 2}));
    EXPECT_EQ(share.share.state[0], -5.0f);  // v_reset - v_rest
    EXPECT_EQ(share.share.state[1], 0.0f);
    for (int t = 0; t < 20; ++t) EXPECT_TRUE(share.tick(way).empty());
  }
}

}  // namespace
}  // namespace snn
