// SPDX-License-Identifier: Apache-2.0
// Training a network whose pairs are drawn: the trainer, its twin and the simulation have the same.
#include <gtest/gtest.h>

#include <algorithm>

#include "snn/compile/compiled_network.hpp"
#include "snn/compile/connect.hpp"
#include "snn/train/trainer.hpp"
#include "snn/train/twin.hpp"
#include "tests/support/synapses.hpp"
#include "tests/train/tasks.hpp"

namespace snn {
namespace {

Network classifier() {
  Network network;
  const auto in = network.add(CurrentSource{}, {20}, "in");
  const auto hidden = network.add(Lif::unit(2.0), {40}, "hidden");
  const auto out = network.add(Li{.tau_m_ms = 20}, {5}, "out");
  network.connect(in, hidden, FixedProbability{0.5}, {.weight = KaimingUniform{2.0}});
  network.connect(hidden, out, FixedInDegree{20, true, false}, {.weight = KaimingUniform{1.0}});
  return network;
}

TrainOptions options() {
  TrainOptions options;
  options.ticks = 10;
  options.epochs = 30;
  options.batch = 16;
  options.threads = 1;
  options.seed = 7;
  options.learning_rate = 5e-3;
  options.loss = MeanMembraneCrossEntropy{};
  return options;
}

const Sparse& listed(const Network& network, std::int32_t projection) {
  return std::get<Sparse>(network[ProjectionId{projection}].rule);
}

void expect_pairs(const Sparse& list, const Pairs& pairs) {
  EXPECT_TRUE(
      std::equal(list.source.begin(), list.source.end(), pairs.source.begin(), pairs.source.end()));
  EXPECT_TRUE(
      std::equal(list.target.begin(), list.target.end(), pairs.target.begin(), pairs.target.end()));
}

TEST(DrawnConnectivity, TheTrainerStartsFromWhatTheSimulationDraws) {
  const Network described = classifier();
  const Network start = Trainer(described, options()).network();
  const CompiledNetwork simulated = compile(described, 1.0, 7), trained = compile(start, 1.0, 1);
  EXPECT_EQ(trained.projections[0].values.row, simulated.projections[0].values.row);
  EXPECT_EQ(trained.projections[0].values.target_of, simulated.projections[0].values.target_of);
  EXPECT_EQ(trained.projections[0].values.weight, simulated.projections[0].values.weight);
  const auto drawn = support::stored_synapses(simulated, 1),
             given = support::stored_synapses(trained, 1);
  ASSERT_EQ(drawn.size(), given.size());
  ASSERT_EQ(drawn.size(), 100u);
  for (std::size_t s = 0; s < drawn.size(); ++s) {
    EXPECT_EQ(given[s].source, drawn[s].source);
    EXPECT_EQ(given[s].target, drawn[s].target);
    EXPECT_NEAR(given[s].weight, drawn[s].weight, 1e-6);  // the scales may differ
  }
}

TEST(DrawnConnectivity, TheTwinTrainsTheVerySamePairs) {
  const Network described = classifier();
  const Twin twin = make_twin(described, TwinKind::dense, 10);
  TrainOptions of_twin = options();
  of_twin.ticks = twin.ticks;
  of_twin.loss = twin.loss;
  const Network spiking = Trainer(described, options()).network();
  const Network dense = Trainer(twin.network, of_twin).network();
  for (std::int32_t q = 0; q < 2; ++q) {
    expect_pairs(listed(spiking, q), expand_pairs(described, {q}, 7));
    EXPECT_EQ(listed(dense, q).source, listed(spiking, q).source);
    EXPECT_EQ(listed(dense, q).target, listed(spiking, q).target);
  }
}

TEST(DrawnConnectivity, LearnsAndKeepsItsPairs) {
  const Dataset data = tasks::prototypes(300, 20, 5, 3);
  const Split split = tasks::split(data);
  Trainer trainer(classifier(), options());
  const Network before = trainer.network();
  trainer.train(data, split);
  // One of five classes by chance; half the weights of a dense network.
  EXPECT_GT(trainer.evaluate(data, split.test).accuracy, 0.8);
  const Network after = trainer.network();
  for (std::int32_t q = 0; q < 2; ++q) {
    EXPECT_EQ(listed(after, q).source, listed(before, q).source);
    EXPECT_EQ(listed(after, q).target, listed(before, q).target);
    EXPECT_EQ(std::get<std::vector<float>>(after[ProjectionId{q}].synapse.weight).size(),
              listed(before, q).source.size());
  }
}

}  // namespace
}  // namespace snn
