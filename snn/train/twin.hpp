// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/model/network.hpp"

namespace snn {

enum class TwinKind : std::uint8_t { dense, quantised };

/// A dense network made from a spiking one: every spiking population becomes ReLU (quantised: with
/// ceil(log2(ticks+1)) bits), the readout becomes its plain sum. A network without delays and
/// recurrence is evaluated in one pass on its (time-averaged) input; otherwise the twin runs over
/// the same ticks.
struct Twin {
  Network network;
  int ticks = 1;
  int bits = 0;  ///< of activations; 0: fp32
};
Twin make_twin(const Network& network, TwinKind kind, int ticks);

}  // namespace snn
