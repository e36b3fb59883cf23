// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <numeric>

#include "cuda/sim/cuda_backend.hpp"
#include "snn/backend/flush_to_zero.hpp"
#include "snn/backend/saved_network.hpp"
#include "snn/math/counters.hpp"

/// What is saved and restored between runs: the arrays of the CPU's backend, so that each of them
/// goes on from what the other has saved.
namespace snn::cuda {
namespace {

/// Neurons that share a mark of the CPU's backend that they are at rest.
constexpr std::int64_t segment = 256;

}  // namespace

/// The fingerprint of the network as it was given. Told when it is first needed.
std::uint64_t CudaBackend::described() {
  if (!described_) described_ = fingerprint(network_);
  return *described_;
}

/// Spikes of a population at a tick that the ring still holds.
std::vector<std::int32_t> CudaBackend::spikes_at(std::size_t p, std::int64_t tick) const {
  const NetworkView& view = net_->view();
  const auto slot = static_cast<std::size_t>(view.slot(tick));
  std::int32_t count = 0;
  gpu::download(*stream_, std::span(&count, 1),
                view.counts + slot * network_.populations.size() + p);
  std::vector<std::int32_t> fired(static_cast<std::size_t>(count));
  const auto size = static_cast<std::size_t>(network_.populations[p].size);
  gpu::download(*stream_, std::span(fired), net_->population(p).spikes.data() + slot * size);
  return fired;
}

BackendState CudaBackend::save() {
  const gpu::DeviceScope scope(device_);
  const FlushToZero flush;
  BackendState state;
  const auto put = [&](std::string name, auto values) {
    state.push_back({std::move(name), std::move(values)});
  };
  put("/tick", std::vector<std::int64_t>{tick_});
  put("/fingerprint", std::vector<std::uint64_t>{described()});
  const BackendCounts now = counts();
  for (std::size_t p = 0; p < network_.populations.size(); ++p) {
    const CompiledPopulation& population = network_.populations[p];
    const DevicePopulation& device = net_->population(p);
    put(array_path("population", p, "emitted"), gpu::downloaded(*stream_, device.emitted));
    save_given(p, held_.values[p], presented_[p], state);
    std::vector<std::int32_t> ring, ring_count;
    for (std::int64_t t = first_on_its_way(); t < tick_; ++t) {
      std::vector<std::int32_t> fired = spikes_at(p, t);
      std::sort(fired.begin(), fired.end());
      ring.insert(ring.end(), fired.begin(), fired.end());
      ring_count.push_back(static_cast<std::int32_t>(fired.size()));
    }
    put(array_path("population", p, "ring"), ring);
    put(array_path("population", p, "ring_count"), ring_count);
    if (population.is_source()) continue;
    put(array_path("population", p, "state"), gpu::downloaded(*stream_, device.state));
    // That none is at rest is always right.
    put(array_path("population", p, "quiet"), std::vector<std::int32_t>(static_cast<std::size_t>(
                                                  (population.size + segment - 1) / segment)));
    const BackendCounts::Population& did = now.populations[p];
    put(array_path("population", p, "counts"),
        std::vector<std::uint64_t>{did.stepped, did.touched, did.membrane_updates,
                                   did.drive_events});
  }
  save_value_counts(value_counts_, state);
  save_changing(state);
  return state;
}

void CudaBackend::save_changing(BackendState& state) {
  for (const DeviceShortTerm& fan_out : changing_->short_term()) {
    ShortTermArrays arrays;
    arrays.last = gpu::downloaded(*stream_, fan_out.last);
    for (const auto& source : gpu::downloaded(*stream_, fan_out.state)) {
      arrays.u.push_back(source.u);
      arrays.x.push_back(source.x);
    }
    // What was released lies beside the spikes, which are in any order.
    const auto source = static_cast<std::size_t>(network_.fan_outs[fan_out.fan_out].source);
    for (std::int64_t t = first_on_its_way(); t < tick_; ++t) {
      const std::vector<std::int32_t> fired = spikes_at(source, t);
      std::vector<float> released(fired.size());
      gpu::download(*stream_, std::span(released),
                    fan_out.released.data() + net_->view().slot(t) * fan_out.sources);
      std::vector<std::size_t> order(fired.size());
      std::iota(order.begin(), order.end(), std::size_t{0});
      std::sort(order.begin(), order.end(),
                [&](std::size_t a, std::size_t b) { return fired[a] < fired[b]; });
      for (const std::size_t i : order) arrays.released.push_back(released[i]);
    }
    save_short_term(fan_out.fan_out, arrays, state);
  }
  for (std::size_t h = 0; h < changing_->homeostasis().size(); ++h)
    save_homeostasis(changing_->homeostasis()[h].fan_out, changing_->rates(h), state);
  for (const auto& fan_out : changing_->plastic()) {
    PlasticArrays arrays = fan_out->save(tick_);
    save_plastic(fan_out->number(), gpu::downloaded(*stream_, fan_out->weights()),
                 gpu::downloaded(*stream_, fan_out->eligibility()), std::move(arrays), state);
  }
}

void CudaBackend::check(const BackendState& state) {
  check_fingerprint(state, described());
}

void CudaBackend::restore(const BackendState& state) {
  check(state);
  reset();
  const gpu::DeviceScope scope(device_);
  const FlushToZero flush;
  tick_ = find_array<std::int64_t>(state, "/tick", 1)[0];
  for (std::size_t p = 0; p < network_.populations.size(); ++p) {
    const CompiledPopulation& population = network_.populations[p];
    const DevicePopulation& device = net_->population(p);
    const auto size = static_cast<std::size_t>(population.size);
    const auto& values = saved_values(state, p);
    if (!values.empty()) present_values(static_cast<std::int32_t>(p), values);
    presented_[p] = saved_spikes(state, p);
    gpu::upload(
        *stream_, device.emitted.data(),
        std::span(find_array<std::uint64_t>(state, array_path("population", p, "emitted"), size)));
    restore_ring(state, p);
    if (population.is_source()) continue;
    gpu::upload(*stream_, device.state.data(),
                std::span(find_array<float>(state, array_path("population", p, "state"),
                                            device.state.size())));
    const auto& counts = find_array<std::uint64_t>(state, array_path("population", p, "counts"), 4);
    before_[p] = {.stepped = counts[0],
                  .touched = counts[1],
                  .membrane_updates = counts[2],
                  .drive_events = counts[3]};
  }
  restored_tick_ = tick_;
  restore_value_counts(state, value_counts_);
  restore_changing(state);
  stream_->synchronize();
}

void CudaBackend::restore_ring(const BackendState& state, std::size_t p) {
  const auto& ring = find_array<std::int32_t>(state, array_path("population", p, "ring"));
  const auto& ring_count =
      find_array<std::int32_t>(state, array_path("population", p, "ring_count"));
  const NetworkView& view = net_->view();
  std::size_t at = 0;
  for (std::size_t i = 0; i < ring_count.size(); ++i) {
    const auto slot = static_cast<std::size_t>(
        view.slot(tick_ - static_cast<std::int64_t>(ring_count.size() - i)));
    const auto count = static_cast<std::size_t>(ring_count[i]);
    gpu::upload(*stream_, view.counts + slot * network_.populations.size() + p,
                std::span(&ring_count[i], 1));
    gpu::upload(*stream_,
                net_->population(p).spikes.data() +
                    slot * static_cast<std::size_t>(network_.populations[p].size),
                std::span(ring).subspan(at, count));
    at += count;
  }
}

/// After the ring: what was released lies beside the spikes it belongs to.
void CudaBackend::restore_changing(const BackendState& state) {
  for (const DeviceShortTerm& fan_out : changing_->short_term()) {
    const ShortTermArrays arrays = saved_short_term(state, fan_out.fan_out, fan_out.sources);
    gpu::upload(*stream_, fan_out.last.data(), std::span(arrays.last));
    std::vector<TsodyksMarkram::State<float>> sources;
    for (std::size_t k = 0; k < arrays.u.size(); ++k)
      sources.push_back({.u = arrays.u[k], .x = arrays.x[k]});
    gpu::upload(*stream_, fan_out.state.data(),
                std::span<const TsodyksMarkram::State<float>>(sources));
    const auto source = static_cast<std::size_t>(network_.fan_outs[fan_out.fan_out].source);
    std::size_t at = 0;
    for (std::int64_t t = first_on_its_way(); t < tick_; ++t) {
      const std::size_t count = spikes_at(source, t).size();
      gpu::upload(*stream_, fan_out.released.data() + net_->view().slot(t) * fan_out.sources,
                  std::span(arrays.released).subspan(at, count));
      at += count;
    }
    stream_->synchronize();
  }
  for (std::size_t h = 0; h < changing_->homeostasis().size(); ++h) {
    const std::size_t f = changing_->homeostasis()[h].fan_out;
    changing_->set_rates(h, saved_homeostasis(state, f, network_.fan_outs[f]));
  }
  for (const auto& fan_out : changing_->plastic()) {
    const FanOut& host = network_.fan_outs[fan_out->number()];
    gpu::upload(*stream_, fan_out->weights().data(),
                std::span(saved_weights(state, fan_out->number(), host)));
    gpu::upload(*stream_, fan_out->eligibility().data(),
                std::span(saved_eligibility(state, fan_out->number(), host)));
    fan_out->restore(saved_plastic(state, fan_out->number()), tick_);
  }
}

}  // namespace snn::cuda
