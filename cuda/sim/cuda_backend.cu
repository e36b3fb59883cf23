// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

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
      before_(network_.populations.size()),
      held_(network_),
      value_counts_(network_.projections.size()),
      presented_(network_.populations.size()) {
  const gpu::DeviceScope scope(device_);
  stream_.emplace();
  net_.emplace(network_, *stream_);
  changing_.emplace(network_, *net_, *stream_);
  spikes_.emplace();
  choose_persistent();
  stream_->synchronize();
}

CudaBackend::~CudaBackend() {
  const gpu::DeviceScope scope(device_);
  graph_.reset();
  changing_.reset();
  net_.reset();
  recordings_.clear();
  spikes_.reset();
  device_recorded_ = {};
  places_ = {};
  meeting_ = {};
  network_.fan_outs.clear();  // some of it may lie on the device
  stream_.reset();
}

/// One kernel for many ticks: where all neurons are of one model, so that it is one kernel; where
/// all are resident at once; and where nothing acts within the tick.
void CudaBackend::choose_persistent() {
  if (net_->levels().size() != 1 || !changing_->empty()) return;
  const Level& level = net_->levels().front();
  if (level.updates.size() != 1 || network_.least_delay == 0) return;
  const UpdateLaunch& update = level.updates.front();
  const PersistentKernel kernel = persistent_kernel(update.model);
  const int resident = gpu::resident_blocks(kernel, persistent_threads, 0);
  const auto blocks = static_cast<int>(update.host_blocks.size());
  if (resident * (persistent_threads / block_threads) < blocks) return;
  if (level.host_arrivals.size() > most_arrivals || network_.fan_outs.size() > most_fan_outs)
    return;
  persistent_ = kernel;
  // A smaller grid meets faster; a larger one delivers more at a time.
  const auto arrivals = static_cast<int>(level.host_arrivals.size());
  constexpr int arrivals_per_block = 8;
  persistent_blocks_ =
      std::clamp(arrivals / arrivals_per_block, std::min(blocks, resident), resident);
  meeting_ = gpu::Buffer<unsigned>(1);
  persistent_work_ = {.blocks = update.blocks.data(),
                      .counts = update.counts.data(),
                      .arrivals = level.arrivals.data(),
                      .poisson = level.poisson.data(),
                      .lists = level.lists.data(),
                      .listed = level.listed.data(),
                      .block_count = blocks,
                      .arrival_count = arrivals,
                      .poisson_count = static_cast<int>(level.host_poisson.size()),
                      .listed_count = static_cast<int>(level.host_listed.size()),
                      .fan_out_count = static_cast<int>(network_.fan_outs.size()),
                      .meeting = meeting_.data()};
}

void CudaBackend::reset() {
  const gpu::DeviceScope scope(device_);
  tick_ = restored_tick_ = 0;
  before_.assign(before_.size(), {});
  held_ = HeldValues(network_);
  value_counts_.assign(network_.projections.size(), {});
  presented_.assign(presented_.size(), {});
  net_->reset(network_);
  changing_->reset();
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
  for (std::size_t l = 0; l < net_->levels().size(); ++l) {
    changing_->deliver(l, offset);
    launch_level(net_->levels()[l], l == 0, offset);
    changing_->follow(l, offset);
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

/// Spikes of the sources that the host knows ahead.
void CudaBackend::list_sources(const Batch& batch) {
  for (Level& level : net_->levels()) {
    if (level.host_listed.empty()) continue;
    std::vector<std::int32_t> begin, neurons;
    for (const std::int32_t p : level.host_listed) {
      const auto at = static_cast<std::size_t>(p);
      const CompiledPopulation& population = network_.populations[at];
      for (int t = 0; t < net_->batch_ticks(); ++t) {
        begin.push_back(static_cast<std::int32_t>(neurons.size()));
        if (t >= batch.ticks) continue;
        emit({population, static_cast<std::uint32_t>(p), presented_[at], 0, population.size},
             {.dt_ms = network_.dt_ms,
              .seed = network_.seed,
              .tick = batch.first + t,
              .isa = best_isa()},
             neurons);
      }
    }
    begin.push_back(static_cast<std::int32_t>(neurons.size()));
    net_->tell_lists(level, begin, neurons);
  }
}

void CudaBackend::launch(const Batch& batch) {
  net_->tell_batch(network_, batch.first, batch.turn);
  list_sources(batch);
  changing_->prepare(batch.first, batch.ticks);
  if (persistent_ != nullptr && recordings_.empty()) {
    gpu::clear(*stream_, meeting_.data(), 1);
    gpu::launch(*stream_,
                {.grid = dim3(static_cast<unsigned>(persistent_blocks_)),
                 .block = persistent_threads,
                 .cooperative = true},
                persistent_, net_->view(), persistent_work_, batch.ticks);
  } else if (batch.ticks < net_->batch_ticks()) {
    for (int offset = 0; offset < batch.ticks; ++offset) launch_tick(offset);
  } else {
    if (!graph_) {
      graph_.emplace(*stream_, [this] {
        for (int offset = 0; offset < net_->batch_ticks(); ++offset) launch_tick(offset);
      });
    }
    graph_->launch(*stream_);
  }
}

void CudaBackend::advance(std::int64_t ticks, const Observer& observer) {
  const gpu::DeviceScope scope(device_);
  const FlushToZero flush;  // of the emulation, whose kernels run on this thread
  std::optional<Batch> before;
  for (const std::int64_t end = tick_ + ticks; tick_ < end;) {
    const Batch batch{.first = tick_,
                      .ticks = static_cast<int>(changing_->until_scaling(
                          tick_, std::min<std::int64_t>(net_->batch_ticks(), end - tick_))),
                      .turn = turn_};
    launch(batch);
    if (wants_spikes(observer)) collect_spikes(batch);
    (*spikes_)[static_cast<std::size_t>(turn_)].done.record(*stream_);
    turn_ = 1 - turn_;
    tick_ += batch.ticks;
    changing_->scale(network_, tick_);
    for (std::size_t q = 0; counters && q < value_counts_.size(); ++q)
      value_counts_[q].add(held_.per_tick[q], static_cast<std::uint64_t>(batch.ticks));
    if (before) observe(*std::exchange(before, std::nullopt), observer);
    if (recordings_.empty()) {
      before = batch;
    } else {  // their buffers hold one batch
      observe(batch, observer);
    }
    if (observer.proceed && !observer.proceed(tick_)) break;
  }
  if (before) observe(*before, observer);
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
  described();
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
  described();
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
