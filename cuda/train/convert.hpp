// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "cuda/blas/bfloat16.hpp"
#include "gpu_runtime.hpp"

/// What brings activity and gradients into the form that matrix products take. Rows of the results
/// begin at multiples of `stride`.
namespace snn::cuda {

/// Spikes of neurons first .. first+count-1 (first a multiple of 32) as 0 and 1; those between
/// count and stride are 0. Rows of spikes are `halves` 32-bit words apart.
void unpack(const gpu::Stream& stream, const std::uint32_t* spikes, std::int64_t halves,
            std::int64_t rows, std::int64_t first, std::int64_t count, std::int64_t stride,
            float* out);
void unpack(const gpu::Stream& stream, const std::uint32_t* spikes, std::int64_t halves,
            std::int64_t rows, std::int64_t first, std::int64_t count, std::int64_t stride,
            Bfloat16* out);

/// Rows of `count` floats, `from_stride` apart, as bfloat16; 0 between count and stride.
void convert(const gpu::Stream& stream, const float* from, std::int64_t from_stride,
             std::int64_t rows, std::int64_t count, std::int64_t stride, Bfloat16* out);

/// The same, of each float the term `term` of those it is the sum of (split_term).
void split(const gpu::Stream& stream, const float* from, std::int64_t from_stride,
           std::int64_t rows, std::int64_t count, std::int64_t stride, int term, Bfloat16* out);

}  // namespace snn::cuda
