// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

/// How counts spread over samples: exact integers per sample, statistics of them.
namespace snn {

/// Of one sample, over all projections and populations. Sums over samples are those of RawCounts.
struct SampleTotals {
  std::uint64_t synaptic_events = 0, effective_events = 0;  ///< effective: weight != 0
  std::uint64_t macs = 0, acs = 0;   ///< effective, by NeuroBench's rule; together the above
  std::uint64_t spikes = 0;          ///< of neurons, not of sources
  std::uint64_t neuron_updates = 0;  ///< stepped or touched

  SampleTotals& operator+=(const SampleTotals& other) {
    synaptic_events += other.synaptic_events;
    effective_events += other.effective_events;
    macs += other.macs;
    acs += other.acs;
    spikes += other.spikes;
    neuron_updates += other.neuron_updates;
    return *this;
  }
  friend bool operator==(const SampleTotals&, const SampleTotals&) = default;
};

/// Statistics of one quantity. `sd` has n - 1 under the root, and is 0 for one sample. Percentiles
/// lie between the two samples next to them, in proportion (linear; NumPy's default).
struct SampleSpread {
  double mean = 0, sd = 0;                               ///< over samples
  std::uint64_t min = 0, max = 0;                        ///< least and most
  double p5 = 0, p25 = 0, median = 0, p75 = 0, p95 = 0;  ///< percentiles
};

/// Throws ConfigError if there are no values.
SampleSpread spread_of(std::span<const std::uint64_t> values);
/// The spread of each number of SampleTotals.
struct SampleSpreads {
  std::int64_t samples = 0;  ///< how many
  SampleSpread synaptic_events, effective_events, macs, acs, spikes, neuron_updates;
};
SampleSpreads spreads_of(std::span<const SampleTotals> samples);

}  // namespace snn
