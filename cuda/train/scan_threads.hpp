// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <type_traits>

#include "cuda/train/device_scan.hpp"
#include "snn/math/models.hpp"

/// How threads of a scan share the (row, neuron) pairs.
namespace snn::cuda {

/// If is Lif with decay 1: one kernel serves both.
template <class Model>
using KernelModel = std::conditional_t<std::is_same_v<Model, If>, Lif, Model>;

/// Ticks that are loaded ahead of those that are computed. Inputs do not depend on the recurrence,
/// so that their latency is hidden even where there are few neurons.
template <int width>
inline constexpr int forward_ahead = width == 1 ? 12 : 8;
template <int width>
inline constexpr int backward_ahead = width == 1 ? 6 : 3;

inline constexpr unsigned scan_block = 256;

/// `width` neighbours in one 16-byte access, or one value.
template <int width>
struct alignas(4 * width) Pack {
  float v[width];
};
template <int width>
SNN_HD inline Pack<width> load_pack(const float* p) {
  return *reinterpret_cast<const Pack<width>*>(p);
}
template <int width>
SNN_HD inline void store_pack(float* p, const Pack<width>& pack) {
  *reinterpret_cast<Pack<width>*>(p) = pack;
}

/// The neurons of a thread: `width` from `neuron` on. Rows begin at a multiple of `lanes` neurons
/// counted over all threads, so that a half of a word belongs to whole lanes of one warp.
struct Place {
  std::int64_t row, neuron;
  bool alive;  ///< else beyond the end; but the warp needs its lane
  bool warp_alive;
};
template <int width>
__device__ inline Place place_of_thread(std::int64_t rows, std::int64_t neurons,
                                        std::int64_t lanes) {
  const std::int64_t first =
      (static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x) * width;
  const std::int64_t of_warp = first - static_cast<std::int64_t>(threadIdx.x % 32) * width;
  Place place;
  place.row = first / lanes;
  place.neuron = first - place.row * lanes;
  place.alive = place.row < rows && place.neuron < neurons;
  place.warp_alive = of_warp < rows * lanes;
  return place;
}

/// Rows without padding and without coefficients of their own are one long row.
template <class Scan>
Scan flattened(Scan scan, bool per_neuron) {
  if (per_neuron || (scan.spikes != nullptr && scan.neurons % 64 != 0)) return scan;
  scan.neurons *= scan.rows;
  scan.words *= scan.rows;
  scan.rows = 1;
  return scan;
}

/// Neurons that a row takes among threads, those beyond its end included.
template <class Scan>
std::int64_t lanes_of_row(const Scan& scan, int width) {
  const std::int64_t unit = scan.spikes != nullptr ? 64 : 32 * width;
  return (scan.neurons + unit - 1) / unit * unit;
}

/// Neighbours that a thread takes.
template <class Scan>
int width_of(const Scan& scan, std::int64_t wide_from) {
  const bool aligned = scan.neurons % 4 == 0 && scan.coeffs_shared;
  return aligned && scan.rows * scan.neurons >= wide_from ? 4 : 1;
}

template <class Scan>
gpu::Config scan_grid(const Scan& scan, std::int64_t lanes, int width) {
  const std::int64_t threads = (scan.rows * lanes + width - 1) / width;
  // Small layers are spread over all multiprocessors.
  const unsigned block = threads < std::int64_t{scan_block} * 264 ? 64 : scan_block;
  return {.grid = dim3(static_cast<unsigned>((threads + block - 1) / block)), .block = dim3(block)};
}

}  // namespace snn::cuda
