// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "snn/math/value_counts.hpp"
#include "snn/model/network.hpp"

/// Operations that were done, as 64-bit integers, and their translation into the field's dialects.
/// Definitions: docs/counts.md.
namespace snn {

/// What one projection carried, summed over `RawCounts::samples`.
struct ProjectionCounts {
  std::string name;                   ///< "source->target"
  std::int64_t source_size = 0;       ///< neurons of the source
  std::int64_t target_size = 0;       ///< neurons of the target
  std::int64_t synapses = 0;          ///< existing synapses
  std::int64_t nonzero_synapses = 0;  ///< of these with weight != 0
  /// Of a Convolution: with the taps that lie on padding, which do not exist. 0: `synapses`.
  std::int64_t padded_synapses = 0;
  std::int64_t kernel_weights = 0;  ///< of a Convolution: those its synapses share. 0: none do
  /// Nonzero inputs of source neurons that have synapses: spikes (once each, when the first of
  /// their synapses acts), or graded values != 0 (once per tick).
  std::uint64_t source_events = 0;
  std::uint64_t synaptic_events = 0;   ///< nonzero inputs times fan-out
  std::uint64_t effective_events = 0;  ///< of these over weights != 0
  std::uint64_t dense_events = 0;      ///< synapses times ticks: what a dense machine would do
  bool graded = false;          ///< some input was not in {-1, 0, 1}: multiplications are needed
  bool constant = false;        ///< the input did not change over the ticks of a sample
  bool has_bias = false;        ///< its target neurons have biases
  bool binary_weights = false;  ///< every weight is 0 or 1
  /// What graded inputs were. Absent: spikes, or nothing is known beyond `graded`.
  std::optional<ValueCounts> values;
};

/// What one population did, summed over `RawCounts::samples`.
struct PopulationCounts {
  std::string name;       ///< of the population
  std::int64_t size = 0;  ///< neurons
  bool source = false;    ///< a source of spikes or values, no neurons that are stepped
  bool graded = false;    ///< ReLU and graded sources; spikes then counts nonzero outputs
  bool emits = true;      ///< hands on spikes or values; a readout that is only looked at does not
  bool leaky = false;     ///< the membrane decays: a multiplication per neuron and tick
  std::int64_t state_values = 0;   ///< numbers each neuron keeps from tick to tick
  std::uint64_t spikes = 0;        ///< spikes; of graded ones outputs != 0
  std::uint64_t stepped = 0;       ///< neuron updates by stepping every tick
  std::uint64_t touched = 0;       ///< neuron updates because an event arrived
  std::uint64_t drive_events = 0;  ///< of Poisson drives: each adds a weight, as a synapse does
  std::uint64_t membrane_updates =
      0;  ///< NeuroBench: size, plus changes of the membrane after tick 0
};

/// Counts of nothing, with what a description says of the population.
inline PopulationCounts blank_counts(const Population& population) {
  PopulationCounts counts;
  counts.name = population.name;
  counts.size = population.size();
  counts.source = population.is_source();
  if (counts.source) {
    counts.graded = std::holds_alternative<CurrentSource>(population.source());
    return counts;
  }
  if (const CustomNeurons* custom = population.custom()) {
    counts.emits = custom->output != Output::none;
    counts.leaky = true;  // nothing is known of it: counted as the dearer
    counts.state_values = custom->state.fields;
    return counts;
  }
  std::visit(
      [&](const auto& neurons) {
        using Model = typename std::decay_t<decltype(neurons)>::model;
        counts.graded = Model::output == Output::graded;
        counts.emits = Model::output != Output::none;
        counts.leaky = !counts.graded && !std::is_same_v<Model, If>;
        using State = typename Model::template State<float>;
        if constexpr (Model::output != Output::graded)
          counts.state_values = static_cast<std::int64_t>(sizeof(State) / sizeof(float));
      },
      population.neurons());
  return counts;
}
/// What a network did, as exact integers, summed over samples: per projection and population.
struct RawCounts {
  std::int64_t samples = 0;                   ///< how many were summed
  std::int64_t ticks = 0;                     ///< per sample
  std::vector<ProjectionCounts> projections;  ///< one each, in the order of the network
  std::vector<PopulationCounts> populations;  ///< one each, in the order of the network

  /// Adds the counts of more samples of the same network.
  RawCounts& operator+=(const RawCounts& other);
};

/// What was done between two counts of the same network: of a simulation that ran on (ticks differ)
/// or of an evaluation of more samples (samples differ). What is said of inputs and weights
/// (`graded`, `constant`, ...) is that of `later`. ConfigError if the counts are of two networks,
/// if both ticks and samples differ, or if a count of `later` is less than that of `earlier`.
RawCounts operator-(const RawCounts& later, const RawCounts& earlier);

/// The same counts with held analogue inputs counted once per sample instead of once per tick: what
/// hardware that keeps the sums of a constant input would do.
RawCounts held_inputs(const RawCounts& raw);

/// Weights and biases of all projections. Shared weights (convolutions) count once per synapse,
/// as the trainer learns them; neurobench_results() counts them once.
std::int64_t parameter_count(const RawCounts& raw);

/// Share of outputs that are 0, over all ticks of all populations that emit and are no sources.
double activation_sparsity(const RawCounts& raw);

}  // namespace snn
