// SPDX-License-Identifier: Apache-2.0
#include "snn/train/twin.hpp"

#include <algorithm>
#include <numbers>
#include <string>

#include "snn/model/delay.hpp"

namespace snn {
namespace {

/// What reads the answer of the twin: a leaky sum over ticks, which over one tick is the plain sum.
Li readout_of(const Population& population) {
  double tau_m_ms = Li{}.tau_m_ms;
  std::visit(
      [&](const auto& neurons) {
        if constexpr (requires { neurons.front().tau_m_ms; }) tau_m_ms = neurons.front().tau_m_ms;
      },
      population.neurons());
  return {.tau_m_ms = tau_m_ms};
}

void check(const Network& network, int ticks) {
  if (ticks < 1) throw ConfigError("twin", "ticks", std::to_string(ticks), ">= 1");
  if (network.populations().empty())
    throw ConfigError("twin", "populations", "none", "a source and at least one layer");
  if (network.populations().back().is_source()) {
    throw ConfigError("population \"" + network.populations().back().name + "\"", "place",
                      "the last, of a source", "the last population is the readout");
  }
  for (const Population& population : network.populations()) {
    if (!population.is_source() || takes_data(population.source())) continue;
    const auto name =
        std::visit([](const auto& source) { return source.name; }, population.source());
    throw ConfigError("population \"" + population.name + "\"", "source", std::string(name),
                      "a source that takes data: CurrentSource, RateSource, LatencySource, "
                      "EventSource");
  }
}

}  // namespace

Twin make_twin(const Network& network, TwinKind kind, int ticks) {
  check(network, ticks);
  Twin twin;
  const bool temporal =
      std::any_of(network.projections().begin(), network.projections().end(),
                  [](const Projection& p) { return some_delayed(p.synapse.delay_ms); });
  twin.ticks = temporal ? ticks : 1;
  if (kind == TwinKind::quantised) {
    while ((1 << twin.bits) < ticks + 1) ++twin.bits;
  }
  const Relu relu{.levels = twin.bits > 0 ? (1 << twin.bits) - 1 : 0, .clip = 4.0};
  const auto last = static_cast<std::int32_t>(network.populations().size()) - 1;
  for (std::int32_t p = 0; p <= last; ++p) {
    const Population& population = network[PopulationId{p}];
    if (population.is_source()) {
      const bool keep = temporal || std::holds_alternative<CurrentSource>(population.source());
      twin.network.add(keep ? population.source() : Source{CurrentSource{.bins = ticks}},
                       population.shape, population.name);
    } else if (p == last) {
      twin.network.add(readout_of(population), population.shape, population.name);
    } else {
      twin.network.add(relu, population.shape, population.name);
    }
  }
  for (const Projection& projection : network.projections()) {
    Synapse synapse = projection.synapse;
    synapse.receptor = 0;  // its models have one port
    // Drawn anew for ReLU (He et al., ICCV 2015), so that the same seeds are as good a start for
    // it.
    synapse.weight = KaimingUniform{projection.target.index == last ? 1.0 : std::numbers::sqrt2};
    std::fill(synapse.bias.begin(), synapse.bias.end(), 0.0f);
    twin.network.connect(projection.source, projection.target, projection.rule, std::move(synapse));
  }
  return twin;
}

}  // namespace snn
