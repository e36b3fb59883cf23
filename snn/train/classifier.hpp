// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "snn/io/dataset.hpp"
#include "snn/model/network.hpp"

namespace snn {

/// How data becomes input.
enum class Encoding : std::uint8_t { direct, rate, latency };
/// Models of hidden layers.
enum class HiddenNeuron : std::uint8_t { lif, integrate_and_fire, cuba, adaptive };

/// A layered classifier: what `snn bench` and `snn train` build.
struct ClassifierOptions {
  std::vector<std::int64_t> hidden = {256};  ///< neurons per hidden layer, at least one layer
  bool recurrent = false;  ///< each hidden layer also projects to itself, one tick later
  Encoding encoding = Encoding::direct;     ///< of images; events are presented as they are
  HiddenNeuron neuron = HiddenNeuron::lif;  ///< model of the hidden layers
  double tau_m_ticks = 10.0;                ///< membrane time constant of hidden neurons
  double tau_syn_ticks = 5.0;               ///< of the synaptic current (cuba)
  double tau_out_ticks = 20.0;              ///< of the readout
  Reset reset = Reset::subtract;
  int delay_ticks = 0;               ///< of projections between hidden layers and to the readout
  double gain = 1.4142135623730951;  ///< of the initial weights (KaimingUniform)
  bool spiking_readout =
      false;  ///< LIF outputs, for losses on spike counts; else a leaky integrator
};

/// Populations "input", "hidden1", ..., "output". Throws ConfigError for options that make no
/// network.
Network classifier(const Dataset& data, const ClassifierOptions& options, double dt_ms);

}  // namespace snn
