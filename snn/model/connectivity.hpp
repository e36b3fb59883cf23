// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "snn/math/plasticity/rules.hpp"
#include "snn/math/plasticity/scaling.hpp"
#include "snn/math/plasticity/tsodyks_markram.hpp"
#include "snn/model/distance.hpp"

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

/// Compressed rows: the targets of source neuron k are target[row_begin[k]] ..
/// target[row_begin[k+1]], in any order, repeated ones too. Explicit weights follow `target`.
struct Csr {
  std::vector<std::int64_t> row_begin;  ///< one entry per source neuron, and the end
  std::vector<std::int64_t> target;     ///< index of each synapse's target neuron
};

/// A two-dimensional convolution (cross-correlation, as in PyTorch's Conv2d) between populations of
/// the shapes {channels, height, width}: output extent = (input + 2 padding - kernel) / stride + 1,
/// rounded down. Synapses at one place of the kernel share a weight: Synapse::weight gives one for
/// each of [out channel][in channel][height][width], explicit or drawn. What would reach beyond a
/// border does not exist. Synapses are ordered by source, then target.
struct Convolution {
  std::array<std::int64_t, 2> kernel{3, 3};   ///< height, width
  std::array<std::int64_t, 2> stride{1, 1};   ///< down, across
  std::array<std::int64_t, 2> padding{0, 0};  ///< above and below, left and right
};

// Rules that draw their pairs when the network is compiled, from its seed. allow_self matters
// within one population: whether a neuron may be its own target. allow_multiple: whether a pair may
// be drawn more than once. docs/connectivity.md says what each draws.

/// Each possible pair with this probability, independently, at most once.
struct FixedProbability {
  double probability = 0.1;  ///< in [0, 1]
  bool allow_self = true;    ///< whether a neuron may be its own target
};

/// For each target neuron that many sources.
struct FixedInDegree {
  std::int64_t in_degree = 1;  ///< synapses onto each target neuron, >= 0
  bool allow_self = true;      ///< whether a neuron may be its own target
  bool allow_multiple = true;  ///< whether a pair may be drawn more than once
};

/// For each source neuron that many targets.
struct FixedOutDegree {
  std::int64_t out_degree = 1;  ///< synapses from each source neuron, >= 0
  bool allow_self = true;       ///< whether a neuron may be its own target
  bool allow_multiple = true;   ///< whether a pair may be drawn more than once
};

/// That many pairs out of all.
struct FixedTotalNumber {
  std::int64_t synapses = 1;   ///< in all, >= 0
  bool allow_self = true;      ///< whether a neuron may be its own target
  bool allow_multiple = true;  ///< whether a pair may be drawn more than once
};

/// Each possible pair with a probability that follows from its distance, independently, at most
/// once. Both populations have positions.
struct DistanceDependent {
  DistanceKernel kernel = GaussianKernel{};  ///< probability as a function of distance
  bool allow_self = true;                    ///< whether a neuron may be its own target
};

using Connectivity =
    std::variant<AllToAll, OneToOne, Sparse, FixedProbability, FixedInDegree, FixedOutDegree,
                 FixedTotalNumber, Csr, Convolution, DistanceDependent>;

/// Whether the pairs follow from the seed too, not from the description alone.
inline bool is_drawn(const Connectivity& rule) {
  return std::holds_alternative<FixedProbability>(rule) ||
         std::holds_alternative<FixedInDegree>(rule) ||
         std::holds_alternative<FixedOutDegree>(rule) ||
         std::holds_alternative<FixedTotalNumber>(rule) ||
         std::holds_alternative<DistanceDependent>(rule);
}

/// Drawn from U(low, high).
struct Uniform {
  double low = 0.0;   ///< in the unit of what is drawn
  double high = 1.0;  ///< in the same unit, >= low
};

/// Drawn from N(mean, sd^2).
struct Normal {
  double mean = 0.0;  ///< in the unit of what is drawn
  double sd = 1.0;    ///< standard deviation, in the same unit, >= 0
};

/// Drawn from N(mean, sd^2) until the value is in [low, high]. At least one draw in a thousand must
/// be.
struct TruncatedNormal {
  double mean = 0.0;  ///< before it is truncated, in the unit of what is drawn
  double sd = 1.0;    ///< before it is truncated, in the same unit, >= 0
  double low = -1.0;  ///< least value, in the same unit
  double high = 1.0;  ///< largest value, in the same unit, >= low
};

/// Weights whose logarithm is drawn from N(mu, sigma^2).
struct Lognormal {
  double mu = 0.0;     ///< mean of the logarithm
  double sigma = 1.0;  ///< standard deviation of the logarithm, >= 0
};

/// Weights drawn from U(-b, b), b = gain * sqrt(3 / fan_in) (He et al., ICCV 2015; gain sqrt(2) for
/// ReLU).
struct KaimingUniform {
  double gain = 1.0;  ///< > 0
};

/// A constant, explicit values in the order of the connectivity (not with drawn rules), or a
/// distribution.
/// Unit: mV for `jump` inputs, R*I in mV for `current` inputs.
using Weight = std::variant<double, std::vector<float>, Uniform, Normal, KaimingUniform,
                            TruncatedNormal, Lognormal>;

/// One delay for each source neuron (axonal delays).
struct PerSource {
  std::vector<double> ms;  ///< [source neuron], ms
};

/// One delay for each synapse, in the order of the connectivity (not with drawn rules).
struct PerSynapse {
  std::vector<double> ms;  ///< [synapse], ms
};

/// offset + distance / speed of each synapse, at least one tick. Both populations have positions.
struct DistanceDelay {
  double offset_ms = 0.0;        ///< at distance 0, ms, >= 0
  double speed_mm_per_ms = 0.3;  ///< mm/ms, > 0
};

/// A whole number of ticks after rounding; 0 is allowed only outside cycles. Of a distribution, in
/// ms, values that round to less than one tick are drawn again.
using Delay =
    std::variant<double, PerSource, PerSynapse, Uniform, Normal, TruncatedNormal, DistanceDelay>;

/// Whether a simulation keeps a projection's synapses, or draws a row again whenever its source
/// spikes: the same synapses, slower, for networks that do not fit into memory. Procedural rows
/// need a rule by which rows can be drawn one by one (docs/connectivity.md) and one delay for all.
enum class Storage : std::uint8_t { stored, procedural };

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
  Storage storage = Storage::stored;
  /// Scaling of all weights onto a neuron, from time to time, beside `plasticity`.
  std::optional<Homeostasis> homeostasis{};
};

inline bool is_plastic(const Synapse& synapse) {
  return !std::holds_alternative<std::monostate>(synapse.plasticity);
}

}  // namespace snn
