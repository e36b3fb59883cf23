// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <variant>

#include "snn/model/network.hpp"

namespace snn::python {

/// Parameters of neurons that differ from each other.
struct Each {
  Neurons neurons;

  std::size_t size() const {
    return std::visit([](const auto& parameters) { return parameters.size(); }, neurons);
  }
  std::string repr() const {
    const std::string model = std::visit(
        []<class Model>(const ParametersOf<Model>&) { return std::string(Model::name); }, neurons);
    return "<" + model + " with parameters for each of " + std::to_string(size()) + " neurons>";
  }
};

}  // namespace snn::python
