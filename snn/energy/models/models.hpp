// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "snn/energy/counts/counts.hpp"
#include "snn/energy/energy.hpp"

/// Energy models: pure functions of counts and constants. None of them knows a device, and none
/// gives what a meter would read (docs/energy.md).
namespace snn {

/// Number format operations are priced in. Compare networks at one format only.
enum class Format : std::uint8_t { fp32, int8 };

/// Multiply-accumulates and accumulates alone, 45 nm, no memory: MACs * (multiply + add) + ACs *
/// add (Horowitz, ISSCC 2014). The model most papers use.
Modelled compute_only(const RawCounts& raw, Format format);

/// Operations, memory and addressing after Lemaire et al., ICONIP 2022 (arXiv 2210.13107), with
/// exact synaptic events in place of mean rates. 32-bit words, int32 arithmetic, memory priced by
/// the size of what is read: 10, 20 or 100 pJ per 64 bits at up to 8 KB, 32 KB and above. A
/// projection whose input needs multiplications is priced as the dense side, the others as the
/// spiking side; one that lacks some pairs is priced as a convolution, each synapse with a weight
/// of its own.
Modelled memory_aware(const RawCounts& raw);

/// How many spikes a spiking network may use before a dense one is cheaper, by compute_only.
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

/// Energy of the arithmetic of training, fp32, 45 nm: operations that were executed, forward and
/// backward. `joules_per_inference` is the whole run's here.
Modelled training_compute(const TrainingOperations& operations);

}  // namespace snn
