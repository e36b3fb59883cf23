// SPDX-License-Identifier: Apache-2.0
#include "snn/backend/count_deliveries.hpp"

#include <algorithm>

namespace snn {
namespace {

using Projections = std::vector<BackendCounts::Projection>;

/// Adds what all spikes bring in the end, and tells which projection each target belongs to.
std::vector<std::int32_t> count_all(const CompiledNetwork& network, const FanOut& fan_out,
                                    const std::vector<std::uint64_t>& emitted,
                                    Projections& counts) {
  std::vector<std::int32_t> projection_of(static_cast<std::size_t>(fan_out.span), -1);
  for (const std::int32_t q : fan_out.projections) {
    const CompiledProjection& projection = network.projections[static_cast<std::size_t>(q)];
    BackendCounts::Projection& entry = counts[static_cast<std::size_t>(q)];
    for (std::size_t k = 0; k < emitted.size(); ++k) {
      entry.source_events += projection.degree_of(k) > 0 ? emitted[k] : 0;
      entry.synaptic_events += emitted[k] * projection.degree_of(k);
      entry.effective_events += emitted[k] * projection.nonzero_of(k);
    }
    const CompiledPopulation& target =
        network.populations[static_cast<std::size_t>(projection.target)];
    std::fill_n(projection_of.begin() + (target.first - fan_out.base), target.size, q);
  }
  return projection_of;
}

}  // namespace

void count_deliveries(const CompiledNetwork& network,
                      const std::vector<std::vector<std::uint64_t>>& emitted, std::int64_t tick,
                      const EachSpike& each, BackendCounts& counts) {
  std::vector<std::uint64_t> pending;
  for (const FanOut& fan_out : network.fan_outs) {
    const std::vector<std::int32_t> projection_of = count_all(
        network, fan_out, emitted[static_cast<std::size_t>(fan_out.source)], counts.projections);
    for (std::int64_t then = std::max<std::int64_t>(0, tick - fan_out.delays.back()); then < tick;
         ++then) {
      each(fan_out.source, then, [&](std::int32_t k) {
        pending.assign(counts.projections.size(), 0);
        for (std::size_t d = 0; d < fan_out.delays.size(); ++d) {
          if (then + fan_out.delays[d] < tick) continue;
          fan_out.each_of(k, d, [&](std::int64_t n, std::int32_t weight) {
            const auto q =
                static_cast<std::size_t>(projection_of[static_cast<std::size_t>(n - fan_out.base)]);
            ++pending[q];
            counts.projections[q].effective_events -= weight != 0 ? 1 : 0;
          });
        }
        for (const std::int32_t p : fan_out.projections) {
          const auto q = static_cast<std::size_t>(p);
          counts.projections[q].synaptic_events -= pending[q];
          const std::uint64_t degree =
              network.projections[q].degree_of(static_cast<std::size_t>(k));
          if (degree > 0 && pending[q] == degree) --counts.projections[q].source_events;
        }
      });
    }
  }
}

}  // namespace snn
