// SPDX-License-Identifier: Apache-2.0
#include "snn/backend/cpu_backend.hpp"

/// Rows that are drawn again whenever their source spikes.
namespace snn {

/// Where workers share spikes, each draws some rows; else all draw every row, and keep their part.
void CpuBackend::deliver_procedural(int w, std::size_t f, std::int64_t tick,
                                    const DeliveryTarget& target) {
  Worker& mine = workers_[static_cast<std::size_t>(w)];
  const FanOut& fan_out = network_.fan_outs[f];
  const std::int64_t emitted = tick - fan_out.delays.front();
  if (emitted < 0) return;
  const auto add_row = [&](std::int64_t k, Range range) {
    fan_out.procedural->each(k, range.begin - fan_out.base, range.end - fan_out.base, mine.drawn,
                             [&](std::uint32_t n, std::int32_t weight) {
                               const std::int64_t neuron = fan_out.base + n;
                               target.sums[neuron] += weight;
                               if (target.marks == nullptr) return;
                               target.marks[neuron / 64] |= std::uint64_t{1} << (neuron % 64);
                             });
  };
  const Range all{fan_out.base, fan_out.base + fan_out.span};
  const auto workers = static_cast<std::size_t>(team_.size());
  auto turn = static_cast<std::size_t>(w);
  for (const Worker& worker : workers_) {
    const Spikes& spikes = spikes_of(worker, fan_out.source, emitted);
    if (by_spikes_) {
      for (; turn < spikes.size(); turn += workers) add_row(spikes[turn], all);
      turn -= spikes.size();
      continue;
    }
    for (const std::int32_t k : spikes) {
      for (const Range& range : mine.ranges) {
        if (range.begin < all.end && range.end > all.begin) add_row(k, range);
      }
    }
  }
}

}  // namespace snn
