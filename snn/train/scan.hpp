// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "snn/math/isa.hpp"
#include "snn/math/surrogate.hpp"
#include "snn/model/network.hpp"

/// The neuron part of a layer, fused over time: the only sequential part of training. A forward
/// scan reads the input current and leaves the membrane in its place; the backward scan reads the
/// membrane and leaves the gradient of the input in its place. Arrays are [tick][row][neuron], rows
/// being the samples of a shard. Bytes moved per neuron and tick: forward 8 (float) + 1/8, backward
/// 8 + 1/8 + 4 where a gradient comes from above.
namespace snn {

/// Coefficients of a population: field f of neuron n at values[f*neurons + n], or values[f] if
/// shared.
template <class Real>
struct CoeffTable {
  std::vector<Real> values;
  bool shared = true;
};
template <class Real>
CoeffTable<Real> make_coeffs(const Neurons& neurons, std::int64_t size, double dt_ms);

/// Number of Reals of state per neuron.
int state_fields(const Neurons& neurons);
/// Whether going backward needs a second tape: of an adaptive threshold, or of the net input of a
/// model that has it.
bool has_adaptation(const Neurons& neurons);

template <class Real>
struct ForwardScan {
  int tick_begin, tick_end, rows;
  std::int64_t neurons, words;
  Real* u;         ///< input if has_input, then the membrane before the reset (ReLU: the input)
  bool has_input;  ///< else the input is `constant` alone
  const Real* constant;   ///< [row][neuron], added at every tick
  Real* state;            ///< [field][row][neuron], carried from tick to tick
  std::uint64_t* spikes;  ///< [tick][row][word], or null
  std::uint64_t* held;    ///< the same for refractory neurons, or null
  Real* adaptation;       ///< [tick][row][neuron] threshold above base, or net input; or null
  Real* output;           ///< of graded populations, or null
  const CoeffTable<Real>* coeffs;
  Isa isa = best_isa();
  /// += how often a membrane differs from the tick before, both after the reset; or null.
  std::uint64_t* moved = nullptr;
};
template <class Real>
void forward_scan(const Neurons& neurons, const ForwardScan<Real>& scan);

template <class Real>
struct BackwardScan {
  int tick_begin, tick_end, rows;  ///< runs from tick_end - 1 down to tick_begin
  std::int64_t neurons, words;
  Real* u;                        ///< membrane on entry, dL/d input on return
  const std::uint64_t* spikes;    ///< or null
  const std::uint64_t* held;      ///< or null
  const Real* adaptation;         ///< or null
  const Real* d_output;           ///< [tick - tick_begin][row][neuron], or null
  const Real* d_output_constant;  ///< [neuron], or null
  const Real* d_membrane;         ///< [tick][row][neuron], or null
  Real* adjoint;                  ///< [field][row][neuron], carried from tick to tick
  Real* input_sum;                ///< [row][neuron], += dL/d input
  Real* d_decay;                  ///< [neuron], += dL/d decay, or null
  Real* d_threshold;              ///< [neuron], += dL/d threshold, or null
  const Real* u_initial;          ///< [neuron] membrane before tick 0, for d_decay and net inputs
  const CoeffTable<Real>* coeffs;
  const Surrogate* surrogate;
  bool detach_reset;
  Isa isa = best_isa();
};
template <class Real>
void backward_scan(const Neurons& neurons, const BackwardScan<Real>& scan);

}  // namespace snn
