// SPDX-License-Identifier: Apache-2.0
#include "snn/sim/simulation.hpp"

#include <gtest/gtest.h>

namespace snn {
namespace {

/// Two sources onto three neurons that add up: weight 1 from the first, 2 from the second.
struct Adding {
  Network net;
  PopulationId in = net.add(SpikeSource{{{1.0, 3.0}, {3.0, 4.0}}}, {2}, "in");
  PopulationId out = net.add(If{.v_rest_mv = -65, .v_reset_mv = -70, .v_th_mv = -60}, {3}, "out");
  ProjectionId all =
      net.connect(in, out, AllToAll{}, {.weight = std::vector<float>{1, 1, 0, 2, 2, 0}});
};

using Ticks = std::vector<std::int64_t>;

TEST(Simulation, RecordsSpikesInOrder) {
  Adding a;
  Simulation simulation(a.net, {.dt_ms = 1});
  simulation.record_spikes(a.in);
  simulation.record_spikes(a.out);
  simulation.run_ms(8);
  EXPECT_EQ(simulation.spikes(a.in).tick, (Ticks{1, 3, 3, 4}));
  EXPECT_EQ(simulation.spikes(a.in).neuron, (std::vector<std::int32_t>{0, 0, 1, 1}));
  // 1 + 3 + 2 mV are past 5 mV at tick 4, for the two neurons with weights.
  EXPECT_EQ(simulation.spikes(a.out).tick, (Ticks{4, 4}));
  EXPECT_EQ(simulation.spikes(a.out).neuron, (std::vector<std::int32_t>{0, 1}));
}

TEST(Simulation, RecordsMembranesInMillivoltsBeforeTheReset) {
  Adding a;
  Simulation simulation(a.net, {.dt_ms = 1});
  simulation.record_membrane(a.out, {2, 0});
  simulation.run_ms(6);
  const StateTrace& trace = simulation.membrane(a.out);
  EXPECT_EQ(trace.tick, (Ticks{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(trace.neuron, (std::vector<std::int32_t>{2, 0}));
  EXPECT_EQ(trace.value,
            (std::vector<float>{-65, -65, -65, -64, -65, -64, -65, -61, -65, -59, -65, -70}));
}

TEST(Simulation, RecordsEveryNeuronAtItsIntervalUnlessTold) {
  Network net;
  const auto out = net.add(std::vector<Lif>{{.v_rest_mv = -60}, {.v_rest_mv = -70}}, {2});
  net[out].v_init_mv = {-60, -70};
  Simulation simulation(net, {.dt_ms = 0.5});
  simulation.record_membrane(out, {}, 1.5);
  simulation.run_ms(4);
  EXPECT_EQ(simulation.membrane(out).tick, (Ticks{0, 3, 6}));
  EXPECT_EQ(simulation.membrane(out).neuron, (std::vector<std::int32_t>{0, 1}));
  EXPECT_EQ(simulation.membrane(out).value, (std::vector<float>{-60, -70, -60, -70, -60, -70}));
}

TEST(Simulation, RecordsFromWhenItIsAskedTo) {
  Adding a;
  Simulation simulation(a.net, {.dt_ms = 1});
  simulation.run_ms(2);
  simulation.record_spikes(a.in);
  simulation.record_membrane(a.out, {0});
  simulation.run_ms(2);
  EXPECT_EQ(simulation.spikes(a.in).tick, (Ticks{3, 3}));
  EXPECT_EQ(simulation.membrane(a.out).tick, (Ticks{2, 3}));
  EXPECT_EQ(simulation.membrane(a.out).value, (std::vector<float>{-64, -61}));
}

TEST(Simulation, CountsTicksAndChainsRuns) {
  Adding a;
  Simulation simulation(a.net, {.dt_ms = 0.1});
  EXPECT_EQ(simulation.run_ms(0.3).run_ticks(2).run_ms(0).tick(), 5);
  simulation.reset();
  EXPECT_EQ(simulation.tick(), 0);
}

TEST(Simulation, ResetClearsRecordingsAndKeepsOnRecording) {
  Adding a;
  Simulation simulation(a.net, {.dt_ms = 1});
  simulation.record_spikes(a.out);
  simulation.record_membrane(a.out, {1});
  simulation.run_ms(8);
  const Ticks expected = simulation.spikes(a.out).tick;
  const std::vector<float> trace = simulation.membrane(a.out).value;
  simulation.reset();
  EXPECT_TRUE(simulation.spikes(a.out).tick.empty());
  EXPECT_TRUE(simulation.membrane(a.out).tick.empty());
  EXPECT_EQ(simulation.counts().ticks, 0);
  simulation.run_ms(8);
  EXPECT_EQ(simulation.spikes(a.out).tick, expected);
  EXPECT_EQ(simulation.membrane(a.out).value, trace);
  EXPECT_EQ(simulation.membrane(a.out).neuron, (std::vector<std::int32_t>{1}));
}

TEST(Simulation, KeepsItsNetworkAndCanBeMoved) {
  std::vector<Simulation> kept;
  Ticks expected;
  {
    Adding a;
    Simulation simulation(a.net, {.dt_ms = 1});
    simulation.record_spikes(a.out);
    kept.push_back(std::move(simulation));
    a.net[a.all].synapse.weight = 0.0;  // the description was copied
  }
  kept[0].run_ms(8);
  EXPECT_EQ(kept[0].spikes({1}).tick, (Ticks{4, 4}));
}

TEST(Simulation, TheSeedDrawsWeightsAndRandomSpikes) {
  Network net;
  const auto in = net.add(PoissonSource{.rate_hz = 100}, {50});
  const auto out = net.add(Li{}, {1});
  net.connect(in, out, AllToAll{}, {.weight = Normal{0, 1}});
  const auto run = [&](std::uint64_t seed) {
    Simulation simulation(net, {.dt_ms = 1, .seed = seed});
    simulation.record_spikes(in);
    simulation.record_membrane(out);
    simulation.run_ms(50);
    return std::pair(simulation.spikes(in).neuron, simulation.membrane(out).value);
  };
  EXPECT_EQ(run(1), run(1));
  EXPECT_NE(run(1).first, run(2).first);
  EXPECT_NE(run(1).second, run(2).second);
}

TEST(Simulation, CountsWhatWasDone) {
  Adding a;
  const auto values = a.net.add(CurrentSource{}, {4}, "values");
  a.net.connect(values, a.out, AllToAll{}, {.weight = 0.0, .bias = {0, 0, 0}});
  Simulation simulation(a.net, {.dt_ms = 1});
  simulation.set_values(values, std::vector<float>{0, 1, -1, 0});
  simulation.run_ms(6);
  RawCounts counts = simulation.counts();
  EXPECT_EQ(counts.samples, 1);
  EXPECT_EQ(counts.ticks, 6);
  const ProjectionCounts& spiking = counts.projections[0];
  EXPECT_EQ(spiking.name, "in->out");
  EXPECT_EQ(spiking.source_size, 2);
  EXPECT_EQ(spiking.target_size, 3);
  EXPECT_EQ(spiking.synapses, 6);
  EXPECT_EQ(spiking.nonzero_synapses, 4);
  EXPECT_EQ(spiking.source_events, 4u);
  EXPECT_EQ(spiking.synaptic_events, 12u);
  EXPECT_EQ(spiking.effective_events, 8u);
  EXPECT_EQ(spiking.dense_events, 36u);
  EXPECT_FALSE(spiking.constant);
  EXPECT_FALSE(spiking.has_bias);
  const ProjectionCounts& held = counts.projections[1];
  EXPECT_EQ(held.source_events, 12u);  // two values that are not 0, six ticks
  EXPECT_EQ(held.synaptic_events, 36u);
  EXPECT_EQ(held.effective_events, 0u);
  EXPECT_TRUE(held.constant);
  EXPECT_TRUE(held.has_bias);
  EXPECT_FALSE(held.graded);  // all in {-1, 0, 1}
  EXPECT_TRUE(counts.populations[0].source);
  EXPECT_FALSE(counts.populations[0].graded);
  EXPECT_EQ(counts.populations[0].spikes, 4u);
  EXPECT_FALSE(counts.populations[1].source);
  EXPECT_EQ(counts.populations[1].spikes, 2u);
  EXPECT_EQ(counts.populations[1].size, 3);
  EXPECT_EQ(counts.populations[1].stepped, 18u);
  EXPECT_TRUE(counts.populations[2].graded);
  simulation.set_values(values, std::vector<float>{0, 0.5f, 0, 0});
  counts = simulation.run_ms(1).counts();
  EXPECT_EQ(counts.projections[1].source_events, 13u);
  EXPECT_TRUE(counts.projections[1].graded);
}

TEST(Simulation, RunsInDoubleWhenToldTo) {
  using Arithmetic = SimulationOptions::Arithmetic;
  Network net;
  const auto in = net.add(SpikeSource{{{0.0, 1.0}}}, {1});
  // A threshold of 2 + 2^-39 is 2 in a float, and two weights of 1 reach it there.
  const auto out = net.add(If{.v_rest_mv = 0, .v_reset_mv = 0, .v_th_mv = 2 + 0x1p-39}, {1});
  net.connect(in, out, AllToAll{}, {.weight = 1.0});
  for (const auto arithmetic : {Arithmetic::fixed_point, Arithmetic::float64}) {
    const bool in_double = arithmetic == Arithmetic::float64;
    Simulation simulation(net, {.dt_ms = 1, .threads = 3, .arithmetic = arithmetic});
    simulation.record_spikes(out);
    simulation.run_ms(4);
    EXPECT_EQ(simulation.spikes(out).tick, in_double ? Ticks{} : Ticks{1});
    EXPECT_EQ(simulation.precision()[0].weight_bits == 53, in_double);
  }
}

TEST(Simulation, ReportsItsPrecision) {
  Adding a;
  const auto precision = Simulation(a.net, {.dt_ms = 1}).precision();
  ASSERT_EQ(precision.size(), 1u);
  EXPECT_EQ(precision[0].projection, "in->out");
  // A sum of 3 in 31 bits: 3 * 2^29 < 2^31, so that the weight of 2 has 31 bits.
  EXPECT_EQ(precision[0].weight_bits, 31);
  EXPECT_GE(precision[0].bytes_per_synapse, 4.0);
}

}  // namespace
}  // namespace snn
