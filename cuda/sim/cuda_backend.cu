// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cuda/sim/cuda_backend.hpp"
#include "cuda/sim/deliver.hpp"
#include "cuda/sim/emit.hpp"
#include "snn/backend/count_deliveries.hpp"
#include "snn/backend/cuda.hpp"
#include "snn/backend/flush_to_zero.hpp"
#include "snn/math/counters.hpp"

namespace snn::cuda {

CudaBackend::CudaBackend(int device, CompiledNetwork network)
    : device_(device),
      network_(std::move(network)),
      held_(network_),
      value_counts_(network_.projections.size()),
      presented_(network_.populations.size()),
      records_spikes_(network_.populations.size()) {
  const gpu::DeviceScope scope(device_);
  stream_.emplace();
  net_.emplace(network_, *stream_);
  stream_->synchronize();
}

CudaBackend::~CudaBackend() {
  const gpu::DeviceScope scope(device_);
  graph_.reset();
  net_.reset();
  recordings_.clear();
  stream_.reset();
}

void CudaBackend::reset() {
  const gpu::DeviceScope scope(device_);
  tick_ = 0;
  held_ = HeldValues(network_);
  value_counts_.assign(network_.projections.size(), {});
  presented_.assign(presented_.size(), {});
  net_->reset(network_);
  stream_->synchronize();
  graph_.reset();
}

void CudaBackend::launch_level(const Level& level, bool first, int offset) {
  const NetworkView& view = net_->view();
  const auto blocks = [](std::size_t count) { return dim3(static_cast<unsigned>(count)); };
  const auto arrivals = static_cast<int>(level.host_arrivals.size());
  if (first || arrivals > 0) {
    gpu::launch(
        *stream_,
        {.grid = blocks(static_cast<std::size_t>(std::max(1, arrivals * level.blocks_each))),
         .block = deliver_threads},
        deliver, view, level.arrivals.data(), arrivals, level.blocks_each, first, offset);
  }
  if (!level.host_poisson.empty()) {
    gpu::launch(*stream_, {.grid = blocks(level.host_poisson.size()), .block = block_threads},
                emit_poisson, view, level.poisson.data(), offset);
  }
  if (!level.host_listed.empty()) {
    gpu::launch(*stream_, {.grid = blocks(level.host_listed.size()), .block = block_threads},
                emit_listed, view, level.lists.data(), level.listed.data(), offset);
  }
  for (const UpdateLaunch& update : level.updates) {
    gpu::launch(*stream_, {.grid = blocks(update.host_blocks.size()), .block = block_threads},
                update.kernel, view, update.blocks.data(), update.counts.data(), offset);
  }
}

void CudaBackend::launch_tick(int offset) {
  bool first = true;
  for (const Level& level : net_->levels()) {
    launch_level(level, first, offset);
    first = false;
  }
  for (const Recording& recording : recordings_) {
    const SampleView what{.population = recording.population,
                          .field = recording.request.field,
                          .interval = recording.request.interval,
                          .neurons = recording.neurons.data(),
                          .count = recording.count,
                          .out = recording.samples.data()};
    const auto blocks = (recording.count + block_threads - 1) / block_threads;
    gpu::launch(*stream_, {.grid = dim3(static_cast<unsigned>(blocks)), .block = block_threads},
                sample, net_->view(), what, offset);
  }
}

/// Spikes of the sources that the host knows ahead, of the coming ticks.
void CudaBackend::list_sources(int ticks) {
  for (Level& level : net_->levels()) {
    if (level.host_listed.empty()) continue;
    std::vector<std::int32_t> begin, neurons;
    for (const std::int32_t p : level.host_listed) {
      const auto at = static_cast<std::size_t>(p);
      const CompiledPopulation& population = network_.populations[at];
      for (int t = 0; t < net_->batch_ticks(); ++t) {
        begin.push_back(static_cast<std::int32_t>(neurons.size()));
        if (t >= ticks) continue;
        emit({population, static_cast<std::uint32_t>(p), presented_[at], 0, population.size},
             {.dt_ms = network_.dt_ms, .seed = network_.seed, .tick = tick_ + t, .isa = best_isa()},
             neurons);
      }
    }
    begin.push_back(static_cast<std::int32_t>(neurons.size()));
    net_->tell_lists(level, begin, neurons);
  }
}

void CudaBackend::advance(std::int64_t ticks, const Observer& observer) {
  const gpu::DeviceScope scope(device_);
  const FlushToZero flush;  // of the emulation, whose kernels run on this thread
  const int batch = net_->batch_ticks();
  for (std::int64_t done = 0; done < ticks;) {
    const int some = static_cast<int>(std::min<std::int64_t>(batch, ticks - done));
    net_->tell_batch(network_, tick_);
    list_sources(some);
    if (some == batch) {
      if (!graph_) {
        graph_.emplace(*stream_, [this] {
          for (int offset = 0; offset < net_->batch_ticks(); ++offset) launch_tick(offset);
        });
      }
      graph_->launch(*stream_);
    } else {
      for (int offset = 0; offset < some; ++offset) launch_tick(offset);
    }
    observe(some, observer);
    tick_ += some;
    done += some;
    if (observer.proceed && !observer.proceed(tick_)) break;
  }
}

void CudaBackend::present_values(std::int32_t p, std::span<const float> values) {
  const gpu::DeviceScope scope(device_);
  const auto at = static_cast<std::size_t>(p);
  check_values(network_.populations.at(at), values);
  held_.values[at].assign(values.begin(), values.end());
  for (const std::int32_t t : targets_of_values(network_, p))
    net_->set_base(static_cast<std::size_t>(t), held_input(network_, t, held_));
}

void CudaBackend::present_spikes(std::int32_t p, std::span<const std::int32_t> begin,
                                 std::span<const std::uint32_t> neurons) {
  const auto at = static_cast<std::size_t>(p);
  presented_[at] = presented_spikes(network_.populations.at(at), tick_, begin, neurons);
}

void CudaBackend::set_parameters(std::int32_t p, CompiledParameters parameters,
                                 std::span<const float> shift) {
  const gpu::DeviceScope scope(device_);
  const FlushToZero flush;
  const auto at = static_cast<std::size_t>(p);
  CompiledPopulation& population = network_.populations.at(at);
  population.shared = parameters.shared;
  population.coeffs = std::move(parameters.coeffs);
  population.v_rest_mv = std::move(parameters.v_rest_mv);
  population.driven |= parameters.driven;
  if (!shift.empty()) {
    gpu::Buffer<float>& state = net_->population(at).state;
    std::vector<float> values = gpu::downloaded(*stream_, state);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] += shift[i];
    gpu::upload(*stream_, state.data(), std::span<const float>(values));
  }
  net_->follow(network_, at);
  graph_.reset();
}

void CudaBackend::set_stimuli(std::int32_t p, CompiledStimuli stimuli) {
  const gpu::DeviceScope scope(device_);
  const auto at = static_cast<std::size_t>(p);
  CompiledPopulation& population = network_.populations.at(at);
  population.drives = std::move(stimuli.drives);
  population.currents = std::move(stimuli.currents);
  population.driven = true;
  net_->follow(network_, at);
  graph_.reset();
}

}  // namespace snn::cuda

namespace snn {

std::unique_ptr<Backend> make_cuda_backend(int device, CompiledNetwork network,
                                           const BackendOptions& options) {
  static_cast<void>(options);  // how the CPU's workers share the work
  return std::make_unique<cuda::CudaBackend>(device, std::move(network));
}

}  // namespace snn
