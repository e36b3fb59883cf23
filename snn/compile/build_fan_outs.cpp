// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "snn/compile/fan_out_parts.hpp"
#include "snn/compile/parallel.hpp"
#include "snn/compile/row_builder.hpp"

namespace snn {
namespace {

/// A weight for every pair, in the order of the rule.
void build_dense(FanOutBuild& build) {
  FanOut& out = build.out;
  const FanOutPart& part = build.parts.front();
  if (out.uniform) return;
  out.words = HugeArray<std::byte>(static_cast<std::size_t>(out.sources * out.span) * 4);
  auto* words = reinterpret_cast<std::int32_t*>(out.words.data());
  parallel_pieces(build.threads, out.sources, 16, [&](std::int64_t begin, std::int64_t end) {
    std::vector<float> weight(static_cast<std::size_t>(out.span));
    for (std::int64_t k = begin; k < end; ++k) {
      part.values.weights(k * out.span, {}, weight);
      for (std::int64_t n = 0; n < out.span; ++n) {
        const float w = weight[static_cast<std::size_t>(n)];
        if (w == 0) build.some_zero = true;
        words[k * out.span + n] = to_fixed(static_cast<double>(w) * part.scale);
      }
    }
  });
}

/// Numbers of weights that are not 0, by looking at every stored one.
void count_nonzero(FanOutBuild& build) {
  const FanOut& out = build.out;
  std::vector<std::uint32_t> part_of(static_cast<std::size_t>(out.span));
  for (std::size_t p = 0; p < build.parts.size(); ++p) {
    FanOutPart& part = build.parts[p];
    part.projection->nonzero.assign(static_cast<std::size_t>(out.sources), 0);
    const std::size_t end = p + 1 < build.parts.size() ? build.parts[p + 1].offset : part_of.size();
    std::fill(part_of.begin() + part.offset, part_of.begin() + static_cast<std::ptrdiff_t>(end),
              static_cast<std::uint32_t>(p));
  }
  parallel_pieces(build.threads, out.sources, 16, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t k = begin; k < end; ++k) {
      for (std::size_t d = 0; d < out.delays.size(); ++d) {
        out.each_of(k, d, [&](std::int64_t n, std::int32_t weight) {
          const std::uint32_t p = part_of[static_cast<std::size_t>(n - out.base)];
          build.parts[p].projection->nonzero[static_cast<std::size_t>(k)] += weight != 0;
        });
      }
    }
  });
}

/// Parts targets and weights of a plastic fan-out.
template <class Word>
void split_plastic(FanOutBuild& build, bool eligible) {
  FanOut& out = build.out;
  const auto synapses = static_cast<std::size_t>(out.synapses());
  const HugeArray<std::byte> pairs =
      std::exchange(out.words, HugeArray<std::byte>(synapses * sizeof(Word)));
  out.weights = HugeArray<float>(synapses);
  const auto* pair = reinterpret_cast<const std::uint64_t*>(pairs.data());
  auto* target = reinterpret_cast<Word*>(out.words.data());
  for (std::size_t s = 0; s < synapses; ++s) {
    target[s] = static_cast<Word>(pair[s] >> 32);
    out.weights[s] = std::bit_cast<float>(static_cast<std::uint32_t>(pair[s]));
  }
  if (!eligible) return;
  out.eligibility = HugeArray<float>(synapses);
  std::fill_n(out.eligibility.data(), synapses, 0.0f);
}

void describe(const FanOut& out, CompiledNetwork& compiled) {
  const std::int64_t synapses = out.synapses();
  for (const std::int32_t q : out.projections) {
    CompiledProjection& projection = compiled.projections[static_cast<std::size_t>(q)];
    projection.nonzero_synapses = projection.synapses;
    if (!projection.nonzero.empty()) {
      projection.nonzero_synapses = 0;
      for (const std::uint32_t n : projection.nonzero) projection.nonzero_synapses += n;
    }
    if (synapses > 0)
      projection.bytes_per_synapse =
          static_cast<double>(out.bytes()) / static_cast<double>(synapses);
  }
}

void draw_elsewhere(const Network& network, const CompileOptions& options,
                    CompiledNetwork& compiled, FanOut& out, RowBuilder& builder) {
  builder.draw(plan_draws(network, options, compiled, out, builder), out);
  for (const std::int32_t q : out.projections) {
    if (out.uniform && out.weight == 0)
      compiled.projections[static_cast<std::size_t>(q)].nonzero.assign(
          static_cast<std::size_t>(out.sources), 0);
  }
}

}  // namespace

