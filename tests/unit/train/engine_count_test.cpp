// SPDX-License-Identifier: Apache-2.0
// Counts of a forward pass against loops over every synapse and tick of the trace.
#include <gtest/gtest.h>

#include <algorithm>

#include "snn/math/philox.hpp"
#include "snn/train/engine.hpp"
#include "snn/train/parameters.hpp"

namespace snn {
namespace {

constexpr int ticks = 9, samples = 11;

double drawn(std::uint32_t stream, std::size_t element) {
  return random_words(4, RandomUse::weights, stream, element)[0] * 0x1p-32;
}

Sparse sparse_rule(std::int64_t sources, std::int64_t targets) {
  Sparse rule;
  for (std::int64_t s = 0; s < sources; ++s) {
    for (std::int64_t t = 0; t < targets; ++t) {
      if (drawn(1, static_cast<std::size_t>(s * targets + t)) > 0.3) continue;
      rule.source.push_back(s);
      rule.target.push_back(t);
    }
  }
  return rule;
}

/// 6 inputs -> 70 -> 9 -> 3: a mask, one to one, recurrence, delays (one beyond the sample's end).
template <class Model>
Network network(const Source& source, const Model& model) {
  Network net;
  const auto in = net.add(source, {6}, "in");
  const auto first = net.add(model, {70}, "first");
  const auto second = net.add(model, {9}, "second");
  const auto out = net.add(Li{.tau_m_ms = 5}, {3}, "out");
  net.connect(in, first, sparse_rule(6, 70), {.weight = Uniform{-0.5, 1.5}});
  net.connect(first, second, AllToAll{}, {.weight = Uniform{-0.3, 0.4}, .delay_ms = 2.0});
  net.connect(first, first, OneToOne{}, {.weight = Uniform{-1, 1}, .delay_ms = 3.0});
  PerSource delays;
  for (int n = 0; n < 9; ++n) delays.ms.push_back(1 + n % 3);
  net.connect(second, first, AllToAll{}, {.weight = Uniform{-1, 1}, .delay_ms = delays});
  net.connect(second, out, AllToAll{},
              {.weight = Uniform{-1, 1}, .bias = std::vector<float>(3, 0.1f)});
  net.connect(first, out, AllToAll{}, {.weight = 1.0, .delay_ms = 20.0});
  return net;
}

EncodedSample encoded(int b, bool held) {
  EncodedSample sample;
  for (std::size_t f = 0; held && f < 6; ++f) {
    const double value = drawn(2, static_cast<std::size_t>(b) * 6 + f);
    sample.values.push_back(value < 0.3 ? 0.0f : static_cast<float>(value));
  }
  if (held) return sample;
  for (int t = 0; t < ticks; ++t) {
    sample.begin.push_back(static_cast<std::int32_t>(sample.unit.size()));
    for (std::uint32_t f = 0; f < 6; ++f)
      if (drawn(3, static_cast<std::size_t>((b * ticks + t) * 6) + f) < 0.5)
        sample.unit.push_back(f);
  }
  sample.begin.push_back(static_cast<std::int32_t>(sample.unit.size()));
  return sample;
}

struct Pass {
  Network net;
  Plan plan;
  TrainOptions options;
  std::vector<float> parameters;
  bool held;
  Engine<float> engine;

  Pass(Network described, bool held_input)
      : net(std::move(described)),
        plan(make_plan(net, {})),
        options(make_options()),
        parameters(initial_parameters(net, plan, 1.0, 3)),
        held(held_input),
        engine(net, plan, options) {
    for (std::size_t i = 0; i < parameters.size(); i += 5) parameters[i] = 0;  // ineffective ones
    engine.load(parameters);
    const std::vector<std::int32_t> labels(samples);
    engine.forward(
        {.samples = samples, .encoded = [&](int b) { return encoded(b, held); }, .labels = labels});
  }

  static TrainOptions make_options() {
    TrainOptions options;
    options.ticks = ticks;
    options.batch = samples;
    options.threads = 2;
    options.loss = MeanMembraneCrossEntropy{};
    return options;
  }

