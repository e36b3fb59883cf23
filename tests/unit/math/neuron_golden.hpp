// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/unit/math/neurons.hpp"

/// Solutions of models' differential equations from another tool: see make_neuron_golden.py.
namespace snn::test {

inline const nlohmann::json& neuron_golden() {
  static const nlohmann::json golden =
      nlohmann::json::parse(std::ifstream(SNN_SOURCE_DIR "/tests/unit/math/neuron_golden.json"));
  return golden;
}

/// Largest difference (mV) of a membrane from the solution named `key`, in the presence of the
/// golden events or of none. An event at time t is the input of the tick that ends at t.
template <class Model>
double golden_error(const Model& model, const std::string& key, double dt_ms, bool events) {
  const auto times = neuron_golden().at("times_ms").get<std::vector<double>>();
  const auto values = neuron_golden().at(key).get<std::vector<double>>();
  const auto ticks = [&](double ms) { return std::lround(ms / dt_ms); };
  Neuron<Model> neuron(model, dt_ms);
  double worst = 0;
  std::size_t next = 0;
  for (long tick = 1; tick <= ticks(times.back()); ++tick) {
    InputOf<Model, double> input{};
    if (events) {
      for (const auto& event : neuron_golden().at("events")) {
        if (ticks(event[0].get<double>()) == tick)
          input[event[1].get<std::size_t>()] += event[2].get<double>();
      }
    }
    neuron.step(input);
    if (tick != ticks(times[next])) continue;
    const double v = neuron.state.u + resting_potential(model);
    worst = std::max(worst, std::abs(v - values[next++]));
  }
  EXPECT_EQ(next, times.size());
  return worst;
}

/// Halving the tick divides the error by 4, twice.
template <class Model>
void expect_second_order(const Model& model, const std::string& key, double dt_ms, bool events,
                         double largest_mv) {
  const double errors[] = {golden_error(model, key, dt_ms, events),
                           golden_error(model, key, dt_ms / 2, events),
                           golden_error(model, key, dt_ms / 4, events)};
  EXPECT_LT(errors[0], largest_mv) << key;
  EXPECT_NEAR(errors[0] / errors[1], 4, 0.4) << key << ": " << errors[0] << " mV";
  EXPECT_NEAR(errors[1] / errors[2], 4, 0.2) << key;
}

}  // namespace snn::test
