// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

namespace snn {

/// Every source neuron to every target neuron. Explicit weights are [source][target].
struct AllToAll {};

/// Source neuron i to target neuron i; both populations have one size.
struct OneToOne {};

/// The listed pairs; a pair may be listed more than once. Explicit weights follow the list.
struct Sparse {
  std::vector<std::int64_t> source;  ///< index of each synapse's source neuron
  std::vector<std::int64_t> target;  ///< index of each synapse's target neuron
};

using Connectivity = std::variant<AllToAll, OneToOne, Sparse>;

/// Weights drawn from U(low, high).
struct Uniform {
  double low = 0.0, high = 1.0;
};

/// Weights drawn from N(mean, sd^2).
struct Normal {
  double mean = 0.0, sd = 1.0;
};

/// Weights drawn from U(-b, b), b = gain * sqrt(3 / fan_in) (He et al., ICCV 2015; gain sqrt(2) for
/// ReLU).
struct KaimingUniform {
  double gain = 1.0;
};

/// A constant, explicit values in the order of the connectivity, or a distribution.
/// Unit: mV for `jump` inputs, R*I in mV for `current` inputs.
using Weight = std::variant<double, std::vector<float>, Uniform, Normal, KaimingUniform>;

/// One delay for each source neuron (axonal delays).
struct PerSource {
  std::vector<double> ms;
};

/// One delay for each synapse, in the order of the connectivity.
struct PerSynapse {
  std::vector<double> ms;
};

/// A whole number of ticks after rounding; 0 is allowed only outside cycles.
using Delay = std::variant<double, PerSource, PerSynapse>;

/// What a projection's synapses are like.
struct Synapse {
  Weight weight = 1.0;
  Delay delay_ms = 0.0;
  std::vector<float>
      bias{};  ///< added to the input of each target neuron at every tick; empty: none
};

}  // namespace snn
