// SPDX-License-Identifier: Apache-2.0
// Gradients of the engine: equal to those of a plain reference (reference_backward.hpp, whose own
// test compares it with finite differences) for every neuron model, surrogate and reset, and to a
// case worked by hand.
#include <gtest/gtest.h>

#include "tests/train/gradient_cases.hpp"

namespace snn {
namespace {

using bptt::Batch;
using cases::Case;
using cases::largest;
using cases::options_of;

/// How often float was compared: not where rounding may decide a spike or a corner.
struct Compared {
  int cases = 0, in_float = 0;
};

void expect_engine_agrees(const Case& c, Compared& compared) {
  const bptt::Net net = c.net();
  const Batch batch = bptt::run(net, c.data.inputs);
  const double objective = bptt::objective(net, batch, c.data.labels);
  const std::vector<double> expected = bptt::gradient(net, batch, c.data.labels);
  const double scale = largest(expected);
  ASSERT_GT(scale, 1e-3);
  const auto exact = cases::engine_result<double>(c);
  EXPECT_NEAR(exact.objective, objective, 1e-12 * std::abs(objective));
  for (std::size_t i = 0; i < expected.size(); ++i)
    ASSERT_NEAR(exact.gradient[i], expected[i],
                1e-9 * std::max(std::abs(expected[i]), 1e-3 * scale))
        << "parameter " << i;
  ++compared.cases;
  if (bptt::clearance(net, batch) < 1e-5) return;
  ++compared.in_float;
  const auto single = cases::engine_result<float>(c);
  EXPECT_NEAR(single.objective, objective, 1e-5 * std::abs(objective));
  // Membranes of size 1 to 10 carry errors of 1e-6 after 12 ticks; the steepest surrogate turns
  // that into 1e-5 of its slope, and a chain of up to 12 slopes multiplies them.
  for (std::size_t i = 0; i < expected.size(); ++i)
    ASSERT_NEAR(single.gradient[i], expected[i], 1e-4 * scale) << "parameter " << i;
}

/// Spikes per place of the two hidden populations.
double activity(const Case& c) {
  double spikes = 0, places = 0;
  for (const auto& sample : bptt::run(c.net(), c.data.inputs)) {
    for (const std::size_t p : {1u, 2u}) {
      for (const double s : sample[p].spike) spikes += s;
      places += static_cast<double>(sample[p].spike.size());
    }
  }
  return spikes / places;
}

class EveryModel : public testing::TestWithParam<std::tuple<bool, bool>> {};

TEST_P(EveryModel, HasTheReferenceGradientForEverySurrogateAndReset) {
  const bool recurrent = std::get<0>(GetParam()), detach = std::get<1>(GetParam());
  Compared compared;
  int number = 0;
  for (const Surrogate& surrogate : cases::surrogates()) {
    for (const Reset reset : {Reset::to_value, Reset::subtract}) {
      for (const double t_ref_ms : {0.0, 2.0}) {
        cases::for_each_spiking_model(reset, t_ref_ms, [&](const char* name, const auto& model) {
          const cases::Shape shape{recurrent, number % 3 == 0, number % 2 == 0};
          ++number;
          SCOPED_TRACE(std::string(name) + ", surrogate " + std::to_string(surrogate.index()) +
                       ", subtract " + std::to_string(reset == Reset::subtract) + ", t_ref " +
                       std::to_string(t_ref_ms));
          TrainOptions options = options_of(shape, surrogate, detach);
          options.lambda_rate = number % 4 == 0 ? 0.3 : 0;
          options.lambda_synops = number % 5 == 0 ? 0.2 : 0;
          // Nine samples: shards of two, and the last of one.
          const Case c(cases::network(model, shape), options, 9, shape.held_input);
          EXPECT_GT(activity(c), 0.02);
          EXPECT_LT(activity(c), 0.95);
          expect_engine_agrees(c, compared);
        });
      }
    }
  }
  EXPECT_EQ(compared.cases, 9 * 2 * 2 * 9);
  EXPECT_GT(compared.in_float, compared.cases / 2);
}
INSTANTIATE_TEST_SUITE_P(EngineGradient, EveryModel,
                         testing::Combine(testing::Bool(), testing::Bool()), [](const auto& test) {
                           return std::string(std::get<0>(test.param) ? "Recurrent"
                                                                      : "FeedForward") +
                                  (std::get<1>(test.param) ? "Detached" : "ThroughReset");
                         });

TEST(EngineGradient, IsTheReferenceForEveryLoss) {
  Compared compared;
  for (const Loss& loss : {Loss{CountCrossEntropy{}}, Loss{MaxMembraneCrossEntropy{}},
                           Loss{MeanMembraneCrossEntropy{}}, Loss{CountMse{0.7, 0.1}}}) {
    SCOPED_TRACE(loss.index());
    const cases::Shape shape{.recurrent = true, .spiking_readout = true};
    TrainOptions options = options_of(shape, Arctan{}, true);
    options.loss = loss;
    expect_engine_agrees(Case(cases::network(Lif::unit(3.0), shape), options, 5, false), compared);
  }
}

TEST(EngineGradient, IsTheReferenceForRectifiers) {
  Compared compared;
  for (const int levels : {0, 3, 15}) {
    for (const bool held : {true, false}) {
      SCOPED_TRACE(levels);
      const cases::Shape shape{.held_input = held};
      const Relu relu{.levels = levels, .clip = 1.5};
      expect_engine_agrees(
          Case(cases::network(relu, shape), options_of(shape, Arctan{}, true), 9, held), compared);
    }
  }
}

/// More neurons than a word of spikes or a stretch of the scan holds, and more ticks than the
/// backward pass takes at a time.
TEST(EngineGradient, IsTheReferenceForWideLayersAndLargeBatches) {
  Compared compared;
  const cases::Shape recurrent{.recurrent = true, .size = 70};
  expect_engine_agrees(Case(cases::network(Lif::unit(3.0), recurrent),
                            options_of(recurrent, Arctan{}, false), 9, false),
                       compared);
  const cases::Shape wide{.size = 300};
  for (const bool learn : {false, true}) {
    TrainOptions options = options_of(wide, Triangle{}, false);
    options.ticks = 20;
    options.learn_tau = options.learn_threshold = learn;
    expect_engine_agrees(
        Case(cases::network(AdaptiveLif::unit(3.0, 9.0), wide), options, 250, false), compared);
  }
}

TEST(EngineGradient, IsTheReferenceForAWideSpikingReadout) {
  Network network;
  const auto in = network.add(EventSource{}, {cases::features}, "in");
  const auto out = network.add(Lif::unit(3.0), {300}, "out");
  network.connect(in, out, AllToAll{}, {.delay_ms = 1.0, .bias = std::vector<float>(300)});
  Compared compared;
  TrainOptions options = options_of({.spiking_readout = true}, Arctan{}, false);
  options.ticks = 20;
  expect_engine_agrees(Case(network, options, 250, false), compared);
}

/// Below threshold the loss is smooth, and its gradient that of finite differences: Triangle is 0
/// so far away.
TEST(EngineGradient, IsThatOfDifferencesForIzhikevichBelowThreshold) {
  for (const bool each : {false, true}) {
    const std::int64_t size = each ? 70 : 64;  // 64: rows of a shard are taken as one
    std::vector<Izhikevich> models(each ? static_cast<std::size_t>(size) : 1u);
    for (std::size_t n = 0; n < models.size(); ++n) {
      models[n].b_per_ms = 0.2 + 0.0005 * static_cast<double>(n);
      models[n].i_offset_mv_per_ms = -4;
    }
    Network network;
    const auto in = network.add(EventSource{}, {cases::features}, "in");
    const auto out = network.add(models, {size}, "out");
    network[out].v_init_mv = {-64};
    network.connect(in, out, AllToAll{},
                    {.delay_ms = 1.0, .bias = std::vector<float>(static_cast<std::size_t>(size))});
    TrainOptions options = options_of({}, Triangle{}, true);
    options.ticks = 40;
    options.learn_tau = options.learn_threshold = false;
    const Case c(network, options, 9, false);
    const auto found = cases::engine_result<double>(c);
    const double scale = largest(found.gradient);
    ASSERT_GT(scale, 1e-3);
    for (std::size_t i = 0; i < c.parameters.size(); i += 41) {
      const auto objective = [&](double by) {
        Case moved = c;
        moved.parameters[i] += by;
        return cases::engine_result<double>(moved).objective;
      };
      const double step = 1e-4;
      const double expected = (8 * (objective(step) - objective(-step)) -
                               (objective(2 * step) - objective(-2 * step))) /
                              (12 * step);
      ASSERT_NEAR(found.gradient[i], expected, 1e-5 * std::max(std::abs(expected), 1e-3 * scale))
          << "parameter " << i;
    }
  }
}

TEST(EngineGradient, DoesNotDependOnThePathOfProducts) {
  Compared compared;
  for (const ProductPath path : {ProductPath::dense, ProductPath::sparse}) {
    const cases::Shape shape{.recurrent = true};
    TrainOptions options = options_of(shape, Arctan{}, true);
    options.path = path;
    expect_engine_agrees(Case(cases::network(Lif::unit(3.0), shape), options, 9, false), compared);
  }
}

/// One input, hidden neuron h, output neuron o; three ticks, an input spike at ticks 0 and 1.
/// Both: decay 1/2, threshold 1, subtracting reset, no gradient through the reset, surrogate
/// g(x) = max(0, 1 - |x|). Weights v = 0.8 (input to h) and w = 1.2 (h to o).
///   h: u0 = 0.8 (no spike), u1 = 0.4 + 0.8 = 1.2 (spike, then 0.2), u2 = 0.1
///      g(-0.2) = 0.8, g(0.2) = 0.8, g(-0.9) = 0.1
///   o: u0 = 0, u1 = 1.2 (spike, then 0.2), u2 = 0.1;  g(-1) = 0, g(0.2) = 0.8, g(-0.9) = 0.1
/// Loss (count/3 - 0.8)^2 with count 1: 49/225; per output e = 2 (1/3 - 4/5) / 3 = -14/45.
///   o: d_u2 = 0.1 e;  d_u1 = 0.8 e + 0.05 e = 0.85 e;  d_u0 = 0 + 0.425 e
///      d_w = 0.85 e (h spiked at tick 1 alone)
///   h: d_s = w d_u of o: 0.12 e, 1.02 e, 0.51 e at ticks 2, 1, 0
///      d_u2 = 0.012 e;  d_u1 = 0.816 e + 0.006 e = 0.822 e;  d_u0 = 0.408 e + 0.411 e = 0.819 e
///      d_v = d_u0 + d_u1 = 1.641 e
///   Through the reset: h gains -d_u2/2 (what follows of the membrane after tick 1) in its d_s.
TEST(EngineGradient, OfTwoNeuronsByHand) {
  Network network;
  const double tau_ms = 1 / std::log(2.0);
  const auto in = network.add(EventSource{}, {1}, "in");
  const auto h = network.add(Lif::unit(tau_ms), {1}, "h");
  const auto o = network.add(Lif::unit(tau_ms), {1}, "o");
  network.connect(in, h, AllToAll{});
  network.connect(h, o, AllToAll{});
  TrainOptions options;
  options.ticks = 3;
  options.batch = 1;
  options.threads = 1;
  options.surrogate = Triangle{};
  options.loss = CountMse{.correct_rate = 0.8};
  const Plan plan = make_plan(network, {});
  const std::vector<std::int32_t> labels{0};
  const auto gradient = [&] {
    Engine<double> engine(network, plan, options);
    engine.load(std::vector<double>{0.8, 1.2});
    const LossValue loss = engine.forward({.samples = 1,
                                           .encoded =
                                               [](int) {
                                                 return EncodedSample{{}, {0, 1, 2, 2}, {0, 0}};
                                               },
                                           .labels = labels});
    EXPECT_NEAR(loss.sum, 49.0 / 225, 1e-15);
    std::vector<double> result(2);
    engine.backward(result);
    return result;
  };
  const double e = -14.0 / 45;
  EXPECT_NEAR(gradient()[0], 1.641 * e, 1e-15);
  EXPECT_NEAR(gradient()[1], 0.85 * e, 1e-15);
  // The reset of o: d_s1 = e - d_u2/2 = 0.95 e, so d_u1 = 0.76 e + 0.05 e = 0.81 e; at tick 0 g is
  // 0: d_u0 = 0.405 e. Then h: d_s = 0.12 e, 0.972 e - 0.006 e, 0.486 e - 0.5 d_u1;
  // d_u2 = 0.012 e; d_u1 = 0.7728 e + 0.006 e = 0.7788 e;
  // d_u0 = 0.8 (0.486 - 0.3894) e + 0.3894 e = 0.46668 e.
  options.detach_reset = false;
  EXPECT_NEAR(gradient()[0], (0.46668 + 0.7788) * e, 1e-15);
  EXPECT_NEAR(gradient()[1], 0.81 * e, 1e-15);
}

}  // namespace
}  // namespace snn
