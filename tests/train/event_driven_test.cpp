// SPDX-License-Identifier: Apache-2.0
// The event-driven run of a trained network is the trainer's forward pass, spike for spike; where
// the rounding of a sum flips a spike, the membrane was within 1e-5 of threshold at the first
// difference.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "snn/sim/simulation.hpp"
#include "snn/train/encode.hpp"
#include "snn/train/trainer.hpp"
#include "tests/train/tasks.hpp"

namespace snn {
namespace {

constexpr std::int64_t features = 24;
constexpr std::int64_t hidden = 70;
constexpr std::int32_t classes = 4;

std::vector<float> zeros(std::int64_t n) {
  return std::vector<float>(static_cast<std::size_t>(n));
}

struct Case {
  const char* name;
  std::function<Network()> network;
  bool events = false;
};

template <class Model>
Network layered(const Source& source, const Model& model, Delay delay = 0.0,
                bool recurrent = false) {
  Network network;
  const auto in = network.add(source, {features}, "in");
  const auto first = network.add(model, {hidden}, "first");
  const auto second = network.add(model, {hidden}, "second");
  const auto out = network.add(Li{.tau_m_ms = 10}, {classes}, "out");
  network.connect(in, first, AllToAll{}, {.weight = KaimingUniform{2.5}, .bias = zeros(hidden)});
  network.connect(first, second, AllToAll{},
                  {.weight = KaimingUniform{2.5}, .delay_ms = std::move(delay)});
  if (recurrent) {
    network.connect(second, second, AllToAll{}, {.weight = KaimingUniform{0.7}, .delay_ms = 1.0});
    network.connect(second, first, AllToAll{}, {.weight = KaimingUniform{0.5}, .delay_ms = 2.0});
  }
  network.connect(second, out, AllToAll{}, {.weight = KaimingUniform{1.0}, .bias = zeros(classes)});
  return network;
}

PerSource spread_delays() {
  PerSource delays;
  for (int k = 0; k < hidden; ++k) delays.ms.push_back(k % 5);
  return delays;
}

Sparse sparse_rule() {
  Sparse rule;
  for (std::int64_t k = 0; k < features; ++k) {
    for (std::int64_t n = k % 3; n < hidden; n += 3) {
      rule.source.push_back(k);
      rule.target.push_back(n);
    }
  }
  return rule;
}

Network sparse_and_one_to_one() {
  Network network;
  const auto in = network.add(RateSource{}, {features}, "in");
  const auto first = network.add(Lif::unit(10.0), {hidden}, "first");
  const auto second = network.add(Lif::unit(10.0), {hidden}, "second");
  const auto out = network.add(Li{.tau_m_ms = 10}, {classes}, "out");
  network.connect(in, first, sparse_rule(), {.weight = KaimingUniform{2.5}, .bias = zeros(hidden)});
  network.connect(first, second, OneToOne{}, {.weight = 0.8, .delay_ms = 1.0});
  network.connect(second, out, AllToAll{}, {.weight = KaimingUniform{1.0}});
  return network;
}

Network heterogeneous() {
  Network network = layered(CurrentSource{}, Lif::unit(10.0));
  std::vector<Lif> each;
  for (int n = 0; n < hidden; ++n) {
    each.push_back(Lif::unit(2.0 + n, n % 2 == 0 ? Reset::subtract : Reset::to_value));
    each.back().v_th_mv = 0.5 + 0.01 * n;
  }
  network[PopulationId{1}].kind = Neurons{ParametersOf<Lif>(each.begin(), each.end())};
  network[PopulationId{2}].v_init_mv = {0.25};
  return network;
}

std::vector<Case> cases() {
  Lif refractory = Lif::unit(10.0, Reset::to_value);
  refractory.t_ref_ms = 2;
  Lif current = Lif::unit(1.0);
  current.input = Input::current;
  Lif euler = Lif::unit(5.0);
  euler.scheme = Scheme::euler;
  AdaptiveLif adaptive = AdaptiveLif::unit(10.0, 50.0, 0.3);
  return {
      {"direct_lif", [] { return layered(CurrentSource{}, Lif::unit(10.0)); }},
      {"rate_lif_to_value", [] { return layered(RateSource{}, Lif::unit(10.0, Reset::to_value)); }},
      {"latency_if", [] { return layered(LatencySource{}, If{.reset = Reset::subtract}); }},
      {"events_lif", [] { return layered(EventSource{}, Lif::unit(10.0)); }, true},
      {"cuba", [] { return layered(RateSource{}, CubaLif::unit(10.0, 4.0)); }},
      {"adaptive", [=] { return layered(CurrentSource{}, adaptive); }},
      {"refractory", [=] { return layered(CurrentSource{}, refractory); }},
      {"current_input", [=] { return layered(RateSource{}, current); }},
      {"euler", [=] { return layered(RateSource{}, euler); }},
      {"delayed", [] { return layered(CurrentSource{}, Lif::unit(10.0), 3.0); }},
      {"delays_per_source", [] { return layered(RateSource{}, Lif::unit(10.0), spread_delays()); }},
      {"recurrent", [] { return layered(RateSource{}, Lif::unit(5.0), 0.0, true); }},
      {"recurrent_delayed",
       [] { return layered(CurrentSource{}, CubaLif::unit(5.0, 3.0), spread_delays(), true); }},
      {"sparse_and_one_to_one", [] { return sparse_and_one_to_one(); }},
      {"heterogeneous", [] { return heterogeneous(); }},
  };
}

class EventDriven : public testing::TestWithParam<Case> {};

/// How many samples had a spike that the rounding of a sum flipped.
int compare(const Network& learnt, Trainer& trainer, const Dataset& data,
            const TrainOptions& options, int threads, int samples) {
  int flipped = 0;
  Simulation simulation(learnt, {.dt_ms = options.dt_ms, .seed = options.seed, .threads = threads});
  const auto populations = static_cast<std::int32_t>(learnt.populations().size());
  for (std::int32_t p = 0; p < populations; ++p) {
    simulation.record_spikes({p});
    if (!learnt[PopulationId{p}].is_source()) simulation.record_membrane({p});
  }
  for (int sample = 0; sample < samples; ++sample) {
    const Trainer::Trace trace = trainer.trace(data, sample);
    const EncodedSample encoded = encode_sample(learnt[PopulationId{0}].source(), data, sample,
                                                options.ticks, options.dt_ms, options.seed, 0);
    simulation.reset();
    if (encoded.values.empty())
      simulation.set_spikes({0}, encoded.begin, encoded.unit);
    else
      simulation.set_values({0}, encoded.values);
    simulation.run_ticks(options.ticks);
    bool differs = false;
    for (std::int64_t tick = 0; tick < options.ticks && !differs; ++tick) {
      for (std::int32_t p = 0; p < populations && !differs; ++p) {
        const auto at = static_cast<std::size_t>(p);
        const Population& population = learnt[PopulationId{p}];
        const std::int64_t size = population.size();
        const SpikeTrain& spikes = simulation.spikes({p});
        std::vector<std::uint8_t> now(static_cast<std::size_t>(size));
        for (std::size_t s = 0; s < spikes.tick.size(); ++s) {
          if (spikes.tick[s] == tick) now[static_cast<std::size_t>(spikes.neuron[s])] = 1;
        }
        for (std::int64_t n = 0; n < size; ++n) {
          const auto i = static_cast<std::size_t>(tick * size + n);
          if (!population.is_source()) {
            const float u = simulation.membrane({p}).value[i];
            const float expected = trace.membrane[at][i];
            EXPECT_NEAR(u, expected, 1e-5 * std::max(1.0, std::abs(static_cast<double>(expected))))
                << population.name << " tick " << tick << " neuron " << n;
          }
          if (trace.spikes[at].empty() || now[static_cast<std::size_t>(n)] == trace.spikes[at][i])
            continue;
          differs = true;  // the membranes agreed within 1e-5, on both sides of the threshold
        }
      }
    }
    flipped += differs ? 1 : 0;
  }
  return flipped;
}

TEST_P(EventDriven, EqualsTheTrainersForwardPass) {
  const Dataset data = GetParam().events ? tasks::temporal_xor(80, 8, features / 2, 5)
                                         : tasks::prototypes(80, features, classes, 5);
  Dataset four = data;
  four.classes = classes;
  const Split split = tasks::split(four);
  TrainOptions options;
  options.ticks = 20;
  options.epochs = 3;
  options.batch = 16;
  options.threads = 2;
  options.loss = MeanMembraneCrossEntropy{};
  Trainer trainer(GetParam().network(), options);
  trainer.train(four, split);
  const Network learnt = trainer.network();
  for (const int threads : {1, 2}) {
    const int flipped = compare(learnt, trainer, four, options, threads, 12);
    EXPECT_LE(flipped, 1) << "samples with a flipped spike";
    RecordProperty("flipped", flipped);
  }
  // It did some work: every spiking population fired.
  const Evaluation evaluation = trainer.evaluate(four, split.test);
  for (const PopulationCounts& population : evaluation.counts.populations) {
    if (population.graded || population.name == "out") continue;
    EXPECT_GT(population.spikes, 0u) << population.name;
  }
}

TEST_P(EventDriven, CountsTheSameOperations) {
  const Dataset data = GetParam().events ? tasks::temporal_xor(80, 8, features / 2, 5)
                                         : tasks::prototypes(80, features, classes, 5);
  Dataset four = data;
  four.classes = classes;
  TrainOptions options;
  options.ticks = 20;
  options.batch = 16;
  options.threads = 1;
  options.loss = MeanMembraneCrossEntropy{};
  const Network network = GetParam().network();
  Trainer trainer(network, options);
  const Network learnt = trainer.network();
  Simulation simulation(learnt, {.dt_ms = options.dt_ms, .seed = options.seed});
  for (std::int64_t sample = 0; sample < 6; ++sample) {
    const RawCounts expected = trainer.evaluate(four, std::span(&sample, 1)).counts;
    const EncodedSample encoded = encode_sample(learnt[PopulationId{0}].source(), four, sample,
                                                options.ticks, options.dt_ms, options.seed, 0);
    simulation.reset();
    if (encoded.values.empty())
      simulation.set_spikes({0}, encoded.begin, encoded.unit);
    else
      simulation.set_values({0}, encoded.values);
    simulation.run_ticks(options.ticks);
    const RawCounts counts = simulation.counts();
    for (std::size_t q = 0; q < counts.projections.size(); ++q) {
      const ProjectionCounts& a = counts.projections[q];
      const ProjectionCounts& b = expected.projections[q];
      EXPECT_EQ(a.synapses, b.synapses) << a.name;
      EXPECT_EQ(a.nonzero_synapses, b.nonzero_synapses) << a.name;
      EXPECT_EQ(a.source_events, b.source_events) << a.name;
      EXPECT_EQ(a.synaptic_events, b.synaptic_events) << a.name;
      EXPECT_EQ(a.effective_events, b.effective_events) << a.name;
      EXPECT_EQ(a.dense_events, b.dense_events) << a.name;
      EXPECT_EQ(a.graded, b.graded) << a.name;
    }
    for (std::size_t p = 1; p < counts.populations.size(); ++p) {
      const PopulationCounts& a = counts.populations[p];
      const PopulationCounts& b = expected.populations[p];
      EXPECT_EQ(a.spikes, b.spikes) << a.name;
      EXPECT_EQ(a.membrane_updates, b.membrane_updates) << a.name;
      EXPECT_LE(a.stepped + a.touched, b.stepped) << a.name;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Networks, EventDriven, testing::ValuesIn(cases()),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace snn
