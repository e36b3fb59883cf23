// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "cuda/train/device_product.hpp"
#include "gpu_runtime.hpp"

namespace snn::cuda {

/// out[row][target] (+)= the weights of the sources that spiked, in ascending order of sources, as
/// a plain loop adds them. Adds how many spikes there were to `events` unless null.
void gather(const gpu::Stream& stream, const Activity& activity, const float* weight,
            std::int64_t targets, float* out, bool accumulate, unsigned long long* events);

}  // namespace snn::cuda
