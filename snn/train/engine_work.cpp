// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "snn/math/counters.hpp"
#include "snn/train/engine.hpp"

/// What passes executed, put together from the shards.
namespace snn {

template <class Real>
TrainingOperations Engine<Real>::no_operations() const {
  TrainingOperations none;
  for (std::size_t q = 0; q < plan_.projections.size(); ++q) {
    ProjectionOperations entry;
    entry.name = network_.name_of({static_cast<std::int32_t>(q)});
    none.projections.push_back(std::move(entry));
  }
  return none;
}

template <class Real>
TrainingOperations Engine<Real>::take_operations() {
  return std::exchange(operations_, no_operations());
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
