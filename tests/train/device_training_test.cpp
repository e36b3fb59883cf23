// SPDX-License-Identifier: Apache-2.0
// A whole training on a CUDA device, emulated, is that on the CPU within rounding, and what a
// trainer tells of a sample is the same.
#include <gtest/gtest.h>

#include "snn/train/trainer.hpp"
#include "snn/train/twin.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/train/tasks.hpp"

namespace snn {
namespace {

Network layered(bool recurrent, int features, int classes) {
  Network network;
  const auto in = recurrent ? network.add(EventSource{}, {features}, "in")
                            : network.add(CurrentSource{}, {features}, "in");
  const auto hidden = network.add(Lif::unit(8.0), {20}, "hidden");
  const auto out = network.add(Li{.tau_m_ms = 10}, {classes}, "out");
  network.connect(in, hidden, AllToAll{},
                  {.weight = KaimingUniform{2.0}, .bias = std::vector<float>(20)});
  if (recurrent)
    network.connect(hidden, hidden, AllToAll{}, {.weight = KaimingUniform{1.0}, .delay_ms = 1.0});
  network.connect(hidden, out, AllToAll{}, {.weight = KaimingUniform{1.0}});
  return network;
}

TrainOptions options_for(const std::string& device) {
  return {.ticks = 10,
          .epochs = 2,
          .batch = 16,  // the last batch of an epoch is smaller
          .learning_rate = 5e-3,
          .threads = 2,
          .loss = MeanMembraneCrossEntropy{},
          .clip_norm = 1.0,
          .device = device};
}

void expect_same_training(const Network& network, const Dataset& data, TrainOptions options) {
  const Split split = tasks::split(data);
  options.device = "cpu";
  Trainer cpu(network, options);
  options.device = "cuda:0";
  Trainer device(network, options);
  const TrainResult expected = cpu.train(data, split), found = device.train(data, split);
  ASSERT_EQ(found.epochs.size(), expected.epochs.size());
  for (std::size_t e = 0; e < expected.epochs.size(); ++e) {
    const EpochReport &a = found.epochs[e], &b = expected.epochs[e];
    EXPECT_NEAR(a.train_loss, b.train_loss, 1e-4 * b.train_loss) << e;
    EXPECT_NEAR(a.validation_loss, b.validation_loss, 1e-4 * b.validation_loss) << e;
    EXPECT_EQ(a.train_accuracy, b.train_accuracy) << e;
    EXPECT_NEAR(a.spikes_per_sample, b.spikes_per_sample, 1e-3 * b.spikes_per_sample) << e;
    EXPECT_EQ(a.operations.neuron_updates, b.operations.neuron_updates) << e;
  }
  EXPECT_LT(found.epochs.back().train_loss, found.epochs.front().train_loss);

  const Evaluation on_device = device.evaluate(data, split.test);
  const Evaluation on_cpu = cpu.evaluate(data, split.test);
  EXPECT_EQ(on_device.accuracy, on_cpu.accuracy);
  EXPECT_EQ(on_device.counts.samples, static_cast<std::int64_t>(split.test.size()));
  for (std::size_t p = 0; p < on_cpu.counts.populations.size(); ++p)
    EXPECT_EQ(on_device.counts.populations[p].spikes, on_cpu.counts.populations[p].spikes) << p;
  // Each step of the optimiser added its own rounding.
  const auto scores = device.scores(data, split.test),
             expected_scores = cpu.scores(data, split.test);
  ASSERT_EQ(scores.size(), expected_scores.size());
  for (std::size_t i = 0; i < scores.size(); ++i)
    EXPECT_NEAR(scores[i], expected_scores[i], 1e-3) << i;
  const Trainer::Trace trace = device.trace(data, 3), expected_trace = cpu.trace(data, 3);
  EXPECT_EQ(trace.spikes, expected_trace.spikes);
  for (std::size_t p = 0; p < trace.membrane.size(); ++p) {
    ASSERT_EQ(trace.membrane[p].size(), expected_trace.membrane[p].size()) << p;
    for (std::size_t i = 0; i < trace.membrane[p].size(); ++i)
      ASSERT_NEAR(trace.membrane[p][i], expected_trace.membrane[p][i], 1e-3) << p;
  }
}

TEST(DeviceTraining, OfAFeedForwardNetworkIsThatOnTheCpu) {
  expect_same_training(layered(false, 12, 3), tasks::prototypes(70, 12, 3, 4), options_for(""));
}

/// On a real device sums have another order, and a spike that this moves comes back over recurrent
/// weights: the trainings part, as two seeds do, within a few batches. That each batch is right is
/// for device_engine_test.cpp.
TEST(DeviceTraining, OfARecurrentNetworkIsLikeThatOnTheCpu) {
  const Network network = layered(true, 8, 2);
  const Dataset data = tasks::temporal_xor(70, 5, 4, 4);
  const Split split = tasks::split(data);
  TrainOptions options = options_for("cpu");
  Trainer cpu(network, options);
  options.device = "cuda:0";
  Trainer device(network, options);
  const TrainResult expected = cpu.train(data, split), found = device.train(data, split);
  ASSERT_EQ(found.epochs.size(), expected.epochs.size());
  for (std::size_t e = 0; e < expected.epochs.size(); ++e) {
    const EpochReport &a = found.epochs[e], &b = expected.epochs[e];
    EXPECT_NEAR(a.train_loss, b.train_loss, 0.05 * b.train_loss) << e;
    EXPECT_NEAR(a.validation_loss, b.validation_loss, 0.1 * b.validation_loss) << e;
    EXPECT_NEAR(a.spikes_per_sample, b.spikes_per_sample, 0.05 * b.spikes_per_sample) << e;
    EXPECT_EQ(a.operations.neuron_updates, b.operations.neuron_updates) << e;
  }
}

TEST(DeviceTraining, OfADenseTwinIsThatOnTheCpu) {
  TrainOptions options = options_for("");
  const Twin twin = make_twin(layered(false, 12, 3), TwinKind::dense, options.ticks);
  options.ticks = twin.ticks;
  options.loss = twin.loss;
  expect_same_training(twin.network, tasks::prototypes(70, 12, 3, 4), options);
}

/// The step of the optimiser on the device is the host's: every kind, and clipped.
TEST(DeviceTraining, TakesTheStepsOfEveryOptimiser) {
  for (const OptimizerKind& kind :
       {OptimizerKind{Sgd{.weight_decay = 1e-3}}, OptimizerKind{Adam{.weight_decay = 1e-3}},
        OptimizerKind{AdamW{.weight_decay = 0.1}}}) {
    SCOPED_TRACE(kind.index());
    TrainOptions options = options_for("");
    options.optimizer = kind;
    options.clip_norm = 0.3;
    expect_same_training(layered(false, 12, 3), tasks::prototypes(70, 12, 3, 4), options);
  }
}

/// Decays and thresholds are learnt by the host's optimiser.
TEST(DeviceTraining, LearnsDecaysAndThresholds) {
  TrainOptions options = options_for("");
  options.learn_tau = options.learn_threshold = true;
  expect_same_training(layered(false, 12, 3), tasks::prototypes(70, 12, 3, 4), options);
}

/// What was learnt is there whenever it is asked for, and a stopped training goes on from it.
TEST(DeviceTraining, StopsAndGoesOn) {
  const Dataset data = tasks::prototypes(70, 12, 3, 4);
  const Split split = tasks::split(data);
  const support::TemporaryFolder folder;
  TrainOptions options = options_for("cuda");
  options.checkpoint = folder.path() / "run.h5";
  const Network network = layered(false, 12, 3);
  Trainer whole(network, options);
  const TrainResult expected = whole.train(data, split);
  options.resume = true;
  std::filesystem::remove(options.checkpoint);
  Trainer first(network, options);
  const auto weights = [](const Trainer& trainer) {
    return std::get<std::vector<float>>(trainer.network().projections()[0].synapse.weight);
  };
  const std::vector<float> before = weights(first);
  int batches = 0;
  first.train(data, split, [&](const Progress&) {
    EXPECT_NE(weights(first), before);
    return ++batches < 2;
  });
  Trainer second(network, options);
  const TrainResult found = second.train(data, split);
  ASSERT_EQ(found.epochs.size(), expected.epochs.size());
  for (std::size_t e = 0; e < found.epochs.size(); ++e)
    EXPECT_EQ(found.epochs[e].train_loss, expected.epochs[e].train_loss) << e;
  EXPECT_EQ(weights(second), weights(whole));
}

/// What a view shows.
std::vector<float> values(const ParameterView& view) {
  if (!view.device) return {view.host.begin(), view.host.end()};
  std::vector<float> copy(view.device->bytes / sizeof(float));
  copy_to_host(*view.device, std::as_writable_bytes(std::span(copy)));
  return copy;
}

/// The views against network(), which copies parameters to the host on its own way.
void expect_views_of(const Trainer& trainer, bool on_device) {
  const Network network = trainer.network();
  const std::vector<ParameterView> views = trainer.parameters();
  ASSERT_EQ(views.size(), 3u);
  EXPECT_EQ(views[0].name, "in->hidden.weight");
  EXPECT_EQ(views[1].name, "in->hidden.bias");
  EXPECT_EQ(views[2].name, "hidden->out.weight");
  EXPECT_EQ(views[0].shape, (std::vector<std::int64_t>{12, 20}));
  EXPECT_EQ(views[1].shape, (std::vector<std::int64_t>{20}));
  for (const ParameterView& view : views)
    EXPECT_EQ(view.device.has_value(), on_device) << view.name;
  const auto& projections = network.projections();
  EXPECT_EQ(values(views[0]), std::get<std::vector<float>>(projections[0].synapse.weight));
  EXPECT_EQ(values(views[1]), projections[0].synapse.bias);
  EXPECT_EQ(values(views[2]), std::get<std::vector<float>>(projections[1].synapse.weight));
}

/// At the start, within an epoch, and when the best epoch is in place: always the same memory.
void expect_living_views(TrainOptions options, bool on_device) {
  const Dataset data = tasks::prototypes(70, 12, 3, 4);
  const Split split = tasks::split(data);
  Trainer trainer(layered(false, 12, 3), std::move(options));
  const std::vector<ParameterView> first = trainer.parameters();
  const std::vector<float> before = values(first[0]);
  expect_views_of(trainer, on_device);
  int batches = 0;
  trainer.train(data, split, [&](const Progress&) {
    if (++batches == 2) expect_views_of(trainer, on_device);
    return true;
  });
  EXPECT_GT(batches, 2);
  expect_views_of(trainer, on_device);
  EXPECT_NE(values(first[0]), before);
  const std::vector<ParameterView> last = trainer.parameters();
  for (std::size_t i = 0; i < last.size(); ++i) {
    EXPECT_EQ(values(first[i]), values(last[i])) << last[i].name;
    EXPECT_EQ(first[i].host.data(), last[i].host.data());
    if (on_device) {
      EXPECT_EQ(first[i].device->address, last[i].device->address);
      EXPECT_EQ(first[i].device->device, 0);
      EXPECT_NE(first[i].device->stream, 0u);
    }
  }
}

TEST(DeviceTraining, ShowsItsParametersWhereTheyAre) {
  expect_living_views(options_for("cuda:0"), true);
  expect_living_views(options_for("cpu"), false);
}

TEST(DeviceTraining, ShowsParametersThatTheHostDescends) {
  TrainOptions options = options_for("cuda:0");
  options.learn_tau = true;
  expect_living_views(std::move(options), true);
}

}  // namespace
}  // namespace snn
