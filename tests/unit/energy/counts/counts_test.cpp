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

TEST(Counts, TheDifferenceOfASumAndAPartIsTheOtherPart) {
  const RawCounts first = counts_of({{0, 90, 200, 13}});
  const RawCounts second = counts_of({{255, 0, 0, 8}, {0, 0, 0, 0}});
  RawCounts sum = first;
  sum += second;
  const RawCounts part = sum - first;
  EXPECT_EQ(part.samples, 2);
  EXPECT_EQ(part.ticks, 6);
  for (std::size_t q = 0; q < 2; ++q) {
    const ProjectionCounts &a = part.projections[q], &b = second.projections[q];
    EXPECT_EQ(a.name, b.name);
    EXPECT_EQ(a.source_events, b.source_events);
    EXPECT_EQ(a.synaptic_events, b.synaptic_events);
    EXPECT_EQ(a.effective_events, b.effective_events);
    EXPECT_EQ(a.dense_events, b.dense_events);
    ASSERT_EQ(a.values.has_value(), b.values.has_value());
    if (!a.values) continue;
    EXPECT_EQ(a.values->graded_synaptic, b.values->graded_synaptic);
    EXPECT_EQ(a.values->graded_effective, b.values->graded_effective);
    EXPECT_EQ(a.values->ternary_effective, b.values->ternary_effective);
    EXPECT_EQ(a.values->binary_synaptic, b.values->binary_synaptic);
    EXPECT_EQ(a.values->binary_effective, b.values->binary_effective);
    EXPECT_EQ(a.values->nonbinary_calls, b.values->nonbinary_calls);
    EXPECT_NEAR(a.values->value_sum, b.values->value_sum, 1e-9);
  }
  for (std::size_t p = 0; p < 3; ++p) {
    const PopulationCounts &a = part.populations[p], &b = second.populations[p];
    EXPECT_EQ(a.spikes, b.spikes);
    EXPECT_EQ(a.stepped, b.stepped);
    EXPECT_EQ(a.touched, b.touched);
    EXPECT_EQ(a.drive_events, b.drive_events);
    EXPECT_EQ(a.membrane_updates, b.membrane_updates);
  }
}

TEST(Counts, OfAStretchOfOneRunAreOfItsTicks) {
  RawCounts before = counts_of({{0, 90, 200, 13}}, 4);
  RawCounts after = before;
  after.ticks = 9;
  after.projections[0].synaptic_events += 7;
  after.populations[1].touched += 2;
  const RawCounts part = after - before;
  EXPECT_EQ(part.samples, 1);
  EXPECT_EQ(part.ticks, 5);
  EXPECT_EQ(part.projections[0].synaptic_events, 7);
  EXPECT_EQ(part.projections[1].synaptic_events, 0);
  EXPECT_EQ(part.populations[1].touched, 2);
}

TEST(Counts, WhatIsNoDifferenceIsRefused) {
  const RawCounts early = counts_of({{0, 90, 200, 13}});
  RawCounts late = early;
  late.samples = 2;
  late.projections[0].synaptic_events += 3;
  try {
    static_cast<void>(early - late);
    FAIL() << "a negative number of samples";
  } catch (const ConfigError& error) {
    EXPECT_EQ(error.field, "samples");
  }
  RawCounts fewer = late;
  fewer.projections[0].synaptic_events = early.projections[0].synaptic_events - 1;
  try {
    static_cast<void>(fewer - early);
    FAIL() << "a negative count";
  } catch (const ConfigError& error) {
    EXPECT_EQ(error.object, "counts of \"in->hidden\"");
    EXPECT_EQ(error.field, "synaptic_events");
    EXPECT_EQ(error.value, std::to_string(fewer.projections[0].synaptic_events) + " - " +
                               std::to_string(early.projections[0].synaptic_events));
  }
  const auto refused = [&](const auto& change) {
    RawCounts other = late;
    change(other);
    EXPECT_THROW(static_cast<void>(other - early), ConfigError);
  };
  refused([](RawCounts& c) { c.ticks = 7; });  // samples differ already
  refused([](RawCounts& c) { c.populations[1].name = "other"; });
  refused([](RawCounts& c) { c.populations[1].size = 4; });
  refused([](RawCounts& c) { c.projections[1].name = "other"; });
  refused([](RawCounts& c) { c.projections[1].synapses = 4; });
  refused([](RawCounts& c) { c.projections[0].values.reset(); });
  refused([](RawCounts& c) { c.projections.pop_back(); });
  refused([](RawCounts& c) { c.populations.pop_back(); });
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
