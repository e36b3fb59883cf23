// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <utility>

#include "snn/math/host_device.hpp"

/// Structs of Reals (a model's State or Coeffs) kept as arrays: field f of element j lies at
/// p[f * stride + j]. Written so that a loop over j vectorises.
namespace snn::lanes {

template <class Struct, class Real>
inline constexpr std::size_t fields = sizeof(Struct) / sizeof(Real);

template <class Struct, class Real, std::size_t... Field>
SNN_HD inline Struct load(const Real* p, std::int64_t stride, std::int64_t j,
                          std::index_sequence<Field...>) {
  return std::bit_cast<Struct>(
      std::array<Real, sizeof...(Field)>{p[static_cast<std::int64_t>(Field) * stride + j]...});
}
template <class Struct, class Real>
SNN_HD inline Struct load(const Real* p, std::int64_t stride, std::int64_t j) {
  return load<Struct, Real>(p, stride, j, std::make_index_sequence<fields<Struct, Real>>{});
}

template <class Struct, class Real, std::size_t... Field>
SNN_HD inline void store(const Struct& value, Real* p, std::int64_t stride, std::int64_t j,
                         std::index_sequence<Field...>) {
  const auto array = std::bit_cast<std::array<Real, sizeof...(Field)>>(value);
  ((p[static_cast<std::int64_t>(Field) * stride + j] = array[Field]), ...);
}
template <class Struct, class Real>
SNN_HD inline void store(const Struct& value, Real* p, std::int64_t stride, std::int64_t j) {
  store<Struct, Real>(value, p, stride, j, std::make_index_sequence<fields<Struct, Real>>{});
}

}  // namespace snn::lanes
