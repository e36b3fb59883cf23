// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

/// What graded inputs were, as far as rules of counting look at it. A call is what one projection
/// takes in at one tick of one sample.
namespace snn {
/// Of the graded inputs of a projection, summed over ticks and samples.
struct ValueCounts {
  std::uint64_t graded_synaptic = 0;    ///< synaptic events of values other than -1 and 1
  std::uint64_t graded_effective = 0;   ///< of these over weights != 0
  std::uint64_t ternary_effective = 0;  ///< effective events in calls of -1, 0 and 1 only
  std::uint64_t binary_synaptic = 0;    ///< synaptic events in calls of 0 and 1 only
  std::uint64_t binary_effective = 0;   ///< of these over weights != 0
  std::uint64_t nonbinary_calls = 0;    ///< calls with some value other than 0 and 1
  double value_sum = 0;                 ///< of the values, each times its fan-out

  ValueCounts& operator+=(const ValueCounts& other) {
    graded_synaptic += other.graded_synaptic;
    graded_effective += other.graded_effective;
    ternary_effective += other.ternary_effective;
    binary_synaptic += other.binary_synaptic;
    binary_effective += other.binary_effective;
    nonbinary_calls += other.nonbinary_calls;
    value_sum += other.value_sum;
    return *this;
  }
  friend bool operator==(const ValueCounts&, const ValueCounts&) = default;
};

/// A call with graded inputs.
struct CallCounts {
  std::uint64_t source_events = 0, synaptic_events = 0, effective_events = 0;
  bool graded = false;  ///< some value was not -1, 0 or 1
  ValueCounts values;

  /// `times` calls like `call`.
  void add(const CallCounts& call, std::uint64_t times) {
    source_events += times * call.source_events;
    synaptic_events += times * call.synaptic_events;
    effective_events += times * call.effective_events;
    graded = graded || (times > 0 && call.graded);
    values.graded_synaptic += times * call.values.graded_synaptic;
    values.graded_effective += times * call.values.graded_effective;
    values.ternary_effective += times * call.values.ternary_effective;
    values.binary_synaptic += times * call.values.binary_synaptic;
    values.binary_effective += times * call.values.binary_effective;
    values.nonbinary_calls += times * call.values.nonbinary_calls;
    values.value_sum += static_cast<double>(times) * call.values.value_sum;
  }
};

/// Counts one call. `fan_out(k)` and `nonzero_fan_out(k)`: synapses of source neuron k, and those
/// of them whose weight is not 0.
template <class Real, class FanOutOf, class NonzeroOf>
CallCounts count_call(std::span<const Real> inputs, const FanOutOf& fan_out,
                      const NonzeroOf& nonzero_fan_out) {
  CallCounts call;
  bool binary = true;
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    const Real value = inputs[k];
    if (value == Real(0)) continue;
    const std::uint64_t all = fan_out(k), nonzero = nonzero_fan_out(k);
    const bool one = value == Real(1), unit = one || value == Real(-1);
    binary = binary && one;
    call.graded = call.graded || !unit;
    call.source_events += all > 0 ? 1 : 0;
    call.synaptic_events += all;
    call.effective_events += nonzero;
    call.values.graded_synaptic += unit ? 0 : all;
    call.values.graded_effective += unit ? 0 : nonzero;
    call.values.value_sum += static_cast<double>(value) * static_cast<double>(all);
  }
  if (!call.graded) call.values.ternary_effective = call.effective_events;
  if (binary) {
    call.values.binary_synaptic = call.synaptic_events;
    call.values.binary_effective = call.effective_events;
  }
  call.values.nonbinary_calls = binary ? 0 : 1;
  return call;
}

}  // namespace snn
