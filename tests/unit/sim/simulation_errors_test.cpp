// SPDX-License-Identifier: Apache-2.0
// Every mistake a user can make with a simulation, and what the error then says.
#include <gtest/gtest.h>

#include <limits>

#include "snn/sim/simulation.hpp"
#include "tests/support/config_error.hpp"

namespace snn {
namespace {

using support::expect_config_error;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double inf = std::numeric_limits<double>::infinity();

class SimulationErrors : public testing::Test {
 protected:
  Network net;
  PopulationId in = net.add(EventSource{}, {2}, "in");
  PopulationId out = net.add(Lif{}, {3}, "out");
  ProjectionId all = net.connect(in, out, AllToAll{});
  Simulation simulation{net, {.dt_ms = 0.5}};
};

TEST_F(SimulationErrors, Options) {
  const auto make = [&](SimulationOptions options) {
    return [this, options] { Simulation(net, options); };
  };
  expect_config_error(make({.dt_ms = 0}), {"network", "dt_ms", "0 ms", "> 0"});
  expect_config_error(make({.dt_ms = -1}), {"network", "dt_ms", "-1 ms", "> 0"});
  for (const int threads : {0, -3, 4097}) {
    expect_config_error(make({.threads = threads}),
                        {"simulation options", "threads", std::to_string(threads), "1 .. 4096"});
  }
  EXPECT_THROW(Simulation(net, {.device = "abacus"}), UnavailableError);
  expect_config_error(
      make({.device = "cuda:0", .arithmetic = SimulationOptions::Arithmetic::float64}),
      {"simulation options", "device", "cuda:0", "cpu"});
}

TEST_F(SimulationErrors, Description) {
  net[out].v_init_mv = {1, 2};
  expect_config_error([&] { Simulation{net}; },
                      {"population \"out\"", "v_init_mv", "2 values", "3 values"});
}

TEST_F(SimulationErrors, Populations) {
  for (const std::int32_t index : {-1, 2}) {
    const PopulationId none{index};
    const support::Says says{"simulation", "population", std::to_string(index), "0 .. 1"};
    expect_config_error([&] { simulation.record_spikes(none); }, says);
    expect_config_error([&] { simulation.record_membrane(none); }, says);
    expect_config_error([&] { simulation.set_values(none, {}); }, says);
    expect_config_error([&] { simulation.set_spikes(none, {}, {}); }, says);
    expect_config_error([&] { simulation.spikes(none); }, says);
    expect_config_error([&] { simulation.membrane(none); }, says);
  }
}

TEST_F(SimulationErrors, Recording) {
  const std::string object = "population \"out\"";
  expect_config_error([&] { simulation.record_membrane(in); },
                      {"population \"in\"", "membrane", "source", "neurons"});
  expect_config_error(
      [&] {
        simulation.record_membrane(out, {0, 3});
      },
      {object, "neurons", "neuron 3", "0 .. 2"});
  expect_config_error([&] { simulation.record_membrane(out, {-1}); },
                      {object, "neurons", "neuron -1", "0 .. 2"});
  for (const double interval_ms : {-1.0, 0.2, nan}) {
    expect_config_error([&] { simulation.record_membrane(out, {}, interval_ms); },
                        {object, "interval_ms", " ms", "dt_ms = 0.5"});
  }
  expect_config_error([&] { simulation.record_state(out, "w"); },
                      {object, "state variable", "\"w\"", "those of Lif: v, refractory"});
  expect_config_error([&] { simulation.record_state(out, ""); },
                      {object, "state variable", "\"\"", "those of Lif: v, refractory"});
  expect_config_error([&] { simulation.record_state(out, &AdEx::State<float>::w); },
                      {object, "state variable", "\"w\" of another model", "v, refractory"});
  expect_config_error([&] { simulation.record_state(in, "refractory"); },
                      {"population \"in\"", "state variable", "source", "neurons"});
  expect_config_error([&] { simulation.record_state(out, "refractory", {3}); },
                      {object, "neurons", "neuron 3", "0 .. 2"});
  expect_config_error([&] { simulation.record_state(out, "refractory", {}, 0.7); },
                      {object, "interval_ms", "0.7", "a multiple of dt_ms = 0.5"});
  expect_config_error([&] { simulation.state(out, "refractory"); },
                      {object, "state variable", "\"refractory\", not recorded", "record_state()"});
  expect_config_error([&] { simulation.state(out, "g"); },
                      {object, "state variable", "\"g\"", "v, refractory"});
  expect_config_error([&] { simulation.spikes(out); },
                      {object, "spikes", "not recorded", "record_spikes()"});
  expect_config_error([&] { simulation.membrane(out); },
                      {object, "membrane", "not recorded", "record_membrane()"});
}

TEST_F(SimulationErrors, Durations) {
  for (const double duration_ms : {-1.0, 0.3, 1e300, inf, nan}) {
    expect_config_error([&] { simulation.run_ms(duration_ms); },
                        {"simulation", "duration_ms", " ms", "a multiple of dt_ms = 0.5"});
  }
  expect_config_error([&] { simulation.run_ticks(-1); }, {"simulation", "ticks", "-1", ">= 0"});
  EXPECT_EQ(simulation.tick(), 0);
}

TEST_F(SimulationErrors, Inputs) {
  expect_config_error(
      [&] {
        simulation.set_values(in, std::vector<float>{1, 2});
      },
      {"population \"in\"", "values", "given", "CurrentSource"});
  const std::vector<std::int32_t> begin{0, 1};
  const std::vector<std::uint32_t> neurons{2};
  expect_config_error([&] { simulation.set_spikes(in, begin, neurons); },
                      {"population \"in\"", "spikes", "neuron 2 in tick 0", "0 .. 1"});
}

}  // namespace
}  // namespace snn
