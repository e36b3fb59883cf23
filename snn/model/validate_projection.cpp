// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "snn/model/validate_detail.hpp"

namespace snn::detail {
namespace {

/// Longest delay in ticks: the spikes of that many ticks are remembered.
constexpr double most_delay_ticks = 1048576;

struct Sizes {
  std::int64_t sources, targets, synapses;
};

Sizes validate_ends(const Field& field, const Network& network, const Projection& projection) {
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
  if (!source.is_source() && std::holds_alternative<ParametersOf<Li>>(source.neurons())) {
    field.fail("source", "\"" + source.name + "\", a readout without output",
               "a source or a population that spikes");
  }
  return {source.size(), target.size(), 0};
}

std::int64_t validate_rule(const Field& field, const Projection& projection, const Sizes& sizes) {
  if (std::holds_alternative<AllToAll>(projection.rule)) return sizes.sources * sizes.targets;
  if (std::holds_alternative<OneToOne>(projection.rule)) {
    if (sizes.sources != sizes.targets) {
      field.fail("rule",
                 "OneToOne from " + text(sizes.sources) + " to " + text(sizes.targets) + " neurons",
                 "OneToOne between populations of one size");
    }
    return sizes.targets;
  }
  const auto& sparse = std::get<Sparse>(projection.rule);
  if (sparse.source.size() != sparse.target.size()) {
    field.fail(
        "rule",
        text(sparse.source.size()) + " sources and " + text(sparse.target.size()) + " targets",
        "Sparse lists of one length");
  }
  const auto check = [&](const char* name, const std::vector<std::int64_t>& indices,
                         std::int64_t size) {
    for (std::size_t s = 0; s < indices.size(); ++s) {
      if (indices[s] < 0 || indices[s] >= size) {
        field.fail(std::string(name) + "[" + text(s) + "]", "neuron " + text(indices[s]),
                   "0 .. " + text(size - 1));
      }
    }
  };
  check("rule.source", sparse.source, sizes.sources);
  check("rule.target", sparse.target, sizes.targets);
  return static_cast<std::int64_t>(sparse.source.size());
}

void validate_weight(const Field& field, const Weight& weight, std::int64_t synapses) {
  if (const auto* constant = std::get_if<double>(&weight)) {
    field.finite("weight", *constant, "mV");
  } else if (const auto* values = std::get_if<std::vector<float>>(&weight)) {
    if (static_cast<std::int64_t>(values->size()) != synapses) {
      field.fail("weight", text(values->size()) + " values",
                 text(synapses) + " values, one per synapse");
    }
    for (std::size_t s = 0; s < values->size(); ++s) {
      if (!std::isfinite((*values)[s]))
        field.finite("weight[" + text(s) + "]", static_cast<double>((*values)[s]), "mV");
    }
  } else if (const auto* uniform = std::get_if<Uniform>(&weight)) {
    field.finite("weight.low", uniform->low, "mV");
    field.finite("weight.high", uniform->high, "mV");
    field.require(uniform->low <= uniform->high, "weight.low", uniform->low, "mV",
                  "<= weight.high = " + text(uniform->high));
  } else if (const auto* normal = std::get_if<Normal>(&weight)) {
    field.finite("weight.mean", normal->mean, "mV");
    field.not_negative("weight.sd", normal->sd, "mV");
  } else {
    field.positive("weight.gain", std::get<KaimingUniform>(weight).gain, "");
  }
}

void validate_delay(const Field& field, const Delay& delay, const Sizes& sizes, double dt_ms) {
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
  if (const auto* one = std::get_if<double>(&delay))
    check("delay_ms", *one);
  else if (const auto* source = std::get_if<PerSource>(&delay))
    check_all(source->ms, sizes.sources, "source neuron");
  else
    check_all(std::get<PerSynapse>(delay).ms, sizes.synapses, "synapse");
}

/// Depth-first search along projections without delay; `path` is the way to `p`.
void follow(const Network& network, double dt_ms, std::int32_t p, std::vector<int>& mark,
            std::vector<std::int32_t>& path) {
  mark[static_cast<std::size_t>(p)] = 1;
  path.push_back(p);
  for (const Projection& projection : network.projections()) {
    if (projection.source.index != p) continue;
    const auto none = [&](double ms) { return std::lround(ms / dt_ms) == 0; };
    const Delay& delay = projection.synapse.delay_ms;
    bool now = false;
    if (const auto* one = std::get_if<double>(&delay)) {
      now = none(*one);
    } else {
      const auto& each = std::holds_alternative<PerSource>(delay) ? std::get<PerSource>(delay).ms
                                                                  : std::get<PerSynapse>(delay).ms;
      now = std::any_of(each.begin(), each.end(), none);
    }
    if (!now) continue;
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
  Sizes sizes = validate_ends(field, network, projection);
  sizes.synapses = validate_rule(field, projection, sizes);
  validate_weight(field, projection.synapse.weight, sizes.synapses);
  validate_delay(field, projection.synapse.delay_ms, sizes, dt_ms);
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
