// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cuda/train/device_engine.hpp"

/// Operations that a pass on the device executes. Products are dense there but for a few rows
/// of spikes, which are gathered, and a projection of one synapse per neuron takes every neuron
/// too: sizes alone say how many there are, and spikes counted where they were gathered. With
/// Precision::bf16_split a product with spikes is three.
namespace snn::cuda {

void DeviceEngine::add_product(std::size_t q, Operations ProjectionOperations::*part,
                               Operations TrainingOperations::*total, std::int64_t rows) {
  const PlannedProjection& projection = plan_.projections[q];
  const std::int64_t sources = plan_.populations[static_cast<std::size_t>(projection.source)].size;
  const std::int64_t targets = plan_.populations[static_cast<std::size_t>(projection.target)].size;
  const bool diagonal = projection.kind == PlannedProjection::Kind::diagonal;
  const Operations done{.macs =
                            static_cast<std::uint64_t>(rows * targets * (diagonal ? 1 : sources))};
  operations_.projections[q].*part += done;
  operations_.*total += done;
}

/// Forward and back alike.
void DeviceEngine::add_biases(std::size_t q) {
  const PlannedProjection& projection = plan_.projections[q];
  if (projection.bias == no_parameter) return;
  const auto added = static_cast<std::uint64_t>(
      rows_ * plan_.populations[static_cast<std::size_t>(projection.target)].size);
  operations_.projections[q].bias_additions += added;
  operations_.bias_additions += added;
}

std::uint64_t DeviceEngine::neuron_steps() const {
  std::int64_t neurons = 0;
  for (const PlannedPopulation& planned : plan_.populations)
    if (!planned.source) neurons += planned.size;
  return static_cast<std::uint64_t>(std::int64_t{options_.ticks} * rows_ * neurons);
}

/// Products that one with the projection's activity is made of.
int DeviceEngine::products_of(std::size_t q) const {
  const PlannedProjection& projection = plan_.projections[q];
  if (projection.kind == PlannedProjection::Kind::diagonal) return 1;
  const auto source = static_cast<std::size_t>(projection.source);
  return std::max(1, product_terms(options_.precision, plan_.populations[source].spiking));
}

/// Whether the spikes that go over a projection pick its weights: in input_products(), of all ticks
/// or of one.
bool DeviceEngine::gathered(std::size_t q) const {
  const PlannedProjection& projection = plan_.projections[q];
  if (projection.kind == PlannedProjection::Kind::diagonal) return false;
  const auto source = static_cast<std::size_t>(projection.source);
  const int ticks = projection.internal ? 1 : options_.ticks - projection.delay;
  return Products::gathers(options_.precision, plan_.populations[source].spiking,
                           std::int64_t{ticks} * rows_);
}

void DeviceEngine::add_forward_work() {
  for (std::size_t q = 0; q < projections_.size(); ++q) {
    const PlannedProjection& projection = plan_.projections[q];
    const int ticks = projection.held_input ? 1 : std::max(0, options_.ticks - projection.delay);
    if (gathered(q)) {
      const auto targets = static_cast<std::uint64_t>(
          plan_.populations[static_cast<std::size_t>(projection.target)].size);
      const Operations done{.acs = host_results_[gathered_at() + q] * targets};
      operations_.projections[q].forward += done;
      operations_.forward += done;
    } else {
      add_product(q, &ProjectionOperations::forward, &TrainingOperations::forward,
                  std::int64_t{ticks} * rows_ * products_of(q));
    }
    add_biases(q);
  }
  operations_.neuron_updates += neuron_steps();
}

void DeviceEngine::add_backward_work() {
  for (std::size_t q = 0; q < projections_.size(); ++q) {
    const PlannedProjection& projection = plan_.projections[q];
    const std::int64_t ticks =
        projection.held_input ? 1 : std::max(0, options_.ticks - projection.delay);
    add_product(q, &ProjectionOperations::weight_gradient, &TrainingOperations::backward,
                ticks * rows_ * products_of(q));
    if (hands_on(plan_.populations[static_cast<std::size_t>(projection.source)]))
      add_product(q, &ProjectionOperations::input_gradient, &TrainingOperations::backward,
                  ticks * rows_);
    add_biases(q);
  }
  operations_.adjoint_updates += neuron_steps();
}

}  // namespace snn::cuda
