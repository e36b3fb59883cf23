// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "snn/sim/simulation.hpp"

/// One source of tests for every backend: what they run, what they record, and that they did work.
namespace backend {

/// A network with all it is given.
struct Scene {
  snn::Network net;
  double dt_ms = 1.0;
  std::int64_t ticks = 0;
  std::vector<float> values{};           ///< for population 0, a CurrentSource; empty: none
  std::vector<std::int32_t> begin{};     ///< for population 0, an EventSource; empty: none
  std::vector<std::uint32_t> neurons{};  ///< the same
};

struct RunOptions {
  std::uint64_t seed = 1;
  int threads = 1;
  snn::SimulationOptions::Update update = snn::SimulationOptions::Update::automatic;
  bool membranes = false;  ///< recording them steps every neuron
};

/// All that a run gives.
struct Record {
  std::vector<snn::SpikeTrain> spikes;     ///< per population
  std::vector<snn::StateTrace> membranes;  ///< per population; empty for sources
  snn::RawCounts counts;
};

/// Equal in every spike and membrane, and in the counts that do not depend on how neurons were
/// updated.
void expect_same(const Record& a, const Record& b, const std::string& what);

/// Devices this build and machine can simulate on.
std::vector<std::string> available_devices();

/// In place of a device: the CPU, in double.
inline constexpr const char* float64 = "float64";
/// The devices, and float64.
std::vector<std::string> available_engines();

snn::Simulation prepare(const Scene& scene, const std::string& device, const RunOptions& options);
void present(const Scene& scene, snn::Simulation& simulation);
Record collect(const Scene& scene, const snn::Simulation& simulation, bool membranes);

/// Adds up what its runs did; a test whose backend did nothing proves nothing.
class BackendTest : public testing::Test {
 protected:
  Record run(const Scene& scene, const std::string& device, const RunOptions& options = {});
  void count(const snn::RawCounts& counts);
  void TearDown() override;

 private:
  std::uint64_t events_ = 0, updates_ = 0;
};

}  // namespace backend