FanOutBuild::FanOutBuild(const Network& network, const CompileOptions& options,
                         CompiledNetwork& compiled, FanOut& fan_out)
    : out(fan_out), threads(options.threads) {
  slots_.assign(static_cast<std::size_t>(out.delays.back() - out.delays.front()) + 1, 0);
  for (std::size_t i = 0; i < out.delays.size(); ++i)
    slots_[static_cast<std::size_t>(out.delays[i] - out.delays.front())] =
        static_cast<std::uint32_t>(i);
  for (const std::int32_t q : out.projections) {
    const ProjectionId id{q};
    const auto* list = std::get_if<Sparse>(&network[id].rule);
    std::optional<Lines> lines;
    if (list == nullptr) lines.emplace(network, id, options.seed, options.threads);
    CompiledProjection& projection = compiled.projections[static_cast<std::size_t>(q)];
    projection.synapses =
        list != nullptr ? static_cast<std::int64_t>(list->source.size()) : lines->synapses();
    const CompiledPopulation& target =
        compiled.populations[static_cast<std::size_t>(projection.target)];
    const int log2 = target.scale_log2[static_cast<std::size_t>(out.receptor)] - out.shift;
    const double scale = out.plastic ? std::copysign(1.0, out.scale) : std::ldexp(1.0, log2);
    parts.push_back({&projection, list, std::move(lines),
                     SynapseValues(network, id, options.dt_ms, options.seed,
                                   static_cast<double>(projection.synapses)),
                     static_cast<std::uint32_t>(target.first - out.base), scale});
  }
  const Connectivity& rule = network[ProjectionId{out.projections.front()}].rule;
  of_sources = !std::holds_alternative<Sparse>(rule) && !Lines::of_targets(rule);
}

void begin_rows(const std::vector<CompiledProjection*>& projections, FanOut& out) {
  const auto sources = static_cast<std::size_t>(out.sources);
  out.row = HugeArray<std::int64_t>(sources + 1);
  out.row[0] = 0;
  for (std::size_t k = 0; k < sources; ++k) {
    std::uint64_t degree = 0;
    for (const CompiledProjection* projection : projections) degree += projection->degree_of(k);
    if (degree > UINT32_MAX) {
      throw ConfigError("projection \"" + projections.front()->name + "\"", "rule",
                        std::to_string(degree) + " synapses of one source neuron",
                        "<= 4294967295, with those of the projections beside it");
    }
    out.row[k + 1] = out.row[k] + static_cast<std::int64_t>(degree);
  }
}

void FanOutBuild::place_rows() {
  const auto sources = static_cast<std::size_t>(out.sources);
  std::vector<CompiledProjection*> projections;
  for (const FanOutPart& part : parts) projections.push_back(part.projection);
  begin_rows(projections, out);
  out.words = HugeArray<std::byte>(
      static_cast<std::size_t>(out.row[sources]) *
      (out.plastic ? 8 : static_cast<std::size_t>(word_bytes(out.format, out.uniform))));
  if (out.delays.size() > 1) out.sub_end = HugeArray<std::uint32_t>(sources * out.delays.size());
}

void build_fan_outs(const Network& network, const CompileOptions& options,
                    CompiledNetwork& compiled, RowBuilder* builder) {
  for (FanOut& fan_out : compiled.fan_outs) {
    if (fan_out.format == SynapseFormat::procedural) {
      build_procedural(network, options, compiled, fan_out);
      continue;
    }
    if (builder != nullptr && can_be_drawn_elsewhere(network, fan_out)) {
      draw_elsewhere(network, options, compiled, fan_out, *builder);
      describe(fan_out, compiled);
      continue;
    }
    FanOutBuild build(network, options, compiled, fan_out);
    if (fan_out.format == SynapseFormat::dense) {
      build.parts.front().projection->degree = {static_cast<std::uint32_t>(fan_out.span)};
      build_dense(build);
    } else if (build.of_sources) {
      build_rows_of_sources(build);
    } else {
      build_rows_by_counting(build);
    }
    if (fan_out.plastic) {
      const bool eligible = std::holds_alternative<RewardStdp>(fan_out.rule);
      fan_out.format == SynapseFormat::target16 ? split_plastic<std::uint16_t>(build, eligible)
                                                : split_plastic<std::uint32_t>(build, eligible);
    }
    if (!fan_out.plastic && (build.some_zero || (fan_out.uniform && fan_out.weight == 0)))
      count_nonzero(build);
    // Homeostasis adds up weights here, and equal weights to all targets are no rows.
    const bool stays =
        fan_out.homeostasis || (fan_out.format == SynapseFormat::dense && fan_out.uniform);
    if (builder != nullptr && !stays) builder->adopt(fan_out);
    describe(fan_out, compiled);
  }
}

}  // namespace snn
