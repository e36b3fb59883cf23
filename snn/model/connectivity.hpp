// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "snn/math/plasticity/rules.hpp"
#include "snn/math/plasticity/tsodyks_markram.hpp"

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

// Rules that draw their pairs when the network is compiled, from its seed. allow_self matters
// within one population: whether a neuron may be its own target. allow_multiple: whether a pair may
// be drawn more than once. docs/connectivity.md says what each draws.

/// Each possible pair with this probability, independently, at most once.
struct FixedProbability {
  double probability = 0.1;
  bool allow_self = true;
};

/// For each target neuron that many sources.
struct FixedInDegree {
  std::int64_t in_degree = 1;
  bool allow_self = true, allow_multiple = true;
};

/// For each source neuron that many targets.
struct FixedOutDegree {
  std::int64_t out_degree = 1;
  bool allow_self = true, allow_multiple = true;
};

/// That many pairs out of all.
struct FixedTotalNumber {
  std::int64_t synapses = 1;
  bool allow_self = true, allow_multiple = true;
};

using Connectivity = std::variant<AllToAll, OneToOne, Sparse, FixedProbability, FixedInDegree,
                                  FixedOutDegree, FixedTotalNumber>;

/// Whether the pairs follow from the seed too, not from the description alone.
inline bool is_drawn(const Connectivity& rule) {
  return !std::holds_alternative<AllToAll>(rule) && !std::holds_alternative<OneToOne>(rule) &&
         !std::holds_alternative<Sparse>(rule);
}

/// Drawn from U(low, high).
struct Uniform {
  double low = 0.0, high = 1.0;
};

/// Drawn from N(mean, sd^2).
struct Normal {
  double mean = 0.0, sd = 1.0;
};

/// Drawn from N(mean, sd^2) until the value is in [low, high]. At least one draw in a thousand must
/// be.
struct TruncatedNormal {
  double mean = 0.0, sd = 1.0, low = -1.0, high = 1.0;
};

/// Weights whose logarithm is drawn from N(mu, sigma^2).
struct Lognormal {
  double mu = 0.0, sigma = 1.0;
};

/// Weights drawn from U(-b, b), b = gain * sqrt(3 / fan_in) (He et al., ICCV 2015; gain sqrt(2) for
/// ReLU).
struct KaimingUniform {
  double gain = 1.0;
};

/// A constant, explicit values in the order of the connectivity (not with drawn rules), or a
/// distribution.
/// Unit: mV for `jump` inputs, R*I in mV for `current` inputs.
using Weight = std::variant<double, std::vector<float>, Uniform, Normal, KaimingUniform,
                            TruncatedNormal, Lognormal>;

/// One delay for each source neuron (axonal delays).
struct PerSource {
  std::vector<double> ms;
};

/// One delay for each synapse, in the order of the connectivity (not with drawn rules).
struct PerSynapse {
  std::vector<double> ms;
};

/// A whole number of ticks after rounding; 0 is allowed only outside cycles. Of a distribution, in
/// ms, values that round to less than one tick are drawn again.
using Delay = std::variant<double, PerSource, PerSynapse, Uniform, Normal, TruncatedNormal>;

/// What a projection's synapses are like.
struct Synapse {
  Weight weight = 1.0;
  Delay delay_ms = 0.0;
  std::vector<float>
      bias{};        ///< added to the input of each target neuron at every tick; empty: none
  int receptor = 0;  ///< port of the target neurons that the weights enter
  /// How weights change with the spikes at both ends. They start with one sign, and rules see their
  /// magnitudes (docs/plasticity.md).
  Plasticity plasticity{};
  /// Depression and facilitation within a train of spikes; not together with plasticity.
  std::optional<TsodyksMarkram> short_term{};
};

inline bool is_plastic(const Synapse& synapse) {
  return !std::holds_alternative<std::monostate>(synapse.plasticity);
}

}  // namespace snn
