// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "snn/model/delay.hpp"
#include "snn/model/validate_detail.hpp"

namespace snn::detail {
namespace {

/// Longest delay in ticks: the spikes of that many ticks are remembered.
constexpr double most_delay_ticks = 1048576;

ProjectionSizes validate_ends(const Field& field, const Network& network,
                              const Projection& projection) {
  const auto count = static_cast<std::int32_t>(network.populations().size());
  for (const auto& [name, id] :
       {std::pair{"source", projection.source}, std::pair{"target", projection.target}}) {
    if (id.index < 0 || id.index >= count) {
      field.fail(name, "population " + text(id.index), "0 .. " + text(count - 1));
    }
  }
  const Population& source = network[projection.source];
  const Population& target = network[projection.target];
  if (target.is_source())
    field.fail("target", "\"" + target.name + "\", a source", "a population of neurons");
  const bool silent =
      source.custom() != nullptr
          ? source.custom()->output != Output::spikes
          : !source.is_source() && std::holds_alternative<ParametersOf<Li>>(source.neurons());
  if (silent) {
    field.fail("source", "\"" + source.name + "\", a readout without output",
               "a source or a population that spikes");
  }
  return {source.size(), target.size(), projection.source == projection.target, &source, &target};
}

/// Explicit values need synapses whose number and order the description fixes.
void refuse_if_drawn(const Field& field, const char* name, std::size_t values, bool drawn,
                     const char* allowed) {
  if (drawn)
    field.fail(name, text(values) + " explicit values for pairs that are drawn",
               std::string(allowed) + ", or the pairs as Sparse lists");
}

void validate_explicit(const Field& field, const std::vector<float>& values,
                       const ProjectionSizes& sizes, bool drawn) {
  refuse_if_drawn(field, "weight", values.size(), drawn, "a constant or a distribution");
  if (static_cast<std::int64_t>(values.size()) != sizes.weights) {
    field.fail("weight", text(values.size()) + " values",
               text(sizes.weights) + " values, one per " +
                   (sizes.weights == sizes.synapses ? "synapse" : "place of the kernel"));
  }
  for (std::size_t s = 0; s < values.size(); ++s) {
    if (!std::isfinite(values[s]))
      field.finite("weight[" + text(s) + "]", static_cast<double>(values[s]), "mV");
  }
}

void validate_weight(const Field& field, const Weight& weight, const ProjectionSizes& sizes,
                     bool drawn) {
  if (const auto* constant = std::get_if<double>(&weight)) {
    field.finite("weight", *constant, "mV");
  } else if (const auto* values = std::get_if<std::vector<float>>(&weight)) {
    validate_explicit(field, *values, sizes, drawn);
  } else if (const auto* uniform = std::get_if<Uniform>(&weight)) {
    validate_distribution(field, "weight", *uniform, "mV");
  } else if (const auto* normal = std::get_if<Normal>(&weight)) {
    validate_distribution(field, "weight", *normal, "mV");
  } else if (const auto* truncated = std::get_if<TruncatedNormal>(&weight)) {
    validate_distribution(field, "weight", *truncated, "mV");
  } else if (const auto* lognormal = std::get_if<Lognormal>(&weight)) {
    validate_distribution(field, "weight", *lognormal);
  } else {
    field.positive("weight.gain", std::get<KaimingUniform>(weight).gain, "");
  }
}

void validate_delay(const Field& field, const Delay& delay, const ProjectionSizes& sizes,
                    double dt_ms, bool drawn) {
  const auto check = [&](const std::string& name, double ms) {
    field.not_negative(name, ms, "ms");
    field.require(ms / dt_ms <= most_delay_ticks, name, ms, "ms",
                  "<= " + text(most_delay_ticks * dt_ms));
  };
  const auto check_all = [&](const std::vector<double>& each, std::int64_t expected,
                             const char* per) {
    if (static_cast<std::int64_t>(each.size()) != expected) {
      field.fail("delay_ms", text(each.size()) + " values",
                 text(expected) + " values, one per " + per);
    }
    for (std::size_t s = 0; s < each.size(); ++s) check("delay_ms[" + text(s) + "]", each[s]);
  };
  if (const auto* one = std::get_if<double>(&delay)) {
    check("delay_ms", *one);
  } else if (const auto* source = std::get_if<PerSource>(&delay)) {
    check_all(source->ms, sizes.sources, "source neuron");
  } else if (const auto* synapse = std::get_if<PerSynapse>(&delay)) {
    refuse_if_drawn(field, "delay_ms", synapse->ms.size(), drawn,
                    "a constant, PerSource or a distribution");
    check_all(synapse->ms, sizes.synapses, "synapse");
  } else if (const auto* distance = std::get_if<DistanceDelay>(&delay)) {
    field.not_negative("delay_ms.offset_ms", distance->offset_ms, "ms");
    field.positive("delay_ms.speed_mm_per_ms", distance->speed_mm_per_ms, "mm/ms");
    validate_space(field, "delay_ms", sizes);
    const double longest = distance->offset_ms +
                           largest_distance_mm(sizes.source->positions, sizes.target->positions) /
                               distance->speed_mm_per_ms;
    field.require(longest / dt_ms <= most_delay_ticks, "delay_ms", longest, "ms",
                  "<= " + text(most_delay_ticks * dt_ms));
  } else {
    validate_drawn_delay(field, delay, dt_ms, most_delay_ticks * dt_ms);
  }
}

/// Depth-first search along projections without delay; `path` is the way to `p`.
void follow(const Network& network, double dt_ms, std::int32_t p, std::vector<int>& mark,
            std::vector<std::int32_t>& path) {
  mark[static_cast<std::size_t>(p)] = 1;
  path.push_back(p);
  for (const Projection& projection : network.projections()) {
    if (projection.source.index != p) continue;
    if (!some_undelayed(projection.synapse.delay_ms, dt_ms)) continue;
    const std::int32_t next = projection.target.index;
    if (mark[static_cast<std::size_t>(next)] == 1) {
      std::string names;
      for (auto at = std::find(path.begin(), path.end(), next); at != path.end(); ++at) {
        names += "\"" + network.populations()[static_cast<std::size_t>(*at)].name + "\" -> ";
      }
      names += "\"" + network.populations()[static_cast<std::size_t>(next)].name + "\"";
      throw ConfigError("network", "delay_ms", "0 ms all along the cycle " + names,
                        ">= " + text(dt_ms) + " ms on at least one projection of a cycle");
    }
    if (mark[static_cast<std::size_t>(next)] == 0) follow(network, dt_ms, next, mark, path);
  }
  path.pop_back();
  mark[static_cast<std::size_t>(p)] = 2;
}

}  // namespace

void validate_projection(const Network& network, ProjectionId id, double dt_ms) {
  const Projection& projection = network[id];
  const Field field{"projection \"" + network.name_of(id) + "\""};
  ProjectionSizes sizes = validate_ends(field, network, projection);
  validate_rule(field, projection.rule, sizes);
  validate_receptor(field, "receptor", projection.synapse.receptor, network[projection.target]);
  const bool drawn = is_drawn(projection.rule);
  validate_weight(field, projection.synapse.weight, sizes, drawn);
  validate_delay(field, projection.synapse.delay_ms, sizes, dt_ms, drawn);
  validate_plasticity(field, network[projection.source], projection.synapse, dt_ms);
  validate_storage(field, projection, *sizes.source);
  const auto& bias = projection.synapse.bias;
  if (!bias.empty() && static_cast<std::int64_t>(bias.size()) != sizes.targets) {
    field.fail("bias", text(bias.size()) + " values",
               "none, or " + text(sizes.targets) + " values, one per target neuron");
  }
  for (std::size_t n = 0; n < bias.size(); ++n) {
    if (!std::isfinite(bias[n]))
      field.finite("bias[" + text(n) + "]", static_cast<double>(bias[n]), "mV");
  }
}

void validate_cycles(const Network& network, double dt_ms) {
  std::vector<int> mark(network.populations().size());
  std::vector<std::int32_t> path;
  for (std::size_t p = 0; p < mark.size(); ++p) {
    if (mark[p] == 0) follow(network, dt_ms, static_cast<std::int32_t>(p), mark, path);
  }
}

}  // namespace snn::detail
