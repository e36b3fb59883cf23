// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "cuda/sim/changing.hpp"
#include "cuda/sim/device_network.hpp"
#include "cuda/sim/record.hpp"
#include "snn/backend/backend.hpp"
#include "snn/backend/held_values.hpp"
#include "snn/backend/sources.hpp"

namespace snn::cuda {

/// Simulation on a CUDA device: the same spikes, states and counts as on the CPU, bit for bit. All
/// neurons are stepped at every tick. Ticks run in batches of which the host only hears at the
/// end; the launches of a batch are one graph.
class CudaBackend : public Backend {
 public:
  CudaBackend(int device, CompiledNetwork network);
  ~CudaBackend() override;

  void reset() override;
  void advance(std::int64_t ticks, const Observer& observer) override;
  std::int64_t tick() const override { return tick_; }
  void present_values(std::int32_t population, std::span<const float> values) override;
  void present_spikes(std::int32_t population, std::span<const std::int32_t> begin,
                      std::span<const std::uint32_t> neurons) override;
  void set_parameters(std::int32_t population, CompiledParameters parameters,
                      std::span<const float> shift) override;
  void set_stimuli(std::int32_t population, CompiledStimuli stimuli) override;
  void record_spikes(std::int32_t population) override;
  void record_membrane(std::int32_t population, std::int64_t interval) override;
  void record_state(std::int32_t population, StateRequest request) override;
  BackendCounts counts() const override;
  std::vector<SynapseNow> synapses(std::int32_t projection) override;
  std::vector<float> weights(std::int32_t projection,
                             std::span<const std::int64_t> synapses) override;
  void set_weights(std::int32_t projection, std::span<const float> weights) override;
  void reward(std::int32_t projection, float amount) override;
  BackendState save() override;
  void check(const BackendState& state) override;
  void restore(const BackendState& state) override;

  /// Whether one kernel runs many ticks; else each tick has its launches.
  bool runs_in_one_kernel() const { return persistent_ != nullptr; }

 private:
  struct Recording {
    std::int32_t population;
    StateRequest request;
    std::int64_t count;  ///< neurons
    gpu::Buffer<std::int32_t> neurons{};
    gpu::Buffer<float> samples{};

    std::int64_t samples_before(std::int64_t tick) const {
      return (tick + request.interval - 1) / request.interval;
    }
  };

  /// Ticks that run without the host. Two are under way at most: one runs while what the other
  /// did is told.
  struct Batch {
    std::int64_t first;
    int ticks;
    int turn;  ///< 0 or 1: which of the buffers it uses
  };
  /// Where the spikes of a batch arrive.
  struct SpikeBuffers {
    gpu::HostBuffer<std::int64_t> begin;
    gpu::HostBuffer<std::int32_t> neurons;
    gpu::Event done;
  };

  void choose_persistent();
  void launch(const Batch& batch);
  void launch_tick(int offset);
  void launch_level(const Level& level, bool first, int offset);
  void list_sources(const Batch& batch);
  bool wants_spikes(const Observer& observer) const;
  void collect_spikes(const Batch& batch);
  void observe(const Batch& batch, const Observer& observer);
  void observe_spikes(const Batch& batch, const Observer& observer);
  void observe_states(const Batch& batch, const Observer& observer);

  std::uint64_t described();
  /// The first tick whose spikes may be on their way.
  std::int64_t first_on_its_way() const {
    return std::max<std::int64_t>(0, tick_ - network_.largest_delay);
  }
  std::vector<std::int32_t> spikes_at(std::size_t population, std::int64_t tick) const;
  void save_changing(BackendState& state);
  void restore_ring(const BackendState& state, std::size_t population);
  void restore_changing(const BackendState& state);

  int device_;
  CompiledNetwork network_;
  std::int64_t tick_ = 0;
  std::optional<std::uint64_t> described_;         ///< fingerprint before anything was set
  std::int64_t restored_tick_ = 0;                 ///< of the state that was restored
  std::vector<BackendCounts::Population> before_;  ///< per population: counts in it
  HeldValues held_;
  std::vector<CallCounts> value_counts_;    ///< per projection: of graded inputs since reset
  std::vector<PresentedSpikes> presented_;  ///< per population
  std::vector<Recording> recordings_;
  std::optional<gpu::Stream> stream_;
  std::optional<DeviceNetwork> net_;
  std::optional<ChangingSynapses> changing_;
  std::optional<gpu::Graph> graph_;        ///< of a whole batch
  PersistentKernel persistent_ = nullptr;  ///< that runs batches of which no states are recorded
  PersistentView persistent_work_{};
  int persistent_blocks_ = 0;
  gpu::Buffer<unsigned> meeting_;
  int turn_ = 0;
  std::optional<std::array<SpikeBuffers, 2>> spikes_;
  std::vector<std::int32_t> recorded_;  ///< populations whose spikes are
  gpu::Buffer<std::int32_t> device_recorded_;
  gpu::Buffer<std::int64_t> places_;  ///< scratch of collect_spikes()
};

}  // namespace snn::cuda
