// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "tests/unit/energy/counts/counting.hpp"

/// Counts of random networks against plain loops over recorded spikes and lists of synapses.
namespace {

using namespace snn;
using Update = SimulationOptions::Update;

/// A projection as a list, made by the test.
struct Synapses {
  std::vector<std::int64_t> source, target;
  std::vector<float> weight;
  std::vector<int> delay;
};

/// spikes[tick][neuron]
using Raster = std::vector<std::vector<int>>;

struct Expected {
  std::uint64_t source_events = 0, synaptic = 0, effective = 0, dense = 0;
};

/// What arrives within the raster's ticks.
Expected count(const Synapses& synapses, const Raster& source) {
  Expected expected;
  const int ticks = static_cast<int>(source.size());
  std::set<std::pair<std::int64_t, std::int64_t>> arrivals;  // tick of the spike, source
  for (int t = 0; t < ticks; ++t) {
    for (std::size_t s = 0; s < synapses.source.size(); ++s) {
      ++expected.dense;
      const std::int64_t k = synapses.source[s];
      if (source[static_cast<std::size_t>(t)][static_cast<std::size_t>(k)] == 0) continue;
      if (t + synapses.delay[s] >= ticks) continue;
      ++expected.synaptic;
      if (synapses.weight[s] != 0) ++expected.effective;
      arrivals.insert({t, k});
    }
  }
  expected.source_events = arrivals.size();
  return expected;
}

std::uint64_t spikes_in(const Raster& raster) {
  std::uint64_t sum = 0;
  for (const auto& line : raster)
    sum += static_cast<std::uint64_t>(std::count(line.begin(), line.end(), 1));
  return sum;
}

/// Membranes reset to 0: every neuron in the first tick, then every change after the reset.
std::uint64_t membrane_updates(const Raster& raster, const std::vector<float>& before_reset) {
  const std::size_t size = raster.front().size();
  std::uint64_t updates = size;
  const auto after = [&](std::size_t t, std::size_t n) {
    return raster[t][n] == 1 ? 0.0f : before_reset[t * size + n];
  };
  for (std::size_t t = 1; t < raster.size(); ++t) {
    for (std::size_t n = 0; n < size; ++n) updates += after(t, n) != after(t - 1, n) ? 1 : 0;
  }
  return updates;
}

void expect_equal(const ProjectionCounts& counted, const Expected& expected) {
  EXPECT_EQ(counted.synaptic_events, expected.synaptic) << counted.name;
  EXPECT_EQ(counted.effective_events, expected.effective) << counted.name;
  EXPECT_EQ(counted.dense_events, expected.dense) << counted.name;
  EXPECT_EQ(counted.source_events, expected.source_events) << counted.name;
  EXPECT_FALSE(counted.graded) << counted.name;
}

/// About `density` of all pairs, a third of them with weight 0.
Synapses random_synapses(std::mt19937& random, int sources, int targets, double density,
                         int least_delay, int most_delay) {
  Synapses synapses;
  for (int k = 0; k < sources; ++k) {
    for (int n = 0; n < targets; ++n) {
      if (std::uniform_real_distribution<>(0, 1)(random) >= density) continue;
      synapses.source.push_back(k);
      synapses.target.push_back(n);
      const bool zero = random() % 3 == 0;
      synapses.weight.push_back(zero ? 0.0f
                                     : std::uniform_real_distribution<float>(-0.3f, 0.6f)(random));
      synapses.delay.push_back(std::uniform_int_distribution<>(least_delay, most_delay)(random));
    }
  }
  return synapses;
}

void connect(Network& net, PopulationId source, PopulationId target, const Synapses& synapses,
             bool dense, Delay delay) {
  const Connectivity rule =
      dense ? Connectivity{AllToAll{}} : Connectivity{Sparse{synapses.source, synapses.target}};
  net.connect(source, target, rule, {.weight = synapses.weight, .delay_ms = std::move(delay)});
}

std::vector<double> to_ms(const std::vector<int>& ticks) {
  return {ticks.begin(), ticks.end()};
}

Lif neuron() {
  return Lif::unit(7.0, Reset::to_value);
}

Raster raster_of(const SpikeTrain& train, std::int64_t size, int ticks) {
  Raster raster(static_cast<std::size_t>(ticks), std::vector<int>(static_cast<std::size_t>(size)));
  for (std::size_t e = 0; e < train.tick.size(); ++e)
    raster[static_cast<std::size_t>(train.tick[e])][static_cast<std::size_t>(train.neuron[e])] = 1;
  return raster;
}

class RandomNetworks : public ::testing::TestWithParam<unsigned> {};

TEST_P(RandomNetworks, SimulationCountsEveryEvent) {
  constexpr int ticks = 60;
  std::mt19937 random(GetParam());
  const Synapses in = random_synapses(random, 17, 70, 0.3, 1, 4);
  const Synapses loop = random_synapses(random, 70, 70, 0.1, 1, 3);
  const Synapses out = random_synapses(random, 70, 9, 1.0, 2, 2);
  Network net;
  const auto source = net.add(PoissonSource{.rate_hz = 150}, {17}, "source");
  const auto hidden = net.add(neuron(), {70}, "hidden");
  const auto last = net.add(neuron(), {9}, "last");
  connect(net, source, hidden, in, false, PerSynapse{to_ms(in.delay)});
  connect(net, hidden, hidden, loop, false, PerSynapse{to_ms(loop.delay)});
  connect(net, hidden, last, out, true, 2.0);
  for (const Update update : {Update::stepped, Update::touched, Update::automatic}) {
    // Membranes are recorded in a run of their own: recording steps every neuron.
    Simulation recorded(net, {.dt_ms = 1.0, .seed = GetParam()});
    recorded.record_membrane(hidden);
    recorded.record_membrane(last);
    recorded.run_ticks(ticks);
    Simulation simulation(net, {.dt_ms = 1.0, .seed = GetParam(), .update = update});
    for (const auto population : {source, hidden, last}) simulation.record_spikes(population);
    const RawCounts counts = simulation.run_ticks(ticks).counts();
    const Raster from = raster_of(simulation.spikes(source), 17, ticks);
    const Raster middle = raster_of(simulation.spikes(hidden), 70, ticks);
    const Raster end = raster_of(simulation.spikes(last), 9, ticks);
    ASSERT_GT(spikes_in(middle), 20u);
    ASSERT_GT(spikes_in(end), 0u);
    expect_equal(counts.projections[0], count(in, from));
    expect_equal(counts.projections[1], count(loop, middle));
    expect_equal(counts.projections[2], count(out, middle));
    EXPECT_EQ(counts.populations[0].spikes, spikes_in(from));
    EXPECT_EQ(counts.populations[1].spikes, spikes_in(middle));
    EXPECT_EQ(counts.populations[2].spikes, spikes_in(end));
    EXPECT_EQ(counts.populations[1].membrane_updates,
              membrane_updates(middle, recorded.membrane(hidden).value));
    EXPECT_EQ(counts.populations[2].membrane_updates,
              membrane_updates(end, recorded.membrane(last).value));
    if (update != Update::automatic) {
      EXPECT_EQ(counts.populations[1].stepped, update == Update::stepped ? 70u * ticks : 0u);
    }
    const double places = (70.0 + 9.0) * ticks;
    EXPECT_DOUBLE_EQ(activation_sparsity(counts),
                     1.0 - static_cast<double>(spikes_in(middle) + spikes_in(end)) / places);
  }
}

TEST_P(RandomNetworks, TrainerCountsEveryEvent) {
  constexpr int ticks = 25;
  std::mt19937 random(GetParam());
  // The trainer knows delays per source neuron, and none for spikes that must not wait.
  Synapses in = random_synapses(random, 12, 70, 0.4, 0, 0);
  std::vector<int> axon;
  for (int k = 0; k < 12; ++k) axon.push_back(std::uniform_int_distribution<>(0, 3)(random));
  for (std::size_t s = 0; s < in.source.size(); ++s)
    in.delay[s] = axon[static_cast<std::size_t>(in.source[s])];
  const Synapses loop = random_synapses(random, 70, 70, 0.1, 1, 1);
  const Synapses out = random_synapses(random, 70, 5, 1.0, 0, 0);
  Network net;
  const auto source = net.add(EventSource{}, {12}, "source");
  const auto hidden = net.add(neuron(), {70}, "hidden");
  const auto last = net.add(neuron(), {5}, "last");
  connect(net, source, hidden, in, false, PerSource{to_ms(axon)});
  connect(net, hidden, hidden, loop, false, 1.0);
  connect(net, hidden, last, out, true, 0.0);
  std::vector<std::vector<counting::Spike>> samples(7);
  for (auto& sample : samples) {
    for (const counting::Spike& spike : counting::ones(ticks, 12)) {
      if (random() % 4 == 0) sample.push_back(spike);
    }
  }
  const Dataset data = counting::events(samples, 12, 5);
  TrainOptions options = counting::options_for(net, ticks);
  options.batch = 4;
  Trainer trainer(net, options);
  const RawCounts counts = trainer.evaluate(data, counting::all_of(data)).counts;
  Expected expected[3];
  std::uint64_t spikes[3] = {}, updates[3] = {};
  for (std::int64_t s = 0; s < data.size(); ++s) {
    const Trainer::Trace trace = trainer.trace(data, s);
    std::vector<Raster> rasters;
    for (std::size_t p = 0; p < 3; ++p) {
      const auto size = static_cast<std::size_t>(net.populations()[p].size());
      Raster raster(ticks, std::vector<int>(size));
      for (std::size_t e = 0; e < trace.spikes[p].size(); ++e)
        raster[e / size][e % size] = trace.spikes[p][e];
      spikes[p] += spikes_in(raster);
      if (p > 0) updates[p] += membrane_updates(raster, trace.membrane[p]);
      rasters.push_back(std::move(raster));
    }
    const Expected sample[3] = {count(in, rasters[0]), count(loop, rasters[1]),
                                count(out, rasters[1])};
    for (std::size_t q = 0; q < 3; ++q) {
      expected[q].source_events += sample[q].source_events;
      expected[q].synaptic += sample[q].synaptic;
      expected[q].effective += sample[q].effective;
      expected[q].dense += sample[q].dense;
    }
  }
  ASSERT_GT(spikes[1], 20u);
  ASSERT_GT(spikes[2], 0u);
  EXPECT_EQ(counts.samples, 7);
  for (std::size_t q = 0; q < 3; ++q) expect_equal(counts.projections[q], expected[q]);
  for (std::size_t p = 0; p < 3; ++p) EXPECT_EQ(counts.populations[p].spikes, spikes[p]);
  for (std::size_t p = 1; p < 3; ++p) {
    EXPECT_EQ(counts.populations[p].membrane_updates, updates[p]);
    EXPECT_EQ(counts.populations[p].stepped,
              7u * ticks * static_cast<std::uint64_t>(counts.populations[p].size));
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomNetworks, ::testing::Values(1u, 2u, 3u, 4u, 5u));

TEST(GradedCounts, TwinMultipliesWhereInputAndWeightAreNotZero) {
  std::mt19937 random(11);
  const Synapses in = random_synapses(random, 10, 8, 0.5, 0, 0);
  const Synapses out = random_synapses(random, 8, 3, 1.0, 0, 0);
  Network net;
  const auto source = net.add(CurrentSource{}, {10}, "source");
  const auto hidden = net.add(Relu{}, {8}, "hidden");
  connect(net, source, hidden, in, false, 0.0);
  connect(net, hidden, net.add(Li{}, {3}, "out"), out, true, 0.0);
  std::vector<std::vector<std::uint8_t>> samples(6, std::vector<std::uint8_t>(10));
  for (auto& sample : samples) {
    for (std::uint8_t& value : sample) value = static_cast<std::uint8_t>(random() % 4 * 50);
  }
  std::uint64_t first = 0, second = 0, active = 0;
  for (const auto& sample : samples) {
    std::vector<float> sum(8);
    for (std::size_t s = 0; s < in.source.size(); ++s) {
      const std::uint8_t value = sample[static_cast<std::size_t>(in.source[s])];
      if (value != 0 && in.weight[s] != 0) ++first;
      sum[static_cast<std::size_t>(in.target[s])] += static_cast<float>(value) * in.weight[s];
    }
    for (std::size_t s = 0; s < out.source.size(); ++s) {
      if (sum[static_cast<std::size_t>(out.source[s])] > 0 && out.weight[s] != 0) ++second;
    }
    active += static_cast<std::uint64_t>(
        std::count_if(sum.begin(), sum.end(), [](float x) { return x > 0; }));
  }
  const RawCounts raw = counting::trainer_counts(net, counting::images(samples, 255, 3), 1);
  EXPECT_TRUE(raw.projections[0].graded);
  EXPECT_TRUE(raw.projections[1].graded);
  EXPECT_EQ(raw.projections[0].effective_events, first);
  EXPECT_EQ(raw.projections[1].effective_events, second);
  const Counts counts = neurobench_counts(raw);
  EXPECT_DOUBLE_EQ(counts.macs_effective, static_cast<double>(first + second) / 6);
  EXPECT_EQ(counts.acs_effective, 0);
  // The readout hands on nothing, so its neurons are no places for zeros.
  EXPECT_DOUBLE_EQ(activation_sparsity(raw), 1 - static_cast<double>(active) / (6 * 8));
}

}  // namespace
