// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>

#include "snn/math/host_device.hpp"

/// Receptor ports of a neuron model: inputs that are summed apart, as they act differently.
namespace snn {

/// One value per port: no array where there is one port, as some compilers do not vectorise it.
template <int Ports, class Real>
using PerPort =
    std::conditional_t<Ports == 1, Real, std::array<Real, static_cast<std::size_t>(Ports)>>;

/// Names of ports, unless a model says otherwise.
template <int Ports>
inline constexpr std::array<std::string_view, static_cast<std::size_t>(Ports)> port_names{};
template <>
inline constexpr std::array<std::string_view, 1> port_names<1>{"input"};
template <>
inline constexpr std::array<std::string_view, 2> port_names<2>{"excitatory", "inhibitory"};

/// Number of ports of a model: Model::receptors or, where it does not say, 1.
template <class Model>
inline constexpr int receptors_of = 1;
template <class Model>
requires requires {
  Model::receptors;
}
inline constexpr int receptors_of<Model> = Model::receptors;

/// Names of a model's ports: Model::receptor_names or, where it does not say, "input".
template <class Model>
inline constexpr auto receptor_names_of = port_names<receptors_of<Model>>;
template <class Model>
requires requires {
  Model::receptor_names;
}
inline constexpr auto receptor_names_of<Model> = Model::receptor_names;

/// What integrate() of a model is given per tick: the sum of what arrives, for each port.
template <class Model, class Real>
using InputOf = PerPort<receptors_of<Model>, Real>;

/// What belongs to one port.
template <class Real>
SNN_HD inline Real& at_port(Real& all, std::size_t) {
  return all;
}
template <class Real, std::size_t Ports>
SNN_HD inline Real& at_port(std::array<Real, Ports>& all, std::size_t port) {
  return all[port];
}
template <class Real, std::size_t Ports>
SNN_HD inline const Real& at_port(const std::array<Real, Ports>& all, std::size_t port) {
  return all[port];
}

/// Calls visit(p) for each port p, unrolled: a loop would keep some compilers from vectorising the
/// loop over neurons around it.
template <int Ports, class Visit>
SNN_HD inline void for_each_port(Visit&& visit) {
  if constexpr (Ports > 1) for_each_port<Ports - 1>(visit);
  visit(static_cast<std::size_t>(Ports - 1));
}

/// One value for each port, for defaults of parameters.
template <std::size_t Ports>
constexpr std::array<double, Ports> each_port(double value) {
  std::array<double, Ports> all{};
  all.fill(value);
  return all;
}

}  // namespace snn
