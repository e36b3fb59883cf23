// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <numeric>
#include <type_traits>

#include "snn/compile/compiled_network.hpp"
#include "snn/compile/connect.hpp"
#include "snn/compile/estimate.hpp"
#include "snn/compile/initial_membranes.hpp"
#include "snn/compile/memory.hpp"
#include "snn/compile/plan_fan_outs.hpp"
#include "snn/compile/row_builder.hpp"
#include "snn/compile/synapse_values.hpp"
#include "snn/math/philox.hpp"
#include "snn/model/validate.hpp"

namespace snn {
namespace {

/// Of a model of the user's own nothing is known but its loops: it is never left untouched.
void compile_custom(const CustomNeurons& custom, const std::string& population, double dt_ms,
                    CompiledPopulation& compiled) {
  compiled.loops = custom.loops;
  compiled.receptors = custom.loops->ports;
  compiled.shared = custom.entries == 1;
  compiled.coeffs = custom.coeffs(dt_ms);
  compiled.driven = true;
  compiled.v_rest_mv.assign(custom.v_rest_mv.begin(), custom.v_rest_mv.end());
  for (const float c : compiled.coeffs) {
    if (std::isfinite(c)) continue;
    throw ConfigError("population \"" + population + "\"", "coefficients of " + custom.model,
                      std::to_string(c), "finite numbers from derive()");
  }
}

void compile_neurons(const Population& population, double dt_ms, CompiledPopulation& compiled) {
  if (population.custom() != nullptr)
    return compile_custom(*population.custom(), population.name, dt_ms, compiled);
  CompiledParameters parameters = compile_parameters(population.neurons(), dt_ms);
  compiled.shared = parameters.shared;
  compiled.coeffs = std::move(parameters.coeffs);
  compiled.v_rest_mv = std::move(parameters.v_rest_mv);
  compiled.driven |= parameters.driven;
  std::visit(
      [&](const auto& models) {
        using Model = typename std::decay_t<decltype(models)>::model;
        if constexpr (Model::output == Output::graded) {
          throw ConfigError(
              "population \"" + population.name + "\"", "model", std::string(Model::name),
              "spiking models and readouts; dense twins are evaluated by the Trainer");
        }
        compiled.loops = &loops_of<Model>;
        compiled.receptors = receptors_of<Model>;
      },
      population.neurons());
}

void compile_stimuli(const Population& population, std::uint32_t index, double dt_ms,
                     CompiledPopulation& compiled) {
  CompiledStimuli stimuli = compile_stimuli(population.stimuli, index, dt_ms);
  compiled.drives = std::move(stimuli.drives);
  compiled.currents = std::move(stimuli.currents);
  compiled.driven |= !population.stimuli.empty();
}

std::uint64_t poisson_bound(double rate_hz, double dt_ms) {
  return probability_bound(1.0 - std::exp(-rate_hz * dt_ms * 1e-3));
}

void compile_source(const Source& source, double dt_ms, CompiledPopulation& compiled) {
  if (const auto* poisson = std::get_if<PoissonSource>(&source)) {
    compiled.poisson_bound = {{0}, {poisson_bound(poisson->rate_hz, dt_ms)}};
  }
  if (const auto* changing = std::get_if<InhomogeneousPoissonSource>(&source)) {
    for (const double ms : changing->times_ms)
      compiled.poisson_bound.begin.push_back(std::llround(ms / dt_ms));
    for (const double rate_hz : changing->rates_hz)
      compiled.poisson_bound.value.push_back(poisson_bound(rate_hz, dt_ms));
  }
  if (const auto* regular = std::get_if<RegularSource>(&source)) {
    compiled.regular = {regular->interval_ms, regular->start_ms, {}, {}};
    std::vector<std::pair<double, std::int32_t>> phases;
    for (const double ms : regular->phase_ms)
      phases.emplace_back(ms, static_cast<std::int32_t>(phases.size()));
    std::sort(phases.begin(), phases.end());
    for (const auto& [ms, neuron] : phases) {
      compiled.regular.phase_ms.push_back(ms);
      compiled.regular.neuron.push_back(neuron);
    }
  }
  if (const auto* spikes = std::get_if<SpikeSource>(&source)) {
    std::vector<std::pair<std::int64_t, std::int32_t>> events;
    for (std::size_t n = 0; n < spikes->times_ms.size(); ++n) {
      for (const double ms : spikes->times_ms[n])
        events.emplace_back(std::llround(ms / dt_ms), static_cast<std::int32_t>(n));
    }
    std::sort(events.begin(), events.end());
    events.erase(std::unique(events.begin(), events.end()), events.end());
    for (const auto& [tick, neuron] : events) {
      compiled.spike_tick.push_back(tick);
      compiled.spike_neuron.push_back(neuron);
    }
  }
}

/// A population comes after all that reach it without delay.
void assign_levels(const Network& network, CompiledNetwork& compiled) {
  for (const std::int32_t p : compiled.order) {
    CompiledPopulation& population = compiled.populations[static_cast<std::size_t>(p)];
    for (const std::int32_t q : population.inputs) {
      const CompiledProjection& projection = compiled.projections[static_cast<std::size_t>(q)];
      if (projection.graded || projection.delays.front() > 0) continue;
      const int below = compiled
                            .populations[static_cast<std::size_t>(
                                network.projections()[static_cast<std::size_t>(q)].source.index)]
                            .level;
      population.level = std::max(population.level, below + 1);
    }
    compiled.levels = std::max(compiled.levels, population.level + 1);
  }
}

CompiledPopulation compile_population(const Population& population, std::uint32_t index,
                                      double dt_ms, std::uint64_t seed, std::int64_t& neurons) {
  CompiledPopulation compiled;
  compiled.name = population.name;
  compiled.size = population.size();
  if (population.is_source()) {
    compiled.source = population.source();
    compile_source(population.source(), dt_ms, compiled);
  } else {
    compile_neurons(population, dt_ms, compiled);
    const std::vector<double> initial = initial_membranes(population, index, seed);
    compiled.initial_u.assign(initial.begin(), initial.end());
    compile_stimuli(population, index, dt_ms, compiled);
    compiled.first = neurons;
    neurons += (compiled.size + 255) / 256 * 256;  // neurons are stepped 256 at a time
  }
  return compiled;
}

/// All that is known of a projection before its synapses are drawn.
CompiledProjection describe_projection(const Network& network, ProjectionId id,
                                       const CompileOptions& options) {
  const Projection& described = network[id];
  CompiledProjection projection;
  projection.name = network.name_of(id);
  projection.source = described.source.index;
  projection.target = described.target.index;
  projection.receptor = described.synapse.receptor;
  const Population& source = network[described.source];
  projection.graded = source.is_source() && std::holds_alternative<CurrentSource>(source.source());
  projection.has_bias = !described.synapse.bias.empty();
  projection.delays = SynapseValues(network, id, options.dt_ms, options.seed, 0).possible_ticks();
  if (projection.delays.empty()) projection.delays.push_back(1);  // no synapses
  if (projection.graded && projection.delays.back() > 0) {
    throw ConfigError("projection \"" + projection.name + "\"", "delay_ms",
                      std::to_string(projection.delays.back()) + " ticks",
                      "0 ms from a CurrentSource: its values hold until they are changed");
  }
  return projection;
}

/// The synapses of a source that hands on values, by source and target.
void list_values(const Network& network, ProjectionId id, std::uint64_t seed,
                 CompiledProjection& projection) {
  const Pairs pairs = expand_pairs(network, id, seed);
  const std::vector<float> weight = expand_weights(network, id, seed);
  std::vector<std::size_t> order(pairs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(pairs.source[a], pairs.target[a]) <
           std::pair(pairs.source[b], pairs.target[b]);
  });
  const auto sources = static_cast<std::size_t>(network[network[id].source].size());
  projection.values.row.assign(sources + 1, 0);
  projection.degree.assign(sources, 0);
  projection.nonzero.assign(sources, 0);
  projection.values.target_of.reserve(order.size());
  projection.values.weight.reserve(order.size());
  for (const std::size_t s : order) {
    const auto k = static_cast<std::size_t>(pairs.source[s]);
    projection.values.target_of.push_back(pairs.target[s]);
    projection.values.weight.push_back(weight[s]);
    ++projection.degree[k];
    if (weight[s] != 0) {
      ++projection.nonzero[k];
      ++projection.nonzero_synapses;
    }
  }
  for (std::size_t k = 0; k < sources; ++k)
    projection.values.row[k + 1] = projection.values.row[k] + projection.degree[k];
  projection.synapses = static_cast<std::int64_t>(order.size());
  projection.bytes_per_synapse = sizeof(std::int32_t) + sizeof(float);
}

/// Refuses before synapses are allocated.
void require_memory(const Network& network, const CompileOptions& options,
                    const CompiledNetwork& planned, RowBuilder* builder) {
  const BuildEstimate needed = estimate_build(network, options, planned, builder != nullptr);
  if (builder != nullptr) builder->require(needed);
  const std::int64_t available =
      options.memory_bytes > 0 ? options.memory_bytes : available_memory();
  if (needed.peak_bytes <= available) return;
  const auto largest =
      std::max_element(needed.projections.begin(), needed.projections.end(),
                       [](const auto& a, const auto& b) { return a.bytes < b.bytes; });
  throw ResourceError(
      needed.peak_bytes, available,
      "building the synapses takes " + memory_text(needed.peak_bytes) + " (" +
          memory_text(needed.synapse_bytes) + " when done), " + memory_text(available) +
          " are available; what would help: Storage::procedural, or fewer synapses, where there "
          "are "
          "most (projection \"" +
          largest->name + "\": " + memory_text(static_cast<std::int64_t>(largest->bytes)) +
          "), or more memory");
}

}  // namespace

