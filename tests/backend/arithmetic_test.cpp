// SPDX-License-Identifier: Apache-2.0
// In double and in fixed point networks give the same spikes, where weights have few bits. (Floats
// may put a membrane on the other side of the threshold; in these runs none is that close.)
#include <cmath>

#include "tests/backend/scenes.hpp"

namespace backend {
namespace {

float on_grid(double value) {
  return static_cast<float>(std::round(64 * value) / 64);
}

/// The scene with all weights and values as multiples of 1/64.
Scene with_few_bits(Scene scene) {
  for (std::size_t q = 0; q < scene.net.projections().size(); ++q) {
    snn::Synapse& synapse = scene.net[snn::ProjectionId{static_cast<std::int32_t>(q)}].synapse;
    for (float& weight : std::get<std::vector<float>>(synapse.weight)) weight = on_grid(weight);
    for (float& bias : synapse.bias) bias = on_grid(bias);
  }
  for (std::size_t p = 0; p < scene.net.populations().size(); ++p) {
    for (snn::Stimulus& stimulus :
         scene.net[snn::PopulationId{static_cast<std::int32_t>(p)}].stimuli) {
      if (auto* drive = std::get_if<snn::PoissonDrive>(&stimulus))
        drive->weight = on_grid(drive->weight);
    }
  }
  for (float& value : scene.values) value = on_grid(value);
  return scene;
}

class Arithmetic : public BackendTest, public testing::WithParamInterface<NamedScene> {};

TEST_P(Arithmetic, SpikesAndEventsAreTheSame) {
  for (const std::int64_t size : {1, 33}) {
    SCOPED_TRACE(size);
    const Scene scene = with_few_bits(GetParam().make(size));
    const Record fixed = run(scene, "cpu"), floating = run(scene, float64);
    for (std::size_t p = 0; p < fixed.spikes.size(); ++p) {
      EXPECT_EQ(fixed.spikes[p].tick, floating.spikes[p].tick) << "population " << p;
      EXPECT_EQ(fixed.spikes[p].neuron, floating.spikes[p].neuron) << "population " << p;
    }
    for (std::size_t q = 0; q < fixed.counts.projections.size(); ++q) {
      const snn::ProjectionCounts &a = fixed.counts.projections[q],
                                  &b = floating.counts.projections[q];
      EXPECT_EQ(a.source_events, b.source_events) << a.name;
      EXPECT_EQ(a.synaptic_events, b.synaptic_events) << a.name;
      EXPECT_EQ(a.effective_events, b.effective_events) << a.name;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Scenes, Arithmetic,
                         testing::ValuesIn(scenes_of(snn::NeuronModels{}, anything)),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace backend
