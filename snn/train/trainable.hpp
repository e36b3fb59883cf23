// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "snn/model/network.hpp"

/// The models that training works with: those that have an adjoint.
namespace snn {

/// Names of the models of a list that can be trained, as an error says what is allowed.
template <class... Models>
std::string trainable_names(ModelList<Models...>) {
  std::string names;
  const auto add = [&](bool trainable, std::string_view name) {
    if (trainable) names += (names.empty() ? "" : ", ") + std::string(name);
  };
  (add(TrainableModel<Models>, Models::name), ...);
  return names;
}

/// Throws ConfigError unless the population's model can be trained.
inline void require_trainable(const Neurons& neurons, const std::string& population) {
  std::visit(
      [&](const auto& parameters) {
        using Model = typename std::decay_t<decltype(parameters)>::model;
        if constexpr (!TrainableModel<Model>) {
          throw ConfigError("population \"" + population + "\"", "model", std::string(Model::name),
                            "a model with an adjoint: " + trainable_names(NeuronModels{}));
        }
      },
      neurons);
}

/// std::visit() over the parameters of models that can be trained; for others, which make_plan()
/// refuses, nothing is instantiated and ConfigError is thrown.
template <class Visit, class AnyNeurons>
decltype(auto) visit_trainable(Visit&& visit, AnyNeurons&& neurons) {
  using First = decltype(std::get<0>(neurons));
  using Result = std::invoke_result_t<Visit, First>;
  return std::visit(
      [&](auto& parameters) -> Result {
        using Model = typename std::decay_t<decltype(parameters)>::model;
        if constexpr (TrainableModel<Model>) {
          return visit(parameters);
        } else {
          throw ConfigError("network", "model", std::string(Model::name),
                            "a model with an adjoint: " + trainable_names(NeuronModels{}));
        }
      },
      neurons);
}

}  // namespace snn
