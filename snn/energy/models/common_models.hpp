// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/energy/models/energy_model.hpp"

/// The models most papers use, by name.
namespace snn {

/// Multiply-accumulates and accumulates alone, 45 nm, no memory (Horowitz, ISSCC 2014): fp32, fp16
/// or int8.
Modelled compute_only(const RawCounts& raw, Format format);

/// Operations, memory and addressing after Lemaire et al., ICONIP 2022 (arXiv 2210.13107), with
/// exact synaptic events in place of mean rates. 32-bit words, int32 arithmetic, memory priced by
/// the size of what is read: 10, 20 or 100 pJ per 64 bits at up to 8 KB, 32 KB and above. A
/// projection whose input needs multiplications is priced as the dense side, the others as the
/// spiking side; one that lacks some pairs is priced as a convolution, each synapse with a weight
/// of its own.
Modelled memory_aware(const RawCounts& raw);

/// Energy of the arithmetic of training, fp32, 45 nm: operations that were executed.
/// `joules_per_inference` is the whole run's here.
Modelled training_compute(const TrainingOperations& operations);

}  // namespace snn
