// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/models/models.hpp"

#include <gtest/gtest.h>

#include <map>

#include "snn/energy/models/constants.hpp"
#include "snn/model/errors.hpp"

/// Formulas and constants as published, written out again here in pJ.
namespace {

using namespace snn;

constexpr double pico = 1e-12;

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

TEST(Constants, AreThoseOfHorowitz) {
  using namespace snn::constants;
  const std::pair<Constant, double> published[] = {
      {add_int8, 0.03},      {multiply_int8, 0.2}, {add_int32, 0.1},
      {multiply_int32, 3.1}, {add_fp32, 0.9},      {multiply_fp32, 3.7},
      {sram_8k, 10},         {sram_32k, 20},       {sram_1m, 100}};
  for (const auto& [constant, value] : published) {
    EXPECT_EQ(constant.value, value) << constant.name;
    EXPECT_EQ(constant.unit, "pJ") << constant.name;
    EXPECT_EQ(constant.technology, "45 nm, 0.9 V") << constant.name;
    EXPECT_NE(constant.source.find("Horowitz, ISSCC 2014"), std::string_view::npos);
    EXPECT_FALSE(constant.evidence.empty());
  }
}

TEST(Models, NameTheirConstantsAndSources) {
  const RawCounts raw = one_projection(1, true);
  const std::pair<Modelled, std::size_t> models[] = {{compute_only(raw, Format::fp32), 2},
                                                     {compute_only(raw, Format::int8), 2},
                                                     {memory_aware(raw), 5},
                                                     {training_compute({}), 2}};
  for (const auto& [modelled, constants] : models) {
    EXPECT_FALSE(modelled.model.empty());
    EXPECT_EQ(modelled.constants.size(), constants) << modelled.model;
    for (const NamedConstant& constant : modelled.constants) {
      EXPECT_GT(constant.value, 0);
      EXPECT_NE(constant.source.find("Horowitz, ISSCC 2014"), std::string::npos);
      EXPECT_NE(constant.source.find("45 nm"), std::string::npos);
    }
    double sum = 0;
    for (const Modelled::Term& term : modelled.terms) sum += term.joules.value();
    EXPECT_DOUBLE_EQ(modelled.joules_per_inference.value(), sum);
  }
}

TEST(ComputeOnly, MacIsMultiplyAndAdd) {
  EXPECT_NEAR(compute_only(one_projection(1000, true), Format::fp32).joules_per_inference.value(),
              4600 * pico, 1e-24);
  EXPECT_NEAR(compute_only(one_projection(1000, false), Format::fp32).joules_per_inference.value(),
              900 * pico, 1e-24);
  EXPECT_NEAR(compute_only(one_projection(1000, true), Format::int8).joules_per_inference.value(),
              230 * pico, 1e-24);
  EXPECT_NEAR(compute_only(one_projection(1000, false), Format::int8).joules_per_inference.value(),
              30 * pico, 1e-24);
}

TEST(ComputeOnly, PublishedPairOfKeywordNetworks) {
  // NeuroBench's speech commands examples: 3,289,834.32 ACs and 1,728,071.17 MACs per sample.
  const Modelled spiking = compute_only(one_projection(328'983'432, false, 100), Format::fp32);
  const Modelled dense = compute_only(one_projection(172'807'117, true, 100), Format::fp32);
  EXPECT_NEAR(spiking.joules_per_inference.value() * 1e6, 2.96, 0.005);
  EXPECT_NEAR(dense.joules_per_inference.value() * 1e6, 7.95, 0.005);
}

TEST(TrainingCompute, PricesWhatWasExecuted) {
  const Modelled training = training_compute({.forward = {10, 100}, .backward = {1000, 10'000}});
  ASSERT_EQ(training.terms.size(), 2u);
  EXPECT_NEAR(training.terms[0].joules.value(), (10 * 4.6 + 100 * 0.9) * pico, 1e-24);
  EXPECT_NEAR(training.terms[1].joules.value(), (1000 * 4.6 + 10'000 * 0.9) * pico, 1e-24);
}

// Lemaire et al., ICONIP 2022: tables of operations and accesses of a layer.

constexpr double mac = 3.2, acc = 0.1;

/// One 32-bit word of a memory of so many: half of 10, 20 or 100 pJ.
double word(double words) {
  return words <= 2048 ? 5 : words <= 8192 ? 10 : 50;
}

struct Layer {
  double inputs = 0, outputs = 0, ticks = 0;
  double spikes_in = 0, spikes_out = 0;  ///< per inference
  bool bias = false, leaky = true;
  double synapses = 0;  ///< 0: fully connected
};

using Terms = std::map<std::string, double>;

Terms spiking_layer(const Layer& l) {
  const bool full = l.synapses == 0;
  const double weights = full ? l.inputs * l.outputs : l.synapses;
  const double events = l.spikes_in * weights / l.inputs;
  const double bias = l.bias ? l.ticks * l.outputs : 0;
  Terms pj;
  pj["inputs"] = l.spikes_in * word(l.inputs);
  pj["weights"] = events * word(weights) + bias * word(l.outputs);
  pj["potentials"] = 2 * (events + l.ticks * l.outputs) * word(l.outputs);
  pj["outputs"] = l.spikes_out * word(l.outputs);
  pj["operations"] =
      (l.leaky ? l.ticks * l.outputs * mac : 0) + (events + bias + l.spikes_out) * acc;
  pj["addressing"] = (full ? 0 : 2 * l.spikes_in * mac) + events * acc;
  return pj;
}

Terms dense_layer(const Layer& l) {
  const bool full = l.synapses == 0;
  const double weights = full ? l.inputs * l.outputs : l.synapses;
  Terms pj;
  pj["inputs"] = (full ? l.inputs : weights) * word(l.inputs);
  pj["weights"] = weights * word(weights) + (l.bias ? l.outputs * word(l.outputs) : 0);
  pj["potentials"] = 0;
  pj["outputs"] = l.outputs * word(l.outputs);
  pj["operations"] = weights * mac + (l.bias ? l.outputs * acc : 0);
  pj["addressing"] = weights * acc;
  return pj;
}

/// Counts of that layer over four samples.
RawCounts counts_of(const Layer& l, bool dense) {
  constexpr std::int64_t samples = 4;
  const auto whole = [](double value) { return static_cast<std::uint64_t>(value * samples); };
  const double weights = l.synapses == 0 ? l.inputs * l.outputs : l.synapses;
  RawCounts raw;
  raw.samples = samples;
  raw.ticks = static_cast<std::int64_t>(l.ticks);
  ProjectionCounts q;
  q.source_size = static_cast<std::int64_t>(l.inputs);
  q.target_size = static_cast<std::int64_t>(l.outputs);
  q.synapses = q.nonzero_synapses = static_cast<std::int64_t>(weights);
  q.source_events = whole(l.spikes_in);
  q.synaptic_events = q.effective_events = whole(l.spikes_in * weights / l.inputs);
  q.dense_events = whole(weights * l.ticks);
  q.graded = dense;
  q.has_bias = l.bias;
  raw.projections = {q};
  PopulationCounts p;
  p.size = q.target_size;
  p.graded = dense;
  p.leaky = l.leaky && !dense;
  p.spikes = whole(l.spikes_out);
  raw.populations = {p};
  return raw;
}

void expect_terms(const Modelled& modelled, const Terms& pj) {
  ASSERT_EQ(modelled.terms.size(), pj.size());
  for (const Modelled::Term& term : modelled.terms) {
    const double expected = pj.at(term.name) * pico;
    EXPECT_NEAR(term.joules.value(), expected, 1e-12 * expected) << term.name;
  }
}

TEST(MemoryAware, SpikingLayers) {
  const Layer layers[] = {
      {.inputs = 100, .outputs = 50, .ticks = 10, .spikes_in = 37, .spikes_out = 12.25},
      {.inputs = 20, .outputs = 256, .ticks = 25, .spikes_in = 90, .spikes_out = 400, .bias = true},
      {.inputs = 300, .outputs = 3000, .ticks = 4, .spikes_in = 1, .spikes_out = 0, .bias = true},
      {.inputs = 100, .outputs = 50, .ticks = 10, .spikes_in = 40, .spikes_out = 9, .leaky = false},
      {.inputs = 64, .outputs = 36, .ticks = 8, .spikes_in = 16, .spikes_out = 5, .synapses = 320}};
  for (const Layer& layer : layers)
    expect_terms(memory_aware(counts_of(layer, false)), spiking_layer(layer));
}

TEST(MemoryAware, DenseLayers) {
  const Layer layers[] = {{.inputs = 100, .outputs = 50, .ticks = 1},
                          {.inputs = 784, .outputs = 256, .ticks = 1, .bias = true},
                          {.inputs = 3000, .outputs = 10'000, .ticks = 1, .bias = true},
                          {.inputs = 64, .outputs = 36, .ticks = 1, .bias = true, .synapses = 320}};
  for (const Layer& layer : layers)
    expect_terms(memory_aware(counts_of(layer, true)), dense_layer(layer));
}

TEST(MemoryAware, NeuronsWithoutLeakDoNotMultiply) {
  Layer layer{.inputs = 100, .outputs = 50, .ticks = 10, .spikes_in = 37};
  const double leaky = memory_aware(counts_of(layer, false)).joules_per_inference.value();
  layer.leaky = false;
  const double integrators = memory_aware(counts_of(layer, false)).joules_per_inference.value();
  EXPECT_NEAR(leaky - integrators, 10 * 50 * mac * pico, 1e-20);
}

TEST(MemoryAware, NeedsASample) {
  EXPECT_THROW(memory_aware(RawCounts{}), ConfigError);
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

}  // namespace
