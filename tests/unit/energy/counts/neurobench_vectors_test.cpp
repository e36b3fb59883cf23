// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/unit/energy/counts/counting.hpp"

/// Numbers that NeuroBench 2.3.0 gives, or is meant to give, for networks this library can
/// describe: its own tests (tests/test_metrics.py), its published examples (Yik et al., Nat.
/// Commun. 16 (2025) 1545) and its rules. Each network is built, run and counted here.
namespace {

using namespace snn;
using counting::leaky;
using Update = SimulationOptions::Update;

constexpr double weight = 0.1;

/// in -> ReLU layers -> a readout, fully connected, all weights the same.
Network perceptron(const std::vector<std::int64_t>& sizes, double max_abs) {
  Network net;
  auto below = net.add(CurrentSource{.max_abs = max_abs}, {sizes.front()}, "0");
  for (std::size_t l = 1; l < sizes.size(); ++l) {
    const auto name = std::to_string(l);
    const auto layer =
        l + 1 < sizes.size() ? net.add(Relu{}, {sizes[l]}, name) : net.add(Li{}, {sizes[l]}, name);
    net.connect(below, layer, AllToAll{}, {.weight = weight});
    below = layer;
  }
  return net;
}

/// Its tests set half the inputs to 5 so that they are no spikes.
std::vector<std::uint8_t> half_fives() {
  std::vector<std::uint8_t> values(20, 1);
  std::fill_n(values.begin(), 10, std::uint8_t{5});
  return values;
}

TEST(NeuroBenchVectors, LinearLayersMultiply) {
  const Counts two = neurobench_counts(counting::trainer_counts(
      perceptron({20, 25, 25}, 5), counting::images({half_fives()}, 1, 25), 1));
  EXPECT_EQ(two.macs_effective, 1125);
  EXPECT_EQ(two.acs_effective, 0);
  const Counts four = neurobench_counts(counting::trainer_counts(
      perceptron({20, 20, 25, 25, 25}, 5), counting::images({half_fives()}, 1, 25), 1));
  EXPECT_EQ(four.macs_effective, 2150);
  EXPECT_EQ(four.acs_effective, 0);
}

/// Two of five neurons spike once in ten ticks (0.2 (1 - 0.9^n) / 0.1 reaches 1 at n = 7), the
/// others (0.05) never do.
Network linear_and_leaky(std::vector<float> bias = {}) {
  Network net;
  const auto in = net.add(EventSource{}, {20}, "in");
  const auto out = net.add(leaky(), {5}, "out");
  std::vector<float> weights;
  for (int k = 0; k < 20; ++k) {
    for (int n = 0; n < 5; ++n) weights.push_back(n < 2 ? 0.01f : 0.0025f);
  }
  net.connect(in, out, AllToAll{}, {.weight = weights, .bias = std::move(bias)});
  return net;
}

void expect_linear_and_leaky(const RawCounts& raw) {
  const Counts counts = neurobench_counts(raw);
  EXPECT_EQ(counts.acs_effective, 1000);  // time is summed, samples are averaged
  EXPECT_EQ(counts.macs_effective, 0);
  EXPECT_EQ(counts.macs_dense, 1000);
  EXPECT_EQ(counts.membrane_updates, 50);
  EXPECT_EQ(counts.neuron_updates, 50);
  EXPECT_EQ(counts.spikes, 2);
  EXPECT_DOUBLE_EQ(activation_sparsity(raw), 0.96);
}

TEST(NeuroBenchVectors, LinearAndLeakyOverTenTicks) {
  const auto sample = counting::ones(10, 20);
  expect_linear_and_leaky(counting::trainer_counts(
      linear_and_leaky(), counting::events({sample, sample, sample, sample, sample}, 20, 5), 10));
  for (const Update update : {Update::stepped, Update::touched}) {
    expect_linear_and_leaky(
        counting::simulation_counts(linear_and_leaky(), {0}, sample, 10, update));
  }
}

TEST(NeuroBenchVectors, BiasIsNeverCounted) {
  const std::vector<float> bias(5, 1e-3f);
  const auto sample = counting::ones(10, 20);
  const RawCounts trained =
      counting::trainer_counts(linear_and_leaky(bias), counting::events({sample}, 20, 5), 10);
  EXPECT_EQ(neurobench_counts(trained).acs_effective, 1000);
  EXPECT_EQ(neurobench_counts(trained).macs_dense, 1000);
  const RawCounts simulated = counting::simulation_counts(linear_and_leaky(bias), {0}, sample, 10);
  EXPECT_EQ(neurobench_counts(simulated).acs_effective, 1000);
  EXPECT_EQ(neurobench_counts(simulated).macs_dense, 1000);
}

/// One input to five neurons that stay below threshold.
RawCounts one_to_five(const std::vector<counting::Spike>& spikes, Update update) {
  Network net;
  const auto in = net.add(EventSource{}, {1}, "in");
  net.connect(in, net.add(leaky(), {5}, "out"), AllToAll{}, {.weight = 0.5});
  if (update == Update::automatic)
    return counting::trainer_counts(net, counting::events({spikes}, 1, 5), 10);
  return counting::simulation_counts(net, in, spikes, 10, update);
}

TEST(NeuroBenchVectors, LeakIsAMembraneUpdate) {
  for (const Update update : {Update::automatic, Update::stepped, Update::touched}) {
    EXPECT_EQ(neurobench_counts(one_to_five({{3, 0}}, update)).membrane_updates, 40);
    const RawCounts silent = one_to_five({}, update);
    EXPECT_EQ(neurobench_counts(silent).membrane_updates, 5);
    EXPECT_EQ(neurobench_counts(silent).acs_effective, 0);
    EXPECT_EQ(neurobench_counts(silent).macs_effective, 0);
    EXPECT_EQ(neurobench_counts(silent).macs_dense, 50);
  }
}

TEST(NeuroBenchVectors, ZeroWeightsAreNotCounted) {
  Network net;
  const auto in = net.add(EventSource{}, {20}, "in");
  std::vector<float> weights;
  for (int k = 0; k < 20; ++k) {
    for (int n = 0; n < 5; ++n) weights.push_back(n == 0 ? 0.0f : 0.01f);
  }
  net.connect(in, net.add(leaky(), {5}, "out"), AllToAll{}, {.weight = weights});
  const auto sample = counting::ones(10, 20);
  for (const RawCounts& raw : {counting::trainer_counts(net, counting::events({sample}, 20, 5), 10),
                               counting::simulation_counts(net, in, sample, 10)}) {
    const Counts counts = neurobench_counts(raw);
    EXPECT_EQ(counts.acs_effective, 800);
    EXPECT_EQ(counts.synaptic_events, 1000);
    EXPECT_EQ(counts.macs_dense, 1000);
    EXPECT_EQ(raw.projections[0].nonzero_synapses, 80);
  }
}

/// One tick of 20 graded inputs to five neurons.
Counts graded(const std::vector<float>& values) {
  Network net;
  const auto in = net.add(CurrentSource{.max_abs = 5}, {20}, "in");
  net.connect(in, net.add(leaky(), {5}, "out"), AllToAll{}, {.weight = 0.01});
  Simulation simulation(net, {.dt_ms = 1.0});
  simulation.set_values(in, values);
  return neurobench_counts(simulation.run_ticks(1).counts());
}

TEST(NeuroBenchVectors, ValuesDecideBetweenMultiplyingAndAdding) {
  std::vector<float> values(20, 1.0f);
  values[3] = -1.0f;
  values[4] = 0.0f;
  EXPECT_EQ(graded(values).acs_effective, 95);  // ternary
  EXPECT_EQ(graded(values).macs_effective, 0);
  values[7] = 0.5f;
  EXPECT_EQ(graded(values).acs_effective, 0);  // one value makes the layer multiply
  EXPECT_EQ(graded(values).macs_effective, 95);
  EXPECT_EQ(graded(std::vector<float>(20)).acs_effective, 0);
  EXPECT_EQ(graded(std::vector<float>(20)).macs_effective, 0);
  EXPECT_EQ(graded(std::vector<float>(20)).macs_dense, 100);
}

TEST(NeuroBenchVectors, ValuesDecideInTheTrainerToo) {
  const auto counts = [](std::uint8_t first) {
    std::vector<std::uint8_t> values(20, 2);
    values[0] = first;
    values[1] = 0;
    return neurobench_counts(
        counting::trainer_counts(perceptron({20, 5}, 1), counting::images({values}, 2, 5), 1));
  };
  EXPECT_EQ(counts(2).acs_effective, 95);
  EXPECT_EQ(counts(2).macs_effective, 0);
  EXPECT_EQ(counts(1).acs_effective, 0);
  EXPECT_EQ(counts(1).macs_effective, 95);
}

TEST(NeuroBenchVectors, OneSampleOfABatchThatMultipliesDoesNotDependOnTheBatch) {
  // NeuroBench decides per call, so that its split depends on how samples fall into batches. Here a
  // call is one tick of one sample, whatever the batch.
  const std::vector<std::uint8_t> binary(20, 2);
  std::vector<std::uint8_t> graded_values(20, 1);
  const Network net = perceptron({20, 5}, 1);
  const Dataset data = counting::images({binary, binary, graded_values}, 2, 5);
  for (const int batch : {1, 2, 3}) {
    TrainOptions options = counting::options_for(net, 1);
    options.batch = batch;
    Trainer trainer(net, options);
    const Counts counts = neurobench_counts(trainer.evaluate(data, counting::all_of(data)).counts);
    EXPECT_DOUBLE_EQ(counts.macs_effective, 100.0 / 3) << "batch " << batch;
    EXPECT_DOUBLE_EQ(counts.acs_effective, 200.0 / 3) << "batch " << batch;
  }
}

TEST(NeuroBenchVectors, RecurrentConnectionsOfARecurrentLeaky) {
  Network net;
  const auto in = net.add(EventSource{}, {20}, "in");
  Lif lif = leaky();
  lif.reset = Reset::to_value;
  const auto out = net.add(lif, {5}, "out");
  net.connect(in, out, AllToAll{}, {.weight = 0.1});  // 2 per tick: every neuron, every tick
  net.connect(out, out, AllToAll{}, {.weight = 0.1, .delay_ms = 1.0});
  const auto sample = counting::ones(10, 20);
  for (const RawCounts& raw : {counting::trainer_counts(net, counting::events({sample}, 20, 5), 10),
                               counting::simulation_counts(net, in, sample, 10)}) {
    EXPECT_EQ(neurobench_counts(raw).spikes, 50);
    const auto layers = neurobench_layers(raw);
    EXPECT_EQ(counting::layer(layers, "in->out").acs_effective, 1000);
    // What the last tick emits arrives after the end.
    EXPECT_EQ(counting::layer(layers, "out->out").acs_effective, 225);
    EXPECT_EQ(counting::layer(layers, "out->out").macs_dense, 250);
    EXPECT_EQ(neurobench_counts(raw).macs_dense, 1250);
    EXPECT_DOUBLE_EQ(activation_sparsity(raw), 0.0);
  }
}

TEST(NeuroBenchVectors, RecurrentCellOfRelus) {
  // RNNCell 25 -> 5 is 150 operations with a state that is not 0; at the first tick it is.
  Network net;
  const auto in = net.add(CurrentSource{.max_abs = 4}, {25}, "in");
  const auto cell = net.add(Relu{}, {5}, "cell");
  const auto out = net.add(Li{}, {2}, "out");
  const std::vector<float> bias(5, 0.25f);
  net.connect(in, cell, AllToAll{}, {.weight = weight, .bias = bias});
  net.connect(cell, cell, AllToAll{}, {.weight = weight, .delay_ms = 1.0});
  net.connect(cell, out, AllToAll{}, {.weight = weight});
  std::vector<std::uint8_t> values(25, 1);
  values[0] = 4;
  const RawCounts raw = counting::trainer_counts(net, counting::images({values}, 1, 2), 2);
  const auto layers = neurobench_layers(raw);
  const double first = 25 * 5;
  EXPECT_EQ(counting::layer(layers, "in->cell").macs_effective +
                counting::layer(layers, "cell->cell").macs_effective,
            first + 150);
  EXPECT_EQ(counting::layer(layers, "in->cell").macs_dense +
                counting::layer(layers, "cell->cell").macs_dense,
            2 * 150);
}

TEST(NeuroBenchVectors, SpeechCommandsNetwork) {
  Network net;
  auto below = net.add(EventSource{}, {20}, "in");
  for (const std::int64_t size : {256, 256, 256, 35}) {
    const auto layer =
        net.add(leaky(), {size}, "layer " + std::to_string(net.populations().size()));
    net.connect(
        below, layer, AllToAll{},
        {.weight = KaimingUniform{}, .bias = std::vector<float>(static_cast<std::size_t>(size))});
    below = layer;
  }
  const RawCounts raw =
      counting::trainer_counts(net, counting::events({{{0, 3}, {7, 5}}, {{1, 2}}}, 20, 35), 200);
  EXPECT_EQ(raw.samples, 2);
  EXPECT_EQ(parameter_count(raw), 145'955);
  EXPECT_EQ(neurobench_counts(raw).macs_dense, 29'030'400);
  EXPECT_EQ(neurobench_counts(raw).macs_dense, 200.0 * 145'152);
  const RawCounts simulated = counting::simulation_counts(net, {0}, {{0, 3}, {7, 5}}, 200);
  EXPECT_EQ(parameter_count(simulated), 145'955);
  EXPECT_EQ(neurobench_counts(simulated).macs_dense, 29'030'400);
}

TEST(NeuroBenchVectors, MotorPredictionNetworks) {
  for (const auto& [channels, dense] : {std::pair{96, 4'900.0}, std::pair{192, 9'700.0}}) {
    Network net;
    const auto in = net.add(EventSource{}, {channels}, "in");
    const auto hidden = net.add(leaky(), {50}, "hidden");
    const auto out = net.add(Li{}, {2}, "out");
    net.connect(in, hidden, AllToAll{}, {.weight = 0.1});
    net.connect(hidden, out, AllToAll{}, {.weight = 0.1});
    const RawCounts raw = counting::trainer_counts(net, counting::events({{}}, channels, 2), 1);
    EXPECT_EQ(neurobench_counts(raw).macs_dense, dense);
  }
}

TEST(NeuroBenchVectors, CountsDoNotSaturateAsFloatsDo) {
  // Sums in float are 16,801,800, and off by 3, here.
  const std::vector<std::uint8_t> square(4099, 3);
  const Counts counts = neurobench_counts(counting::trainer_counts(
      perceptron({4099, 4099}, 3), counting::images({square}, 1, 4099), 1));
  EXPECT_EQ(counts.macs_dense, 16'801'801);
  EXPECT_EQ(counts.macs_effective, 16'801'801);
  const std::vector<std::vector<std::uint8_t>> batch(97, std::vector<std::uint8_t>(1001, 3));
  const RawCounts raw =
      counting::trainer_counts(perceptron({1001, 1003}, 3), counting::images(batch, 1, 1003), 1);
  EXPECT_EQ(raw.samples, 97);
  EXPECT_EQ(raw.projections[0].dense_events, 97'388'291u);
  EXPECT_EQ(raw.projections[0].effective_events, 97'388'291u);
  EXPECT_EQ(neurobench_counts(raw).macs_dense, 1'004'003);
}

}  // namespace
