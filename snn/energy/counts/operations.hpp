// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

/// Operations that training executed, as 64-bit integers. Definitions: docs/counts.md.
namespace snn {

/// Operations over synapses.
struct Operations {
  std::uint64_t macs = 0;  ///< in dense products, padding of masks included
  std::uint64_t acs = 0;   ///< in sparse gathers and scatters of binary spikes
  Operations& operator+=(const Operations& other) {
    macs += other.macs;
    acs += other.acs;
    return *this;
  }
  friend Operations operator+(Operations a, const Operations& b) { return a += b; }
  /// What is left when a part is taken off; the part must be no larger.
  friend Operations operator-(const Operations& a, const Operations& b) {
    return {a.macs - b.macs, a.acs - b.acs};
  }
  friend bool operator==(const Operations&, const Operations&) = default;
};

/// Operations over parameters: of an optimiser, of the gradient's norm, of clipping.
struct UpdateOperations {
  std::uint64_t additions = 0;                                         ///< and subtractions
  std::uint64_t multiplications = 0, divisions = 0, square_roots = 0;  ///< number of each
  UpdateOperations& operator+=(const UpdateOperations& other) {
    additions += other.additions;
    multiplications += other.multiplications;
    divisions += other.divisions;
    square_roots += other.square_roots;
    return *this;
  }
  friend UpdateOperations operator*(std::uint64_t times, const UpdateOperations& each) {
    return {times * each.additions, times * each.multiplications, times * each.divisions,
            times * each.square_roots};
  }
  friend bool operator==(const UpdateOperations&, const UpdateOperations&) = default;
};

/// What training did over one projection.
struct ProjectionOperations {
  std::string name;                  ///< of the projection
  Operations forward;                ///< inputs times weights
  Operations input_gradient;         ///< gradients times weights, handed down
  Operations weight_gradient;        ///< inputs times gradients
  std::uint64_t bias_additions = 0;  ///< to the input, and to the gradient of the bias
  UpdateOperations update;           ///< of its weights and biases by the optimiser

  ProjectionOperations& operator+=(const ProjectionOperations& other) {
    forward += other.forward;
    input_gradient += other.input_gradient;
    weight_gradient += other.weight_gradient;
    bias_additions += other.bias_additions;
    update += other.update;
    return *this;
  }
  friend bool operator==(const ProjectionOperations&, const ProjectionOperations&) = default;
};

/// What a stretch of training did: a whole run or an epoch.
struct TrainingOperations {
  Operations forward{}, backward{};   ///< of all projections; backward: both gradients
  UpdateOperations update{};          ///< of all parameters, with norm and clipping of the gradient
  std::uint64_t bias_additions = 0;   ///< to inputs, and to gradients of biases
  std::uint64_t neuron_updates = 0;   ///< neurons stepped in forward passes
  std::uint64_t adjoint_updates = 0;  ///< neurons stepped back in backward passes
  std::vector<ProjectionOperations> projections{};  ///< one each, in the order of the network

  /// Adds those of the same network; an empty list of projections takes over the other's.
  TrainingOperations& operator+=(const TrainingOperations& other) {
    forward += other.forward;
    backward += other.backward;
    update += other.update;
    bias_additions += other.bias_additions;
    neuron_updates += other.neuron_updates;
    adjoint_updates += other.adjoint_updates;
    if (projections.empty()) {
      projections = other.projections;
    } else {
      for (std::size_t q = 0; q < other.projections.size(); ++q)
        projections.at(q) += other.projections[q];
    }
    return *this;
  }
};

}  // namespace snn
