// SPDX-License-Identifier: Apache-2.0
#include "cuda/train/device_engine.hpp"
#include "snn/math/counters.hpp"

/// What a pass on the device did, counted there.
namespace snn::cuda {

/// Synapses of each source neuron, of the weights that are in use.
void DeviceEngine::refresh_fans() const {
  if (!fans_.empty()) return;
  refresh();
  fans_ = source_fan_outs<float>(plan_, host_parameters_);
  device_fans_.clear();
  for (const SourceFanOut& fan : fans_) {
    const std::vector<std::uint32_t> all(fan.all.begin(), fan.all.end());
    const std::vector<std::uint32_t> nonzero(fan.nonzero.begin(), fan.nonzero.end());
    device_fans_.push_back({gpu::uploaded(stream_, all), gpu::uploaded(stream_, nonzero)});
  }
  stream_.synchronize();  // what was uploaded is of this function
}

void DeviceEngine::count(RawCounts& counts, std::span<SampleTotals> samples) const {
  if (!counters) return;
  const gpu::DeviceScope scope(device_);
  refresh_fans();
  for (std::size_t q = 0; q < projections_.size(); ++q) {
    const PlannedProjection& projection = plan_.projections[q];
    const int delivered = delivered_ticks(projection, options_.ticks);
    Activity in = activity(projection.source, 0, delivered);
    if (Plan::mixed_delay(projection) && in.bits != nullptr)
      in.bits = projections_[q].mixed_bits.data();
    else if (Plan::mixed_delay(projection))
      in.values = projections_[q].mixed_values.data();
    counter_.add(
        in, FanOutOf{.all = device_fans_[q].all.data(), .nonzero = device_fans_[q].nonzero.data()});
  }
  const auto held = [](const PlannedPopulation& p) { return p.source && p.graded; };
  const auto told = [](const PlannedPopulation& p) { return p.spiking || p.graded; };
  for (std::size_t p = 0; p < populations_.size(); ++p) {
    const PlannedPopulation& planned = plan_.populations[p];
    if (told(planned))
      counter_.add(activity(static_cast<int>(p), 0, held(planned) ? 1 : options_.ticks), {});
  }
  const auto found = counter_.collect(stream_, rows_);
  Tally tally;
  tally.rows = rows_;
  for (std::size_t q = 0; q < projections_.size(); ++q) {
    tally.calls.emplace_back(found[q].size());
    const auto times =
        plan_.projections[q].held_input ? static_cast<std::uint64_t>(options_.ticks) : 1;
    for (std::size_t row = 0; row < found[q].size(); ++row)
      tally.calls[q][row].add(found[q][row], times);
  }
  std::size_t next = projections_.size();
  for (std::size_t p = 0; p < populations_.size(); ++p) {
    const PlannedPopulation& planned = plan_.populations[p];
    tally.moved.push_back(planned.source ? 0 : host_results_[2 * p + 1]);
    tally.outputs.emplace_back();
    if (!told(planned)) continue;
    for (const CallCounts& row : found[next++])
      tally.outputs[p].push_back(row.source_events *
                                 (held(planned) ? static_cast<std::uint64_t>(options_.ticks) : 1));
  }
  add_counts(plan_, options_, std::span<const Tally>(&tally, 1), counts, samples);
}

}  // namespace snn::cuda
