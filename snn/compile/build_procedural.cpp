// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "snn/compile/parallel.hpp"
#include "snn/compile/plan_fan_outs.hpp"

namespace snn {

/// Formats were chosen as if all were stored, so that weights are rounded alike either way.
void split_procedural(const Network& network, CompiledNetwork& compiled) {
  std::vector<FanOut> split;
  for (FanOut& fan_out : compiled.fan_outs) {
    const auto procedural = [&](std::int32_t q) {
      return network[ProjectionId{q}].synapse.storage == Storage::procedural;
    };
    for (const std::int32_t q : fan_out.projections) {
      if (!procedural(q)) continue;
      const CompiledProjection& projection = compiled.projections[static_cast<std::size_t>(q)];
      const CompiledPopulation& target =
          compiled.populations[static_cast<std::size_t>(projection.target)];
      FanOut own;
      own.source = fan_out.source;
      own.receptor = fan_out.receptor;
      own.projections = {q};
      own.sources = fan_out.sources;
      own.base = target.first;
      own.span = target.size;
      own.delays = projection.delays;
      own.format = SynapseFormat::procedural;
      own.uniform = fan_out.uniform;
      own.weight = fan_out.weight;
      own.shift = fan_out.shift;
      split.push_back(std::move(own));
    }
    std::erase_if(fan_out.projections, procedural);
  }
  std::erase_if(compiled.fan_outs,
                [](const FanOut& fan_out) { return fan_out.projections.empty(); });
  for (FanOut& own : split) compiled.fan_outs.push_back(std::move(own));
}

void build_procedural(const Network& network, const CompileOptions& options,
                      CompiledNetwork& compiled, FanOut& out) {
  const ProjectionId id{out.projections.front()};
  CompiledProjection& projection = compiled.projections[static_cast<std::size_t>(id.index)];
  const CompiledPopulation& target =
      compiled.populations[static_cast<std::size_t>(projection.target)];
  const int log2 = target.scale_log2[static_cast<std::size_t>(out.receptor)] - out.shift;
  const auto rows = std::make_shared<const ProceduralRows>(
      network, id, options.dt_ms, options.seed, options.threads,
      ProceduralRows::Fixed{std::ldexp(1.0, log2), out.shift, out.uniform, out.weight});
  out.procedural = rows;
  auto& degree = projection.degree;
  degree.resize(static_cast<std::size_t>(out.sources));
  for (std::size_t k = 0; k < degree.size(); ++k)
    degree[k] = static_cast<std::uint32_t>(rows->degree(static_cast<std::int64_t>(k)));
  if (std::all_of(degree.begin(), degree.end(), [&](auto d) { return d == degree.front(); }))
    degree.resize(1);
  projection.synapses = projection.nonzero_synapses = rows->synapses();
  if (out.uniform ? out.weight == 0 : rows->may_have_zeros()) {
    auto& nonzero = projection.nonzero;
    nonzero.assign(static_cast<std::size_t>(out.sources), 0);
    if (!out.uniform) {
      parallel_pieces(options.threads, out.sources, 16, [&](std::int64_t begin, std::int64_t end) {
        ProceduralRows::Scratch scratch;
        for (std::int64_t k = begin; k < end; ++k) {
          rows->each(k, 0, out.span, scratch, [&](std::uint32_t, std::int32_t weight) {
            nonzero[static_cast<std::size_t>(k)] += weight != 0;
          });
        }
      });
    }
    projection.nonzero_synapses = 0;
    for (const std::uint32_t n : nonzero) projection.nonzero_synapses += n;
  }
  if (projection.synapses > 0) {
    projection.bytes_per_synapse =
        static_cast<double>(out.bytes()) / static_cast<double>(projection.synapses);
  }
}

}  // namespace snn
