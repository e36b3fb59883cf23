// SPDX-License-Identifier: Apache-2.0
#include "snn/compile/plan_fan_outs.hpp"

#include <algorithm>
#include <cmath>

#include "snn/compile/lines.hpp"

namespace snn {
namespace {

/// A binomial or multinomial number of this mean is larger with probability < 1e-20.
double surely_below(double mean) {
  return std::ceil(mean + 10 * std::sqrt(mean) + 25);
}

/// A binomial number of this mean is smaller with probability < 1e-20: exp(-t^2 / (2 mean)) bounds
/// the tail t below it (Chernoff).
double surely_above(double mean) {
  return std::max(0.0, std::floor(mean - 10 * std::sqrt(mean)));
}

/// How often the most frequent of the neurons is listed.
double most_in(const std::vector<std::int64_t>& list, std::int64_t neurons) {
  std::vector<std::int64_t> degree(static_cast<std::size_t>(neurons));
  for (const std::int64_t n : list) ++degree[static_cast<std::size_t>(n)];
  return static_cast<double>(*std::max_element(degree.begin(), degree.end()));
}

/// The expected number is that of some source neurons, spread over all, times how many they stand
/// for.
Afferents afferents_nearby(const Positions& sources, const Positions& targets,
                           const DistanceDependent& rule) {
  const auto neurons = static_cast<double>(sources.mm.size());
  const double bound = Neighbours(targets, sources, rule.kernel).most_expected();
  const Neighbours around(sources, targets, rule.kernel);
  constexpr int samples = 1024;
  double sum = 0;
  for (int i = 0; i < samples; ++i) {
    // Multiples of the golden ratio fall evenly into any number of rows and columns.
    const double place = std::fmod((i + 0.5) * 0.6180339887498949, 1.0);
    sum += around.expected(static_cast<std::int64_t>(place * neurons));
  }
  return {std::min(neurons, surely_below(bound)), sum / samples * neurons, 0};
}

/// What projections must have in common to be fused.
bool fit_together(const Network& network, const FanOut& fan_out, const CompiledNetwork& compiled,
                  std::int32_t q) {
  const Projection& mine = network.projections()[static_cast<std::size_t>(q)];
  const auto* my_weight = std::get_if<double>(&mine.synapse.weight);
  if (fan_out.by_target() || is_plastic(mine.synapse) || mine.synapse.short_term) return false;
  if (fan_out.source != mine.source.index || fan_out.receptor != mine.synapse.receptor ||
      fan_out.uniform != (my_weight != nullptr) || fan_out.format == SynapseFormat::dense) {
    return false;
  }
  for (const std::int32_t other : fan_out.projections) {
    const Projection& theirs = network.projections()[static_cast<std::size_t>(other)];
    if (theirs.target == mine.target) return false;  // their events could not be told apart
    if (my_weight != nullptr && *my_weight != std::get<double>(theirs.synapse.weight)) return false;
    const auto kind = [](const Connectivity& rule) {
      return Lines::of_targets(rule) ? 2 : std::holds_alternative<Sparse>(rule) ? 1 : 0;
    };
    if ((kind(theirs.rule) == 0) != (kind(mine.rule) == 0)) return false;
  }
  // Within a tick populations are updated in turn: only delayed synapses can be delivered together.
  return compiled.projections[static_cast<std::size_t>(q)].delays.front() > 0 &&
         fan_out.delays.front() > 0;
}

void include(FanOut& fan_out, const CompiledNetwork& compiled, std::int32_t q) {
  const CompiledProjection& projection = compiled.projections[static_cast<std::size_t>(q)];
  const CompiledPopulation& target =
      compiled.populations[static_cast<std::size_t>(projection.target)];
  const std::int64_t end = std::max(fan_out.base + fan_out.span, target.first + target.size);
  fan_out.base = fan_out.projections.empty() ? target.first : std::min(fan_out.base, target.first);
  fan_out.span = end - fan_out.base;
  fan_out.projections.push_back(q);
  std::sort(fan_out.projections.begin(), fan_out.projections.end(),
            [&](std::int32_t a, std::int32_t b) {
              return compiled.projections[static_cast<std::size_t>(a)].target <
                     compiled.projections[static_cast<std::size_t>(b)].target;
            });
  std::vector<std::int32_t> delays;
  std::set_union(fan_out.delays.begin(), fan_out.delays.end(), projection.delays.begin(),
                 projection.delays.end(), std::back_inserter(delays));
  fan_out.delays = std::move(delays);
}

}  // namespace

Afferents afferents_of(const Network& network, ProjectionId id) {
  const auto sources = static_cast<double>(network[network[id].source].size());
  const auto targets = static_cast<double>(network[network[id].target].size());
  const Connectivity& rule = network[id].rule;
  if (std::holds_alternative<AllToAll>(rule)) return {sources, sources * targets};
  if (std::holds_alternative<OneToOne>(rule)) return {1, targets};
  if (const auto* list = std::get_if<Sparse>(&rule)) {
    return {most_in(list->target, network[network[id].target].size()),
            static_cast<double>(list->target.size())};
  }
  if (const auto* probable = std::get_if<FixedProbability>(&rule)) {
    const double mean = sources * probable->probability;
    return {std::min(sources, surely_below(mean)), mean * targets, surely_above(mean * targets)};
  }
  if (const auto* in = std::get_if<FixedInDegree>(&rule)) {
    const auto degree = static_cast<double>(in->in_degree);
    return {degree, degree * targets};
  }
  if (const auto* out = std::get_if<FixedOutDegree>(&rule)) {
    const double synapses = sources * static_cast<double>(out->out_degree);
    const double most = surely_below(synapses / targets);
    return {out->allow_multiple ? most : std::min(sources, most), synapses};
  }
  if (const auto* rows = std::get_if<Csr>(&rule)) {
    return {most_in(rows->target, network[network[id].target].size()),
            static_cast<double>(rows->target.size())};
  }
  if (const auto* shared = std::get_if<Convolution>(&rule)) {
    const ConvolutionMap map(*shared, network[network[id].source].shape,
                             network[network[id].target].shape);
    return {static_cast<double>(map.channels_in * map.y.kernel * map.x.kernel),
            static_cast<double>(map.synapses())};
  }
  if (const auto* space = std::get_if<DistanceDependent>(&rule))
    return afferents_nearby(network[network[id].source].positions,
                            network[network[id].target].positions, *space);
  const auto& total = std::get<FixedTotalNumber>(rule);
  const auto synapses = static_cast<double>(total.synapses);
  const double most = std::min(synapses, surely_below(synapses / targets));
  return {total.allow_multiple ? most : std::min(sources, most), synapses};
}

std::vector<FanOut> plan_fan_outs(const Network& network, const CompiledNetwork& compiled) {
  std::vector<FanOut> planned;
  for (std::size_t p = 0; p < compiled.projections.size(); ++p) {
    const auto q = static_cast<std::int32_t>(p);
    if (compiled.projections[p].graded) continue;
    const Projection& projection = network.projections()[p];
    const bool plastic = is_plastic(projection.synapse);
    const bool uniform = !plastic && std::holds_alternative<double>(projection.synapse.weight);
    const bool dense = !plastic && std::holds_alternative<AllToAll>(projection.rule) &&
                       compiled.projections[p].delays.size() == 1;
    const auto fits = [&](const FanOut& fan_out) {
      return !dense && fit_together(network, fan_out, compiled, q);
    };
    auto found = std::find_if(planned.begin(), planned.end(), fits);
    if (found == planned.end()) {
      FanOut fan_out;
      fan_out.source = projection.source.index;
      fan_out.receptor = projection.synapse.receptor;
      fan_out.sources = network[projection.source].size();
      fan_out.uniform = uniform;
      fan_out.plastic = plastic;
      fan_out.short_term = projection.synapse.short_term;
      fan_out.rule = projection.synapse.plasticity;
      fan_out.homeostasis = projection.synapse.homeostasis;
      fan_out.format = dense ? SynapseFormat::dense : SynapseFormat::wide64;
      found = planned.insert(planned.end(), std::move(fan_out));
    }
    include(*found, compiled, q);
  }
  return planned;
}

}  // namespace snn
