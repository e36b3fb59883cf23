// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/counts/samples.hpp"

#include <gtest/gtest.h>

#include "snn/model/errors.hpp"
#include "tests/unit/energy/counts/counting.hpp"

namespace {

using namespace snn;

/// numpy.mean, std(ddof=1) and percentile of the same numbers.
TEST(SampleSpreads, StatisticsOfKnownNumbers) {
  const std::vector<std::uint64_t> values{9, 1, 4, 16, 25, 36, 49, 64, 0, 81};
  const SampleSpread spread = spread_of(values);
  EXPECT_DOUBLE_EQ(spread.mean, 28.5);
  EXPECT_NEAR(spread.sd, 28.3048876815766, 1e-12);
  EXPECT_EQ(spread.min, 0u);
  EXPECT_EQ(spread.max, 81u);
  EXPECT_NEAR(spread.p5, 0.45, 1e-12);
  EXPECT_NEAR(spread.p25, 5.25, 1e-12);
  EXPECT_NEAR(spread.median, 20.5, 1e-12);
  EXPECT_NEAR(spread.p75, 45.75, 1e-12);
  EXPECT_NEAR(spread.p95, 73.35, 1e-12);
}

TEST(SampleSpreads, OneSampleHasNoSpread) {
  const std::vector<std::uint64_t> one{std::uint64_t{1} << 53};
  const SampleSpread spread = spread_of(one);
  EXPECT_EQ(spread.sd, 0);
  EXPECT_EQ(spread.min, one[0]);
  EXPECT_EQ(spread.p5, spread.p95);
  EXPECT_THROW(spread_of({}), ConfigError);
}

TEST(SampleSpreads, SamplesAddUpToTotalsAndStandForThemselves) {
  Network net;
  const auto in = net.add(CurrentSource{}, {6}, "in");
  const auto hidden = net.add(counting::leaky(), {70}, "hidden");
  const auto out = net.add(Li{}, {4}, "out");  // only looked at, but updated
  net.connect(in, hidden, AllToAll{}, {.weight = Uniform{-0.4, 1.2}});
  net.connect(hidden, hidden, OneToOne{}, {.weight = 0.3, .delay_ms = 2.0});
  net.connect(hidden, out, AllToAll{}, {.weight = Uniform{-0.2, 0.4}});
  std::vector<std::vector<std::uint8_t>> images;
  for (int s = 0; s < 37; ++s) {
    images.emplace_back();
    for (int k = 0; k < 6; ++k)
      images.back().push_back(static_cast<std::uint8_t>(s * (k + 3) * 29 % 256 < 90 ? 0 : s * 7));
  }
  images[5] = {255, 255, 0, 0, 255, 0};  // multiplies nothing: values of 0 and 1
  const Dataset data = counting::images(images, 255, 4);
  TrainOptions options = counting::options_for(net, 9);
  options.batch = 16;
  options.threads = 2;
  Trainer trainer(net, options);
  const Evaluation all = trainer.evaluate(data, counting::all_of(data));
  ASSERT_EQ(all.samples.size(), 37u);
  SampleTotals sum;
  for (const SampleTotals& sample : all.samples) sum += sample;
  SampleTotals expected;
  for (const ProjectionCounts& q : all.counts.projections) {
    expected.synaptic_events += q.synaptic_events;
    expected.effective_events += q.effective_events;
  }
  for (const PopulationCounts& p : all.counts.populations) {
    expected.spikes += p.source ? 0 : p.spikes;
    expected.neuron_updates += p.stepped;
  }
  const Counts counts = neurobench_counts(all.counts);
  EXPECT_EQ(sum.synaptic_events, expected.synaptic_events);
  EXPECT_EQ(sum.effective_events, expected.effective_events);
  EXPECT_EQ(sum.spikes, expected.spikes);
  EXPECT_EQ(sum.neuron_updates, expected.neuron_updates);
  EXPECT_GT(sum.spikes, 100u);
  EXPECT_NEAR(static_cast<double>(sum.macs), counts.macs_effective * 37, 1e-6);
  EXPECT_NEAR(static_cast<double>(sum.acs), counts.acs_effective * 37, 1e-6);
  EXPECT_EQ(sum.macs + sum.acs, sum.effective_events);
  const std::uint64_t input_events = 3u * 70 * 9;  // of sample 5
  EXPECT_EQ(all.samples[5].macs, 0u);
  EXPECT_GE(all.samples[5].acs, input_events);
  // Each sample by itself gives the same.
  for (const std::int64_t s : {0, 5, 16, 36}) {
    const Evaluation one = trainer.evaluate(data, std::vector<std::int64_t>{s});
    EXPECT_EQ(one.samples.front(), all.samples[static_cast<std::size_t>(s)]) << s;
  }
  const SampleSpreads spreads = spreads_of(all.samples);
  EXPECT_EQ(spreads.samples, 37);
  EXPECT_NEAR(spreads.spikes.mean * 37, static_cast<double>(sum.spikes), 1e-6);
  EXPECT_EQ(spreads.neuron_updates.sd, 0);
}

}  // namespace
