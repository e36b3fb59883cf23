// SPDX-License-Identifier: Apache-2.0
#include "snn/train/plan.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <type_traits>

#include "snn/compile/connect.hpp"
#include "snn/train/bits.hpp"
#include "snn/train/trainable.hpp"

namespace snn {
namespace {

bool learns_decay(const Neurons& neurons) {
  return std::holds_alternative<ParametersOf<Lif>>(neurons) ||
         std::holds_alternative<ParametersOf<CubaLif>>(neurons) ||
         std::holds_alternative<ParametersOf<AdaptiveLif>>(neurons) ||
         std::holds_alternative<ParametersOf<Li>>(neurons);
}

bool learns_threshold(const Neurons& neurons, bool asked) {
  if (const auto* relu = std::get_if<ParametersOf<Relu>>(&neurons)) return relu->front().levels > 0;
  return asked && !std::holds_alternative<ParametersOf<Li>>(neurons);
}

/// Learnable are a decay or a threshold that enter the step as such.
void refuse_to_learn(const Population& population, const PlanOptions& options) {
  const std::string_view nonlinear = visit_trainable(
      [](const auto& neurons) -> std::string_view {
        using Model = typename std::decay_t<decltype(neurons)>::model;
        return HasNetInput<Model> ? Model::name : "";
      },
      population.neurons());
  if (nonlinear.empty() || !(options.learn_tau || options.learn_threshold)) return;
  throw ConfigError("population \"" + population.name + "\"",
                    options.learn_tau ? "learn_tau" : "learn_threshold", "true",
                    "false: " + std::string(nonlinear) + " has no learnable decay or threshold");
}

int to_ticks(double ms, double dt_ms) {
  return static_cast<int>(std::lround(ms / dt_ms));
}

PlannedPopulation plan_population(const Population& population, const PlanOptions& options,
                                  std::size_t& parameters) {
  PlannedPopulation plan;
  plan.size = population.size();
  plan.words = words_for(plan.size);
  plan.source = population.is_source();
  if (plan.source) {
    plan.graded = std::holds_alternative<CurrentSource>(population.source());
    plan.spiking = !plan.graded;
    return plan;
  }
  require_trainable(population.neurons(), population.name);
  if (!population.stimuli.empty()) {
    throw ConfigError("population \"" + population.name + "\"", "stimuli",
                      std::to_string(population.stimuli.size()),
                      "none in training: what varies is the data of the source");
  }
  refuse_to_learn(population, options);
  visit_trainable(
      [&](const auto& neurons) {
        using Model = typename std::decay_t<decltype(neurons)>::model;
        plan.graded = Model::output == Output::graded;
        plan.spiking = Model::output == Output::spikes;
        plan.learnt = neurons.size();
        if constexpr (requires { neurons.front().t_ref_ms; }) {
          plan.held = std::any_of(neurons.begin(), neurons.end(), [&](const Model& model) {
            return to_ticks(model.t_ref_ms, options.dt_ms) > 0;
          });
        }
      },
      population.neurons());
  if (options.learn_tau && learns_decay(population.neurons())) {
    plan.decay = parameters;
    parameters += plan.learnt;
  }
  if (learns_threshold(population.neurons(), options.learn_threshold)) {
    plan.threshold = parameters;
    parameters += plan.learnt;
  }
  return plan;
}

void plan_sparse(const Network& network, ProjectionId id, const Sparse& rule,
                 PlannedProjection& plan, std::int64_t sources, std::int64_t targets) {
  plan.mask.assign(static_cast<std::size_t>(sources * targets), 0);
  for (std::size_t s = 0; s < rule.source.size(); ++s) {
    auto& exists = plan.mask[static_cast<std::size_t>(rule.source[s] * targets + rule.target[s])];
    if (exists != 0) {
      throw ConfigError("projection \"" + network.name_of(id) + "\"", "rule",
                        "the pair " + std::to_string(rule.source[s]) + ", " +
                            std::to_string(rule.target[s]) + " twice",
                        "each pair once in training");
    }
    exists = 1;
  }
}

std::vector<DelayGroup> group_by_delay(const std::vector<int>& delays) {
  std::vector<DelayGroup> groups;
  const auto words = static_cast<std::size_t>(words_for(static_cast<std::int64_t>(delays.size())));
  for (std::size_t k = 0; k < delays.size(); ++k) {
    auto group = std::find_if(groups.begin(), groups.end(),
                              [&](const DelayGroup& g) { return g.delay == delays[k]; });
    if (group == groups.end())
      group = groups.insert(groups.end(), {delays[k], std::vector<std::uint64_t>(words)});
    group->mask[k / 64] |= std::uint64_t{1} << (k % 64);
  }
  return groups;
}

/// Whether a plan takes the rule only as the pairs it means.
bool must_be_listed(const Connectivity& rule) {
  return !std::holds_alternative<AllToAll>(rule) && !std::holds_alternative<OneToOne>(rule) &&
         !std::holds_alternative<Sparse>(rule);
}

PlannedProjection plan_projection(const Network& network, ProjectionId id,
                                  const PlanOptions& options, std::size_t& parameters) {
  const Projection& projection = network[id];
  PlannedProjection plan;
  plan.source = projection.source.index;
  plan.target = projection.target.index;
  const std::int64_t sources = network[projection.source].size();
  const std::int64_t targets = network[projection.target].size();
  if (must_be_listed(projection.rule)) {
    throw ConfigError("projection \"" + network.name_of(id) + "\"", "rule", "pairs not yet listed",
                      "listed pairs");
  }
  if (std::holds_alternative<OneToOne>(projection.rule))
    plan.kind = PlannedProjection::Kind::diagonal;
  if (const auto* sparse = std::get_if<Sparse>(&projection.rule)) {
    plan_sparse(network, id, *sparse, plan, sources, targets);
  }
  plan.weights = static_cast<std::size_t>(
      plan.kind == PlannedProjection::Kind::diagonal ? targets : sources * targets);
  plan.weight = parameters;
  parameters += plan.weights;
  if (!projection.synapse.bias.empty()) {
    plan.bias = parameters;
    parameters += static_cast<std::size_t>(targets);
  }
  if (const auto* ms = std::get_if<double>(&projection.synapse.delay_ms)) {
    plan.delay = to_ticks(*ms, options.dt_ms);
  } else if (const auto* each = std::get_if<PerSource>(&projection.synapse.delay_ms)) {
    for (const double delay : each->ms) plan.source_delay.push_back(to_ticks(delay, options.dt_ms));
    plan.groups = group_by_delay(plan.source_delay);
  } else {
    throw ConfigError(
        "projection \"" + network.name_of(id) + "\"", "delay_ms", "one per synapse",
        "one value, or PerSource, in training; several projections may join the same populations");
  }
  plan.held_input = network[projection.source].is_source() &&
                    std::holds_alternative<CurrentSource>(network[projection.source].source());
  if (plan.held_input && (plan.delay != 0 || !plan.source_delay.empty())) {
    throw ConfigError("projection \"" + network.name_of(id) + "\"", "delay_ms",
                      "a delay of held input", "0 ms from a CurrentSource in training");
  }
  return plan;
}

void find_input_and_readout(const Network& network, Plan& plan) {
  for (std::size_t p = 0; p < network.populations().size(); ++p) {
    const Population& population = network.populations()[p];
    if (!population.is_source()) {
      plan.readout = static_cast<int>(p);
      continue;
    }
    const bool autonomous = !takes_data(population.source());
    if (autonomous || plan.input >= 0) {
      throw ConfigError("population \"" + population.name + "\"", "source",
                        autonomous ? "autonomous" : "a second data source",
                        "exactly one source that takes data (Current-, Rate-, Latency- or "
                        "EventSource) in training");
    }
    plan.input = static_cast<int>(p);
  }
  if (plan.input < 0)
    throw ConfigError("network", "source", "none", "one source that takes data in training");
  if (plan.readout < 0)
    throw ConfigError("network", "populations", "only sources", "a last population to read out");
}

bool may_repeat(const Connectivity& rule) {
  return std::visit(
      [](const auto& r) {
        if constexpr (requires { r.allow_multiple; }) return r.allow_multiple;
        return false;
      },
      rule);
}

}  // namespace

Network with_listed_pairs(const Network& network, std::uint64_t seed) {
  Network listed = network;
  const auto projections = static_cast<std::int32_t>(network.projections().size());
  for (std::int32_t p = 0; p < projections; ++p) {
    const ProjectionId id{p};
    if (!must_be_listed(network[id].rule)) continue;
    if (may_repeat(network[id].rule)) {
      throw ConfigError("projection \"" + network.name_of(id) + "\"", "rule.allow_multiple", "true",
                        "false in training, where each pair has one weight");
    }
    const Pairs pairs = expand_pairs(network, id, seed);
    if (std::holds_alternative<Convolution>(network[id].rule))  // shared until now
      listed[id].synapse.weight = expand_weights(network, id, seed);
    listed[id].synapse.storage = Storage::stored;
    listed[id].rule = Sparse{.source = {pairs.source.begin(), pairs.source.end()},
                             .target = {pairs.target.begin(), pairs.target.end()}};
  }
  return listed;
}

Plan make_plan(const Network& network, const PlanOptions& options) {
  Plan plan;
  find_input_and_readout(network, plan);
  const auto projections = static_cast<std::int32_t>(network.projections().size());
  for (std::int32_t p = 0; p < projections; ++p) {
    plan.projections.push_back(plan_projection(network, {p}, options, plan.parameters));
  }
  for (const Population& population : network.populations()) {
    plan.populations.push_back(plan_population(population, options, plan.parameters));
  }
  for (int p = 0; p < projections; ++p) {
    PlannedPopulation& target =
        plan.populations[static_cast<std::size_t>(plan.projections[p].target)];
    target.inputs.push_back(p);
    if (!plan.projections[p].held_input) target.time_input = true;
    plan.populations[static_cast<std::size_t>(plan.projections[p].source)].outputs.push_back(p);
  }
  plan.order = update_order(network, options.dt_ms);
  for (const auto& component : plan.order.components) {
    for (PlannedProjection& projection : plan.projections) {
      const auto inside = [&](int population) {
        return std::find(component.begin(), component.end(), population) != component.end();
      };
      if (inside(projection.source) && inside(projection.target)) projection.internal = true;
    }
  }
  return plan;
}

}  // namespace snn
