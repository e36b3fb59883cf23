// SPDX-License-Identifier: Apache-2.0
#include "snn/model/network.hpp"

#include <algorithm>

namespace snn {

std::int64_t Population::size() const {
  std::int64_t product = shape.empty() ? 0 : 1;
  for (const std::int64_t extent : shape) product *= extent;
  return product;
}

PopulationId Network::add_population(std::variant<Neurons, Source, CustomNeurons> kind, Shape shape,
                                     std::string name) {
  const auto index = static_cast<std::int32_t>(populations_.size());
  if (name.empty()) name = "population" + std::to_string(index);
  populations_.push_back({std::move(name), std::move(shape), std::move(kind), {}});
  return {index};
}

ProjectionId Network::connect(PopulationId source, PopulationId target, Connectivity rule,
                              Synapse synapse) {
  projections_.push_back({source, target, std::move(rule), std::move(synapse)});
  return {static_cast<std::int32_t>(projections_.size()) - 1};
}

std::string Network::name_of(ProjectionId id) const {
  const Projection& projection = projections_.at(id.index);
  const auto name = [&](PopulationId population) {
    const bool known =
        population.index >= 0 && static_cast<std::size_t>(population.index) < populations_.size();
    return known ? populations_[population.index].name : "?" + std::to_string(population.index);
  };
  const auto same = std::count_if(
      projections_.begin(), projections_.begin() + id.index, [&](const Projection& other) {
        return other.source == projection.source && other.target == projection.target;
      });
  return name(projection.source) + "->" + name(projection.target) +
         (same == 0 ? "" : "#" + std::to_string(same + 1));
}

PopulationId Network::find(const std::string& name) const {
  std::string names;
  for (std::size_t i = 0; i < populations_.size(); ++i) {
    if (populations_[i].name == name) return {static_cast<std::int32_t>(i)};
    names += (names.empty() ? "" : ", ") + populations_[i].name;
  }
  throw ConfigError("network", "population", name,
                    names.empty() ? "none: the network is empty" : names);
}

const Neurons& Population::neurons() const {
  if (custom() != nullptr) {
    throw ConfigError("population \"" + name + "\"", "model", custom()->model,
                      "a model of the library: models of your own are simulated, but not trained "
                      "and not written to files");
  }
  return std::get<Neurons>(kind);
}

Neurons& Population::neurons() {
  return const_cast<Neurons&>(std::as_const(*this).neurons());
}

}  // namespace snn
