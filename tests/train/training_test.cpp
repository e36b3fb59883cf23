// SPDX-License-Identifier: Apache-2.0
#include "snn/train/training.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "tests/train/tasks.hpp"

namespace snn {
namespace {

Network small_network() {
  Network network;
  const auto input = network.add(CurrentSource{}, {20}, "input");
  const auto hidden = network.add(Lif::unit(2.0), {30}, "hidden");
  const auto output = network.add(Li{.tau_m_ms = 20}, {5}, "output");
  network.connect(input, hidden, AllToAll{}, {.weight = KaimingUniform{2.0}});
  network.connect(hidden, output, AllToAll{}, {.weight = KaimingUniform{1.0}});
  return network;
}

TrainOptions small_options() {
  TrainOptions options;
  options.ticks = 8;
  options.epochs = 5;
  options.batch = 32;
  options.threads = 1;
  options.loss = MeanMembraneCrossEntropy{};
  return options;
}

std::vector<float> first_weights(const Trainer& trainer) {
  const Network learnt = trainer.network();
  return std::get<std::vector<float>>(learnt.projections()[0].synapse.weight);
}

class TrainingTest : public testing::Test {
 protected:
  const Dataset data = tasks::prototypes(200, 20, 5, 3);
  const Split split = tasks::split(data);
};

TEST_F(TrainingTest, EpochByEpochIsTheWhole) {
  Trainer whole(small_network(), small_options()), parts(small_network(), small_options());
  const TrainResult expected = whole.train(data, split);
  Training training = parts.begin(data, split);
  int epochs = 0;
  while (const auto report = training.next()) {
    EXPECT_EQ(report->epoch, epochs);
    EXPECT_EQ(report->train_loss, expected.epochs[static_cast<std::size_t>(epochs)].train_loss);
    ++epochs;
  }
  EXPECT_EQ(epochs, 5);
  EXPECT_EQ(training.finish().best_epoch, expected.best_epoch);
  EXPECT_EQ(first_weights(parts), first_weights(whole));
}

TEST_F(TrainingTest, EvaluatingInBetweenChangesNothing) {
  Trainer quiet(small_network(), small_options()), curious(small_network(), small_options());
  const TrainResult expected = quiet.train(data, split);
  Training training = curious.begin(data, split);
  while (training.next()) curious.evaluate(data, split.test);
  const TrainResult result = training.finish();
  EXPECT_EQ(first_weights(curious), first_weights(quiet));
  EXPECT_EQ(result.operations.forward, expected.operations.forward);
  EXPECT_EQ(result.validation, expected.validation);
}

TEST_F(TrainingTest, StoppedWithinAnEpochGoesOnFromThere) {
  Trainer whole(small_network(), small_options()), stopped(small_network(), small_options());
  const TrainResult expected = whole.train(data, split);
  Training training = stopped.begin(data, split);
  EXPECT_TRUE(training.next());
  EXPECT_FALSE(training.next([](const Progress& p) { return p.batch < 2; }));
  EXPECT_TRUE(training.result().interrupted);
  EXPECT_EQ(training.result().epochs.size(), 1u);
  while (training.next()) {
  }
  EXPECT_FALSE(training.result().interrupted);
  EXPECT_EQ(training.finish().operations.backward, expected.operations.backward);
  EXPECT_EQ(first_weights(stopped), first_weights(whole));
}

TEST_F(TrainingTest, FinishingEarlyLeavesTheBestSoFar) {
  Trainer trainer(small_network(), small_options());
  Training training = trainer.begin(data, split);
  training.next();
  training.next();
  const TrainResult result = training.finish();
  const auto& best = result.epochs[static_cast<std::size_t>(result.best_epoch)];
  EXPECT_EQ(trainer.evaluate_accuracy(data, split.validation), best.validation_accuracy);
}

TEST_F(TrainingTest, ScoresAreWhatAccuracyCounts) {
  TrainOptions options = small_options();
  options.batch = 7;  // batches and shards that do not divide the samples
  Trainer trainer(small_network(), options);
  trainer.train(data, split);
  std::vector<std::int64_t> all(static_cast<std::size_t>(data.size()));
  std::iota(all.begin(), all.end(), 0);
  const std::vector<float> scores = trainer.scores(data, all);
  ASSERT_EQ(scores.size(), all.size() * 5);
  std::size_t right = 0;
  for (std::size_t n = 0; n < all.size(); ++n) {
    const auto row = scores.begin() + static_cast<std::ptrdiff_t>(5 * n);
    right += std::max_element(row, row + 5) - row == data.label[n] ? 1 : 0;
  }
  EXPECT_EQ(trainer.evaluate_accuracy(data, all),
            static_cast<double>(right) / static_cast<double>(all.size()));
  const std::vector<std::int64_t> one{3};
  EXPECT_EQ(trainer.scores(data, one),
            std::vector<float>(scores.begin() + 15, scores.begin() + 20));
}

TEST_F(TrainingTest, PatienceEndsIt) {
  TrainOptions options = small_options();
  options.epochs = 100;
  options.patience = 2;
  options.learning_rate = 1e-30;  // no weight changes
  Trainer trainer(small_network(), options);
  Training training = trainer.begin(data, split);
  int epochs = 0;
  while (training.next()) ++epochs;
  EXPECT_EQ(epochs, 3);  // the best one, and two that are not better
  EXPECT_FALSE(training.next());
}

}  // namespace
}  // namespace snn
