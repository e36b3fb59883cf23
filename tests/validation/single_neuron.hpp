// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "snn/sim/simulation.hpp"

/// One neuron in a simulation, to be compared with closed forms. Nothing here uses snn/math but the
/// models' parameters.
namespace validation {

/// A synaptic event.
struct Event {
  double time_ms, weight;
};

struct Trace {
  std::vector<std::int64_t> spikes;  ///< ticks
  std::vector<double> v;             ///< after each tick and before the reset, mV
};

/// Every event has a source neuron of its own and no delay.
template <class Model>
Trace simulate(const Model& model, double dt_ms, std::int64_t ticks,
               const std::vector<Event>& events = {}, std::vector<double> v_init_mv = {}) {
  snn::Network net;
  const auto neuron = net.add(model, {1}, "neuron");
  net[neuron].v_init_mv = std::move(v_init_mv);
  if (!events.empty()) {
    snn::SpikeSource source;
    std::vector<float> weights;
    for (const Event& event : events) {
      source.times_ms.push_back({event.time_ms});
      weights.push_back(static_cast<float>(event.weight));
    }
    const auto in = net.add(source, {static_cast<std::int64_t>(events.size())}, "in");
    net.connect(in, neuron, snn::AllToAll{}, {.weight = weights});
  }
  snn::Simulation simulation(net, {.dt_ms = dt_ms});
  simulation.record_spikes(neuron);
  simulation.record_membrane(neuron);
  simulation.run_ticks(ticks);
  const std::vector<float>& v = simulation.membrane(neuron).value;
  return {simulation.spikes(neuron).tick, {v.begin(), v.end()}};
}

/// What a membrane of up to `size` mV above rest may be off by in floats: each tick rounds decay
/// and sum, at most 2^-23 of it, and it remembers tau/dt ticks. Potentials of some 100 mV are
/// recorded to 2^-18.
inline double float_error(double size, double tau_ms, double dt_ms) {
  return size * (1 + tau_ms / dt_ms) * 0x1p-23 + 0x1p-18;
}

}  // namespace validation