CompiledNetwork plan_network(const Network& network, const CompileOptions& options) {
  validate(network, options.dt_ms);
  CompiledNetwork compiled;
  compiled.dt_ms = options.dt_ms;
  compiled.seed = options.seed;
  compiled.order = update_order(network, options.dt_ms).order;
  for (const Population& population : network.populations()) {
    const auto index = static_cast<std::uint32_t>(compiled.populations.size());
    compiled.populations.push_back(
        compile_population(population, index, options.dt_ms, options.seed, compiled.neurons));
  }
  bool some = false;
  for (std::size_t q = 0; q < network.projections().size(); ++q) {
    CompiledProjection projection =
        describe_projection(network, {static_cast<std::int32_t>(q)}, options);
    if (!projection.graded) {
      compiled.least_delay = some ? std::min(compiled.least_delay, projection.delays.front())
                                  : projection.delays.front();
      compiled.largest_delay = std::max(compiled.largest_delay, projection.delays.back());
      some = true;
    }
    compiled.populations[static_cast<std::size_t>(projection.target)].inputs.push_back(
        static_cast<std::int32_t>(q));
    compiled.projections.push_back(std::move(projection));
  }
  compiled.fan_outs = plan_fan_outs(network, compiled);
  fix_scales(network, options, compiled);
  split_procedural(network, compiled);
  assign_levels(network, compiled);
  return compiled;
}

CompiledNetwork compile(const Network& network, const CompileOptions& options,
                        RowBuilder* builder) {
  CompiledNetwork compiled = plan_network(network, options);
  require_memory(network, options, compiled, builder);
  build_fan_outs(network, options, compiled, builder);
  for (std::size_t q = 0; q < compiled.projections.size(); ++q) {
    CompiledProjection& projection = compiled.projections[q];
    if (!projection.graded) continue;
    compiled.populations[static_cast<std::size_t>(projection.target)].driven = true;
    list_values(network, {static_cast<std::int32_t>(q)}, options.seed, projection);
  }
  return compiled;
}

}  // namespace snn
