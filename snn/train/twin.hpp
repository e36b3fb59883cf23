// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "snn/model/network.hpp"
#include "snn/train/loss.hpp"

namespace snn {

/// Activations of a twin: `dense` ReLU in fp32; `quantised` ReLU on as many levels as a spike count
/// can tell apart.
enum class TwinKind : std::uint8_t {
  dense,     ///< ReLU in fp32
  quantised  ///< ReLU on as many levels as a spike count can tell apart
};

/// A dense network made from a spiking one, and how to train it.
struct Twin {
  Network network;  ///< its description
  int ticks = 1;    ///< per sample
  int bits = 0;     ///< of activations; 0: fp32
  /// To train it with.
  Loss loss = MeanMembraneCrossEntropy{};
};

/// The same graph with ordinary neurons:
///   - every population but the last becomes Relu, one set of parameters for all its neurons;
///     quantised: with b = ceil(log2(ticks + 1)) bits, that is 2^b - 1 levels above 0, as many as a
///     spike count over `ticks` can tell apart, and a learnt clip;
///   - the last population, the readout, becomes Li;
///   - connectivity, delays and the existence of biases stay. A drawn rule stays a rule, and draws
///     by seed and projection alone: trained with one seed, both have the very same pairs;
///   - weights are drawn anew for these neurons (He et al., ICCV 2015: gain sqrt(2) into Relu, 1
///     into the readout) from the seed of the training, biases start at 0.
/// Without delays (and so without recurrence) a sample is one pass, ticks = 1: the source presents
/// its values, or the mean over ticks of its events, and the readout's membrane is the plain
/// weighted sum of what the layer below hands to it. With delays the twin runs over the same ticks
/// with the same source, and the readout keeps the membrane time constant of the last population
/// (20 ms where that has none). `loss` reads the mean membrane in both cases: in one pass that is
/// the cross-entropy of ordinary networks.
///
/// Throws ConfigError for ticks < 1, a network without populations or whose last one is a source,
/// and for sources that take no data.
Twin make_twin(const Network& network, TwinKind kind, int ticks);

}  // namespace snn
