// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "snn/math/neuron_loops.hpp"
#include "snn/math/state_layout.hpp"

namespace snn {

/// Parameters of neurons whose model is not in the library's list but in a user's own program: any
/// type that satisfies NeuronModel. Its loops are compiled there, for every instruction set. Such
/// populations are simulated like all others; they are not trained and not written to files.
struct CustomNeurons {
  std::string model;  ///< its name
  Output output = Output::spikes;
  const NeuronLoops* loops = nullptr;
  std::size_t entries = 0;        ///< 1: all neurons share it; else one per neuron
  std::vector<double> v_rest_mv;  ///< [entry], of models that have a potential at rest
  std::vector<double> origin;     ///< [field][entry]: what a state of zeros means, origin_of()
  StateLayout state;
  /// Coefficients [field][entry] for ticks of that length.
  std::function<std::vector<float>(double dt_ms)> coeffs;
  std::function<std::vector<double>(double dt_ms)> coeffs_double;
};

namespace detail {

template <class Real, class Model>
std::vector<Real> derive_all(const std::vector<Model>& models, double dt_ms) {
  using Coeffs = typename Model::template Coeffs<Real>;
  const auto count = static_cast<std::int64_t>(models.size());
  std::vector<Real> values(lanes::fields<Coeffs, Real> * models.size());
  for (std::int64_t n = 0; n < count; ++n) {
    lanes::store(models[static_cast<std::size_t>(n)].template derive<Real>(dt_ms), values.data(),
                 count, n);
  }
  return values;
}

template <class Model>
std::vector<double> origins(const std::vector<Model>& models) {
  using State = typename Model::template State<double>;
  const auto count = static_cast<std::int64_t>(models.size());
  std::vector<double> values(lanes::fields<State, double> * models.size());
  for (std::int64_t n = 0; n < count; ++n)
    lanes::store(origin_of(models[static_cast<std::size_t>(n)]), values.data(), count, n);
  return values;
}

}  // namespace detail

template <NeuronModel Model>
CustomNeurons custom_neurons(std::vector<Model> models) {
  CustomNeurons neurons;
  neurons.model = std::string(Model::name);
  neurons.output = Model::output;
  neurons.loops = &loops_of<Model>;
  neurons.entries = models.size();
  if constexpr (requires { resting_potential(models.front()); }) {
    for (const Model& model : models) neurons.v_rest_mv.push_back(resting_potential(model));
  }
  neurons.state = state_layout<typename Model::template State<float>>();
  neurons.origin = detail::origins(models);
  neurons.coeffs = [models](double dt_ms) { return detail::derive_all<float>(models, dt_ms); };
  neurons.coeffs_double = [models = std::move(models)](double dt_ms) {
    return detail::derive_all<double>(models, dt_ms);
  };
  return neurons;
}

}  // namespace snn
