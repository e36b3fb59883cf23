// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "snn/math/exp.hpp"
#include "snn/math/neuron_loops.hpp"
#include "snn/math/state_layout.hpp"

/// A neuron model that is compiled while a program runs, into a shared library of its own: what
/// that library hands over, and what its formulas are written with. Numbers and pointers only, as
/// another compiler may have made it.
namespace snn {

struct CompiledModel {
  std::uint64_t layout;  ///< compiled_model_layout of the headers it was compiled with
  const char* version;   ///< of the library whose headers these were
  const NeuronLoops* loops;
  const VariableName* variables;   ///< [state field]
  const char* const* coeff_names;  ///< [coefficient]
  std::int64_t parameters;         ///< their number
  /// Coefficients [field][entry] of parameters [field][entry] for ticks of that length.
  void (*coeffs)(const double* parameters, std::int64_t entries, double dt_ms, float* coeffs);
  void (*coeffs_double)(const double* parameters, std::int64_t entries, double dt_ms,
                        double* coeffs);
  /// What a state of zeros means, [field][entry].
  void (*origin)(const double* parameters, std::int64_t entries, double* origin);
};

/// Differs where the structs that are shared with a compiled model differ in size.
inline constexpr std::uint64_t compiled_model_layout = [] {
  std::uint64_t layout = 1;  // raised when a struct changes its meaning and keeps its size
  for (const std::size_t size :
       {sizeof(CompiledModel), sizeof(NeuronLoops), sizeof(VariableName),
        sizeof(NeuronRange<float>), sizeof(NeuronRange<double>), sizeof(LateNeuron<float>),
        sizeof(Injection<float>), sizeof(Injection<double>)})
    layout = layout * 1000003 + size;
  return layout;
}();

/// The function that the shared library has, by name and type.
inline constexpr const char* compiled_model_function = "snn_compiled_model";
using CompiledModelFunction = const CompiledModel*();

namespace detail {

template <class Model, class Real>
void compiled_coeffs(const double* parameters, std::int64_t entries, double dt_ms, Real* coeffs) {
  for (std::int64_t n = 0; n < entries; ++n) {
    const Model model = lanes::load<Model, double>(parameters, entries, n);
    lanes::store(model.template derive<Real>(dt_ms), coeffs, entries, n);
  }
}

template <class Model>
void compiled_origin(const double* parameters, std::int64_t entries, double* origin) {
  for (std::int64_t n = 0; n < entries; ++n)
    lanes::store(lanes::load<Model, double>(parameters, entries, n).origin(), origin, entries, n);
}

}  // namespace detail

/// Of a model whose fields are its parameters, doubles all, and which names its variables and
/// coefficients.
template <NeuronModel Model>
constexpr CompiledModel compiled_model(const char* version) {
  static_assert(Model::variables.size() == lanes::fields<detail::StateOf<Model, float>, float>);
  static_assert(Model::coeff_names.size() == lanes::fields<detail::CoeffsOf<Model, float>, float>);
  return {.layout = compiled_model_layout,
          .version = version,
          .loops = &loops_of<Model>,
          .variables = Model::variables.data(),
          .coeff_names = Model::coeff_names.data(),
          .parameters = static_cast<std::int64_t>(lanes::fields<Model, double>),
          .coeffs = detail::compiled_coeffs<Model, float>,
          .coeffs_double = detail::compiled_coeffs<Model, double>,
          .origin = detail::compiled_origin<Model>};
}

/// What equations may call, beside fast_exp() in steps and the functions of <cmath> outside.
namespace equation {

template <class Real>
SNN_HD inline Real choose(bool condition, Real a, Real b) {
  return condition ? a : b;
}
template <class Real>
SNN_HD inline Real least(Real a, Real b) {
  return b < a ? b : a;
}
template <class Real>
SNN_HD inline Real most(Real a, Real b) {
  return b > a ? b : a;
}
template <class Real>
SNN_HD inline Real magnitude(Real a) {
  return a < Real(0) ? -a : a;
}
/// By repeated squaring, so that all compilers multiply in the same order.
template <int exponent, class Real>
SNN_HD inline Real power(Real a) {
  if constexpr (exponent < 0) {
    return Real(1) / power<-exponent>(a);
  } else if constexpr (exponent == 0) {
    return Real(1);
  } else if constexpr (exponent == 1) {
    return a;
  } else if constexpr (exponent % 2 == 0) {
    return power<exponent / 2>(a * a);
  } else {
    return a * power<exponent - 1>(a);
  }
}

}  // namespace equation
}  // namespace snn
