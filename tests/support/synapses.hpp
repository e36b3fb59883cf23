// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <tuple>
#include <vector>

#include "snn/compile/compiled_network.hpp"

/// The synapses of a compiled network, one by one.
namespace support {

struct StoredSynapse {
  std::int64_t source, delay, target;  ///< delay in ticks; neurons within their populations
  std::int64_t fixed;                  ///< weight as it is added to the target's sum
  double weight;                       ///< the same in the unit of the description
  friend bool operator==(const StoredSynapse&, const StoredSynapse&) = default;
};

/// In order of source, delay and place in the row.
inline std::vector<StoredSynapse> stored_synapses(const snn::CompiledNetwork& compiled,
                                                  std::size_t projection) {
  const snn::CompiledProjection& described = compiled.projections[projection];
  const snn::CompiledPopulation& target =
      compiled.populations[static_cast<std::size_t>(described.target)];
  const double unit =
      std::ldexp(1.0, -target.scale_log2[static_cast<std::size_t>(described.receptor)]);
  std::vector<StoredSynapse> found;
  for (const snn::FanOut& fan_out : compiled.fan_outs) {
    if (std::count(fan_out.projections.begin(), fan_out.projections.end(),
                   static_cast<std::int32_t>(projection)) == 0)
      continue;
    for (std::int64_t k = 0; k < fan_out.sources; ++k) {
      for (std::size_t d = 0; d < fan_out.delays.size(); ++d) {
        fan_out.each_of(k, d, [&](std::int64_t n, std::int32_t weight) {
          if (n < target.first || n >= target.first + target.size) return;
          found.push_back({k, fan_out.delays[d], n - target.first, weight, weight * unit});
        });
      }
    }
  }
  return found;
}

}  // namespace support
