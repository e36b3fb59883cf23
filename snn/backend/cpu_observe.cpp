// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "snn/backend/count_deliveries.hpp"
#include "snn/backend/cpu_backend.hpp"
#include "snn/backend/flush_to_zero.hpp"
#include "snn/math/counters.hpp"

/// What is told of a run: recordings and counts.
namespace snn {

void CpuBackend::observe(std::int64_t first, std::int64_t ticks, std::int64_t stretch,
                         const Observer& observer) {
  const auto n = static_cast<std::uint64_t>(ticks);
  for (std::size_t q = 0; counters && q < value_counts_.size(); ++q)
    value_counts_[q].add(held_.per_tick[q], n);
  Spikes all;
  for (std::size_t p = 0; p < network_.populations.size(); ++p) {
    const auto population = static_cast<std::int32_t>(p);
    for (std::int64_t t = first; records_spikes_[p] && observer.spikes && t < first + ticks; ++t) {
      all.clear();
      for (const Worker& worker : workers_) {
        const Spikes& part = spikes_of(worker, population, t);
        all.insert(all.end(), part.begin(), part.end());
      }
      observer.spikes(population, t, all);
    }
  }
  const auto half = static_cast<std::size_t>(stretch % 2);
  std::vector<float> line;
  for (std::size_t r = 0; r < recordings_.size(); ++r) {
    const Recording& recording = recordings_[r];
    const auto p = static_cast<std::size_t>(recording.population);
    std::size_t sample = 0;
    for (std::int64_t t = first; t < first + ticks; ++t) {
      if (!recording.is_due(t)) continue;
      line.clear();
      std::span<const float> told;
      for (const Worker& worker : workers_) {
        const auto count = static_cast<std::size_t>(recording.size_in(worker.shares[p]));
        told = std::span(worker.recorded[half][r]).subspan(sample * count, count);
        if (workers_.size() > 1) line.insert(line.end(), told.begin(), told.end());
      }
      if (workers_.size() > 1) told = line;
      ++sample;
      if (recording.request.field == StateRequest::membrane) {
        if (observer.membrane) observer.membrane(recording.population, t, told);
      } else if (observer.state) {
        observer.state(recording.population, recording.request.field, t, told);
      }
    }
    for (Worker& worker : workers_) worker.recorded[half][r].clear();
  }
  if (observer.proceed && !observer.proceed(first + ticks))
    stop_at_ = std::min<std::int64_t>(stop_at_, stretch + 2);
}

void CpuBackend::record_spikes(std::int32_t population) {
  records_spikes_.at(static_cast<std::size_t>(population)) = true;
}

void CpuBackend::record_membrane(std::int32_t population, std::int64_t interval) {
  record_state(population, {StateRequest::membrane, interval});
}

void CpuBackend::record_state(std::int32_t p, StateRequest request) {
  const auto same = [&](const Recording& r) {
    return r.population == p && r.request.field == request.field;
  };
  std::erase_if(recordings_, same);
  const CompiledPopulation& population = network_.populations.at(static_cast<std::size_t>(p));
  if (static_cast<std::int64_t>(request.neurons.size()) == population.size) request.neurons.clear();
  recordings_.push_back({p, std::move(request)});
}

std::span<const std::int32_t> CpuBackend::Recording::neurons_of(const NeuronShare& share) const {
  const auto& all = request.neurons;
  const auto begin = std::lower_bound(all.begin(), all.end(), share.begin);
  return {begin, std::lower_bound(begin, all.end(), share.end)};
}

std::int64_t CpuBackend::Recording::size_in(const NeuronShare& share) const {
  return request.neurons.empty() ? share.size() : std::ssize(neurons_of(share));
}

bool CpuBackend::is_recorded(std::size_t p) const {
  return std::any_of(recordings_.begin(), recordings_.end(), [&](const Recording& r) {
    return r.population == static_cast<std::int32_t>(p);
  });
}

bool CpuBackend::wants_membrane(std::size_t p, std::int64_t tick) const {
  return std::any_of(recordings_.begin(), recordings_.end(), [&](const Recording& r) {
    return r.population == static_cast<std::int32_t>(p) &&
           r.request.field == StateRequest::membrane && r.is_due(tick);
  });
}

/// Samples of a worker's share of a population, after the tick.
void CpuBackend::record(Worker& worker, std::size_t p, std::int64_t tick, std::size_t half) const {
  const NeuronShare& share = worker.shares[p];
  for (std::size_t r = 0; r < recordings_.size(); ++r) {
    const Recording& recording = recordings_[r];
    if (recording.population != static_cast<std::int32_t>(p) || !recording.is_due(tick)) continue;
    const StateRequest& request = recording.request;
    const float* from = request.field == StateRequest::membrane
                            ? share.u.data()
                            : share.state.data() + request.field * share.size();
    auto& to = worker.recorded[half][r];
    if (request.neurons.empty()) {
      to.insert(to.end(), from, from + share.size());
    } else {
      const auto neurons = recording.neurons_of(share);
      const std::size_t before = to.size();
      to.resize(before + neurons.size());
      std::transform(neurons.begin(), neurons.end(), to.data() + before,
                     [&](std::int32_t n) { return from[n - share.begin]; });
    }
  }
}

BackendCounts CpuBackend::counts() const {
  const FlushToZero flush;  // quiet ticks are made up for as they would have been stepped
  BackendCounts counts;
  counts.populations.resize(network_.populations.size());
  counts.projections.resize(network_.projections.size());
  for (std::size_t p = 0; p < counts.populations.size(); ++p) {
    BackendCounts::Population& entry = counts.populations[p];
    for (const std::uint64_t spikes : emitted_[p]) entry.spikes += spikes;
    if (network_.populations[p].is_source()) continue;
    for (const Worker& worker : workers_) {
      // A share that was not touched since some tick still owes the quiet ticks; the copy pays
      // them.
      NeuronShare share = worker.shares[p];
      catch_up(network_.populations[p], share, tick_);
      entry.stepped += share.stepped;
      entry.touched += share.touched;
      entry.membrane_updates += share.membrane_updates;
      entry.drive_events += share.drive_events;
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
  count_deliveries(
      network_, emitted_, tick_,
      [this](std::int32_t population, std::int64_t tick,
             const std::function<void(std::int32_t)>& visit) {
        for (const Worker& worker : workers_) {
          for (const std::int32_t k : spikes_of(worker, population, tick)) visit(k);
        }
      },
      counts);
  return counts;
}

}  // namespace snn
