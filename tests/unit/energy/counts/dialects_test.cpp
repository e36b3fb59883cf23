// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/counts/dialects.hpp"

#include <gtest/gtest.h>

#include "snn/model/errors.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/energy/counts/counting.hpp"

namespace {

using namespace snn;

/// 3 inputs to 2 neurons, one weight 0, by hand. Ticks: (1, -1, 0), (0.5, 0, 1), (1, 0, 1), (0, 0,
/// 0).
Network three_to_two() {
  Network net;
  const auto in = net.add(CurrentSource{.max_abs = 2}, {3}, "in");
  net.connect(in, net.add(counting::leaky(), {2}, "out"), AllToAll{},
              {.weight = std::vector<float>{0.01f, 0.02f, 0.03f, 0.0f, 0.05f, 0.06f},
               .bias = {0.001f, 0.001f}});
  return net;
}

void run_tick(Simulation& run, const std::vector<float>& values) {
  run.set_values({0}, values);
  run.run_ticks(1);
}

RawCounts by_hand() {
  Simulation run(three_to_two(), {.dt_ms = 1.0});
  for (const std::vector<float>& values :
       std::vector<std::vector<float>>{{1, -1, 0}, {0.5f, 0, 1}, {1, 0, 1}, {0, 0, 0}})
    run_tick(run, values);
  return run.counts();
}

TEST(Dialects, ByHand) {
  const RawCounts raw = by_hand();
  const Counts ours = counts_in(Dialect::snn, raw);
  EXPECT_EQ(ours.synaptic_events, 12);  // six inputs != 0, two synapses each
  EXPECT_EQ(ours.macs_effective, 2);    // those of 0.5
  EXPECT_EQ(ours.acs_effective, 10);
  EXPECT_EQ(ours.macs_dense, 4 * 6);
  EXPECT_EQ(ours.bias_additions, 2 * 4);
  EXPECT_EQ(ours.neuron_updates, 2 * 4);
  EXPECT_EQ(ours.leak_multiplications, 2 * 4);
  EXPECT_EQ(ours.drive_additions, 0);
  const Counts neurobench = counts_in(Dialect::neurobench, raw);
  EXPECT_EQ(neurobench.macs_effective, 4);     // the second tick multiplies
  EXPECT_EQ(neurobench.acs_effective, 3 + 4);  // the first lacks a weight
  EXPECT_EQ(neurobench.bias_additions, 0);
  EXPECT_EQ(counts_in(Dialect::sinabs, raw).synaptic_events, (0 + 1.5 + 2) * 2);
  const Counts jelly = counts_in(Dialect::spikingjelly, raw);
  EXPECT_EQ(jelly.macs_effective, 2 * 6);  // ticks with -1 or 0.5, all synapses
  EXPECT_EQ(jelly.acs_effective, 4);
}

TEST(Dialects, LayersAddUp) {
  const RawCounts raw = by_hand();
  for (const Dialect dialect : all_dialects) {
    Counts sum;
    for (const LayerCounts& layer : layers_in(dialect, raw)) sum += layer.counts;
    const Counts whole = counts_in(dialect, raw);
    EXPECT_EQ(sum.macs_effective, whole.macs_effective);
    EXPECT_EQ(sum.acs_effective, whole.acs_effective);
    EXPECT_EQ(sum.synaptic_events, whole.synaptic_events);
    EXPECT_EQ(sum.bias_additions, whole.bias_additions);
    EXPECT_EQ(dialect_of(name_of(dialect)), dialect);
    EXPECT_THROW(counts_in(dialect, RawCounts{}), ConfigError);
  }
  try {
    dialect_of("brian");
    FAIL();
  } catch (const ConfigError& error) {
    EXPECT_EQ(error.allowed, "snn, neurobench, sinabs, spikingjelly");
  }
}

TEST(Dialects, SimulationKeepsWhatValuesWereOverCheckpoints) {
  Simulation first(three_to_two(), {.dt_ms = 1.0});
  run_tick(first, {1, -1, 0});
  run_tick(first, {0.5f, 0, 1});
  Simulation second(three_to_two(), {.dt_ms = 1.0});
  const support::TemporaryFolder folder;
  first.save(folder.path() / "half.h5");
  second.restore(folder.path() / "half.h5");
  run_tick(second, {1, 0, 1});
  run_tick(second, {0, 0, 0});
  for (const RawCounts& raw : {by_hand(), second.counts()}) {
    ASSERT_TRUE(raw.projections[0].values.has_value());
    EXPECT_TRUE(raw.projections[0].graded);
    EXPECT_EQ(*raw.projections[0].values, (ValueCounts{.graded_synaptic = 2,
                                                       .graded_effective = 2,
                                                       .ternary_effective = 3 + 4,
                                                       .binary_synaptic = 4,
                                                       .binary_effective = 4,
                                                       .nonbinary_calls = 2,
                                                       .value_sum = 7}));
  }
}

/// NeuroBench's published footprint of its speech network: 583,900 bytes.
TEST(NeuroBenchResultsTest, SpeechCommandsFootprint) {
  Network net;
  auto below = net.add(EventSource{}, {20}, "in");
  for (const std::int64_t size : {256, 256, 256, 35}) {
    const auto layer = net.add(counting::leaky(), {size}, std::to_string(net.populations().size()));
    net.connect(
        below, layer, AllToAll{},
        {.weight = KaimingUniform{}, .bias = std::vector<float>(static_cast<std::size_t>(size))});
    below = layer;
  }
  const RawCounts raw = counting::simulation_counts(net, {0}, {{0, 3}}, 2);
  const NeuroBenchResults results = neurobench_results(raw, 0.8563, 100);
  EXPECT_EQ(results.footprint, 583'900);
  EXPECT_EQ(results.parameter_count, 145'955);
  EXPECT_EQ(results.stored_bytes, (145'955 + 803 * 2) * 4);  // membrane and refractory ticks
  EXPECT_EQ(results.dense, 2 * 145'152);
  EXPECT_EQ(results.classification_accuracy, 0.8563);
  EXPECT_EQ(results.execution_rate_hz, 100);
  EXPECT_THROW(neurobench_results(raw, 1.5), ConfigError);
  EXPECT_THROW(neurobench_results(raw, std::nan("")), ConfigError);
  EXPECT_THROW(neurobench_results(raw, 0.5, 0), ConfigError);
}

}  // namespace
