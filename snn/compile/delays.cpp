// SPDX-License-Identifier: Apache-2.0
#include "snn/compile/delays.hpp"

#include <cmath>
#include <type_traits>

#include "snn/compile/distributions.hpp"

namespace snn {

std::vector<std::int32_t> expand_delays(const Network& network, ProjectionId id, const Pairs& pairs,
                                        double dt_ms, std::uint64_t seed) {
  std::vector<std::int32_t> ticks(pairs.size());
  std::visit(
      [&](const auto& delay) {
        using Kind = std::decay_t<decltype(delay)>;
        const auto ms_of = [&](std::size_t s) {
          if constexpr (std::is_same_v<Kind, double>) {
            return delay;
          } else if constexpr (std::is_same_v<Kind, PerSource>) {
            return delay.ms[static_cast<std::size_t>(pairs.source[s])];
          } else if constexpr (std::is_same_v<Kind, PerSynapse>) {
            return delay.ms[s];
          } else {
            // Half a tick is the least that rounds to one.
            return draw_value(delay, seed, RandomUse::delays, static_cast<std::uint32_t>(id.index),
                              s, 0.5 * dt_ms);
          }
        };
        for (std::size_t s = 0; s < ticks.size(); ++s)
          ticks[s] = static_cast<std::int32_t>(std::lround(ms_of(s) / dt_ms));
      },
      network[id].synapse.delay_ms);
  return ticks;
}

}  // namespace snn
