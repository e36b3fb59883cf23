// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/math/neuron_loops.hpp"

namespace snn {

/// Position of a model in NeuronModels, by its loops; -1 for a model of the user's program.
int number_of_model(const NeuronLoops* loops);

}  // namespace snn
