// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <numeric>
#include <utility>

#include "cuda/train/device_engine.hpp"
#include "snn/backend/cuda.hpp"
#include "snn/compile/initial_membranes.hpp"
#include "snn/train/trainable.hpp"

namespace snn::cuda {
namespace {

/// Gradients of outputs that are there at a time.
constexpr std::int64_t above_values = std::int64_t{1} << 26;

std::vector<std::uint32_t> halves_of(const std::vector<DelayGroup>& groups) {
  std::vector<std::uint32_t> halves;
  for (const DelayGroup& group : groups) {
    for (const std::uint64_t word : group.mask) {
      halves.push_back(static_cast<std::uint32_t>(word));
      halves.push_back(static_cast<std::uint32_t>(word >> 32));
    }
  }
  return halves;
}

}  // namespace

DeviceEngine::DeviceEngine(int device, const Network& network, const Plan& plan,
                           const TrainOptions& options, bool records)
    : network_(network),
      plan_(plan),
      options_(options),
      device_(device),
      parameters_(stream_, plan, options.precision),
      products_(options.precision, unpacked_spikes_bytes),
      populations_(plan.populations.size()),
      projections_(plan.projections.size()),
      results_(gpu::zeros<unsigned long long>(  // what no pass writes is copied too
          stream_, losses_at() + 2 * static_cast<std::size_t>(options.batch))),
      labels_(static_cast<std::size_t>(options.batch)),
      records_(records),
      host_results_(results_.size()),
      d_output_constant_(plan.populations.size()),
      operations_(no_operations(network)) {
  host_.capacity = options.batch;
  host_.populations.resize(plan.populations.size());
  host_.mixed_bits.resize(plan.projections.size());
  host_.mixed_values.resize(plan.projections.size());
  for (std::size_t p = 0; p < populations_.size(); ++p) allocate_population(p);
  for (std::size_t q = 0; q < projections_.size(); ++q) allocate_projection(q);
  allocate_above();
  const std::int64_t classes = plan.populations[static_cast<std::size_t>(plan.readout)].size;
  scores_ = gpu::Buffer<float>(static_cast<std::size_t>(options.batch * classes));
  loss_work_ = gpu::Buffer<double>(scores_.size());
}

void DeviceEngine::allocate_population(std::size_t p) {
  const PlannedPopulation& planned = plan_.populations[p];
  DeviceLayer& population = populations_[p];
  ShardPopulation<float>& host = host_.populations[p];
  const auto ticks = static_cast<std::size_t>(options_.ticks);
  const auto rows = static_cast<std::size_t>(options_.batch);
  const auto size = static_cast<std::size_t>(planned.size);
  const auto words = static_cast<std::size_t>(planned.words);
  const auto room = [](auto& buffer, std::size_t count) {
    buffer = std::decay_t<decltype(buffer)>(count);
  };
  if (planned.spiking) room(population.spikes, ticks * rows * 2 * words);
  if (planned.source) {
    if (planned.spiking) host.spikes.resize(ticks * rows * words);
    if (planned.graded) host.output.resize(rows * size);
    if (planned.graded) room(population.output, rows * size);
    return;
  }
  const Neurons& neurons = network_.populations()[p].neurons();
  const auto fields = static_cast<std::size_t>(state_fields(neurons));
  room(population.u, ticks * rows * size);
  room(population.state, fields * rows * size);
  room(population.adjoint, fields * rows * size);
  room(population.input_sum, rows * size);
  room(population.initial, size);
  for (const int q : planned.inputs) {
    const PlannedProjection& projection = plan_.projections[static_cast<std::size_t>(q)];
    if (projection.bias != no_parameter || projection.held_input) population.has_constant = true;
  }
  if (population.has_constant) room(population.constant, rows * size);
  if (planned.held) room(population.held, ticks * rows * 2 * words);
  if (has_adaptation(neurons)) room(population.adaptation, ticks * rows * size);
  if (planned.graded) room(population.output, ticks * rows * size);
  if (options_.lambda_rate != 0 || options_.lambda_synops != 0)
    room(population.d_output_constant, planned.spiking ? size : 0);
  if (planned.decay != no_parameter) room(population.d_decay, rows * size);
  if (planned.threshold != no_parameter) room(population.d_threshold, rows * size);
  if (static_cast<int>(p) != plan_.readout) return;
  if (reads_membrane(options_.loss)) {
    room(population.d_membrane, ticks * rows * size);
  } else {
    room(population.d_output, rows * size);
  }
}

void DeviceEngine::allocate_projection(std::size_t q) {
  const PlannedProjection& planned = plan_.projections[q];
  const PlannedPopulation& source = plan_.populations[static_cast<std::size_t>(planned.source)];
  DeviceProjection& projection = projections_[q];
  projection.exists = gpu::uploaded(stream_, planned.mask);
  if (!Plan::mixed_delay(planned)) return;
  const auto lines =
      static_cast<std::size_t>(options_.ticks) * static_cast<std::size_t>(options_.batch);
  projection.delay = gpu::uploaded(stream_, planned.source_delay);
  std::vector<int> delays;
  for (const DelayGroup& group : planned.groups) delays.push_back(group.delay);
  projection.group_delay = gpu::uploaded(stream_, delays);
  projection.group_mask = gpu::uploaded(stream_, halves_of(planned.groups));
  const auto size = static_cast<std::size_t>(source.size);
  if (source.spiking)
    projection.mixed_bits =
        gpu::Buffer<std::uint32_t>(lines * 2 * static_cast<std::size_t>(source.words));
  else
    projection.mixed_values = gpu::Buffer<float>(lines * size);
  if (!source.source) projection.handed = gpu::Buffer<float>(lines * size);
}

/// Room for the gradients of the outputs of a component: of all ticks, if they are not too many.
void DeviceEngine::allocate_above() {
  std::int64_t widest = 1, arrays = 0;
  for (const Component& component : plan_.order.components) {
    std::int64_t width = 0;
    for (const int index : component) {
      const PlannedPopulation& planned = plan_.populations[static_cast<std::size_t>(index)];
      if (hands_on(planned)) width += planned.size;
    }
    widest = std::max(widest, width * options_.batch);
    arrays = std::max(arrays, static_cast<std::int64_t>(component.size()));
  }
  ticks_above_ =
      static_cast<int>(std::clamp<std::int64_t>(above_values / widest, 1, options_.ticks));
  above_ =
      gpu::Buffer<float>(static_cast<std::size_t>(ticks_above_ * widest + arrays * whole_lines(1)));
}

bool DeviceEngine::hands_on(const PlannedPopulation& planned) const {
  return !planned.source && !planned.outputs.empty() && (planned.spiking || planned.graded);
}

void DeviceEngine::load(std::span<const float> parameters) {
  const gpu::DeviceScope scope(device_);
  host_parameters_.assign(parameters.begin(), parameters.end());
  ahead_ = false;
  fans_.clear();
  parameters_.load(stream_, parameters);
  for (std::size_t p = 0; p < populations_.size(); ++p) {
    if (plan_.populations[p].source) continue;
    const Population& described = network_.populations()[p];
    DeviceLayer& population = populations_[p];
    CoeffTable<float> coeffs =
        make_coeffs<float>(described.neurons(), plan_.populations[p].size, options_.dt_ms);
    const bool first = population.host_coeffs.empty();
    if (first) {
      population.coeffs = gpu::Buffer<float>(coeffs.values.size());
      population.coeffs_shared = coeffs.shared;
      const std::vector<double> drawn =
          initial_membranes(described, static_cast<std::uint32_t>(p), options_.seed);
      const std::vector<float> initial(drawn.begin(), drawn.end());
      gpu::upload(stream_, population.initial.data(), std::span(initial));
    }
    if (!first && coeffs.values == population.host_coeffs) continue;
    gpu::upload(stream_, population.coeffs.data(), std::span<const float>(coeffs.values));
    population.host_coeffs = std::move(coeffs.values);
  }
  stream_.synchronize();  // what was uploaded may be of this function
}

bool DeviceEngine::descends() const {
  return std::all_of(plan_.populations.begin(), plan_.populations.end(), [](const auto& planned) {
    return planned.decay == no_parameter && planned.threshold == no_parameter;
  });
}

void DeviceEngine::set_moments(const Optimizer::State& moments) {
  if (!descends()) return;
  const gpu::DeviceScope scope(device_);
  parameters_.load_moments(stream_, moments);
  stream_.synchronize();
}

void DeviceEngine::fetch(std::span<float> parameters, Optimizer::State* moments) const {
  const gpu::DeviceScope scope(device_);
  parameters_.fetch(stream_, parameters, moments);
}

std::optional<CudaMemory> DeviceEngine::device_view(std::size_t first, std::size_t count) const {
  const float* found = parameters_.find(first, count);
  if (found == nullptr) return {};
  return CudaMemory{.address = reinterpret_cast<std::uintptr_t>(found),
                    .bytes = count * sizeof(float),
                    .device = device_,
                    .stream = reinterpret_cast<std::uintptr_t>(stream_.get())};
}

Pass<float> DeviceEngine::pass() const {
  return {network_, plan_, options_, host_parameters_, std::span(&host_, 1), rows_};
}

void DeviceEngine::mirror() const {
  if (mirrored_) return;
  const gpu::DeviceScope scope(device_);
  const auto lines = static_cast<std::int64_t>(options_.ticks) * rows_;
  const auto words = [&](std::vector<std::uint64_t>& to, const gpu::Buffer<std::uint32_t>& from,
                         std::int64_t of_row) {
    to.resize(static_cast<std::size_t>(lines * of_row));
    gpu::download(stream_,
                  std::span(reinterpret_cast<std::uint32_t*>(to.data()), 2 * to.size()),  // NOLINT
                  from.data());
  };
  const auto values = [&](std::vector<float>& to, const gpu::Buffer<float>& from,
                          std::int64_t of_row) {
    to.resize(static_cast<std::size_t>(lines * of_row));
    gpu::download(stream_, std::span(to), from.data());
  };
  for (std::size_t p = 0; p < populations_.size(); ++p) {
    const PlannedPopulation& planned = plan_.populations[p];
    if (planned.source) continue;
    host_.populations[p].moved = host_results_[2 * p + 1];
    if (planned.spiking) words(host_.populations[p].spikes, populations_[p].spikes, planned.words);
    if (planned.graded) values(host_.populations[p].output, populations_[p].output, planned.size);
  }
  for (std::size_t q = 0; q < projections_.size(); ++q) {
    const DeviceProjection& projection = projections_[q];
    const PlannedPopulation& source =
        plan_.populations[static_cast<std::size_t>(plan_.projections[q].source)];
    if (projection.mixed_bits.size() > 0)
      words(host_.mixed_bits[q], projection.mixed_bits, source.words);
    if (projection.mixed_values.size() > 0)
      values(host_.mixed_values[q], projection.mixed_values, source.size);
  }
  mirrored_ = true;
}

void DeviceEngine::refresh() const {
  if (std::exchange(ahead_, false)) fetch(host_parameters_, nullptr);
}

RawCounts DeviceEngine::empty_counts() const {
  refresh();
  return snn::empty_counts(pass());
}

std::uint64_t DeviceEngine::spikes() const {
  std::uint64_t total = 0;
  for (std::size_t p = 0; p < populations_.size(); ++p)
    if (!plan_.populations[p].source && plan_.populations[p].spiking) total += host_results_[2 * p];
  return total;
}

std::vector<float> DeviceEngine::scores() const {
  const gpu::DeviceScope scope(device_);
  const std::int64_t classes = plan_.populations[static_cast<std::size_t>(plan_.readout)].size;
  std::vector<float> scores(static_cast<std::size_t>(rows_ * classes));
  gpu::download(stream_, std::span(scores), scores_.data());
  return scores;
}

PopulationTape<float> DeviceEngine::tape(std::size_t p) const {
  mirror();
  const gpu::DeviceScope scope(device_);
  const PlannedPopulation& planned = plan_.populations[p];
  const std::int64_t lines = std::int64_t{options_.ticks} * rows_;
  PopulationTape<float> tape;
  if (planned.spiking) {
    tape.spikes = host_.populations[p].spikes;
    tape.spikes.resize(static_cast<std::size_t>(lines * planned.words));
  }
  if (planned.source) return tape;
  tape.membrane.resize(static_cast<std::size_t>(lines * planned.size));
  gpu::download(stream_, std::span(tape.membrane), populations_[p].u.data());
  return tape;
}

TrainingOperations DeviceEngine::take_operations() {
  return std::exchange(operations_, no_operations(network_));
}

}  // namespace snn::cuda

namespace snn {

std::unique_ptr<TrainingEngine<float>> make_cuda_engine(const Network& network, const Plan& plan,
                                                        const TrainOptions& options) {
  const int device = cuda_device(options.device);
  const gpu::DeviceScope scope(device);
  return std::make_unique<cuda::DeviceEngine>(device, network, plan, options);
}

}  // namespace snn
