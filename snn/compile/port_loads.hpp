// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "snn/compile/compiled_network.hpp"

/// What the sums of inputs may be at most, neuron by neuron, before any synapse is drawn.
namespace snn {

/// Of the neurons of one receptor port.
struct PortLoad {
  /// Weights of a projection: rounding adds at most one of its units to each.
  struct Rounded {
    std::int32_t projection;
    std::vector<double> terms;  ///< [neuron], or one number for all
  };
  std::int32_t population = 0;
  std::size_t port = 0;
  std::vector<double> sum;  ///< [neuron]: of magnitudes of weights, events and the bias
  std::vector<Rounded> rounded;
  double others = 0;  ///< what rounding adds for events of drives and for biases

  /// What rounding adds to the sum of a neuron, with the units of each projection.
  double rounding(std::size_t neuron, const std::vector<double>& unit) const;
};

/// `most`: largest number of synapses onto one neuron, `largest`: largest magnitude of a weight, of
/// each projection.
PortLoad load_of_port(const Network& network, const CompiledNetwork& compiled,
                      std::int32_t population, std::size_t port, const std::vector<double>& most,
                      const std::vector<double>& largest);

}  // namespace snn
