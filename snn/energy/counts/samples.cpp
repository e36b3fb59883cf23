// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/counts/samples.hpp"

#include <algorithm>
#include <cmath>

#include "snn/model/errors.hpp"

namespace snn {
namespace {

double percentile(const std::vector<std::uint64_t>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const auto above = std::min(below + 1, sorted.size() - 1);
  const auto low = static_cast<double>(sorted[below]);
  return low + (place - static_cast<double>(below)) * (static_cast<double>(sorted[above]) - low);
}

}  // namespace

SampleSpread spread_of(std::span<const std::uint64_t> values) {
  if (values.empty()) throw ConfigError("counts", "samples", "none", "at least one");
  std::vector<std::uint64_t> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const auto n = static_cast<double>(sorted.size());
  std::uint64_t sum = 0;
  for (const std::uint64_t value : sorted) sum += value;
  SampleSpread spread;
  spread.mean = static_cast<double>(sum) / n;
  double squares = 0;
  for (const std::uint64_t value : sorted) {
    const double off = static_cast<double>(value) - spread.mean;
    squares += off * off;
  }
  spread.sd = sorted.size() > 1 ? std::sqrt(squares / (n - 1)) : 0;
  spread.min = sorted.front();
  spread.max = sorted.back();
  spread.p5 = percentile(sorted, 0.05);
  spread.p25 = percentile(sorted, 0.25);
  spread.median = percentile(sorted, 0.5);
  spread.p75 = percentile(sorted, 0.75);
  spread.p95 = percentile(sorted, 0.95);
  return spread;
}

SampleSpreads spreads_of(std::span<const SampleTotals> samples) {
  SampleSpreads spreads;
  spreads.samples = static_cast<std::int64_t>(samples.size());
  const auto of = [&](std::uint64_t SampleTotals::*member) {
    std::vector<std::uint64_t> values;
    for (const SampleTotals& sample : samples) values.push_back(sample.*member);
    return spread_of(values);
  };
  spreads.synaptic_events = of(&SampleTotals::synaptic_events);
  spreads.effective_events = of(&SampleTotals::effective_events);
  spreads.macs = of(&SampleTotals::macs);
  spreads.acs = of(&SampleTotals::acs);
  spreads.spikes = of(&SampleTotals::spikes);
  spreads.neuron_updates = of(&SampleTotals::neuron_updates);
  return spreads;
}

}  // namespace snn
