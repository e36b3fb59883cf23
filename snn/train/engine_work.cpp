// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "snn/math/counters.hpp"
#include "snn/train/engine.hpp"

/// What passes did and executed, put together from the shards.
namespace snn {

TrainingOperations no_operations(const Network& network) {
  TrainingOperations none;
  for (std::size_t q = 0; q < network.projections().size(); ++q) {
    ProjectionOperations entry;
    entry.name = network.name_of({static_cast<std::int32_t>(q)});
    none.projections.push_back(std::move(entry));
  }
  return none;
}

template <class Real>
Pass<Real> Engine<Real>::pass() const {
  return {network_,
          plan_,
          options_,
          parameters_,
          std::span(shards_).first(static_cast<std::size_t>(used_)),
          samples_};
}

template <class Real>
RawCounts Engine<Real>::empty_counts() const {
  return snn::empty_counts(pass());
}

template <class Real>
void Engine<Real>::count(RawCounts& counts, std::span<SampleTotals> samples) const {
  if (!counters) return;
  if (fans_.empty()) fans_ = source_fan_outs<Real>(plan_, parameters_);
  const auto shards = pass().shards;
  std::vector<Tally> tallies(shards.size());
#pragma omp parallel for schedule(dynamic, 1) num_threads(options_.threads)
  for (std::size_t s = 0; s < shards.size(); ++s)
    tallies[s] = tally_of(plan_, options_, fans_, shards[s]);
  add_counts(plan_, options_, std::span<const Tally>(tallies), counts, samples);
}

template <class Real>
std::uint64_t Engine<Real>::spikes() const {
  return count_spikes(pass());
}

template <class Real>
std::vector<Real> Engine<Real>::scores() const {
  std::vector<Real> all;
  for (const Shard<Real>& shard : pass().shards)
    all.insert(all.end(), shard.logits.begin(), shard.logits.end());
  return all;
}

template <class Real>
PopulationTape<Real> Engine<Real>::tape(std::size_t p) const {
  const PlannedPopulation& planned = plan_.populations[p];
  PopulationTape<Real> tape;
  for (int tick = 0; tick < options_.ticks; ++tick) {
    for (const Shard<Real>& shard : pass().shards) {
      const ShardPopulation<Real>& population = shard.populations[p];
      const auto add = [&](auto& to, const auto& from, std::int64_t width) {
        if (from.empty()) return;
        const auto first = from.begin() + std::int64_t{tick} * shard.rows * width;
        to.insert(to.end(), first, first + shard.rows * width);
      };
      if (planned.spiking) add(tape.spikes, population.spikes, planned.words);
      add(tape.membrane, population.u, planned.size);
    }
  }
  return tape;
}

template <class Real>
TrainingOperations Engine<Real>::take_operations() {
  return std::exchange(operations_, no_operations(network_));
}

/// Takes over what a shard counted. The sums are integers: their order does not matter.
template <class Real>
void Engine<Real>::collect_work(Shard<Real>& shard) {
  if (!counters) return;
  PassWork& work = shard.work_done;
  for (std::size_t q = 0; q < work.forward.size(); ++q) {
    ProjectionOperations& entry = operations_.projections[q];
    entry.forward += work.forward[q];
    entry.input_gradient += work.input_gradient[q];
    entry.bias_additions += work.bias_additions[q];
    operations_.forward += work.forward[q];
    operations_.backward += work.input_gradient[q];
    operations_.bias_additions += work.bias_additions[q];
    work.forward[q] = work.input_gradient[q] = {};
    work.bias_additions[q] = 0;
  }
  operations_.neuron_updates += std::exchange(work.neuron_updates, 0);
  operations_.adjoint_updates += std::exchange(work.adjoint_updates, 0);
}

template class Engine<float>;
template class Engine<double>;

}  // namespace snn
