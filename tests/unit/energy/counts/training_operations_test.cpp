// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>

#include "snn/train/optimizer_kernels.hpp"
#include "tests/unit/energy/counts/counting.hpp"

/// Operations of training against loops over traces, and optimisers against a number that counts.
namespace {

using namespace snn;

/// A float that counts what is done to it.
struct Counted {
  float value = 0;
  static inline UpdateOperations done;
  Counted() = default;
  Counted(float v) : value(v) {}
  friend Counted operator+(Counted a, Counted b) { return ++done.additions, a.value + b.value; }
  friend Counted operator-(Counted a, Counted b) { return ++done.additions, a.value - b.value; }
  friend Counted operator*(Counted a, Counted b) {
    return ++done.multiplications, a.value * b.value;
  }
  friend Counted operator/(Counted a, Counted b) { return ++done.divisions, a.value / b.value; }
  friend Counted sqrt(Counted a) { return ++done.square_roots, std::sqrt(a.value); }
};

TEST(UpdateOperationsTest, AreThoseOfTheKernels) {
  std::vector<Counted> w(7, 1), g(7, 2), m(7, 3), v(7, 4);
  Counted::done = {};
  SgdKernel<Counted>{w.data(), g.data(), v.data(), 7, 0.9f, 0.1f, 0.01f}();
  EXPECT_EQ(Counted::done, 7 * update_operations(Sgd{}));
  EXPECT_EQ(update_operations(Sgd{}).additions, 3u);
  Counted::done = {};
  AdamKernel<Counted>{w.data(), g.data(), m.data(), v.data(), 7,     0.9f, 0.1f,
                      0.99f,    0.01f,    0.1f,     0.5f,     1e-8f, 0.0f, 1.0f}();
  EXPECT_EQ(Counted::done, 7 * update_operations(Adam{}));
  EXPECT_EQ(Counted::done, 7 * update_operations(AdamW{}));
  EXPECT_EQ(update_operations(Adam{}).square_roots, 1u);
}

constexpr int ticks = 6, batch = 4;

/// 5 spike inputs -> 20 (a list) -> 3, with a loop of single synapses, a delay and a bias.
Network spiking() {
  Network net;
  const auto in = net.add(EventSource{}, {5}, "in");
  const auto hidden = net.add(Lif::unit(5.0, Reset::to_value), {20}, "hidden");
  const auto out = net.add(Lif::unit(5.0), {3}, "out");
  Sparse listed;
  for (int k = 0; k < 5; ++k) {
    for (int n = k % 2; n < 20; n += 2) listed.source.push_back(k), listed.target.push_back(n);
  }
  net.connect(in, hidden, listed,
              {.weight = Uniform{0.2, 1.0}, .bias = std::vector<float>(20, 0.05f)});
  net.connect(hidden, hidden, OneToOne{}, {.weight = 0.3, .delay_ms = 1.0});
  net.connect(hidden, out, AllToAll{}, {.weight = Uniform{-0.2, 0.5}, .delay_ms = 2.0});
  return net;
}

Dataset some_spikes(int samples) {
  std::vector<std::vector<counting::Spike>> all;
  for (int s = 0; s < samples; ++s) {
    all.emplace_back();
    for (const counting::Spike& spike : counting::ones(ticks, 5)) {
      if ((spike.tick * 7 + static_cast<int>(spike.unit) * 3 + s) % 3 != 0)
        all.back().push_back(spike);
    }
  }
  return counting::events(all, 5, 3);
}

TrainOptions options_of(ProductPath path) {
  TrainOptions options;
  options.ticks = ticks;
  options.epochs = 1;
  options.batch = batch;
  options.threads = 1;
  options.path = path;
  return options;
}

/// Spikes of ticks first .. last - 1 of all samples, which is what the sparse path adds up.
std::uint64_t spikes_of(Trainer& trainer, const Dataset& data, std::size_t population, int last) {
  std::uint64_t sum = 0;
  for (std::int64_t s = 0; s < batch; ++s) {
    const auto trace = trainer.trace(data, s).spikes[population];
    const std::size_t size = trace.size() / ticks;
    for (std::size_t at = 0; at < static_cast<std::size_t>(last) * size; ++at) sum += trace[at];
  }
  return sum;
}

/// One batch of an untrained network: spikes are those of traces of another trainer of it.
void expect_one_batch(ProductPath path) {
  const Network net = spiking();
  const Dataset data = some_spikes(batch + 1);
  Trainer before(net, options_of(path));
  Trainer trainer(net, options_of(path));
  const TrainResult result =
      trainer.train(data, {.train = {0, 1, 2, 3}, .validation = {4}, .test = {}});
  const std::uint64_t in = spikes_of(before, data, 0, ticks);
  const std::uint64_t looped = spikes_of(before, data, 1, ticks - 1);
  const std::uint64_t delayed = spikes_of(before, data, 1, ticks - 2);
  ASSERT_GT(delayed, 20u);
  const bool dense = path == ProductPath::dense;
  const auto all = [](std::uint64_t rows, std::uint64_t sources, std::uint64_t targets) {
    return batch * rows * sources * targets;
  };
  const auto done = [&](std::uint64_t macs, std::uint64_t acs) {
    return dense ? Operations{macs, 0} : Operations{0, acs};
  };
  const auto& q = result.operations.projections;
  ASSERT_EQ(q.size(), 3u);
  EXPECT_EQ(q[0].name, "in->hidden");
  // Pairs that are not listed are computed with their zeros.
  EXPECT_EQ(q[0].forward, done(all(ticks, 5, 20), in * 20));
  EXPECT_EQ(q[0].input_gradient, (Operations{}));  // nobody learns the input
  EXPECT_EQ(q[0].weight_gradient, done(all(ticks, 5, 20), in * 20));
  EXPECT_EQ(q[0].bias_additions, 2u * batch * 20);
  EXPECT_EQ(q[1].forward, (Operations{0, looped}));  // one synapse per spike on either path
  EXPECT_EQ(q[1].input_gradient, (Operations{all(ticks - 1, 20, 1), 0}));
  EXPECT_EQ(q[1].weight_gradient, (Operations{0, looped}));
  EXPECT_EQ(q[2].forward, done(all(ticks - 2, 20, 3), delayed * 3));
  EXPECT_EQ(q[2].input_gradient, (Operations{all(ticks - 2, 20, 3), 0}));
  EXPECT_EQ(q[2].weight_gradient, done(all(ticks - 2, 20, 3), delayed * 3));
  EXPECT_EQ(q[2].bias_additions, 0u);
  EXPECT_EQ(result.operations.neuron_updates, static_cast<std::uint64_t>(batch) * ticks * 23);
  EXPECT_EQ(result.operations.adjoint_updates, static_cast<std::uint64_t>(batch) * ticks * 23);
  EXPECT_EQ(result.operations.forward, q[0].forward + q[1].forward + q[2].forward);
  Operations backward;
  for (const ProjectionOperations& each : q) backward += each.input_gradient + each.weight_gradient;
  EXPECT_EQ(result.operations.backward, backward);
  // The trainer holds a weight for every pair, listed or not: 100 + 20 + 60, and 20 biases.
  const UpdateOperations each = update_operations(Adam{});
  EXPECT_EQ(q[0].update, 120 * each);
  EXPECT_EQ(q[1].update, 20 * each);
  EXPECT_EQ(q[2].update, 60 * each);
  UpdateOperations update = 200 * each;
  update += {.additions = 200, .multiplications = 200, .divisions = 0, .square_roots = 1};  // norm
  EXPECT_EQ(result.operations.update, update);
  EXPECT_GT(result.validation.macs + result.validation.acs, 0u);
}

TEST(TrainingOperationsTest, DensePathByHand) {
  expect_one_batch(ProductPath::dense);
}
TEST(TrainingOperationsTest, SparsePathByHand) {
  expect_one_batch(ProductPath::sparse);
}

TEST(TrainingOperationsTest, ValuesAreMultipliedOnce) {
  Network net;
  const auto in = net.add(CurrentSource{}, {7}, "in");
  const auto out = net.add(Lif::unit(5.0), {3}, "out");
  net.connect(in, out, AllToAll{}, {.weight = Uniform{0.2, 1.0}});
  const Dataset data =
      counting::images(std::vector<std::vector<std::uint8_t>>(5, {1, 2, 0, 4, 5, 6, 7}), 7, 3);
  TrainOptions options = options_of(ProductPath::automatic);
  options.clip_norm = 1e-6;
  options.optimizer = Sgd{};
  Trainer trainer(net, options);
  const TrainResult result =
      trainer.train(data, {.train = {0, 1, 2, 3}, .validation = {4}, .test = {}});
  // A held input is summed once per sample, whatever the ticks.
  EXPECT_EQ(result.operations.forward, (Operations{batch * 7 * 3, 0}));
  EXPECT_EQ(result.operations.backward, (Operations{batch * 7 * 3, 0}));
  EXPECT_EQ(result.validation, (Operations{7 * 3, 0}));
  UpdateOperations update = 21 * update_operations(Sgd{});
  update += {.additions = 21, .multiplications = 2 * 21, .divisions = 1, .square_roots = 1};
  EXPECT_EQ(result.operations.update, update);
}

TEST(TrainingOperationsTest, EpochsAddUpToTheRun) {
  const Dataset data = some_spikes(12);
  TrainOptions options = options_of(ProductPath::automatic);
  options.epochs = 3;
  Trainer trainer(spiking(), options);
  const TrainResult result = trainer.train(
      data, {.train = {0, 1, 2, 3, 4, 5, 6, 7, 8}, .validation = {9, 10}, .test = {}});
  TrainingOperations sum;
  for (const EpochReport& epoch : result.epochs) {
    EXPECT_EQ(epoch.operations.neuron_updates, 9u * ticks * 23);
    sum += epoch.operations;
  }
  EXPECT_EQ(sum.forward, result.operations.forward);
  EXPECT_EQ(sum.backward, result.operations.backward);
  EXPECT_EQ(sum.update, result.operations.update);
  EXPECT_EQ(sum.bias_additions, result.operations.bias_additions);
  EXPECT_EQ(sum.projections, result.operations.projections);
}

}  // namespace
