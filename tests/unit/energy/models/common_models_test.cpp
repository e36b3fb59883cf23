// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/models/common_models.hpp"

#include <gtest/gtest.h>

#include <map>

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

TrainingOperations executed(Operations forward, Operations backward) {
  TrainingOperations operations;
  operations.forward = forward;
  operations.backward = backward;
  return operations;
}

TEST(Models, EveryTermIsOperationsTimesAPriceOfNamedConstants) {
  RawCounts raw = one_projection(1000, true, 4);
  raw.projections.push_back(one_projection(77, false, 4).projections[0]);
  for (const Modelled& modelled : {compute_only(raw, Format::fp32), compute_only(raw, Format::fp16),
                                   compute_only(raw, Format::int8), memory_aware(raw),
                                   training_compute(executed({1, 2}, {3, 4}))}) {
    ASSERT_FALSE(modelled.terms.empty()) << modelled.model;
    EXPECT_FALSE(modelled.model.empty());
    EXPECT_FALSE(modelled.formula.empty());
    EXPECT_EQ(modelled.hardware, "horowitz-45nm");
    double sum = 0;
    for (const Modelled::Term& term : modelled.terms) {
      EXPECT_DOUBLE_EQ(term.joules.value(), term.operations * term.picojoules * 1e-12);
      EXPECT_FALSE(term.price.empty());
      sum += term.joules.value();
    }
    EXPECT_DOUBLE_EQ(modelled.joules_per_inference.value(), sum);
    for (const NamedConstant& constant : modelled.constants) {
      EXPECT_GT(constant.value, 0);
      EXPECT_NE(constant.source.find("Horowitz, ISSCC 2014"), std::string::npos);
    }
  }
}

TEST(ComputeOnly, MacIsMultiplyAndAdd) {
  EXPECT_NEAR(compute_only(one_projection(1000, true), Format::fp32).joules_per_inference.value(),
              4600 * pico, 1e-24);
  EXPECT_NEAR(compute_only(one_projection(1000, false), Format::fp32).joules_per_inference.value(),
              900 * pico, 1e-24);
  EXPECT_NEAR(compute_only(one_projection(1000, true), Format::fp16).joules_per_inference.value(),
              1500 * pico, 1e-24);
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
  const Modelled training = training_compute(executed({10, 100}, {1000, 10'000}));
  EXPECT_NEAR(training.joules_per_inference.value(), (1010 * 4.6 + 10'100 * 0.9) * pico, 1e-22);
  EXPECT_NEAR(training.sum_of("backward").value(), (1000 * 4.6 + 10'000 * 0.9) * pico, 1e-22);
}

TEST(TrainingCompute, PartsAddUpToTheWhole) {
  TrainingOperations operations = executed({100, 10}, {250, 30});
  ProjectionOperations q;
  q.name = "a->b";
  q.forward = {60, 10};
  q.input_gradient = {50, 0};
  q.weight_gradient = {100, 30};
  operations.projections = {q};
  operations.update = {7, 5, 2, 1};
  operations.bias_additions = 3;
  const Modelled training = training_compute(operations);
  EXPECT_NEAR(training.joules_per_inference.value(),
              (350 * 4.6 + 40 * 0.9 + 3 * 0.9 + 7 * 0.9 + 5 * 3.7) * pico, 1e-22);
  EXPECT_NEAR(training.sum_of("update").value(), (7 * 0.9 + 5 * 3.7) * pico, 1e-22);
  double of_layer = 0;
  for (const Modelled::Term& term : training.terms)
    of_layer += term.layer == "a->b" ? term.joules.value() : 0;
  EXPECT_NEAR(of_layer, (210 * 4.6 + 40 * 0.9) * pico, 1e-22);
  ASSERT_EQ(training.notes.size(), 1u);
  EXPECT_NE(training.notes[0].find("3 divisions and square roots"), std::string::npos);
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
  double sum = 0;
  for (const auto& [name, expected] : pj) {
    EXPECT_NEAR(modelled.sum_of(name).value(), expected * pico, 1e-12 * expected * pico) << name;
    sum += expected * pico;
  }
  EXPECT_NEAR(modelled.joules_per_inference.value(), sum, 1e-12 * sum);  // and no other term
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

}  // namespace
