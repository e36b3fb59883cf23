// SPDX-License-Identifier: Apache-2.0
// Steps of training on a device, emulated: recorded as one graph they leave the bits that single
// launches leave, and a step that is not finite leaves nothing. The emulation's graphs keep the
// arguments of their launches, as a device's do.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "cuda/train/device_engine.hpp"
#include "tests/train/gradient_cases.hpp"

namespace snn {
namespace {

using cases::Case;

/// What a training leaves: bits, to be compared.
struct Left {
  std::vector<float> parameters, first, second;
  std::vector<double> losses, norms;
  std::vector<bool> clipped;
  std::int64_t steps = 0, correct = 0;
  std::uint64_t spikes = 0, replays = 0;
  bool operator==(const Left& other) const {
    return parameters == other.parameters && first == other.first && second == other.second &&
           losses == other.losses && norms == other.norms && clipped == other.clipped &&
           steps == other.steps && correct == other.correct && spikes == other.spikes;
  }
};

/// Samples and learning rate of each batch: other sizes in between, the largest of which makes
/// buffers grow that recorded launches were given; a rate that changes.
struct Batch {
  int samples;
  double rate;
};
constexpr Batch batches[] = {{5, 0.05}, {5, 0.05}, {3, 0.05}, {9, 0.02},
                             {5, 0.02}, {3, 0.02}, {3, 0.01}, {5, 0.01}};

BatchInput batch_of(const Case& c, int begin, int samples, std::vector<std::int32_t>& labels) {
  const auto sample = [&c, begin](int b) {
    return static_cast<std::size_t>(begin + b) % c.data.labels.size();
  };
  labels.clear();
  for (int b = 0; b < samples; ++b) labels.push_back(c.data.labels[sample(b)]);
  return {.samples = samples,
          .encoded =
              [&c, sample](int b) {
                return cases::encoded(c.data.inputs[sample(b)], c.options.ticks, c.held_input);
              },
          .labels = labels};
}

Optimizer::State no_moments(const Case& c, const OptimizerKind& kind) {
  return Optimizer(kind, c.plan.parameters).state();
}

Left trained(const Case& c, const OptimizerKind& kind, double clip_norm, bool records,
             double rate_factor = 1) {
  cuda::DeviceEngine engine(0, c.network, c.plan, c.options, records);
  engine.load(std::vector<float>(c.parameters.begin(), c.parameters.end()));
  Optimizer::State moments = no_moments(c, kind);
  engine.set_moments(moments);
  Left left;
  std::vector<std::int32_t> labels;
  int begin = 0;
  for (const Batch& batch : batches) {
    const TrainedBatch done =
        engine.train(batch_of(c, begin, batch.samples, labels),
                     {kind, batch.rate * (begin == 0 ? 1 : rate_factor), clip_norm});
    left.losses.push_back(done.loss.sum + engine.penalty());
    left.norms.push_back(done.descent.norm);
    left.clipped.push_back(done.descent.clipped);
    left.correct += done.loss.correct;
    left.spikes += engine.spikes();
    begin += batch.samples;
  }
  left.parameters.assign(c.parameters.begin(), c.parameters.end());
  engine.fetch(left.parameters, &moments);
  left.first = moments.first;
  left.second = moments.second;
  left.steps = moments.steps;
  left.replays = engine.replays();
  return left;
}

Case case_of(const cases::Shape& shape, double lambda_rate, const Loss& loss) {
  TrainOptions options = cases::options_of(shape, Arctan{}, true);
  options.learn_tau = options.learn_threshold = false;
  options.lambda_rate = lambda_rate;
  options.lambda_synops = 0;
  options.loss = loss;
  return {cases::network(Lif::unit(3.0), shape), options, 12, shape.held_input};
}

TEST(DeviceStep, LeavesTheSameBitsWhenItIsRecorded) {
  const cases::Shape shapes[] = {
      {.spiking_readout = true}, {.recurrent = true}, {.recurrent = true, .held_input = true}};
  const OptimizerKind kinds[] = {Sgd{}, Adam{}, AdamW{.weight_decay = 0.1}};
  for (std::size_t i = 0; i < 3; ++i) {
    for (const double lambda_rate : {0.0, 0.3}) {
      if (lambda_rate > 0 && i == 1) continue;
      SCOPED_TRACE(std::to_string(i) + ", lambda_rate " + std::to_string(lambda_rate));
      const Loss loss = i == 0 ? Loss{CountCrossEntropy{}} : Loss{MeanMembraneCrossEntropy{}};
      const Case c = case_of(shapes[i], lambda_rate, loss);
      const Left one_by_one = trained(c, kinds[i], 0.4, false),
                 recorded = trained(c, kinds[i], 0.4, true);
      EXPECT_EQ(one_by_one.replays, 0u);
      // Batches of 5 and 3 samples come again, of 9 do not; with a regulariser a batch is two.
      EXPECT_EQ(recorded.replays, 5u * (lambda_rate == 0 ? 1 : 2));
      EXPECT_TRUE(recorded == one_by_one);
      EXPECT_EQ(recorded.steps, static_cast<std::int64_t>(std::size(batches)));
      EXPECT_TRUE(std::count(recorded.clipped.begin(), recorded.clipped.end(), true) > 0);
      EXPECT_NE(recorded.parameters, std::vector<float>(c.parameters.begin(), c.parameters.end()));
    }
  }
}

/// What a recorded step reads of the host must have been written anew: each rate, and the optimiser
/// on the host with the same gradients.
TEST(DeviceStep, FollowsTheRateAndTheStepNumber) {
  const Case c = case_of({.recurrent = true}, 0, MeanMembraneCrossEntropy{});
  const OptimizerKind kind = Adam{};
  const Left slow = trained(c, kind, 0, true), fast = trained(c, kind, 0, true, 3);
  EXPECT_NE(slow.parameters, fast.parameters);

  cuda::DeviceEngine engine(0, c.network, c.plan, c.options, false);
  std::vector<float> parameters(c.parameters.begin(), c.parameters.end()),
      gradient(c.plan.parameters);
  Optimizer optimizer(kind, c.plan.parameters);
  std::vector<std::int32_t> labels;
  int begin = 0;
  for (const Batch& batch : batches) {
    engine.load(parameters);
    engine.forward(batch_of(c, begin, batch.samples, labels));
    engine.backward(gradient);
    optimizer.step(parameters, gradient, batch.rate, 1);
    begin += batch.samples;
  }
  EXPECT_EQ(slow.parameters, parameters);
  EXPECT_EQ(slow.first, optimizer.state().first);
  EXPECT_EQ(slow.second, optimizer.state().second);
}

TEST(DeviceStep, LeavesNothingWhereTheLossIsNotFinite) {
  const Case c = case_of({}, 0, MeanMembraneCrossEntropy{});
  const OptimizerKind kind = Adam{};
  cuda::DeviceEngine engine(0, c.network, c.plan, c.options);
  std::vector<float> good(c.parameters.begin(), c.parameters.end()), bad = good;
  bad[bad.size() - 1] = std::numeric_limits<float>::quiet_NaN();
  engine.set_moments(no_moments(c, kind));
  std::vector<std::int32_t> labels;
  const auto train = [&](const std::vector<float>& parameters) {
    engine.load(parameters);
    const TrainedBatch done = engine.train(batch_of(c, 0, 5, labels), {kind, 0.01, 1.0});
    std::vector<float> left(parameters.size());
    Optimizer::State moments = no_moments(c, kind);
    engine.fetch(left, &moments);
    return std::tuple{done, left, moments};
  };
  for (int time = 0; time < 3; ++time) {  // launched one by one, then recorded
    const auto [done, left, moments] = train(bad);
    EXPECT_FALSE(std::isfinite(done.loss.sum));
    EXPECT_FALSE(done.descent.clipped);
    EXPECT_EQ(moments.steps, 0);
    for (std::size_t i = 0; i + 1 < bad.size(); ++i) {
      EXPECT_EQ(left[i], bad[i]) << i;
      EXPECT_EQ(moments.first[i], 0.0f) << i;
    }
  }
  const auto [done, left, moments] = train(good);
  EXPECT_TRUE(std::isfinite(done.loss.sum));
  EXPECT_EQ(moments.steps, 1);
  EXPECT_NE(left, good);
}

}  // namespace
}  // namespace snn
