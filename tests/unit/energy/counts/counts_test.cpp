// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/counts/counts.hpp"

#include <gtest/gtest.h>

#include "snn/model/errors.hpp"
#include "tests/unit/energy/counts/counting.hpp"

namespace {

using namespace snn;

Network small(const std::string& hidden_name = "hidden") {
  Network net;
  const auto in = net.add(CurrentSource{}, {4}, "in");
  const auto hidden = net.add(counting::leaky(), {3}, hidden_name);
  const auto out = net.add(Li{}, {2}, "out");
  net.connect(in, hidden, AllToAll{}, {.weight = 0.9, .bias = {0, 0, 0}});
  net.connect(hidden, out, AllToAll{}, {.weight = 0.1});
  return net;
}

RawCounts counts_of(const std::vector<std::vector<std::uint8_t>>& samples, int ticks = 6) {
  return counting::trainer_counts(small(), counting::images(samples, 255, 2), ticks);
}

TEST(Counts, SumsOfSamplesAreCountsOfAllSamples) {
  const std::vector<std::uint8_t> a = {0, 90, 200, 13}, b = {255, 0, 0, 8}, c = {0, 0, 0, 0};
  RawCounts sum = counts_of({a});
  sum += counts_of({b, c});
  const RawCounts all = counts_of({a, b, c});
  EXPECT_EQ(sum.samples, 3);
  for (std::size_t q = 0; q < 2; ++q) {
    EXPECT_EQ(sum.projections[q].source_events, all.projections[q].source_events);
    EXPECT_EQ(sum.projections[q].synaptic_events, all.projections[q].synaptic_events);
    EXPECT_EQ(sum.projections[q].effective_events, all.projections[q].effective_events);
    EXPECT_EQ(sum.projections[q].dense_events, all.projections[q].dense_events);
    EXPECT_EQ(sum.projections[q].graded, all.projections[q].graded);
  }
  for (std::size_t p = 0; p < 3; ++p) {
    EXPECT_EQ(sum.populations[p].spikes, all.populations[p].spikes);
    EXPECT_EQ(sum.populations[p].stepped, all.populations[p].stepped);
    EXPECT_EQ(sum.populations[p].membrane_updates, all.populations[p].membrane_updates);
  }
}

TEST(Counts, OfDifferentNetworksOrTicksDoNotAdd) {
  RawCounts six = counts_of({{1, 2, 3, 4}});
  EXPECT_THROW(six += counts_of({{1, 2, 3, 4}}, 7), ConfigError);
  const RawCounts other =
      counting::trainer_counts(small("other"), counting::images({{1, 2, 3, 4}}, 255, 2), 6);
  EXPECT_THROW(six += other, ConfigError);
  Network shorter;
  const auto in = shorter.add(CurrentSource{}, {4}, "in");
  shorter.connect(in, shorter.add(Li{}, {2}, "out"), AllToAll{});
  EXPECT_THROW(
      six += counting::trainer_counts(shorter, counting::images({{1, 2, 3, 4}}, 255, 2), 6),
      ConfigError);
}

TEST(Counts, EventsOfDrivesAddUpToo) {
  RawCounts one;
  one.samples = 1;
  one.populations.emplace_back();
  one.populations[0].drive_events = 5;
  RawCounts sum = one;
  sum += one;
  EXPECT_EQ(sum.populations[0].drive_events, 10U);
}

TEST(Counts, OfNoSamplesHaveNoMean) {
  EXPECT_THROW(neurobench_counts(RawCounts{}), ConfigError);
  EXPECT_THROW(neurobench_layers(RawCounts{}), ConfigError);
}

TEST(Counts, LayersAddUpToTheWhole) {
  const RawCounts raw = counts_of({{0, 90, 200, 13}, {255, 0, 255, 8}});
  Counts sum;
  std::vector<std::string> names;
  for (const LayerCounts& layer : neurobench_layers(raw)) {
    names.push_back(layer.name);
    sum.macs_dense += layer.counts.macs_dense;
    sum.macs_effective += layer.counts.macs_effective;
    sum.acs_effective += layer.counts.acs_effective;
    sum.spikes += layer.counts.spikes;
    sum.neuron_updates += layer.counts.neuron_updates;
    sum.membrane_updates += layer.counts.membrane_updates;
  }
  EXPECT_EQ(names, (std::vector<std::string>{"in->hidden", "hidden->out", "hidden", "out"}));
  const Counts whole = neurobench_counts(raw);
  EXPECT_EQ(sum.macs_dense, whole.macs_dense);
  EXPECT_EQ(sum.macs_effective, whole.macs_effective);
  EXPECT_EQ(sum.acs_effective, whole.acs_effective);
  EXPECT_EQ(sum.spikes, whole.spikes);
  EXPECT_EQ(sum.neuron_updates, whole.neuron_updates);
  EXPECT_EQ(sum.membrane_updates, whole.membrane_updates);
  EXPECT_GT(whole.spikes, 0);
  EXPECT_EQ(whole.neuron_updates, (3 + 2) * 6);
}

TEST(Counts, HeldInputsCountOncePerSample) {
  const RawCounts raw = counts_of({{0, 90, 200, 13}}, 6);
  const RawCounts held = held_inputs(raw);
  EXPECT_EQ(raw.projections[0].effective_events, 3u * 3 * 6);  // three inputs are not 0
  EXPECT_EQ(held.projections[0].effective_events, 3u * 3);
  EXPECT_EQ(held.projections[0].synaptic_events, 3u * 3);
  EXPECT_EQ(held.projections[0].source_events, 3u);
  EXPECT_EQ(held.projections[0].dense_events, 4u * 3);
  EXPECT_EQ(held.projections[1].effective_events, raw.projections[1].effective_events);
  EXPECT_EQ(held.projections[1].dense_events, raw.projections[1].dense_events);
  EXPECT_EQ(held.populations[1].stepped, raw.populations[1].stepped);
}

TEST(Counts, ParametersAreWeightsAndBiases) {
  EXPECT_EQ(parameter_count(counts_of({{1, 2, 3, 4}})), 4 * 3 + 3 + 3 * 2);
}

TEST(Counts, DescribePopulations) {
  Network net;
  const auto describe = [&](PopulationId id) { return blank_counts(net[id]); };
  const PopulationCounts source = describe(net.add(CurrentSource{}, {4}, "in"));
  EXPECT_TRUE(source.source && source.graded && source.emits && !source.leaky);
  EXPECT_EQ(source.name, "in");
  EXPECT_EQ(source.size, 4);
  const PopulationCounts events = describe(net.add(EventSource{}, {4}));
  EXPECT_TRUE(events.source && !events.graded);
  const PopulationCounts lif = describe(net.add(Lif{}, {3, 2}));
  EXPECT_TRUE(!lif.source && !lif.graded && lif.emits && lif.leaky);
  EXPECT_EQ(lif.size, 6);
  const PopulationCounts integrator = describe(net.add(If{}, {1}));
  EXPECT_TRUE(integrator.emits && !integrator.leaky);
  const PopulationCounts readout = describe(net.add(Li{}, {1}));
  EXPECT_TRUE(!readout.emits && readout.leaky);
  const PopulationCounts relu = describe(net.add(Relu{}, {1}));
  EXPECT_TRUE(relu.graded && relu.emits && !relu.leaky);
}

}  // namespace
