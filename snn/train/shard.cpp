// SPDX-License-Identifier: Apache-2.0
#include "snn/train/shard.hpp"

namespace snn {

template <class Real>
void allocate(Shard<Real>& shard, const Network& network, const Plan& plan,
              const TrainOptions& options, int capacity) {
  const auto ticks = static_cast<std::size_t>(options.ticks);
  const auto rows = static_cast<std::size_t>(capacity);
  shard.capacity = capacity;
  shard.populations.resize(plan.populations.size());
  for (std::size_t p = 0; p < plan.populations.size(); ++p) {
    const PlannedPopulation& planned = plan.populations[p];
    ShardPopulation<Real>& population = shard.populations[p];
    const auto size = static_cast<std::size_t>(planned.size);
    const auto words = static_cast<std::size_t>(planned.words);
    if (planned.spiking) population.spikes.resize(ticks * rows * words);
    if (planned.source) {
      if (planned.graded) population.output.resize(rows * size);
      continue;
    }
    const Neurons& neurons = network.populations()[p].neurons();
    const auto fields = static_cast<std::size_t>(state_fields(neurons));
    population.u.resize(ticks * rows * size);
    population.constant.resize(rows * size);
    population.state.resize(fields * rows * size);
    population.adjoint.resize(fields * rows * size);
    population.input_sum.resize(rows * size);
    if (planned.held) population.held.resize(ticks * rows * words);
    if (has_adaptation(neurons)) population.adaptation.resize(ticks * rows * size);
    if (planned.graded) population.output.resize(ticks * rows * size);
    if (static_cast<int>(p) == plan.readout) {
      if (reads_membrane(options.loss)) {
        population.d_membrane.resize(ticks * rows * size);
      } else {
        population.d_output.resize(rows * size);
      }
    }
    if (planned.decay != no_parameter) population.d_decay.resize(size);
    if (planned.threshold != no_parameter) population.d_threshold.resize(size);
  }
  shard.work_done.forward.resize(plan.projections.size());
  shard.work_done.input_gradient.resize(plan.projections.size());
  shard.work_done.bias_additions.resize(plan.projections.size());
  shard.mixed_bits.resize(plan.projections.size());
  shard.mixed_values.resize(plan.projections.size());
  for (std::size_t p = 0; p < plan.projections.size(); ++p) {
    if (!Plan::mixed_delay(plan.projections[p])) continue;
    const PlannedPopulation& source =
        plan.populations[static_cast<std::size_t>(plan.projections[p].source)];
    if (source.spiking) {
      shard.mixed_bits[p].resize(ticks * rows * static_cast<std::size_t>(source.words));
    } else {
      shard.mixed_values[p].resize(ticks * rows * static_cast<std::size_t>(source.size));
    }
  }
}

template void allocate(Shard<float>&, const Network&, const Plan&, const TrainOptions&, int);
template void allocate(Shard<double>&, const Network&, const Plan&, const TrainOptions&, int);

}  // namespace snn
