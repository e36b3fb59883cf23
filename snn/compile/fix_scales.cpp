// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>
#include <cmath>
#include <type_traits>

#include "snn/compile/plan_fan_outs.hpp"
#include "snn/compile/synapse_values.hpp"

namespace snn {
namespace {

/// The finest scale: beyond it a weight of 1 would leave no room for a sum.
constexpr int most_scale = 29;

/// What a sum must have room for, of each neuron of one port.
struct Worst {
  std::vector<double> sum;    ///< of magnitudes
  std::vector<double> terms;  ///< number of rounded terms
};

double largest_value(const Population& source) {
  if (!source.is_source()) return 1.0;
  const auto* current = std::get_if<CurrentSource>(&source.source());
  return current != nullptr ? current->max_abs : 1.0;
}

/// Explicit weights are summed as they are; of others number and largest magnitude are known.
void add_afferents(const Network& network, ProjectionId id, double most, double largest,
                   Worst& worst) {
  const Projection& projection = network[id];
  const double factor = largest_value(network[projection.source]);
  const auto add = [&](std::size_t n, double magnitude) {
    worst.sum[n] += factor * magnitude;
    worst.terms[n] += 1;
  };
  // Plastic weights may all become the largest.
  const auto* values = is_plastic(projection.synapse)
                           ? nullptr
                           : std::get_if<std::vector<float>>(&projection.synapse.weight);
  const std::vector<std::int64_t>* listed = nullptr;
  if (const auto* list = std::get_if<Sparse>(&projection.rule)) listed = &list->target;
  if (const auto* rows = std::get_if<Csr>(&projection.rule)) listed = &rows->target;
  const std::size_t targets = worst.sum.size();
  if (const auto* shared = std::get_if<Convolution>(&projection.rule);
      shared && values != nullptr) {
    // Each output channel has weights of its own; at borders some of them have no source.
    double sum = 0;
    const auto channels = static_cast<std::size_t>(network[projection.target].shape[0]);
    const std::size_t kernel = values->size() / channels, map = targets / channels;
    for (std::size_t n = 0; n < targets; ++n) {
      if (n % map == 0) {
        sum = 0;
        for (std::size_t w = 0; w < kernel; ++w)
          sum += std::abs(static_cast<double>((*values)[n / map * kernel + w]));
      }
      worst.sum[n] += factor * sum;
      worst.terms[n] += static_cast<double>(kernel);
    }
    return;
  }
  if (listed != nullptr || values != nullptr) {
    const std::size_t synapses = listed != nullptr ? listed->size() : values->size();
    for (std::size_t s = 0; s < synapses; ++s) {
      const std::size_t n =
          listed != nullptr ? static_cast<std::size_t>((*listed)[s]) : s % targets;
      add(n, values != nullptr ? std::abs(static_cast<double>((*values)[s])) : largest);
    }
    return;
  }
  for (std::size_t n = 0; n < targets; ++n) {
    worst.sum[n] += factor * largest * most;
    worst.terms[n] += most;
  }
}

/// Largest step between weights that loses nothing that matters, in the weights' unit.
double tolerable_step(const Weight& weight, double largest, double tolerance) {
  if (tolerance > 0) return 2 * tolerance * largest;
  const double step = std::visit(
      [](const auto& w) {
        using Kind = std::decay_t<decltype(w)>;
        if constexpr (std::is_same_v<Kind, Uniform>) {
          return (w.high - w.low) / std::sqrt(12.0) / 64;
        } else if constexpr (std::is_same_v<Kind, Normal> ||
                             std::is_same_v<Kind, TruncatedNormal>) {
          return w.sd / 64;
        } else if constexpr (std::is_same_v<Kind, Lognormal>) {
          return std::exp(w.mu) * w.sigma / 64;
        } else {
          return 0.0;
        }
      },
      weight);
  return std::max(step, std::ldexp(largest, -20));
}

void choose_scales(const Network& network, const std::vector<double>& most,
                   const std::vector<double>& largest, CompiledNetwork& compiled) {
  for (std::size_t index = 0; index < compiled.populations.size(); ++index) {
    CompiledPopulation& population = compiled.populations[index];
    if (population.is_source()) continue;
    const auto ports = static_cast<std::size_t>(population.receptors);
    const auto size = static_cast<std::size_t>(population.size);
    population.scale_log2.assign(ports, most_scale);
    population.bias.resize(ports);
    population.loads.resize(ports);
    for (std::size_t port = 0; port < ports; ++port) {
      Worst worst{std::vector<double>(size), std::vector<double>(size)};
      std::vector<double> bias(size);
      for (const std::int32_t q : population.inputs) {
        const auto at = static_cast<std::size_t>(q);
        if (compiled.projections[at].receptor != static_cast<int>(port)) continue;
        add_afferents(network, {q}, most[at], largest[at], worst);
        const auto& biases = network.projections()[at].synapse.bias;
        for (std::size_t n = 0; n < biases.size(); ++n) bias[n] += static_cast<double>(biases[n]);
      }
      for (const CompiledPoissonDrive& drive : population.drives) {
        if (drive.receptor != static_cast<int>(port)) continue;
        const auto events = static_cast<double>(drive.most_events());
        for (std::size_t n = 0; n < size; ++n) {
          worst.sum[n] += events * std::abs(drive.weight);
          worst.terms[n] += events;
        }
      }
      int& scale = population.scale_log2[port];
      CompiledPopulation::Load& load = population.loads[port];
      for (std::size_t n = 0; n < size; ++n) {
        // Rounding adds at most 1 per term, and as much for each bias.
        const double room =
            largest_sum - worst.terms[n] - static_cast<double>(population.inputs.size());
        const double sum = worst.sum[n] + std::abs(bias[n]);
        load.sum = std::max(load.sum, sum);
        load.rounding = std::max(load.rounding, largest_sum - room);
        if (sum > 0) scale = std::min(scale, static_cast<int>(std::floor(std::log2(room / sum))));
      }
    }
  }
}

void fix_biases(const Network& network, CompiledNetwork& compiled) {
  for (CompiledPopulation& population : compiled.populations) {
    for (const std::int32_t q : population.inputs) {
      const auto& biases = network.projections()[static_cast<std::size_t>(q)].synapse.bias;
      if (std::all_of(biases.begin(), biases.end(), [](float b) { return b == 0; })) continue;
      const CompiledProjection& projection = compiled.projections[static_cast<std::size_t>(q)];
      const auto port = static_cast<std::size_t>(projection.receptor);
      auto& bias = population.bias[port];
      bias.resize(biases.size());
      population.driven = true;
      for (std::size_t n = 0; n < biases.size(); ++n)
        bias[n] += static_cast<std::int32_t>(
            std::llround(std::ldexp(static_cast<double>(biases[n]), population.scale_log2[port])));
    }
  }
}

int& scale_of(CompiledNetwork& compiled, std::int32_t q) {
  const CompiledProjection& projection = compiled.projections[static_cast<std::size_t>(q)];
  return compiled.populations[static_cast<std::size_t>(projection.target)]
      .scale_log2[static_cast<std::size_t>(projection.receptor)];
}

/// Equal weights onto several populations are one number: their ports take one scale.
void share_scales(CompiledNetwork& compiled) {
  for (bool changed = true; changed;) {
    changed = false;
    for (const FanOut& fan_out : compiled.fan_outs) {
      if (!fan_out.uniform) continue;
      int least = most_scale;
      for (const std::int32_t q : fan_out.projections)
        least = std::min(least, scale_of(compiled, q));
      for (const std::int32_t q : fan_out.projections) {
        changed |= scale_of(compiled, q) != least;
        scale_of(compiled, q) = least;
      }
    }
  }
}

/// The narrowest format whose step is tolerable for every projection of the fan-out.
void choose_format(CompiledNetwork& compiled, const std::vector<double>& largest,
                   const std::vector<double>& step, FanOut& fan_out) {
  if (fan_out.format == SynapseFormat::dense) return;
  if (fan_out.uniform || fan_out.plastic) {
    fan_out.format = fan_out.span <= 65536 ? SynapseFormat::target16 : SynapseFormat::target32;
    return;
  }
  const int target_bits =
      std::max(1, static_cast<int>(std::bit_width(static_cast<std::uint64_t>(fan_out.span - 1))));
  fan_out.weight_bits = 32 - target_bits;
  if (fan_out.weight_bits < 4) return;
  double most = 0;
  for (const std::int32_t q : fan_out.projections)
    most =
        std::max(most, std::ldexp(largest[static_cast<std::size_t>(q)], scale_of(compiled, q)) + 1);
  const double room = std::ldexp(1.0, fan_out.weight_bits - 1) - 1;
  while (std::ldexp(most, -fan_out.shift) + 1 > room) ++fan_out.shift;
  const bool fine =
      std::all_of(fan_out.projections.begin(), fan_out.projections.end(), [&](std::int32_t q) {
        return std::ldexp(1.0, fan_out.shift - scale_of(compiled, q)) <=
               step[static_cast<std::size_t>(q)];
      });
  if (fine || fan_out.shift == 0) {
    fan_out.format = SynapseFormat::packed32;
  } else {
    fan_out.shift = 0;
  }
}

}  // namespace

void fix_scales(const Network& network, const CompileOptions& options, CompiledNetwork& compiled) {
  std::vector<double> most, largest, step;
  for (std::size_t q = 0; q < compiled.projections.size(); ++q) {
    const ProjectionId id{static_cast<std::int32_t>(q)};
    const Afferents afferents = afferents_of(network, id);
    compiled.projections[q].expected_synapses = afferents.synapses;
    most.push_back(afferents.most);
    if (is_plastic(network[id].synapse)) {
      largest.push_back(bounds_of(network[id].synapse.plasticity).high);
      step.push_back(std::ldexp(largest.back(), -20));
      continue;
    }
    largest.push_back(
        SynapseValues(network, id, options.dt_ms, options.seed, afferents.least).largest_weight());
    step.push_back(
        tolerable_step(network[id].synapse.weight, largest.back(), options.weight_tolerance));
  }
  choose_scales(network, most, largest, compiled);
  share_scales(compiled);
  fix_biases(network, compiled);
  for (CompiledPopulation& population : compiled.populations)
    fix_drives(population.scale_log2, population.drives);
  for (FanOut& fan_out : compiled.fan_outs) {
    choose_format(compiled, largest, step, fan_out);
    for (const std::int32_t q : fan_out.projections) {
      const auto at = static_cast<std::size_t>(q);
      const double scaled = std::ldexp(largest[at], scale_of(compiled, q) - fan_out.shift);
      compiled.projections[at].weight_bits =
          static_cast<int>(std::bit_width(static_cast<std::uint64_t>(to_fixed(scaled))));
      if (fan_out.plastic) {
        const double sign = has_negative_weights(network[ProjectionId{q}].synapse.weight) ? -1 : 1;
        fan_out.scale = std::ldexp(sign, scale_of(compiled, q));
      }
      if (fan_out.uniform) {
        const double weight = std::get<double>(network[ProjectionId{q}].synapse.weight);
        fan_out.weight = to_fixed(std::ldexp(weight, scale_of(compiled, q)));
      }
      if (options.weight_tolerance > 0 && largest[at] > 0 &&
          std::ldexp(1.0, fan_out.shift - scale_of(compiled, q)) > step[at]) {
        throw ConfigError("projection \"" + compiled.projections[at].name + "\"",
                          "weight_tolerance", std::to_string(options.weight_tolerance),
                          ">= " + std::to_string(0.5 / scaled) +
                              ": finer weights would let the sum of all afferents of a neuron "
                              "overflow 32 bits");
      }
    }
  }
  for (CompiledProjection& projection : compiled.projections) {
    if (!projection.graded) continue;
    const auto at = static_cast<std::size_t>(&projection - compiled.projections.data());
    const double scaled =
        std::ldexp(largest[at], scale_of(compiled, static_cast<std::int32_t>(at)));
    projection.weight_bits =
        static_cast<int>(std::bit_width(static_cast<std::uint64_t>(std::llround(scaled))));
  }
}

}  // namespace snn
