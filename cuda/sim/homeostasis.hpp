// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cuda/sim/items.hpp"
#include "snn/backend/homeostasis_share.hpp"

/// Homeostasis: mean rates are kept on the device, spike by spike. When weights are scaled, which
/// is seldom, the host does it, as sums over the afferents of a neuron have an order.
namespace snn::cuda {

struct RatesView {
  const RateScaling::Coeffs<double>* coeffs;
  RateActivity* activity;  ///< [target]
  std::int32_t target;     ///< population
};

/// Neurons of the population that fired in the tick, each once. Bytes moved per spike: 52.
inline __global__ void __launch_bounds__(block_threads)
    follow_rates(NetworkView net, RatesView view, int offset) {
  const BatchView batch = *net.batch;
  const std::int32_t slot = net.moved(batch.slot, offset);
  const PopulationView& population = net.populations[view.target];
  const std::int32_t count = net.counts[slot * net.population_count + view.target];
  for (auto i = static_cast<std::int32_t>(blockIdx.x * blockDim.x + threadIdx.x); i < count;
       i += static_cast<std::int32_t>(gridDim.x * blockDim.x)) {
    RateActivity& activity = view.activity[population.spikes[slot * population.size + i]];
    RateActivity now = activity;
    now.fire(*view.coeffs, static_cast<Tick>(batch.tick + offset));
    activity = now;
  }
}

/// Homeostasis of one plastic fan-out.
struct DeviceHomeostasis {
  std::size_t fan_out;
  std::int64_t interval;  ///< ticks
  std::int64_t targets;
  HomeostasisShare share;  ///< does the scaling
  gpu::Buffer<RateScaling::Coeffs<double>> coeffs;
  gpu::Buffer<RateActivity> activity;  ///< empty: no mean rates
  RatesView view;
};

}  // namespace snn::cuda
