// SPDX-License-Identifier: Apache-2.0
#include "snn/train/trainer.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <limits>

#include "tests/support/temporary_folder.hpp"
#include "tests/train/tasks.hpp"

namespace snn {
namespace {

Network classifier(std::int64_t features, std::int64_t hidden, std::int64_t classes,
                   const Source& source, double recurrent_delay_ms = 0) {
  const auto zeros = [](std::int64_t n) { return std::vector<float>(static_cast<std::size_t>(n)); };
  Network network;
  const auto input = network.add(source, {features}, "input");
  const auto layer = network.add(Lif::unit(2.0, Reset::to_value), {hidden}, "hidden");
  const auto output = network.add(Li{.tau_m_ms = 20}, {classes}, "output");
  network.connect(input, layer, AllToAll{}, {.weight = KaimingUniform{2.0}, .bias = zeros(hidden)});
  if (recurrent_delay_ms > 0) {
    network.connect(layer, layer, AllToAll{},
                    {.weight = KaimingUniform{1.5}, .delay_ms = recurrent_delay_ms});
  }
  network.connect(layer, output, AllToAll{},
                  {.weight = KaimingUniform{1.0}, .bias = zeros(classes)});
  return network;
}

TrainOptions small_options() {
  TrainOptions options;
  options.ticks = 10;
  options.epochs = 4;
  options.batch = 16;
  options.threads = 1;
  options.learning_rate = 5e-3;
  options.loss = MeanMembraneCrossEntropy{};
  return options;
}

std::vector<float> weights_of(const Network& network) {
  std::vector<float> all;
  for (const Projection& projection : network.projections()) {
    const auto& weights = std::get<std::vector<float>>(projection.synapse.weight);
    all.insert(all.end(), weights.begin(), weights.end());
    all.insert(all.end(), projection.synapse.bias.begin(), projection.synapse.bias.end());
  }
  return all;
}

TEST(Trainer, LearnsPrototypes) {
  const Dataset data = tasks::prototypes(300, 20, 5, 3);
  const Split split = tasks::split(data);
  TrainOptions options = small_options();
  options.epochs = 12;
  Trainer trainer(classifier(20, 40, 5, CurrentSource{}), options);
  const double before = trainer.evaluate(data, split.test).accuracy;
  const TrainResult result = trainer.train(data, split);
  EXPECT_LT(before, 0.6);
  EXPECT_GT(trainer.evaluate(data, split.test).accuracy, 0.9);
  EXPECT_EQ(result.epochs.size(), 12u);
  EXPECT_GT(result.operations.forward.macs + result.operations.forward.acs, 0u);
  EXPECT_GT(result.operations.backward.macs + result.operations.backward.acs, 0u);
}

TEST(Trainer, TemporalXorNeedsTheRecurrentWeights) {
  const Dataset data = tasks::temporal_xor(400, 10, 10, 7);
  const Split split = tasks::split(data);
  TrainOptions options = small_options();
  options.ticks = 20;
  options.epochs = 40;
  options.schedule = ConstantRate{};
  Trainer feed_forward(classifier(20, 64, 2, EventSource{}), options);
  feed_forward.train(data, split);
  Trainer recurrent(classifier(20, 64, 2, EventSource{}, 1.0), options);
  recurrent.train(data, split);
  EXPECT_LT(feed_forward.evaluate(data, split.test).accuracy, 0.8);
  EXPECT_GT(recurrent.evaluate(data, split.test).accuracy, 0.95);
  // Without the projection is with its weights frozen at 0; and set to 0 after training, the
  // answers are lost, too.
  Network cut = recurrent.network();
  for (std::int32_t q = 0; q < 3; ++q) {
    Projection& projection = cut[ProjectionId{q}];
    if (projection.source == projection.target) projection.synapse.weight = 0.0;
  }
  Trainer without(cut, options);
  EXPECT_LT(without.evaluate(data, split.test).accuracy, 0.8);
}

TEST(Trainer, ThreadsDoNotChangeAnyBit) {
  const Dataset data = tasks::prototypes(100, 20, 5, 3);
  const Split split = tasks::split(data);
  std::vector<std::vector<float>> learnt;
  for (const int threads : {1, 2, 3}) {
    TrainOptions options = small_options();
    options.threads = threads;
    options.lambda_rate = 0.1;
    Trainer trainer(classifier(20, 70, 5, RateSource{}, 1.0), options);
    trainer.train(data, split);
    learnt.push_back(weights_of(trainer.network()));
  }
  EXPECT_EQ(learnt[0], learnt[1]);
  EXPECT_EQ(learnt[0], learnt[2]);
}

TEST(Trainer, SeedDecides) {
  const Dataset data = tasks::prototypes(100, 20, 5, 3);
  const Split split = tasks::split(data);
  const auto learnt = [&](std::uint64_t seed) {
    TrainOptions options = small_options();
    options.seed = seed;
    options.epochs = 1;
    Trainer trainer(classifier(20, 20, 5, CurrentSource{}), options);
    trainer.train(data, split);
    return weights_of(trainer.network());
  };
  EXPECT_EQ(learnt(1), learnt(1));
  EXPECT_NE(learnt(1), learnt(2));
}

TEST(Trainer, InterruptedAnywhereAndResumedIsUninterrupted) {
  const Dataset data = tasks::prototypes(100, 20, 5, 3);
  const Split split = tasks::split(data);
  const support::TemporaryFolder folder;
  TrainOptions options = small_options();
  options.optimizer = AdamW{};
  options.schedule = PlateauRate{.patience = 1};
  Trainer whole(classifier(20, 30, 5, RateSource{}), options);
  const TrainResult expected = whole.train(data, split);
  const int batches = static_cast<int>((split.train.size() + 15) / 16) * options.epochs;
  options.checkpoint = folder.path() / "training.h5";
  options.resume = true;
  for (const int stop_after : {1, 3, batches / 2, batches - 1}) {
    std::filesystem::remove(options.checkpoint);
    Trainer first(classifier(20, 30, 5, RateSource{}), options);
    int seen = 0;
    const TrainResult part = first.train(data, split, [&](const Progress& now) {
      return now.finished != nullptr || ++seen < stop_after;
    });
    EXPECT_TRUE(part.interrupted);
    Trainer second(classifier(20, 30, 5, RateSource{}), options);
    const TrainResult rest = second.train(data, split);
    EXPECT_FALSE(rest.interrupted);
    EXPECT_EQ(weights_of(whole.network()), weights_of(second.network()))
        << "stopped after " << stop_after;
    ASSERT_EQ(expected.epochs.size(), rest.epochs.size());
    for (std::size_t e = 0; e < rest.epochs.size(); ++e) {
      EXPECT_EQ(expected.epochs[e].train_loss, rest.epochs[e].train_loss);
      EXPECT_EQ(expected.epochs[e].validation_loss, rest.epochs[e].validation_loss);
      EXPECT_EQ(expected.epochs[e].learning_rate, rest.epochs[e].learning_rate);
    }
    EXPECT_EQ(expected.best_epoch, rest.best_epoch);
    EXPECT_EQ(expected.operations.forward.macs, rest.operations.forward.macs);
  }
}

TEST(Trainer, ACheckpointOfOtherTrainingIsRefused) {
  const Dataset data = tasks::prototypes(100, 20, 5, 3);
  const Split split = tasks::split(data);
  const support::TemporaryFolder folder;
  TrainOptions options = small_options();
  options.epochs = 1;
  options.checkpoint = folder.path() / "training.h5";
  const Network network = classifier(20, 30, 5, CurrentSource{});
  Trainer(network, options).train(data, split);
  options.resume = true;
  EXPECT_NO_THROW(Trainer(network, options).train(data, split));
  const auto other_options = [&](auto&& change) {
    TrainOptions other = options;
    change(other);
    EXPECT_THROW(Trainer(network, other).train(data, split), FileError);
  };
  other_options([](TrainOptions& o) { o.seed = 2; });
  other_options([](TrainOptions& o) { o.surrogate = Arctan{.alpha = 3}; });
  other_options([](TrainOptions& o) { o.optimizer = Adam{.weight_decay = 0.1}; });
  other_options([](TrainOptions& o) { o.schedule = CosineRate{.final_fraction = 0.5}; });
  other_options([](TrainOptions& o) { o.augmentation.shift_px = 1; });
  const auto other_network = [&](auto&& change) {
    Network other = network;
    change(other);
    EXPECT_THROW(Trainer(other, options).train(data, split), FileError);
  };
  other_network([](Network& n) {
    std::get<ParametersOf<Lif>>(n[PopulationId{1}].neurons()).front().tau_m_ms = 3.0;
  });
  other_network([](Network& n) { n[PopulationId{0}].kind = Source(RateSource{}); });
  other_network([](Network& n) { n[ProjectionId{1}].synapse.delay_ms = 1.0; });
}

TEST(Trainer, TheBestEpochOfValidationIsKept) {
  const Dataset data = tasks::prototypes(200, 20, 5, 3);
  const Split split = tasks::split(data);
  TrainOptions options = small_options();
  options.epochs = 6;
  options.learning_rate = 0.2;  // coarse steps: the last epoch need not be the best
  options.schedule = ConstantRate{};
  Trainer trainer(classifier(20, 30, 5, CurrentSource{}), options);
  const TrainResult result = trainer.train(data, split);
  double best = 0;
  for (const EpochReport& report : result.epochs) best = std::max(best, report.validation_accuracy);
  EXPECT_EQ(result.epochs[static_cast<std::size_t>(result.best_epoch)].validation_accuracy, best);
  EXPECT_EQ(trainer.evaluate(data, split.validation).accuracy, best);
}

TEST(Trainer, PatienceStopsEarly) {
  const Dataset data = tasks::prototypes(100, 20, 5, 3);
  const Split split = tasks::split(data);
  TrainOptions options = small_options();
  options.epochs = 50;
  options.patience = 2;
  Trainer trainer(classifier(20, 30, 5, CurrentSource{}), options);
  const TrainResult result = trainer.train(data, split);
  EXPECT_LT(result.epochs.size(), 50u);
  EXPECT_EQ(static_cast<int>(result.epochs.size()) - 1, result.best_epoch + 2);
}

TEST(Trainer, RegularisersLowerWhatTheyName) {
  const Dataset data = tasks::prototypes(200, 20, 5, 3);
  const Split split = tasks::split(data);
  const auto events = [&](double lambda_synops, double lambda_rate) {
    TrainOptions options = small_options();
    options.epochs = 8;
    options.lambda_synops = lambda_synops;
    options.lambda_rate = lambda_rate;
    options.target_rate = 0.0;
    Trainer trainer(classifier(20, 60, 5, CurrentSource{}), options);
    trainer.train(data, split);
    const Evaluation evaluation = trainer.evaluate(data, split.test);
    EXPECT_GT(evaluation.accuracy, 0.8);
    return evaluation.counts.projections.back().synaptic_events;
  };
  const auto free = events(0, 0);
  EXPECT_LT(events(3.0, 0), free * 7 / 10);
  EXPECT_LT(events(0, 30.0), free * 7 / 10);
}

TEST(Trainer, LearnsTimeConstantsAndThresholds) {
  const Dataset data = tasks::prototypes(200, 20, 5, 3);
  const Split split = tasks::split(data);
  TrainOptions options = small_options();
  options.learn_tau = true;
  options.learn_threshold = true;
  Network network = classifier(20, 3, 5, CurrentSource{});
  std::vector<Lif> each(3, Lif::unit(2.0));
  each[1].tau_m_ms = 5.0;
  network[PopulationId{1}].kind = Neurons{ParametersOf<Lif>(each.begin(), each.end())};
  Trainer trainer(network, options);
  trainer.train(data, split);
  const Network learnt = trainer.network();
  const auto& lif = std::get<ParametersOf<Lif>>(learnt[PopulationId{1}].neurons());
  ASSERT_EQ(lif.size(), 3u);
  for (std::size_t n = 0; n < 3; ++n) {
    EXPECT_NE(lif[n].tau_m_ms, each[n].tau_m_ms);
    EXPECT_NE(lif[n].v_th_mv, each[n].v_th_mv);
    EXPECT_GT(lif[n].tau_m_ms, 0);
  }
  // What the description says is what was trained: a new trainer of it gives the same answers.
  Trainer again(learnt, options);
  EXPECT_EQ(trainer.evaluate(data, split.test).loss, again.evaluate(data, split.test).loss);
}

TEST(Trainer, DensePathAndSparsePathAgree) {
  const Dataset data = tasks::prototypes(100, 30, 5, 3);
  const Split split = tasks::split(data);
  std::vector<double> losses;
  for (const ProductPath path : {ProductPath::dense, ProductPath::sparse, ProductPath::automatic}) {
    TrainOptions options = small_options();
    options.path = path;
    options.epochs = 2;
    Trainer trainer(classifier(30, 100, 5, RateSource{}, 1.0), options);
    losses.push_back(trainer.train(data, split).epochs.back().train_loss);
  }
  EXPECT_NEAR(losses[0], losses[1], 0.02 * losses[0]);
  EXPECT_NEAR(losses[0], losses[2], 0.02 * losses[0]);
}

TEST(Trainer, AnExplodingRunIsAnError) {
  const Dataset data = tasks::prototypes(50, 20, 5, 3);
  const Split split = tasks::split(data);
  TrainOptions options = small_options();
  options.learning_rate = 1e38;
  options.optimizer = Sgd{};
  Trainer trainer(classifier(20, 30, 5, CurrentSource{}), options);
  EXPECT_THROW(trainer.train(data, split), NumericError);
}

TEST(Trainer, SaysWhatDoesNotFit) {
  const Dataset data = tasks::prototypes(50, 20, 5, 3);
  const Split split = tasks::split(data);
  Trainer narrow(classifier(19, 30, 5, CurrentSource{}), small_options());
  EXPECT_THROW(narrow.train(data, split), ConfigError);
  Trainer few(classifier(20, 30, 4, CurrentSource{}), small_options());
  EXPECT_THROW(few.train(data, split), ConfigError);
  // The readout is a leaky integrator: it has no spikes to count.
  TrainOptions counting = small_options();
  for (const Loss& loss : {Loss(CountCrossEntropy{}), Loss(CountMse{})}) {
    counting.loss = loss;
    EXPECT_THROW(Trainer(classifier(20, 30, 5, CurrentSource{}), counting), ConfigError);
  }
  Trainer fine(classifier(20, 30, 5, CurrentSource{}), small_options());
  Split leaking = split;
  leaking.validation.push_back(split.train.front());
  EXPECT_THROW(fine.train(data, leaking), ConfigError);
  leaking = split;
  leaking.test.push_back(split.validation.front());
  EXPECT_THROW(fine.train(data, leaking), ConfigError);
  leaking = split;
  leaking.train.push_back(data.size());
  EXPECT_THROW(fine.train(data, leaking), ConfigError);
}

TEST(Trainer, OptionsAreChecked) {
  const Network network = classifier(20, 30, 5, CurrentSource{});
  const auto refused = [&](auto change) {
    TrainOptions options = small_options();
    change(options);
    EXPECT_THROW(Trainer(network, options), ConfigError);
  };
  refused([](TrainOptions& o) { o.ticks = 0; });
  refused([](TrainOptions& o) { o.batch = 0; });
  refused([](TrainOptions& o) { o.epochs = 0; });
  refused([](TrainOptions& o) { o.threads = -1; });
  refused([](TrainOptions& o) { o.dt_ms = 0; });
  refused([](TrainOptions& o) { o.learning_rate = std::numeric_limits<double>::quiet_NaN(); });
  refused([](TrainOptions& o) { o.lambda_synops = -1; });
  refused([](TrainOptions& o) { o.resume = true; });
  refused([](TrainOptions& o) { o.optimizer = Sgd{.momentum = 1.0}; });
  refused([](TrainOptions& o) { o.schedule = StepRate{.every = 0}; });
}

}  // namespace
}  // namespace snn
