// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <exception>
#include <mutex>
#include <optional>
#include <vector>

#include "snn/backend/backend.hpp"
#include "snn/backend/cpu_delivery.hpp"
#include "snn/backend/cpu_share.hpp"
#include "snn/backend/held_values.hpp"
#include "snn/backend/homeostasis_share.hpp"
#include "snn/backend/plastic_share.hpp"
#include "snn/backend/short_term_share.hpp"
#include "snn/backend/sources.hpp"
#include "snn/backend/spin_barrier.hpp"
#include "snn/backend/worker_team.hpp"

namespace snn {

/// Event-driven on the CPU. A spike is delivered in the tick it arrives in, looked up in a ring of
/// the last ticks' spikes. Each worker owns a share of the neurons, which only it updates. How
/// workers share deliveries is chosen by the network (Delivery); docs/architecture.md says why.
class CpuBackend : public Backend {
 public:
  CpuBackend(CompiledNetwork network, const BackendOptions& options, Isa isa = best_isa());

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

 private:
  using Spikes = std::vector<std::int32_t>;

  /// Neurons begin .. end-1 of all that a worker owns.
  struct Range {
    std::int64_t begin, end;
  };

  /// What is recorded of a population.
  struct Recording {
    std::int32_t population;
    StateRequest request;

    bool is_due(std::int64_t tick) const { return tick % request.interval == 0; }
    /// Those of the neurons that lie in a share.
    std::span<const std::int32_t> neurons_of(const NeuronShare& share) const;
    /// How many values of a share are recorded.
    std::int64_t size_in(const NeuronShare& share) const;
  };

  /// One worker's part of the network.
  struct Worker {
    std::vector<NeuronShare> shares;        ///< per population
    std::vector<Range> ranges;              ///< of the neurons in them
    std::vector<std::vector<Spikes>> ring;  ///< [population][tick % ring_ticks_], ascending
    /// [stretch % 2][recording]: samples; one stretch is filled while another is observed.
    std::array<std::vector<std::vector<float>>, 2> recorded;
    std::vector<std::vector<std::uint32_t>> cut;               ///< per fan-out: see cut_rows()
    std::vector<ShortTermShare> short_term;                    ///< per fan-out, of its sources
    std::vector<std::optional<AnyPlasticShare>> plastic;       ///< per fan-out
    std::vector<std::optional<HomeostasisShare>> homeostasis;  ///< per fan-out
    std::vector<FanOut::Part> parts;  ///< scratch: what is delivered together
    ProceduralRows::Scratch drawn;
    HugeArray<std::int32_t> sums;      ///< of its own, where workers share spikes
    std::vector<std::uint64_t> marks;  ///< the same
  };

  void share_neurons();
  void choose_delivery();
  void cut_rows();
  void share_plastic();
  void share_short_term();
  void share_homeostasis();
  Range target_range(const Worker& worker, const FanOut& fan_out) const;

  void run_worker(int worker, std::int64_t first, std::int64_t ticks, const Observer& observer);
  template <class Work>
  void guarded(std::int64_t stretch, const Work& work);
  void prepare(Worker& worker, std::int64_t tick);
  void run_tick(int worker, std::int64_t stretch, std::int64_t tick, bool last);

  void deliver_tick(int worker, int level, std::int64_t tick);
  void list_parts(int worker, std::size_t fan_out, std::int64_t tick);
  void deliver_procedural(int worker, std::size_t fan_out, std::int64_t tick,
                          const DeliveryTarget& target);
  void deliver_plastic(int worker, std::size_t fan_out, std::int64_t tick, std::int32_t* sums,
                       std::uint64_t* marks);
  void deliver_short_term(int worker, std::size_t fan_out, std::int64_t tick, std::int32_t* sums,
                          std::uint64_t* marks);
  void release(Worker& worker, std::int32_t population, const Spikes& fired, std::int64_t tick);
  void fire_plastic(Worker& worker, std::int32_t population, const Spikes& fired,
                    std::int64_t tick);
  void scale_weights(Worker& worker, std::int64_t tick);
  FanOut::Part own_part(const Worker& worker, std::size_t fan_out, std::int64_t k,
                        std::size_t delay) const;
  void update_tick(int worker, int level, std::int64_t tick, std::int64_t stretch);
  void run_source(const Worker& worker, std::int32_t p, std::int64_t tick, Spikes& fired) const;
  bool wants_marks(const Worker& worker) const;

  void observe(std::int64_t first, std::int64_t ticks, std::int64_t stretch,
               const Observer& observer);
  const Spikes& spikes_of(const Worker& worker, std::int32_t population, std::int64_t tick) const {
    return worker
        .ring[static_cast<std::size_t>(population)][static_cast<std::size_t>(tick % ring_ticks_)];
  }
  bool is_recorded(std::size_t population) const;
  bool wants_membrane(std::size_t population, std::int64_t tick) const;
  void record(Worker& worker, std::size_t population, std::int64_t tick, std::size_t half) const;

  template <class Act>
  void for_shares(std::size_t f, const Act& act);
  void save_short_term(std::size_t fan_out, BackendState& state) const;
  void restore_short_term(std::size_t fan_out, const BackendState& state);
  void save_homeostasis(std::size_t fan_out, BackendState& state) const;
  void restore_homeostasis(std::size_t fan_out, const BackendState& state);
  void save_plastic(BackendState& state) const;
  void restore_plastic(const BackendState& state);
  std::uint64_t described();

  CompiledNetwork network_;
  BackendOptions options_;
  Isa isa_;
  std::int64_t tick_ = 0;
  std::optional<std::uint64_t> described_;  ///< fingerprint before anything was set
  HeldValues held_;
  std::int64_t ring_ticks_;
  bool undelayed_;  ///< some projection acts within the tick: populations are updated by levels
  bool by_spikes_;  ///< workers share spikes, else targets
  bool scales_weights_ = false;             ///< some fan-out has homeostasis
  std::vector<PresentedSpikes> presented_;  ///< per population
  std::vector<bool> records_spikes_;
  std::vector<Recording> recordings_;
  std::vector<Worker> workers_;
  std::vector<std::int32_t*> sums_;                  ///< those of each worker, or the one of all
  std::vector<std::uint64_t*> marks_;                ///< the same
  std::vector<std::vector<std::uint64_t>> emitted_;  ///< [population][neuron]: spikes since reset
  std::vector<CallCounts> value_counts_;  ///< per projection: of graded inputs since reset
  WorkerTeam team_;
  SpinBarrier barrier_;
  /// [tick % 2]: where workers share spikes, some share asks which neurons get events in the tick.
  std::array<std::atomic<bool>, 2> marks_wanted_;
  std::atomic<std::int64_t> stop_at_;  ///< stretch before which all workers leave
  std::mutex failure_mutex_;
  std::exception_ptr failure_;
};

/// act(share, fan-out, tick, parts of it) for each worker's share of a plastic fan-out.
template <class Act>
void CpuBackend::for_shares(std::size_t f, const Act& act) {
  FanOut& fan_out = network_.fan_outs[f];
  if (!fan_out.plastic) return;
  for (Worker& worker : workers_) {
    const auto parts = [&](std::int64_t k, std::size_t d) { return own_part(worker, f, k, d); };
    std::visit([&](auto& share) { act(share, fan_out, static_cast<Tick>(tick_), parts); },
               *worker.plastic[f]);
  }
}

}  // namespace snn
