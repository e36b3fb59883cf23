// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "snn/backend/backend.hpp"
#include "snn/backend/cpu_neurons.hpp"
#include "snn/backend/worker_team.hpp"

namespace snn {

/// Event-driven on the CPU. Each worker owns a share of every population and delivers to its own
/// neurons only, so that nothing is written by two. Workers meet once per least delay; where
/// projections without delay exist, once per level of the update order in each tick.
class CpuBackend : public Backend {
 public:
  CpuBackend(CompiledNetwork network, const BackendOptions& options, Isa isa = best_isa());

  void reset() override;
  void advance(std::int64_t ticks, const Observer& observer) override;
  std::int64_t tick() const override { return tick_; }
  void present_values(std::int32_t population, std::span<const float> values) override;
  void present_spikes(std::int32_t population, std::span<const std::int32_t> begin,
                      std::span<const std::uint32_t> neurons) override;
  void record_spikes(std::int32_t population) override;
  void record_membrane(std::int32_t population, std::int64_t interval) override;
  BackendCounts counts() const override;

 private:
  using Spikes = std::vector<std::int32_t>;

  /// What a source was told to do from a tick on.
  struct Presented {
    std::int64_t first = 0;
    std::vector<std::int64_t> begin;
    std::vector<std::int32_t> neurons;
  };

  /// Counts a worker keeps for a projection.
  struct Delivered {
    std::uint64_t source_events = 0, synaptic_events = 0, effective_events = 0;
  };

  /// One worker's part of the network.
  struct Worker {
    std::vector<NeuronShare> shares;           ///< per population
    std::vector<std::vector<Spikes>> fired;    ///< per population and tick of the stretch
    std::vector<Delivered> delivered;          ///< per projection
    std::vector<std::vector<float>> recorded;  ///< per population: membranes of the stretch
  };

  int choose_workers(int asked) const;
  void run_stretch(int worker, int level, std::int64_t first, std::int64_t ticks);
  void run_source(Worker& worker, std::int32_t p, std::int64_t tick, Spikes& fired);
  void run_neurons(Worker& worker, std::int32_t p, std::int64_t tick, Spikes& fired);
  void choose_update(const CompiledPopulation& population, NeuronShare& share, std::int64_t tick,
                     bool recorded) const;
  void deliver(Worker& worker, const CompiledProjection& projection, std::size_t q,
               NeuronShare& share, std::int64_t tick);
  void gather(int level, std::int64_t first, std::int64_t ticks);
  void observe(std::int64_t first, std::int64_t ticks, const Observer& observer);
  Spikes& ring(std::int32_t population, std::int64_t tick);

  CompiledNetwork network_;
  BackendOptions options_;
  Isa isa_;
  std::int64_t tick_ = 0;
  std::int64_t ring_ticks_;
  std::vector<std::vector<Spikes>> ring_;   ///< [population][tick % ring_ticks_], ascending
  std::vector<Presented> presented_;        ///< per population
  std::vector<std::vector<float>> values_;  ///< per population: what a CurrentSource presents
  std::vector<bool> records_spikes_;
  std::vector<std::int64_t> membrane_interval_;  ///< 0: not recorded
  std::vector<Worker> workers_;
  WorkerTeam team_;
  std::vector<std::uint64_t> source_spikes_;  ///< per population
  std::vector<std::uint64_t> value_events_, value_synaptic_,
      value_effective_;  ///< per graded projection
  std::vector<std::uint64_t> value_events_per_tick_, value_synaptic_per_tick_,
      value_effective_per_tick_;
  std::vector<bool> multiplies_;  ///< per projection
};

}  // namespace snn
