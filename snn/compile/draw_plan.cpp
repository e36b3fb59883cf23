// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <numeric>

#include "snn/compile/lines.hpp"
#include "snn/compile/row_builder.hpp"
#include "snn/compile/synapse_values.hpp"

namespace snn {
namespace {

/// Values below it are left to the host: a device takes numbers below the normal range for 0.
constexpr double least_magnitude = 1e-18;

bool draws_pairs(const Connectivity& rule) {
  if (const auto* in = std::get_if<FixedInDegree>(&rule))
    return in->allow_multiple && in->in_degree <= INT32_MAX;
  if (const auto* out = std::get_if<FixedOutDegree>(&rule)) return out->allow_multiple;
  if (const auto* total = std::get_if<FixedTotalNumber>(&rule)) return total->allow_multiple;
  return std::holds_alternative<AllToAll>(rule) || std::holds_alternative<OneToOne>(rule) ||
         std::holds_alternative<FixedProbability>(rule);
}

bool draws_weights(const Weight& weight) {
  const auto normal = [](double magnitude) {
    return magnitude == 0 || magnitude > least_magnitude;
  };
  return std::visit(
      [&](const auto& w) {
        using Kind = std::decay_t<decltype(w)>;
        if constexpr (std::is_same_v<Kind, std::vector<float>>) {
          return false;
        } else if constexpr (std::is_same_v<Kind, Uniform>) {
          return normal(std::max(std::abs(w.low), std::abs(w.high)));
        } else if constexpr (std::is_same_v<Kind, Normal> ||
                             std::is_same_v<Kind, TruncatedNormal>) {
          return normal(std::max(std::abs(w.mean), w.sd));
        } else if constexpr (std::is_same_v<Kind, Lognormal>) {
          return w.mu - most_deviations_drawn * w.sigma > std::log(least_magnitude);
        } else if constexpr (std::is_same_v<Kind, KaimingUniform>) {
          return normal(w.gain * 1e-6);  // times sqrt(3 / fan_in)
        } else {
          return normal(std::abs(w));
        }
      },
      weight);
}

bool draws_delays(const Delay& delay) {
  return !std::holds_alternative<PerSynapse>(delay) &&
         !std::holds_alternative<DistanceDelay>(delay);
}

std::int64_t degree_of_lines(const Connectivity& rule, std::int64_t partners) {
  if (const auto* in = std::get_if<FixedInDegree>(&rule)) return in->in_degree;
  if (const auto* out = std::get_if<FixedOutDegree>(&rule)) return out->out_degree;
  return std::holds_alternative<AllToAll>(rule)   ? partners
         : std::holds_alternative<OneToOne>(rule) ? 1
                                                  : 0;
}

bool allows_self(const Connectivity& rule) {
  return std::visit(
      [](const auto& r) {
        if constexpr (requires { r.allow_self; }) {
          return r.allow_self;
        } else {
          return true;
        }
      },
      rule);
}

LineDraw plan_lines(const Network& network, ProjectionId id, std::uint64_t seed) {
  const Connectivity& rule = network[id].rule;
  const bool of_targets = Lines::of_targets(rule);
  LineDraw lines{.seed = seed, .stream = static_cast<std::uint32_t>(id.index)};
  lines.lines = network[of_targets ? network[id].target : network[id].source].size();
  const std::int64_t partners =
      network[of_targets ? network[id].source : network[id].target].size();
  lines.excludes_self = network[id].source == network[id].target && !allows_self(rule);
  lines.candidates = partners - (lines.excludes_self ? 1 : 0);
  lines.degree = degree_of_lines(rule, partners);
  using Rule = LineDraw::Rule;
  lines.rule = std::holds_alternative<AllToAll>(rule)           ? Rule::all_to_all
               : std::holds_alternative<OneToOne>(rule)         ? Rule::one_to_one
               : std::holds_alternative<FixedProbability>(rule) ? Rule::probability
                                                                : Rule::with_repetition;
  if (const auto* probable = std::get_if<FixedProbability>(&rule))
    lines.log_of_none = std::log1p(-probable->probability);
  return lines;
}

/// First synapses of lines of drawn degrees.
std::vector<std::int64_t> first_synapses(const Network& network, ProjectionId id,
                                         const LineDraw& lines, RowBuilder& builder) {
  std::vector<std::int64_t> first;
  if (const auto* probable = std::get_if<FixedProbability>(&network[id].rule)) {
    first.assign(static_cast<std::size_t>(lines.lines) + 1, 0);
    if (probable->probability == 0) return first;
    const std::vector<std::uint32_t> degrees = builder.degrees(lines);
    std::inclusive_scan(degrees.begin(), degrees.end(), first.begin() + 1, std::plus<>(),
                        std::int64_t{0});
  } else if (std::holds_alternative<FixedTotalNumber>(network[id].rule)) {
    const Lines drawn(network, id, lines.seed);
    for (std::int64_t line = 0; line <= lines.lines; ++line) first.push_back(drawn.first(line));
  }
  return first;
}

DelayDraw plan_delays(const Network& network, ProjectionId id, const SynapseValues& values,
                      double dt_ms, const DrawPlan& plan, const FanOut& out,
                      std::vector<std::uint32_t>& source_slots) {
  const Delay& delay = network[id].synapse.delay_ms;
  const auto slot_of = [&](std::int32_t tick) {
    return plan.slots[static_cast<std::size_t>(tick - out.delays.front())];
  };
  if (std::holds_alternative<double>(delay))
    return {.kind = DelayDraw::Kind::one, .slot = slot_of(values.possible_ticks().front())};
  if (std::holds_alternative<PerSource>(delay)) {
    std::vector<std::uint32_t> sources(static_cast<std::size_t>(out.sources));
    std::iota(sources.begin(), sources.end(), 0u);
    std::vector<std::int32_t> ticks(sources.size());
    values.ticks(0, {sources, {}}, ticks);
    for (const std::int32_t tick : ticks) source_slots.push_back(slot_of(tick));
    return {.kind = DelayDraw::Kind::per_source};
  }
  return {.kind = DelayDraw::Kind::drawn,
          .ms = values.delay_draw(),
          .per_ms = static_cast<float>(1.0 / dt_ms)};
}

}  // namespace

bool can_be_drawn_elsewhere(const Network& network, const FanOut& fan_out) {
  if (fan_out.format == SynapseFormat::procedural || fan_out.homeostasis) return false;
  if (fan_out.format == SynapseFormat::dense && fan_out.uniform) return false;  // there is nothing
  return std::all_of(fan_out.projections.begin(), fan_out.projections.end(), [&](std::int32_t q) {
    const Projection& projection = network[ProjectionId{q}];
    const Connectivity& first = network[ProjectionId{fan_out.projections.front()}].rule;
    return draws_pairs(projection.rule) && draws_weights(projection.synapse.weight) &&
           draws_delays(projection.synapse.delay_ms) &&
           Lines::of_targets(projection.rule) == Lines::of_targets(first);
  });
}

DrawPlan plan_draws(const Network& network, const CompileOptions& options,
                    CompiledNetwork& compiled, const FanOut& fan_out, RowBuilder& builder) {
  DrawPlan plan;
  plan.of_targets = Lines::of_targets(network[ProjectionId{fan_out.projections.front()}].rule);
  plan.slots.assign(static_cast<std::size_t>(fan_out.delays.back() - fan_out.delays.front()) + 1,
                    0);
  for (std::size_t i = 0; i < fan_out.delays.size(); ++i)
    plan.slots[static_cast<std::size_t>(fan_out.delays[i] - fan_out.delays.front())] =
        static_cast<std::uint32_t>(i);
  for (const std::int32_t q : fan_out.projections) {
    const ProjectionId id{q};
    PartPlan part;
    part.projection = &compiled.projections[static_cast<std::size_t>(q)];
    part.lines = plan_lines(network, id, options.seed);
    part.first = first_synapses(network, id, part.lines, builder);
    part.projection->synapses = part.first_of(part.lines.lines);
    const SynapseValues values(network, id, options.dt_ms, options.seed,
                               static_cast<double>(part.projection->synapses));
    part.weight = values.weight_draw();
    part.delay = plan_delays(network, id, values, options.dt_ms, plan, fan_out, part.source_slots);
    const CompiledPopulation& target =
        compiled.populations[static_cast<std::size_t>(part.projection->target)];
    part.offset = static_cast<std::uint32_t>(target.first - fan_out.base);
    const int log2 = target.scale_log2[static_cast<std::size_t>(fan_out.receptor)] - fan_out.shift;
    part.scale = fan_out.plastic ? std::copysign(1.0, fan_out.scale) : std::ldexp(1.0, log2);
    if (!plan.of_targets) {
      auto& degree = part.projection->degree;
      if (part.first.empty()) {
        degree = {static_cast<std::uint32_t>(part.lines.degree)};
      } else {
        degree.resize(static_cast<std::size_t>(part.lines.lines));
        for (std::size_t k = 0; k < degree.size(); ++k)
          degree[k] = static_cast<std::uint32_t>(part.first[k + 1] - part.first[k]);
        if (std::all_of(degree.begin(), degree.end(), [&](auto d) { return d == degree.front(); }))
          degree.resize(1);
      }
    }
    plan.parts.push_back(std::move(part));
  }
  return plan;
}

std::optional<PartPlan> plan_procedural(const ProceduralRows& rows) {
  const Network& network = rows.described();
  const ProjectionId id{static_cast<std::int32_t>(network.projections().size()) - 1};
  const Connectivity& rule = network[id].rule;
  if (!draws_pairs(rule) || Lines::of_targets(rule) || !draws_weights(network[id].synapse.weight))
    return std::nullopt;
  PartPlan part;
  part.lines = plan_lines(network, id, rows.seed());
  if (part.lines.rule == LineDraw::Rule::with_repetition && !rows.fixed().uniform)
    return std::nullopt;
  if (part.lines.degree == 0) {
    for (std::int64_t line = 0; line <= part.lines.lines; ++line)
      part.first.push_back(rows.first(line));
  }
  part.weight = rows.values().weight_draw();
  part.scale = rows.fixed().scale;
  return part;
}

}  // namespace snn
