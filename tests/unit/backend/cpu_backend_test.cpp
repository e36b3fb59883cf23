// SPDX-License-Identifier: Apache-2.0
#include "snn/backend/cpu_backend.hpp"

#include <gtest/gtest.h>

namespace snn {
namespace {

using Spike = std::pair<std::int64_t, std::int32_t>;

/// Spikes of a population over the coming ticks.
std::vector<Spike> spikes(Backend& backend, std::int32_t population, std::int64_t ticks) {
  std::vector<Spike> found;
  backend.record_spikes(population);
  Observer observer;
  observer.spikes = [&](std::int32_t p, std::int64_t tick, std::span<const std::int32_t> neurons) {
    for (const std::int32_t n : neurons) {
      if (p == population) found.emplace_back(tick, n);
    }
  };
  backend.advance(ticks, observer);
  return found;
}

/// A relay fires in the tick its input arrives in: the spike's way can be followed through.
const If relay{.v_th_mv = 1};

TEST(CpuBackend, ASpikeArrivesItsDelayLater) {
  for (const double delay_ms : {1.0, 2.0, 63.0, 64.0, 65.0, 300.0}) {
    Network net;
    const auto in = net.add(SpikeSource{{{3.0}}}, {1});
    const auto out = net.add(relay, {1});
    net.connect(in, out, AllToAll{}, {.delay_ms = delay_ms});
    CpuBackend backend(compile(net, 1.0, 1), {});
    EXPECT_EQ(spikes(backend, 1, 500), (std::vector<Spike>{{3 + static_cast<int>(delay_ms), 0}}));
  }
}

TEST(CpuBackend, AChainWithoutDelayPassesWithinTheTick) {
  Network net;
  const auto last = net.add(relay, {1}), middle = net.add(relay, {1});
  const auto in = net.add(SpikeSource{{{3.0}}}, {1});
  net.connect(middle, last, AllToAll{});
  net.connect(in, middle, AllToAll{});
  CpuBackend backend(compile(net, 1.0, 1), {});
  EXPECT_EQ(spikes(backend, 0, 10), (std::vector<Spike>{{3, 0}}));
}

TEST(CpuBackend, ARingOfDelayedRelaysGoesRound) {
  Network net;
  const auto in = net.add(SpikeSource{{{0.0}}}, {1});
  const auto a = net.add(relay, {1}), b = net.add(relay, {1});
  net.connect(in, a, AllToAll{});
  net.connect(a, b, AllToAll{});
  net.connect(b, a, AllToAll{}, {.delay_ms = 4.0});
  CpuBackend backend(compile(net, 1.0, 1), {});
  EXPECT_EQ(spikes(backend, b.index, 13), (std::vector<Spike>{{0, 0}, {4, 0}, {8, 0}, {12, 0}}));
}

TEST(CpuBackend, ASynapseThatIsListedTwiceActsTwice) {
  Network net;
  const auto in = net.add(SpikeSource{{{1.0}}}, {1});
  const auto out = net.add(If{.v_th_mv = 2}, {1});
  net.connect(in, out, Sparse{{0, 0}, {0, 0}}, {.delay_ms = 1.0});
  CpuBackend backend(compile(net, 1.0, 1), {});
  EXPECT_EQ(spikes(backend, 1, 5), (std::vector<Spike>{{2, 0}}));
  EXPECT_EQ(backend.counts().projections[0].source_events, 1u);
  EXPECT_EQ(backend.counts().projections[0].synaptic_events, 2u);
}

TEST(CpuBackend, MembranesAreSampledAtMultiplesOfTheInterval) {
  Network net;
  net.add(Lif{.i_offset_mv = 1}, {2});
  CpuBackend backend(compile(net, 1.0, 1), {});
  backend.record_membrane(0, 5);
  std::vector<std::int64_t> ticks;
  Observer observer;
  observer.membrane = [&](std::int32_t, std::int64_t tick, std::span<const float> u) {
    ticks.push_back(tick);
    EXPECT_EQ(u.size(), 2u);
  };
  for (const std::int64_t piece : {3, 3, 1, 8}) backend.advance(piece, observer);
  EXPECT_EQ(ticks, (std::vector<std::int64_t>{0, 5, 10}));
}

/// Neurons 0 and 1 of three get inputs of 1, -1 and 0 in some ticks: what changes is plain to see.
TEST(CpuBackend, CountsSpikesUpdatesAndEvents) {
  for (const auto update : {BackendOptions::Update::stepped, BackendOptions::Update::touched}) {
    Network net;
    const auto in = net.add(SpikeSource{{{1.0, 4.0, 5.0}, {2.0}, {4.0}}}, {3});
    const auto out = net.add(If{.v_th_mv = 3}, {3});
    net.connect(in, out, Sparse{{0, 1, 2, 2}, {0, 0, 1, 0}},
                {.weight = std::vector<float>{1, -1, 0, 0}});
    CpuBackend backend(compile(net, 1.0, 1), {.update = update});
    backend.advance(8, {});
    const BackendCounts counts = backend.counts();
    EXPECT_EQ(counts.projections[0].source_events, 5u);
    EXPECT_EQ(counts.projections[0].synaptic_events, 6u);  // the spike of neuron 2 has two synapses
    EXPECT_EQ(counts.projections[0].effective_events, 4u);  // of weight 0
    EXPECT_EQ(counts.populations[0].spikes, 5u);
    EXPECT_EQ(counts.populations[1].spikes, 0u);
    // Tick 0 counts all three; neuron 0 changes in ticks 1, 2, 4 and 5.
    EXPECT_EQ(counts.populations[1].membrane_updates, 3u + 4u);
    const bool touched = update == BackendOptions::Update::touched;
    EXPECT_EQ(counts.populations[1].stepped, touched ? 0u : 24u);
    // Neuron 0 in ticks 1, 2, 4, 5 and neuron 1 in tick 4.
    EXPECT_EQ(counts.populations[1].touched, touched ? 5u : 0u);
  }
}

TEST(CpuBackend, WhatIsDrivenIsSteppedEvenIfTouchingIsAskedFor) {
  Network net;
  net.add(Lif{.i_offset_mv = 20}, {10}, "driven");
  net.add(CubaLif{}, {10}, "without jump");
  CpuBackend backend(compile(net, 1.0, 1), {.update = BackendOptions::Update::touched});
  backend.advance(100, {});
  const auto counts = backend.counts().populations;
  EXPECT_EQ(counts[0].stepped, 1000u);
  // At rest nothing changes: once that is seen, a neuron is passed over.
  EXPECT_GE(counts[1].stepped, 10u);
  EXPECT_LE(counts[1].stepped, 30u);
  EXPECT_EQ(counts[0].touched + counts[1].touched, 0u);
  EXPECT_GT(backend.counts().populations[0].spikes, 0u);
}

TEST(MakeBackend, SaysWhatIsUnavailable) {
  Network net;
  net.add(If{}, {1});
  for (const char* device : {"cuda:0", "abacus", ""}) {
    try {
      make_backend(device, compile(net, 1.0, 1), {});
      if (std::string(device) != "cuda:0") ADD_FAILURE() << device;
    } catch (const UnavailableError& error) {
      const std::string what = error.what();
      EXPECT_NE(what.find("\"" + std::string(device) + "\""), std::string::npos) << what;
      EXPECT_NE(what.find("cpu"), std::string::npos) << what;
    }
  }
}

}  // namespace
}  // namespace snn
