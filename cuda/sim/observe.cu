// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cuda/sim/cuda_backend.hpp"
#include "snn/backend/count_deliveries.hpp"
#include "snn/math/counters.hpp"

/// What is told of a run on the device: recordings and counts.
namespace snn::cuda {

void CudaBackend::record_spikes(std::int32_t population) {
  static_cast<void>(network_.populations.at(static_cast<std::size_t>(population)));
  if (std::find(recorded_.begin(), recorded_.end(), population) != recorded_.end()) return;
  const gpu::DeviceScope scope(device_);
  recorded_.push_back(population);
  const std::size_t lists = recorded_.size() * static_cast<std::size_t>(net_->batch_ticks());
  device_recorded_ = gpu::uploaded(*stream_, recorded_);
  places_ = gpu::Buffer<std::int64_t>(lists);
  for (SpikeBuffers& buffers : *spikes_) {
    buffers.begin = gpu::HostBuffer<std::int64_t>(lists + 1);
    if (buffers.neurons.size() == 0)
      buffers.neurons = gpu::HostBuffer<std::int32_t>(std::size_t{1} << 14);
  }
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

bool CudaBackend::wants_spikes(const Observer& observer) const {
  return !recorded_.empty() && observer.spikes != nullptr;
}

/// Has the device write the spikes of a batch to the host when it is done.
void CudaBackend::collect_spikes(const Batch& batch) {
  SpikeBuffers& buffers = (*spikes_)[static_cast<std::size_t>(batch.turn)];
  const SpikeSink sink{.begin = buffers.begin.data(),
                       .neurons = buffers.neurons.data(),
                       .capacity = static_cast<std::int64_t>(buffers.neurons.size())};
  const auto count = static_cast<int>(recorded_.size());
  gpu::launch(*stream_, {.grid = 1, .block = block_threads}, place_spikes, net_->view(),
              device_recorded_.data(), count, batch.ticks, places_.data(), sink);
  gpu::launch(
      *stream_, {.grid = dim3(static_cast<unsigned>(count * batch.ticks)), .block = block_threads},
      gather_spikes, net_->view(), device_recorded_.data(), batch.ticks, places_.data(), sink);
}

void CudaBackend::observe(const Batch& batch, const Observer& observer) {
  (*spikes_)[static_cast<std::size_t>(batch.turn)].done.wait();
  if (wants_spikes(observer)) observe_spikes(batch, observer);
  observe_states(batch, observer);
}

void CudaBackend::observe_spikes(const Batch& batch, const Observer& observer) {
  SpikeBuffers& buffers = (*spikes_)[static_cast<std::size_t>(batch.turn)];
  const auto lists = recorded_.size() * static_cast<std::size_t>(batch.ticks);
  const auto total = static_cast<std::size_t>(buffers.begin.data()[lists]);
  if (total > buffers.neurons.size()) {
    // They are in the ring still, which holds two batches.
    stream_->synchronize();
    buffers.neurons = gpu::HostBuffer<std::int32_t>(2 * total);
    net_->tell_batch(network_, batch.first, 1 - batch.turn);
    collect_spikes(batch);
    stream_->synchronize();
  }
  std::vector<std::int32_t> fired;
  for (std::size_t list = 0; list < lists; ++list) {
    const auto ticks = static_cast<std::size_t>(batch.ticks);
    const std::int32_t* const from = buffers.neurons.data();
    fired.assign(from + buffers.begin.data()[list], from + buffers.begin.data()[list + 1]);
    std::sort(fired.begin(), fired.end());  // blocks of threads append in any order
    observer.spikes(recorded_[list / ticks], batch.first + static_cast<std::int64_t>(list % ticks),
                    fired);
  }
}

void CudaBackend::observe_states(const Batch& batch, const Observer& observer) {
  for (const Recording& recording : recordings_) {
    const std::int64_t first = recording.samples_before(batch.first);
    const std::int64_t end = recording.samples_before(batch.first + batch.ticks);
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
    entry = before_[p];
    for (const std::uint64_t spikes : emitted.back()) entry.spikes += spikes;
    if (counters && !network_.populations[p].is_source())
      entry.stepped +=
          static_cast<std::uint64_t>(network_.populations[p].size * (tick_ - restored_tick_));
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
