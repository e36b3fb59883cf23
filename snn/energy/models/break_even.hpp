// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "snn/energy/models/energy_model.hpp"

/// How many spikes a spiking network may use before a dense one is cheaper, by compute_only.
namespace snn {

/// A spiking network beside a dense one, as wholes.
struct BreakEven {
  /// Mean spikes per neuron and tick at which both cost the same, if all spikes, a source's too,
  /// grew or shrank alike; < 0 where multiplications alone cost more than the dense network.
  double allowed = 0;
  double measured = 0;  ///< mean spikes per neuron and tick of the spiking populations
  double ratio = 0;     ///< energy of the spiking network over that of the dense one
  bool wins() const { return ratio < 1.0; }
};
/// Both priced at one format. What multiplications of the spiking network (an analogue input) cost
/// is taken off what the dense one spends before the rest is divided by the cost of a spike.
BreakEven break_even(const RawCounts& spiking, const RawCounts& dense, Format format);

/// One projection of a spiking network beside the same of a dense one.
struct LayerBreakEven {
  std::string layer;              ///< name of the projection
  bool graded = false;            ///< its input needs multiplications in the spiking network, too
  double spikes_per_synapse = 0;  ///< per inference, over synapses whose weight is not 0
  double allowed = 0;             ///< at which the layer costs as much as the dense one
  double ratio = 0;               ///< energy over that of the dense layer
  bool loses() const { return ratio > 1.0; }
};
/// Of the projections that both have, by name, and that have synapses with a weight.
std::vector<LayerBreakEven> break_even_layers(const RawCounts& spiking, const RawCounts& dense,
                                              Format format);

/// A published bound on spikes per synapse and inference, above which the authors found that a
/// spiking network costs more than a dense one.
struct PublishedBound {
  const char* name;    ///< authors and year
  double low, high;    ///< spikes per synapse and inference; equal where one figure is given
  const char* source;  ///< where it is published
};
/// Those that are known, with their sources.
std::span<const PublishedBound> published_bounds();

/// Compute and storage in bits instead of joules, to compare at an equal budget: Shen et al., CVPR
/// 2024 (arXiv 2311.10802).
struct BitBudget {
  double bits = 0;       ///< ticks x bits of a weight x bits of a spike or activation
  double effort = 0;     ///< dense operations per inference x bits of a weight x bits of a spike
  double effective = 0;  ///< the same over operations that were needed
};
/// ConfigError for bits < 1.
BitBudget bit_budget(const RawCounts& raw, int weight_bits, int activation_bits);

}  // namespace snn
