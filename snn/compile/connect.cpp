// SPDX-License-Identifier: Apache-2.0
#include "snn/compile/connect.hpp"

#include "snn/compile/lines.hpp"
#include "snn/compile/synapse_values.hpp"

namespace snn {

Pairs expand_pairs(const Network& network, ProjectionId id, std::uint64_t seed) {
  Pairs pairs;
  if (const auto* list = std::get_if<Sparse>(&network[id].rule)) {
    pairs.source.assign(list->source.begin(), list->source.end());
    pairs.target.assign(list->target.begin(), list->target.end());
    return pairs;
  }
  const Lines lines(network, id, seed);
  const auto synapses = static_cast<std::size_t>(lines.synapses());
  std::vector<std::int32_t> own(synapses), others(synapses);
  std::vector<std::uint32_t> partners;
  for (std::int64_t line = 0; line < lines.count(); ++line) {
    const auto begin = static_cast<std::size_t>(lines.first(line));
    partners.resize(static_cast<std::size_t>(lines.degree(line)));
    lines.partners(line, partners);
    for (std::size_t i = 0; i < partners.size(); ++i) {
      own[begin + i] = static_cast<std::int32_t>(line);
      others[begin + i] = static_cast<std::int32_t>(partners[i]);
    }
  }
  const bool of_targets = Lines::of_targets(network[id].rule);
  pairs.source = std::move(of_targets ? others : own);
  pairs.target = std::move(of_targets ? own : others);
  return pairs;
}

std::int64_t synapse_count(const Network& network, ProjectionId id, std::uint64_t seed) {
  if (const auto* list = std::get_if<Sparse>(&network[id].rule))
    return static_cast<std::int64_t>(list->source.size());
  if (const auto* total = std::get_if<FixedTotalNumber>(&network[id].rule)) return total->synapses;
  return Lines(network, id, seed).synapses();
}

std::vector<float> expand_weights(const Network& network, ProjectionId id, std::uint64_t seed) {
  const auto* explicit_ones = std::get_if<std::vector<float>>(&network[id].synapse.weight);
  if (explicit_ones != nullptr && !std::holds_alternative<Convolution>(network[id].rule))
    return *explicit_ones;
  const std::int64_t synapses = synapse_count(network, id, seed);
  std::vector<float> weights(static_cast<std::size_t>(synapses));
  const SynapseValues values(network, id, 1.0, seed, static_cast<double>(synapses));
  if (!values.weights_look_at_ends()) {
    values.weights(0, {}, weights);
    return weights;
  }
  const Pairs pairs = expand_pairs(network, id, seed);
  const std::vector<std::uint32_t> sources(pairs.source.begin(), pairs.source.end());
  const std::vector<std::uint32_t> targets(pairs.target.begin(), pairs.target.end());
  values.weights(0, {sources, targets}, weights);
  return weights;
}

std::vector<std::int32_t> expand_delays(const Network& network, ProjectionId id, const Pairs& pairs,
                                        double dt_ms, std::uint64_t seed) {
  std::vector<std::int32_t> ticks(pairs.size());
  const std::vector<std::uint32_t> sources(pairs.source.begin(), pairs.source.end());
  const std::vector<std::uint32_t> targets(pairs.target.begin(), pairs.target.end());
  SynapseValues(network, id, dt_ms, seed, static_cast<double>(pairs.size()))
      .ticks(0, {sources, targets}, ticks);
  return ticks;
}

}  // namespace snn
