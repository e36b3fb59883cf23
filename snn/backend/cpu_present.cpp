// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "snn/backend/cpu_backend.hpp"

/// What sources are told to present.
namespace snn {

void CpuBackend::present_values(std::int32_t p, std::span<const float> values) {
  const auto at = static_cast<std::size_t>(p);
  check_values(network_.populations.at(at), values);
  values_[at].assign(values.begin(), values.end());
  // Products are summed once and then held: the input of a target is the same at every tick.
  for (std::size_t t = 0; t < network_.populations.size(); ++t) {
    const CompiledPopulation& target = network_.populations[t];
    const bool concerned =
        std::any_of(target.inputs.begin(), target.inputs.end(), [&](std::int32_t q) {
          return network_.projections[static_cast<std::size_t>(q)].source == p;
        });
    if (!concerned) continue;
    std::vector<std::vector<std::int32_t>> base = target.bias;
    for (const std::int32_t q : target.inputs) add_values(q, base);
    for (Worker& worker : workers_) {
      NeuronShare& share = worker.shares[t];
      for (std::size_t port = 0; port < base.size(); ++port) {
        if (!base[port].empty())
          share.base[port].assign(base[port].begin() + share.begin, base[port].begin() + share.end);
      }
      wake(share);
    }
  }
}

/// Adds the products of a projection's values and weights to the inputs of its target, and counts
/// what they are per tick.
void CpuBackend::add_values(std::int32_t q, std::vector<std::vector<std::int32_t>>& base) {
  const auto qi = static_cast<std::size_t>(q);
  const CompiledProjection& projection = network_.projections[qi];
  const auto& held = values_[static_cast<std::size_t>(projection.source)];
  if (!projection.graded || held.empty()) return;
  const CompiledPopulation& target =
      network_.populations[static_cast<std::size_t>(projection.target)];
  const auto port = static_cast<std::size_t>(projection.receptor);
  const double scale = std::ldexp(1.0, target.scale_log2[port]);
  base[port].resize(static_cast<std::size_t>(target.size));
  value_per_tick_[qi] = count_call(
      std::span(held), [&](std::size_t k) { return projection.degree_of(k); },
      [&](std::size_t k) { return projection.nonzero_of(k); });
  for (std::size_t k = 0; k < held.size(); ++k) {
    if (held[k] == 0.0f) continue;
    for (auto s = static_cast<std::size_t>(projection.values.row[k]);
         s < static_cast<std::size_t>(projection.values.row[k + 1]); ++s) {
      const double product =
          static_cast<double>(held[k]) * static_cast<double>(projection.values.weight[s]);
      base[port][static_cast<std::size_t>(projection.values.target_of[s])] +=
          static_cast<std::int32_t>(std::llround(product * scale));
    }
  }
}

void CpuBackend::present_spikes(std::int32_t p, std::span<const std::int32_t> begin,
                                std::span<const std::uint32_t> neurons) {
  const auto at = static_cast<std::size_t>(p);
  presented_[at] = presented_spikes(network_.populations.at(at), tick_, begin, neurons);
}

}  // namespace snn
