// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>
#include <cmath>
#include <type_traits>

#include "snn/compile/plan_fan_outs.hpp"
#include "snn/compile/port_loads.hpp"
#include "snn/compile/synapse_values.hpp"

namespace snn {
namespace {

/// The finest scale: beyond it a weight of 1 would leave no room for a sum.
constexpr int most_scale = 29;

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

/// The finest scales at which no sum of all afferents overflows where weights are rounded to units
/// of 1, and the loads they follow from.
std::vector<PortLoad> choose_scales(const Network& network, const std::vector<double>& most,
                                    const std::vector<double>& largest, CompiledNetwork& compiled) {
  const std::vector<double> unit(compiled.projections.size(), 1.0);
  std::vector<PortLoad> loads;
  for (std::size_t index = 0; index < compiled.populations.size(); ++index) {
    CompiledPopulation& population = compiled.populations[index];
    if (population.is_source()) continue;
    const auto ports = static_cast<std::size_t>(population.receptors);
    population.scale_log2.assign(ports, most_scale);
    population.bias.resize(ports);
    population.loads.resize(ports);
    for (std::size_t port = 0; port < ports; ++port) {
      const PortLoad& load = loads.emplace_back(
          load_of_port(network, compiled, static_cast<std::int32_t>(index), port, most, largest));
      int& scale = population.scale_log2[port];
      for (std::size_t n = 0; n < load.sum.size(); ++n) {
        const double room = largest_sum - load.rounding(n, unit), sum = load.sum[n];
        if (sum > 0) scale = std::min(scale, static_cast<int>(std::floor(std::log2(room / sum))));
      }
    }
  }
  return loads;
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
  fan_out.format = SynapseFormat::wide64;
  fan_out.shift = 0;
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

/// Lowers the scales of ports whose sums the rounding of packed weights, to multiples of 2^shift,
/// could let overflow: a weight far below that is still one of them, and there may be many. Lower
/// scales have smaller shifts, so that packed weights lose nothing. Returns the units of each
/// projection's weights.
std::vector<double> choose_formats(const std::vector<PortLoad>& loads,
                                   const std::vector<double>& largest,
                                   const std::vector<double>& step, CompiledNetwork& compiled) {
  for (;;) {
    std::vector<double> unit(compiled.projections.size(), 1.0);
    for (FanOut& fan_out : compiled.fan_outs) {
      choose_format(compiled, largest, step, fan_out);
      for (const std::int32_t q : fan_out.projections)
        unit[static_cast<std::size_t>(q)] = std::ldexp(1.0, fan_out.shift);
    }
    bool fits = true;
    for (const PortLoad& load : loads) {
      const bool coarse = std::any_of(load.rounded.begin(), load.rounded.end(), [&](const auto& q) {
        return unit[static_cast<std::size_t>(q.projection)] > 1;
      });
      if (!coarse) continue;  // as the scale was chosen
      int& scale =
          compiled.populations[static_cast<std::size_t>(load.population)].scale_log2[load.port];
      for (std::size_t n = 0; n < load.sum.size(); ++n) {
        if (std::ldexp(load.sum[n], scale) + load.rounding(n, unit) <= largest_sum) continue;
        --scale;
        fits = false;
        break;
      }
    }
    if (fits) return unit;
    share_scales(compiled);
  }
}

/// For drives that change later: see recompile_stimuli().
void note_loads(const std::vector<PortLoad>& loads, const std::vector<double>& unit,
                CompiledNetwork& compiled) {
  for (const PortLoad& load : loads) {
    CompiledPopulation::Load& noted =
        compiled.populations[static_cast<std::size_t>(load.population)].loads[load.port];
    for (std::size_t n = 0; n < load.sum.size(); ++n) {
      noted.sum = std::max(noted.sum, load.sum[n]);
      noted.rounding = std::max(noted.rounding, load.rounding(n, unit));
    }
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
  const std::vector<PortLoad> loads = choose_scales(network, most, largest, compiled);
  share_scales(compiled);
  note_loads(loads, choose_formats(loads, largest, step, compiled), compiled);
  fix_biases(network, compiled);
  for (CompiledPopulation& population : compiled.populations)
    fix_drives(population.scale_log2, population.drives);
  for (FanOut& fan_out : compiled.fan_outs) {
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
