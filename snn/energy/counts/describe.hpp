// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "snn/energy/counts/raw_counts.hpp"
#include "snn/model/convolution.hpp"

namespace snn {

/// What a description says of the synapses beyond their number: taps on padding and shared weights
/// of a Convolution, and whether all weights are 0 or 1 before anything is learnt.
inline void describe_synapses(ProjectionCounts& counts, const Network& network, ProjectionId id) {
  const Projection& projection = network[id];
  const auto binary = [](auto w) { return w == 0 || w == 1; };
  if (const auto* one = std::get_if<double>(&projection.synapse.weight))
    counts.binary_weights = binary(*one);
  else if (const auto* each = std::get_if<std::vector<float>>(&projection.synapse.weight))
    counts.binary_weights = std::all_of(each->begin(), each->end(), binary);
  if (const auto* rule = std::get_if<Convolution>(&projection.rule)) {
    const ConvolutionMap map(*rule, network[projection.source].shape,
                             network[projection.target].shape);
    counts.kernel_weights = map.weights();
    counts.padded_synapses = map.weights() * map.y.out * map.x.out;
  }
}

}  // namespace snn
