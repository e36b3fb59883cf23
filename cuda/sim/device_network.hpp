// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "cuda/sim/device_rows.hpp"
#include "cuda/sim/kernels.hpp"
#include "cuda/sim/update.hpp"
#include "cuda/sim/views.hpp"
#include "gpu_runtime.hpp"
#include "snn/compile/compiled_network.hpp"

/// A CompiledNetwork in device memory.
namespace snn::cuda {

/// Neurons of one model that are stepped together.
struct UpdateLaunch {
  int model = -1;
  UpdateKernel kernel = nullptr;
  std::vector<NeuronBlock> host_blocks{};
  gpu::Buffer<NeuronBlock> blocks{};
  gpu::Buffer<WarpCounts> counts{};  ///< [block][warp]
};

/// What is launched for one level of a tick. Where no projection acts within the tick there is one.
struct Level {
  std::vector<Arrival> host_arrivals;
  gpu::Buffer<Arrival> arrivals;
  int blocks_each = 1;  ///< blocks of threads for each arrival
  std::vector<UpdateLaunch> updates;
  std::vector<NeuronBlock> host_poisson;
  gpu::Buffer<NeuronBlock> poisson;
  std::vector<std::int32_t> host_listed;  ///< sources whose spikes the host knows ahead
  gpu::Buffer<std::int32_t> listed;
  gpu::Buffer<ListedView> lists;
  gpu::Buffer<std::int32_t> list_begin, list_neurons;
};

/// One population's arrays.
struct DevicePopulation {
  gpu::Buffer<float> state, coeffs, u;
  gpu::Buffer<std::int32_t> spikes;
  gpu::Buffer<std::uint64_t> emitted;
  std::vector<gpu::Buffer<std::int32_t>> base;     ///< [port]; empty: none
  std::vector<gpu::Buffer<std::uint32_t>> bounds;  ///< [drive]
  gpu::Buffer<DriveView> drives;
  gpu::Buffer<NoiseView> noises;
};

/// A fan-out's arrays, as far as they are not in DeviceRows.
struct DeviceFanOut {
  gpu::Buffer<std::int64_t> row;
  gpu::Buffer<std::uint32_t> sub_end;
  gpu::Buffer<std::byte> words;
};

/// The rows of a fan-out that lie on the device; null: the host has them.
inline const DeviceRows* device_rows(const FanOut& fan_out) {
  return dynamic_cast<const DeviceRows*>(fan_out.elsewhere.get());
}

/// Work items of a fan-out, by its number: one entry for each delay that some synapse has.
std::vector<Arrival> arrivals_of(const FanOut& fan_out, std::int32_t number);

class DeviceNetwork {
 public:
  /// UnavailableError for what the device cannot do (yet), ResourceError if it does not fit.
  DeviceNetwork(const CompiledNetwork& network, const gpu::Stream& stream);

  /// Tick 0 and the initial state; nothing on its way; counters 0.
  void reset(const CompiledNetwork& network);

  /// After a change of parameters, stimuli or what is recorded of a population.
  void follow(const CompiledNetwork& network, std::size_t population);
  /// Input of every tick, [port][neuron].
  void set_base(std::size_t population, const std::vector<std::vector<std::int32_t>>& base);
  /// Membranes before the reset are kept from now on.
  void keep_membranes(std::size_t population);
  /// What holds in the ticks first .. first + batch_ticks() - 1. `turn`: 0 or 1, by turns; what was
  /// told at the same turn before must be over.
  void tell_batch(const CompiledNetwork& network, std::int64_t first, int turn);
  /// Spikes of the listed sources of a level: lists of their ticks, one source after the other.
  void tell_lists(Level& level, std::span<const std::int32_t> begin,
                  std::span<const std::int32_t> neurons);

  const NetworkView& view() const { return view_; }
  std::vector<Level>& levels() { return levels_; }
  const std::vector<Level>& levels() const { return levels_; }
  DevicePopulation& population(std::size_t p) { return populations_[p]; }
  const DevicePopulation& population(std::size_t p) const { return populations_[p]; }
  int batch_ticks() const { return view_.batch_ticks; }

 private:
  void plan_levels(const CompiledNetwork& network);
  void load_fan_outs(const CompiledNetwork& network);
  void number_schedule(const CompiledNetwork& network);
  void view_population(const CompiledNetwork& network, std::size_t population);
  void load_views();

  const gpu::Stream& stream_;
  std::vector<DevicePopulation> populations_;
  std::vector<DeviceFanOut> fan_outs_;
  std::vector<PopulationView> population_views_;
  std::vector<Level> levels_;
  gpu::Buffer<PopulationView> device_populations_;
  gpu::Buffer<FanOutView> device_fan_outs_;
  gpu::Buffer<BatchView> batch_;
  gpu::HostBuffer<BatchView> host_batch_;  ///< [turn]
  gpu::Buffer<std::int32_t> counts_, sums_;
  std::vector<std::uint64_t> host_schedule_;
  gpu::Buffer<std::uint64_t> schedule_;
  NetworkView view_{};
};

}  // namespace snn::cuda
