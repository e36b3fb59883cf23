// SPDX-License-Identifier: Apache-2.0
#include "snn/backend/cpu_backend.hpp"
#include "snn/backend/saved_network.hpp"

/// Scaling of plastic synapses from time to time: each worker scales those that end at its neurons.
namespace snn {

void CpuBackend::share_homeostasis() {
  for (Worker& worker : workers_) {
    for (const FanOut& fan_out : network_.fan_outs) {
      worker.homeostasis.emplace_back();
      if (!fan_out.homeostasis) continue;
      scales_weights_ = true;
      const Range mine = target_range(worker, fan_out);
      worker.homeostasis.back().emplace(*fan_out.homeostasis, network_.dt_ms, fan_out,
                                        mine.begin - fan_out.base, mine.end - fan_out.base);
    }
  }
}

/// What is due before what happens at `tick`. Only the worker's own synapses and histories are
/// looked at, so that no other has to wait.
void CpuBackend::scale_weights(Worker& mine, std::int64_t tick) {
  for (std::size_t f = 0; f < network_.fan_outs.size(); ++f) {
    auto& homeostasis = mine.homeostasis[f];
    if (!homeostasis || !homeostasis->is_due(tick)) continue;
    FanOut& fan_out = network_.fan_outs[f];
    const auto now = static_cast<Tick>(tick);
    const auto parts = [&](std::int64_t k, std::size_t d) { return own_part(mine, f, k, d); };
    std::visit([&](auto& share) { share.catch_up(fan_out, now, parts); }, *mine.plastic[f]);
    homeostasis->scale(fan_out, now, parts);
  }
}

void CpuBackend::save_homeostasis(std::size_t f, BackendState& state) const {
  HomeostasisArrays arrays;
  for (const Worker& worker : workers_) worker.homeostasis[f]->save(arrays);
  snn::save_homeostasis(f, arrays, state);
}

void CpuBackend::restore_homeostasis(std::size_t f, const BackendState& state) {
  const HomeostasisArrays arrays = saved_homeostasis(state, f, network_.fan_outs[f]);
  for (Worker& worker : workers_) worker.homeostasis[f]->restore(arrays);
}

}  // namespace snn
