// SPDX-License-Identifier: Apache-2.0
#include "tests/backend/fixture.hpp"

namespace backend {

void expect_same(const Record& a, const Record& b, const std::string& what) {
  ASSERT_EQ(a.spikes.size(), b.spikes.size());
  for (std::size_t p = 0; p < a.spikes.size(); ++p) {
    const std::string where = what + ", population " + a.counts.populations[p].name;
    EXPECT_EQ(a.spikes[p].tick, b.spikes[p].tick) << where;
    EXPECT_EQ(a.spikes[p].neuron, b.spikes[p].neuron) << where;
    EXPECT_EQ(a.membranes[p].value, b.membranes[p].value) << where;
    const snn::PopulationCounts& x = a.counts.populations[p];
    const snn::PopulationCounts& y = b.counts.populations[p];
    EXPECT_EQ(x.spikes, y.spikes) << where;
    EXPECT_EQ(x.membrane_updates, y.membrane_updates) << where;
  }
  for (std::size_t q = 0; q < a.counts.projections.size(); ++q) {
    const snn::ProjectionCounts& x = a.counts.projections[q];
    const snn::ProjectionCounts& y = b.counts.projections[q];
    EXPECT_EQ(x.source_events, y.source_events) << what << ", projection " << x.name;
    EXPECT_EQ(x.synaptic_events, y.synaptic_events) << what << ", projection " << x.name;
    EXPECT_EQ(x.effective_events, y.effective_events) << what << ", projection " << x.name;
  }
}

std::vector<std::string> available_devices() {
  snn::Network net;
  net.add(snn::If{}, {1});
  std::vector<std::string> found;
  for (const char* device : {"cpu", "cuda:0"}) {
    try {
      snn::Simulation(net, {.device = device}).run_ticks(1);
      found.emplace_back(device);
    } catch (const snn::UnavailableError&) {
      // Said by `snn info`; there is nothing to test.
    }
  }
  return found;
}

std::vector<std::string> available_engines() {
  std::vector<std::string> engines = available_devices();
  engines.emplace_back(float64);
  return engines;
}

snn::Simulation prepare(const Scene& scene, const std::string& device, const RunOptions& options) {
  using Arithmetic = snn::SimulationOptions::Arithmetic;
  const bool in_double = device == float64;
  snn::Simulation simulation(
      scene.net, {.dt_ms = scene.dt_ms,
                  .seed = options.seed,
                  .threads = options.threads,
                  .device = in_double ? "cpu" : device,
                  .update = options.update,
                  .arithmetic = in_double ? Arithmetic::float64 : Arithmetic::fixed_point});
  for (std::int32_t p = 0; p < static_cast<std::int32_t>(scene.net.populations().size()); ++p) {
    simulation.record_spikes({p});
    if (options.membranes && !scene.net[snn::PopulationId{p}].is_source())
      simulation.record_membrane({p});
  }
  present(scene, simulation);
  return simulation;
}

void present(const Scene& scene, snn::Simulation& simulation) {
  if (!scene.values.empty()) simulation.set_values({0}, scene.values);
  if (!scene.begin.empty()) simulation.set_spikes({0}, scene.begin, scene.neurons);
}

Record collect(const Scene& scene, const snn::Simulation& simulation, bool membranes) {
  Record record;
  record.counts = simulation.counts();
  for (std::int32_t p = 0; p < static_cast<std::int32_t>(scene.net.populations().size()); ++p) {
    record.spikes.push_back(simulation.spikes({p}));
    const bool traced = membranes && !scene.net[snn::PopulationId{p}].is_source();
    record.membranes.push_back(traced ? simulation.membrane({p}) : snn::StateTrace{});
  }
  return record;
}

Record BackendTest::run(const Scene& scene, const std::string& device, const RunOptions& options) {
  snn::Simulation simulation = prepare(scene, device, options);
  simulation.run_ticks(scene.ticks);
  Record record = collect(scene, simulation, options.membranes);
  count(record.counts);
  return record;
}

void BackendTest::count(const snn::RawCounts& counts) {
  for (const snn::ProjectionCounts& projection : counts.projections)
    events_ += projection.synaptic_events;
  for (const snn::PopulationCounts& population : counts.populations)
    updates_ += population.stepped + population.touched;
}

void BackendTest::TearDown() {
  if (IsSkipped() || HasFatalFailure()) return;
  EXPECT_GT(events_, 0u) << "the backend delivered nothing";
  EXPECT_GT(updates_, 0u) << "the backend updated no neuron";
}

}  // namespace backend
