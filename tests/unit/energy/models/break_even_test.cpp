// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/models/break_even.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "snn/energy/models/common_models.hpp"
#include "snn/model/errors.hpp"

namespace {

using namespace snn;

RawCounts one_projection(std::uint64_t effective, bool graded, std::int64_t samples = 1) {
  RawCounts raw;
  raw.samples = samples;
  raw.ticks = 1;
  ProjectionCounts q;
  q.effective_events = q.synaptic_events = effective;
  q.graded = graded;
  raw.projections = {q};
  return raw;
}

// E_SNN / E_ANN = T s / k with k = MAC / AC = 5.11 (fp32) or 7.67 (int8).

RawCounts spiking_pair(double rate, std::int64_t ticks, std::int64_t synapses) {
  RawCounts raw = one_projection(
      static_cast<std::uint64_t>(rate * static_cast<double>(ticks * synapses)), false);
  raw.ticks = ticks;
  PopulationCounts hidden;
  hidden.size = 1000;
  hidden.spikes = static_cast<std::uint64_t>(rate * 1000 * static_cast<double>(ticks));
  PopulationCounts readout;
  readout.size = 10;
  readout.emits = false;
  raw.populations = {hidden, readout};
  return raw;
}

TEST(BreakEven, FollowsTheClosedForm) {
  const RawCounts dense = one_projection(1'000'000, true);
  const RawCounts spiking = spiking_pair(0.2, 10, 1'000'000);
  const BreakEven fp32 = break_even(spiking, dense, Format::fp32);
  EXPECT_NEAR(fp32.ratio, 10 * 0.2 / (4.6 / 0.9), 1e-12);
  EXPECT_NEAR(fp32.allowed, 4.6 / 0.9 / 10, 1e-12);
  EXPECT_DOUBLE_EQ(fp32.measured, 0.2);
  EXPECT_TRUE(fp32.wins());
  const BreakEven int8 = break_even(spiking, dense, Format::int8);
  EXPECT_NEAR(int8.allowed, 0.23 / 0.03 / 10, 1e-12);
  EXPECT_FALSE(break_even(spiking_pair(0.8, 10, 1'000'000), dense, Format::fp32).wins());
}

TEST(BreakEven, EnergiesAreEqualAtTheAllowedRate) {
  const RawCounts dense = one_projection(7'000'000, true);
  RawCounts spiking = spiking_pair(0.125, 20, 10'000'000);
  ProjectionCounts analogue;
  analogue.effective_events = 2'000'000;  // multiplications that do not depend on the rate
  analogue.graded = true;
  spiking.projections.push_back(analogue);
  const BreakEven point = break_even(spiking, dense, Format::fp32);
  EXPECT_NEAR(point.ratio, (2e6 * 4.6 + 2.5e7 * 0.9) / (7e6 * 4.6), 1e-12);
  RawCounts allowed = spiking_pair(point.allowed, 20, 10'000'000);
  allowed.projections.push_back(analogue);
  EXPECT_NEAR(compute_only(allowed, Format::fp32).joules_per_inference.value(),
              compute_only(dense, Format::fp32).joules_per_inference.value(),
              1e-12);  // one AC is 0.9e-12
  // Where the multiplications alone cost more, no rate is low enough.
  EXPECT_LT(break_even(spiking, one_projection(1'000'000, true), Format::fp32).allowed, 0);
}

TEST(BreakEven, SilentLayersLowerTheMeasuredRate) {
  RawCounts spiking = spiking_pair(0.5, 10, 1000);
  PopulationCounts silent;
  silent.size = 1000;
  spiking.populations.push_back(silent);
  EXPECT_DOUBLE_EQ(break_even(spiking, one_projection(1000, true), Format::fp32).measured, 0.25);
}

/// A layer: spikes per synapse and inference, or a dense one.
ProjectionCounts layer(const char* name, std::int64_t synapses, double per_synapse, bool graded) {
  ProjectionCounts q;
  q.name = name;
  q.synapses = q.nonzero_synapses = synapses;
  q.effective_events = q.synaptic_events =
      static_cast<std::uint64_t>(per_synapse * static_cast<double>(synapses));
  q.graded = graded;
  return q;
}

TEST(BreakEvenLayers, EachLayerHasItsOwnBound) {
  RawCounts spiking, dense;
  spiking.samples = dense.samples = 1;
  spiking.projections = {layer("a", 1000, 25, true), layer("b", 500, 3, false),
                         layer("c", 500, 6, false), layer("only here", 10, 1, false)};
  dense.projections = {layer("a", 1000, 1, true), layer("b", 500, 1, true),
                       layer("c", 500, 0.5, true)};  // half of its inputs were 0
  const auto layers = break_even_layers(spiking, dense, Format::fp32);
  ASSERT_EQ(layers.size(), 3u);
  EXPECT_EQ(layers[0].layer, "a");
  EXPECT_NEAR(layers[0].ratio, 25, 1e-12);  // 25 ticks of an analogue input against one
  EXPECT_TRUE(layers[0].graded && layers[0].loses());
  EXPECT_NEAR(layers[1].spikes_per_synapse, 3, 1e-12);
  EXPECT_NEAR(layers[1].allowed, 4.6 / 0.9, 1e-12);
  EXPECT_NEAR(layers[1].ratio, 3 / (4.6 / 0.9), 1e-12);
  EXPECT_FALSE(layers[1].loses());
  EXPECT_NEAR(layers[2].allowed, 0.5 * 4.6 / 0.9, 1e-12);  // T s < k (1 - g)
  EXPECT_TRUE(layers[2].loses());
}

TEST(BreakEvenLayers, AnOpponentThatCostsNothingCannotBeBeaten) {
  RawCounts spiking, dense;
  spiking.samples = dense.samples = 1;
  spiking.projections = {layer("a", 10, 1, false), layer("b", 10, 0, false)};
  dense.projections = {layer("a", 10, 0, true), layer("b", 10, 0, true)};
  const auto layers = break_even_layers(spiking, dense, Format::fp32);
  EXPECT_TRUE(std::isinf(layers[0].ratio));
  EXPECT_EQ(layers[1].ratio, 1.0);
  EXPECT_TRUE(std::isinf(break_even(spiking, dense, Format::fp32).ratio));
}

TEST(PublishedBounds, AreBelowTwoSpikesPerSynapse) {
  EXPECT_EQ(published_bounds().size(), 3u);
  for (const PublishedBound& bound : published_bounds()) {
    EXPECT_LE(bound.low, bound.high);
    EXPECT_LT(bound.high, 2.0);
  }
  EXPECT_NEAR(published_bounds()[0].high, 12.0 / 7.0, 0.01);
}

TEST(BitBudget, IsTheProductOfTicksAndWidths) {
  RawCounts raw;
  raw.samples = 2;
  raw.ticks = 5;
  ProjectionCounts q = layer("a", 100, 1, false);
  q.dense_events = 2 * 5 * 100;
  raw.projections = {q};
  const BitBudget budget = bit_budget(raw, 4, 2);
  EXPECT_EQ(budget.bits, 5 * 4 * 2);
  EXPECT_EQ(budget.effort, 500 * 8);
  EXPECT_EQ(budget.effective, 50 * 8);
  EXPECT_THROW(bit_budget(raw, 0, 1), ConfigError);
  EXPECT_THROW(bit_budget(raw, 1, 0), ConfigError);
}

}  // namespace
