// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cuda/sim/cuda_backend.hpp"
#include "snn/backend/count_deliveries.hpp"
#include "snn/math/counters.hpp"

/// What is told of a run on the device: recordings and counts.
namespace snn::cuda {

void CudaBackend::record_spikes(std::int32_t population) {
  records_spikes_.at(static_cast<std::size_t>(population)) = true;
}

void CudaBackend::record_membrane(std::int32_t population, std::int64_t interval) {
  record_state(population, {StateRequest::membrane, interval});
}

void CudaBackend::record_state(std::int32_t p, StateRequest request) {
  const gpu::DeviceScope scope(device_);
  std::erase_if(recordings_, [&](const Recording& r) {
    return r.population == p && r.request.field == request.field;
  });
  const CompiledPopulation& population = network_.populations.at(static_cast<std::size_t>(p));
  if (static_cast<std::int64_t>(request.neurons.size()) == population.size) request.neurons.clear();
  Recording recording{.population = p, .request = std::move(request), .count = population.size};
  if (!recording.request.neurons.empty()) {
    recording.count = static_cast<std::int64_t>(recording.request.neurons.size());
    recording.neurons = gpu::uploaded(*stream_, recording.request.neurons);
  }
  // Of a batch the first tick may be due, whatever the interval.
  const std::int64_t most = (net_->batch_ticks() - 1) / recording.request.interval + 1;
  recording.samples = gpu::Buffer<float>(static_cast<std::size_t>(most * recording.count));
  recordings_.push_back(std::move(recording));
  if (recordings_.back().request.field == StateRequest::membrane)
    net_->keep_membranes(static_cast<std::size_t>(p));
  graph_.reset();
}

void CudaBackend::observe(int ticks, const Observer& observer) {
  for (std::size_t q = 0; counters && q < value_counts_.size(); ++q)
    value_counts_[q].add(held_.per_tick[q], static_cast<std::uint64_t>(ticks));
  observe_spikes(ticks, observer);
  observe_states(ticks, observer);
  stream_->synchronize();
}

/// Spikes of all recorded populations in one transfer.
void CudaBackend::observe_spikes(int ticks, const Observer& observer) {
  const bool some =
      std::find(records_spikes_.begin(), records_spikes_.end(), true) != records_spikes_.end();
  if (!some || !observer.spikes) return;
  const NetworkView& view = net_->view();
  std::vector<std::int32_t> counts(static_cast<std::size_t>(view.ring_ticks) *
                                   network_.populations.size());
  gpu::download(*stream_, std::span(counts), view.counts);
  std::vector<SpikeCopy> copies;
  std::int64_t total = 0;
  for (std::size_t p = 0; p < records_spikes_.size(); ++p) {
    for (std::int64_t t = tick_; records_spikes_[p] && t < tick_ + ticks; ++t) {
      const std::int64_t slot = view.slot(t);
      const std::int32_t count =
          counts[static_cast<std::size_t>(slot) * network_.populations.size() + p];
      copies.push_back({.population = static_cast<std::int32_t>(p),
                        .slot = static_cast<std::int32_t>(slot),
                        .count = count,
                        .to = total});
      total += count;
    }
  }
  std::vector<std::int32_t> neurons(static_cast<std::size_t>(total));
  if (total > 0) {
    const gpu::Buffer<SpikeCopy> what = gpu::uploaded(*stream_, copies);
    const gpu::Buffer<std::int32_t> out(neurons.size());
    gpu::launch(*stream_,
                {.grid = dim3(static_cast<unsigned>(copies.size())), .block = block_threads},
                gather_spikes, view, what.data(), out.data());
    gpu::download(*stream_, std::span(neurons), out.data());
  }
  std::int64_t t = tick_;
  for (const SpikeCopy& copy : copies) {
    const std::span<std::int32_t> fired = std::span(neurons).subspan(
        static_cast<std::size_t>(copy.to), static_cast<std::size_t>(copy.count));
    std::sort(fired.begin(), fired.end());  // blocks of threads append in any order
    observer.spikes(copy.population, t, fired);
    if (++t == tick_ + ticks) t = tick_;
  }
}

void CudaBackend::observe_states(int ticks, const Observer& observer) {
  for (const Recording& recording : recordings_) {
    const std::int64_t first = recording.samples_before(tick_);
    const std::int64_t end = recording.samples_before(tick_ + ticks);
    std::vector<float> samples(static_cast<std::size_t>((end - first) * recording.count));
    gpu::download(*stream_, std::span(samples), recording.samples.data());
    for (std::int64_t i = first; i < end; ++i) {
      const std::int64_t t = i * recording.request.interval;
      const auto told = std::span<const float>(samples).subspan(
          static_cast<std::size_t>((i - first) * recording.count),
          static_cast<std::size_t>(recording.count));
      if (recording.request.field == StateRequest::membrane) {
        if (observer.membrane) observer.membrane(recording.population, t, told);
      } else if (observer.state) {
        observer.state(recording.population, recording.request.field, t, told);
      }
    }
  }
}

BackendCounts CudaBackend::counts() const {
  const gpu::DeviceScope scope(device_);
  BackendCounts counts;
  counts.populations.resize(network_.populations.size());
  counts.projections.resize(network_.projections.size());
  std::vector<std::vector<std::uint64_t>> emitted;
  for (std::size_t p = 0; p < counts.populations.size(); ++p) {
    emitted.push_back(gpu::downloaded(*stream_, net_->population(p).emitted));
    BackendCounts::Population& entry = counts.populations[p];
    for (const std::uint64_t spikes : emitted.back()) entry.spikes += spikes;
    if (counters && !network_.populations[p].is_source())
      entry.stepped = static_cast<std::uint64_t>(network_.populations[p].size * tick_);
  }
  for (const Level& level : net_->levels()) {
    for (const UpdateLaunch& launch : level.updates) {
      const std::vector<WarpCounts> own = gpu::downloaded(*stream_, launch.counts);
      for (std::size_t w = 0; w < own.size(); ++w) {
        BackendCounts::Population& entry = counts.populations[static_cast<std::size_t>(
            launch.host_blocks[w / (block_threads / 32)].population)];
        entry.membrane_updates += own[w].membrane_updates;
        entry.drive_events += own[w].drive_events;
      }
    }
  }
  for (std::size_t q = 0; q < counts.projections.size(); ++q) {
    BackendCounts::Projection& entry = counts.projections[q];
    const CallCounts& valued = value_counts_[q];
    entry.source_events = valued.source_events;
    entry.synaptic_events = valued.synaptic_events;
    entry.effective_events = valued.effective_events;
    entry.multiplies = valued.graded;
    entry.values = valued.values;
  }
  const NetworkView& view = net_->view();
  std::vector<std::int32_t> ring_counts(static_cast<std::size_t>(view.ring_ticks) *
                                        network_.populations.size());
  gpu::download(*stream_, std::span(ring_counts), view.counts);
  count_deliveries(
      network_, emitted, tick_,
      [&](std::int32_t p, std::int64_t tick, const std::function<void(std::int32_t)>& visit) {
        const auto at = static_cast<std::size_t>(p);
        const auto slot = static_cast<std::size_t>(view.slot(tick));
        std::vector<std::int32_t> fired(
            static_cast<std::size_t>(ring_counts[slot * network_.populations.size() + at]));
        gpu::download(*stream_, std::span(fired),
                      net_->population(at).spikes.data() +
                          slot * static_cast<std::size_t>(network_.populations[at].size));
        for (const std::int32_t k : fired) visit(k);
      },
      counts);
  return counts;
}

}  // namespace snn::cuda
