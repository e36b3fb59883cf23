// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>

#include "python/bindings/handles.hpp"
#include "python/bindings/watched_run.hpp"
#include "snn/sim/simulation.hpp"

namespace snn::python {

/// A simulation with the network it was made of.
struct SimulationHandle {
  std::shared_ptr<Network> network;
  SimulationOptions options;
  Simulation simulation;
  std::atomic<bool> busy = false;

  SimulationHandle(std::shared_ptr<Network> described, const SimulationOptions& chosen)
      : network(std::move(described)), options(chosen), simulation(*network, options) {}

  /// To be used now: not while it runs.
  Simulation& idle() {
    if (busy) throw Error("the simulation is running: wait until the run has ended");
    return simulation;
  }
  PopulationId of(const PopulationHandle& population) const {
    if (population.network != network)
      throw ConfigError("Simulation", "population", population->name,
                        "a population of the network that is simulated");
    return population.id;
  }
  ProjectionId of(const ProjectionHandle& projection) const {
    if (projection.network != network)
      throw ConfigError("Simulation", "projection", projection.name(),
                        "a projection of the network that is simulated");
    return projection.id;
  }
};

}  // namespace snn::python
