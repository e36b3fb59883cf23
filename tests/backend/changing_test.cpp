// SPDX-License-Identifier: Apache-2.0
// Synapses that change, on a CUDA device or on the emulated one, against the CPU: the same bits.
#include "tests/backend/scenes.hpp"

namespace backend {
namespace {

std::vector<std::string> other_devices() {
  std::vector<std::string> devices = available_devices();
  std::erase(devices, "cpu");
  return devices;
}

class ChangingAgainstTheCpu : public BackendTest,
                              public testing::WithParamInterface<std::string> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ChangingAgainstTheCpu);
INSTANTIATE_TEST_SUITE_P(Devices, ChangingAgainstTheCpu, testing::ValuesIn(other_devices()),
                         [](const auto& test) { return readable(test.param); });

/// Sources of every kind, rows of every format, several delays, and none.
Scene short_term_scene(const snn::TsodyksMarkram& rule, bool undelayed) {
  Scene scene{.net = {}, .dt_ms = 0.5, .ticks = 120};
  Random random(5);
  add_source(scene, random, 20, Special::nothing);
  const snn::PopulationId listed{0};
  const auto noise = scene.net.add(snn::PoissonSource{.rate_hz = 150}, {40}, "noise");
  const auto out = scene.net.add(snn::Lif{.tau_m_ms = 8}, {70}, "out");
  const auto last = scene.net.add(snn::Lif{.tau_m_ms = 8}, {1100}, "last");
  const double none = undelayed ? 0.0 : 0.5;
  const auto connect = [&](snn::PopulationId from, snn::PopulationId to,
                           const snn::Connectivity& by, const snn::Weight& weight,
                           const snn::Delay& delay) {
    scene.net.connect(from, to, by, {.weight = weight, .delay_ms = delay, .short_term = rule});
  };
  const double size = 0.6 / rule.U;  // of a weight
  connect(listed, out, snn::FixedInDegree{6}, snn::Uniform{0.5 * size, 6 * size},
          snn::Uniform{0.5, 9});
  connect(noise, out, snn::FixedInDegree{5}, 4 * size, none);
  connect(noise, out, snn::AllToAll{}, 0.6 * size, 1.5);
  connect(out, out, snn::FixedInDegree{3}, snn::Normal{-2 * size, size}, 1.0);
  connect(out, last, snn::AllToAll{}, snn::Normal{1.5 * size, size}, none);
  return scene;
}

TEST_P(ChangingAgainstTheCpu, WhatSpikesReleaseIsTheSame) {
  for (const auto& rule :
       {snn::TsodyksMarkram::depressing(), snn::TsodyksMarkram::facilitating()}) {
    for (const bool undelayed : {false, true}) {
      const Scene scene = short_term_scene(rule, undelayed);
      const Record expected = run(scene, "cpu", {.membranes = true});
      EXPECT_FALSE(expected.spikes[3].tick.empty());
      expect_same(run(scene, GetParam(), {.membranes = true}), expected,
                  undelayed ? "undelayed" : "delayed");
      // In pieces that end within a batch, and once more from the start.
      snn::Simulation pieces = prepare(scene, GetParam(), {});
      for (const int again : {0, 1}) {
        if (again == 1) pieces.reset();
        for (const std::int64_t ticks : {7, 1, 70, 42}) pieces.run_ticks(ticks);
        EXPECT_EQ(pieces.spikes({3}).tick, expected.spikes[3].tick) << again;
        EXPECT_EQ(pieces.spikes({3}).neuron, expected.spikes[3].neuron) << again;
      }
    }
  }
}

}  // namespace
}  // namespace backend
