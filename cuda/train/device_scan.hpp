// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "gpu_runtime.hpp"
#include "snn/math/surrogate.hpp"
#include "snn/model/network.hpp"

/// The neuron part of a layer on the device, fused over time: snn/train/scan.hpp with a thread for
/// each (row, neuron), which keeps the state in registers and walks over the ticks. All arrays are
/// on the device. Spikes are the CPU's words as pairs of halves, the lower first, so that the lanes
/// of a warp are the bits of one half.
namespace snn::cuda {

/// (row, neuron) pairs from which on a thread takes four neighbours, in accesses of sixteen bytes.
/// Fewer would leave multiprocessors idle.
inline constexpr std::int64_t wide_scans_from = std::int64_t{1} << 19;

struct ForwardScan {
  int tick_begin, tick_end;
  std::int64_t rows, neurons, words;
  float* u;               ///< input if has_input, then the membrane before the reset (ReLU: input)
  bool has_input;         ///< else the input is `constant` alone
  const float* constant;  ///< [row][neuron], added at every tick; null: zeros
  float* state;           ///< [field][row][neuron], carried from tick to tick
  std::uint32_t* spikes;  ///< [tick][row][2*word], or null
  std::uint32_t* held;    ///< the same for refractory neurons, or null
  float* adaptation;      ///< [tick][row][neuron] threshold above base, or net input; or null
  float* output;          ///< of graded populations, or null
  const float* coeffs;    ///< field f of neuron n at [f*neurons + n], or [f] if shared
  bool coeffs_shared;
  /// += spikes, += how often a membrane differs from the tick before, both after the reset; or
  /// null.
  unsigned long long* totals;
};
void forward_scan(const gpu::Stream& stream, const Neurons& neurons, const ForwardScan& scan,
                  std::int64_t wide_from = wide_scans_from);

struct BackwardScan {
  int tick_begin, tick_end;  ///< runs from tick_end - 1 down to tick_begin
  std::int64_t rows, neurons, words;
  float* u;                        ///< membrane on entry, dL/d input on return
  const std::uint32_t* spikes;     ///< or null
  const std::uint32_t* held;       ///< or null
  const float* adaptation;         ///< or null
  const float* d_output;           ///< [tick - tick_begin][row][neuron], or null
  const float* d_output_held;      ///< [row][neuron], the same at every tick, or null
  const float* d_output_constant;  ///< [neuron], or null
  const float* d_membrane;         ///< [tick][row][neuron], or null
  float* adjoint;                  ///< [field][row][neuron], carried from tick to tick
  float* input_sum;                ///< [row][neuron], += dL/d input
  float* d_decay;                  ///< [row][neuron], += dL/d decay, or null
  float* d_threshold;              ///< [row][neuron], += dL/d threshold, or null
  const float* u_initial;          ///< [neuron] membrane before tick 0
  const float* coeffs;             ///< as in ForwardScan
  bool coeffs_shared;
  bool detach_reset;
};
void backward_scan(const gpu::Stream& stream, const Neurons& neurons, const Surrogate& surrogate,
                   const BackwardScan& scan, std::int64_t wide_from = wide_scans_from);

}  // namespace snn::cuda
