// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cuda/sim/views.hpp"

namespace snn::cuda {

struct WarpCounts;
using UpdateKernel = void (*)(NetworkView, const NeuronBlock*, WarpCounts*, int offset);

/// The kernel that steps neurons of a model, by its number (snn/backend/model_number.hpp).
UpdateKernel update_kernel(int model);

}  // namespace snn::cuda