  /// Output of neuron n at a tick of a sample.
  double output(std::size_t p, int sample, int tick, std::int64_t n) const {
    for (int s = 0; s < engine.shards_in_use(); ++s) {
      const Shard<float>& shard = engine.shards()[static_cast<std::size_t>(s)];
      const int row = sample - shard.first;
      if (row < 0 || row >= shard.rows) continue;
      const ShardPopulation<float>& population = shard.populations[p];
      const PlannedPopulation& planned = plan.populations[p];
      const std::int64_t line = std::int64_t{tick} * shard.rows + row;
      if (planned.spiking) {
        const auto word = static_cast<std::size_t>(line * planned.words + n / 64);
        return static_cast<double>((population.spikes[word] >> (n % 64)) & 1);
      }
      if (!planned.graded) return 0;
      const std::int64_t at = planned.source ? row : line;
      return static_cast<double>(
          population.output[static_cast<std::size_t>(at * planned.size + n)]);
    }
    ADD_FAILURE() << "no shard has sample " << sample;
    return 0;
  }
};

struct Synapse {
  std::int64_t source, target;
  int delay;
  float weight;
};

std::vector<Synapse> synapses(const Pass& pass, std::size_t q) {
  const Projection& projection = pass.net.projections()[q];
  const float* weight = pass.parameters.data() + pass.plan.projections[q].weight;
  const std::int64_t sources = pass.net[projection.source].size();
  const std::int64_t targets = pass.net[projection.target].size();
  const auto delay = [&](std::int64_t s) {
    const auto* each = std::get_if<PerSource>(&projection.synapse.delay_ms);
    return static_cast<int>(each ? each->ms[static_cast<std::size_t>(s)]
                                 : std::get<double>(projection.synapse.delay_ms));
  };
  std::vector<Synapse> list;
  if (const auto* sparse = std::get_if<Sparse>(&projection.rule)) {
    for (std::size_t k = 0; k < sparse->source.size(); ++k) {
      const std::int64_t s = sparse->source[k], t = sparse->target[k];
      list.push_back({s, t, delay(s), weight[s * targets + t]});
    }
  } else if (std::holds_alternative<OneToOne>(projection.rule)) {
    for (std::int64_t n = 0; n < targets; ++n) list.push_back({n, n, delay(n), weight[n]});
  } else {
    for (std::int64_t s = 0; s < sources; ++s)
      for (std::int64_t t = 0; t < targets; ++t)
        list.push_back({s, t, delay(s), weight[s * targets + t]});
  }
  return list;
}

void expect_counts(const Pass& pass) {
  RawCounts counts = pass.engine.empty_counts();
  pass.engine.count(counts);
  EXPECT_EQ(counts.samples, samples);
  EXPECT_EQ(counts.ticks, ticks);
  for (std::size_t q = 0; q < counts.projections.size(); ++q) {
    const ProjectionCounts& found = counts.projections[q];
    SCOPED_TRACE(found.name);
    const auto source = static_cast<std::size_t>(pass.net.projections()[q].source.index);
    std::uint64_t events = 0, effective = 0, source_events = 0;
    std::int64_t nonzero = 0;
    bool graded = false;
    const std::vector<Synapse> all = synapses(pass, q);
    std::vector<int> delay_of(static_cast<std::size_t>(found.source_size));
    for (const Synapse& s : all) {
      nonzero += s.weight != 0 ? 1 : 0;
      delay_of[static_cast<std::size_t>(s.source)] = s.delay;
      for (int b = 0; b < samples; ++b) {
        for (int t = 0; t + s.delay < ticks; ++t) {  // arrivals within the sample
          const double value = pass.output(source, b, t, s.source);
          events += value != 0 ? 1 : 0;
          effective += value != 0 && s.weight != 0 ? 1 : 0;
          if (value != 0 && value != 1) graded = true;
        }
      }
    }
    for (std::int64_t n = 0; n < found.source_size; ++n) {
      for (int b = 0; b < samples; ++b)
        for (int t = 0; t + delay_of[static_cast<std::size_t>(n)] < ticks; ++t)
          source_events += pass.output(source, b, t, n) != 0 ? 1 : 0;
    }
    EXPECT_EQ(found.synapses, static_cast<std::int64_t>(all.size()));
    EXPECT_EQ(found.nonzero_synapses, nonzero);
    EXPECT_EQ(found.synaptic_events, events);
    EXPECT_EQ(found.effective_events, effective);
    EXPECT_EQ(found.source_events, source_events);
    EXPECT_EQ(found.dense_events, all.size() * ticks * samples);
    EXPECT_EQ(found.graded, graded);
    EXPECT_EQ(found.constant, pass.held && source == 0);
    EXPECT_EQ(found.has_bias, !pass.net.projections()[q].synapse.bias.empty());
  }
  std::uint64_t all_spikes = 0;
  for (std::size_t p = 0; p < counts.populations.size(); ++p) {
    const PopulationCounts& found = counts.populations[p];
    SCOPED_TRACE(found.name);
    std::uint64_t spikes = 0;
    for (int b = 0; b < samples; ++b)
      for (int t = 0; t < ticks; ++t)
        for (std::int64_t n = 0; n < found.size; ++n)
          spikes += pass.output(p, b, t, n) != 0 ? 1 : 0;
    EXPECT_EQ(found.spikes, spikes);
    const bool source = p == 0;
    EXPECT_EQ(found.stepped,
              source ? 0u : static_cast<std::uint64_t>(found.size * ticks * samples));
    if (pass.plan.populations[p].spiking && !source) all_spikes += spikes;
  }
  EXPECT_EQ(pass.engine.spikes(), all_spikes);
}

TEST(EngineCount, SpikesOfEvents) {
  const Pass pass(network(EventSource{}, Lif::unit(4.0)), false);
  EXPECT_GT(pass.engine.spikes(), 100u);
  expect_counts(pass);
}

TEST(EngineCount, HeldInput) {
  const Pass pass(network(CurrentSource{}, Lif::unit(4.0, Reset::to_value)), true);
  EXPECT_GT(pass.engine.spikes(), 100u);
  expect_counts(pass);
}

TEST(EngineCount, Rectifiers) {
  Network net;
  const auto in = net.add(CurrentSource{}, {6}, "in");
  const auto hidden = net.add(Relu{}, {70}, "hidden");
  const auto out = net.add(Li{}, {3}, "out");
  net.connect(in, hidden, sparse_rule(6, 70), {.weight = Uniform{-1, 1}});
  net.connect(hidden, hidden, OneToOne{}, {.weight = 0.5, .delay_ms = 2.0});
  net.connect(hidden, out, AllToAll{}, {.weight = Uniform{-1, 1}});
  net.connect(in, out, AllToAll{}, {.weight = Uniform{-1, 1}});
  net.connect(hidden, out, AllToAll{},
              {.weight = Uniform{-1, 1}, .bias = std::vector<float>(3, 0.1f)});
  const Pass pass(std::move(net), true);
  EXPECT_EQ(pass.engine.spikes(), 0u);
  expect_counts(pass);
}

/// NeuroBench counts the first tick, and every membrane that differs from the tick before, both
/// after the reset. Threshold 1, reset to 0. Input of 1 in all ticks, or in tick 0 alone: a spike
/// each, and 0 after every tick. Input of 1/4 in all ticks: 1/4, 1/2, 3/4, 0 over and over.
TEST(EngineCount, MembraneUpdatesByHand) {
  struct Row {
    double weight;
    int input_ticks;
    std::uint64_t changes, spikes;
  };
  for (const Row& row : {Row{1.0, ticks, 0, 9}, Row{1.0, 1, 0, 1}, Row{0.25, ticks, 8, 2}}) {
    Network net;
    const auto in = net.add(EventSource{}, {1}, "in");
    const auto out = net.add(If{}, {1}, "out");
    net.connect(in, out, AllToAll{}, {.weight = row.weight});
    const Plan plan = make_plan(net, {});
    TrainOptions options = Pass::make_options();
    options.batch = 2;
    options.loss = CountCrossEntropy{};
    Engine<float> engine(net, plan, options);
    engine.load(std::vector<float>{static_cast<float>(row.weight)});
    const std::vector<std::int32_t> labels{0, 0};
    engine.forward({.samples = 2,
                    .encoded =
                        [&](int) {
                          EncodedSample sample;
                          for (int t = 0; t <= ticks; ++t)
                            sample.begin.push_back(std::min(t, row.input_ticks));
                          sample.unit.assign(static_cast<std::size_t>(row.input_ticks), 0);
                          return sample;
                        },
                    .labels = labels});
    RawCounts counts = engine.empty_counts();
    engine.count(counts);
    EXPECT_EQ(counts.populations[1].membrane_updates, 2 * (1 + row.changes));
    EXPECT_EQ(counts.populations[1].spikes, 2 * row.spikes);
  }
}

TEST(EngineCount, CountsOfMoreBatchesAddUp) {
  const Pass pass(network(EventSource{}, Lif::unit(4.0)), false);
  RawCounts once = pass.engine.empty_counts(), twice = pass.engine.empty_counts();
  pass.engine.count(once);
  pass.engine.count(twice);
  pass.engine.count(twice);
  EXPECT_EQ(twice.samples, 2 * once.samples);
  for (std::size_t q = 0; q < once.projections.size(); ++q) {
    EXPECT_EQ(twice.projections[q].synaptic_events, 2 * once.projections[q].synaptic_events);
    EXPECT_EQ(twice.projections[q].dense_events, 2 * once.projections[q].dense_events);
    EXPECT_EQ(twice.projections[q].synapses, once.projections[q].synapses);
  }
}

TEST(Shards, HoldEverySampleOnceWhateverTheThreads) {
  for (const int threads : {1, 2, 5}) {
    const Network net = network(EventSource{}, Lif::unit(4.0));
    const Plan plan = make_plan(net, {});
    TrainOptions options = Pass::make_options();
    options.threads = threads;
    Engine<float> engine(net, plan, options);
    engine.load(initial_parameters(net, plan, 1.0, 3));
    const std::vector<std::int32_t> labels(samples);
    for (const int present : {samples, 3, 1}) {
      engine.forward({.samples = present,
                      .encoded = [](int b) { return encoded(b, false); },
                      .labels = labels});
      int next = 0;
      for (int s = 0; s < engine.shards_in_use(); ++s) {
        const Shard<float>& shard = engine.shards()[static_cast<std::size_t>(s)];
        EXPECT_EQ(shard.first, next);
        EXPECT_EQ(shard.capacity, engine.shards().front().capacity);
        EXPECT_LE(shard.rows, shard.capacity);
        EXPECT_GE(shard.rows, 1);
        next += shard.rows;
      }
      EXPECT_EQ(next, present);
    }
  }
}

}  // namespace
}  // namespace snn
