// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "snn/model/network.hpp"

/// What Network.add() and Network.connect() return: a place in a network, which they keep alive.
namespace snn::python {

/// A population, or some of its neurons.
struct PopulationHandle {
  std::shared_ptr<Network> network;
  PopulationId id;
  std::optional<std::vector<std::int32_t>> neurons{};  ///< nothing: all

  Population& operator*() const { return (*network)[id]; }
  Population* operator->() const { return &(*network)[id]; }
  std::int64_t size() const {
    return neurons ? static_cast<std::int64_t>(neurons->size()) : (**this).size();
  }
  /// Of the whole population; ConfigError that `what` cannot be done with a part.
  PopulationId whole(const std::string& what) const {
    if (neurons)
      throw ConfigError("population \"" + (**this).name + "\"", "neurons",
                        std::to_string(neurons->size()) + " of " + std::to_string((**this).size()),
                        "the whole population: " + what + " has no parts");
    return id;
  }
};

struct ProjectionHandle {
  std::shared_ptr<Network> network;
  ProjectionId id;

  Projection& operator*() const { return (*network)[id]; }
  Projection* operator->() const { return &(*network)[id]; }
  std::string name() const { return network->name_of(id); }
};

}  // namespace snn::python
