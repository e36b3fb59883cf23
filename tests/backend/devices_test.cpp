// SPDX-License-Identifier: Apache-2.0
// Every scene of every model on a CUDA device, or on the emulated one, against the CPU: the same
// bits.
#include "tests/backend/scenes.hpp"

namespace backend {
namespace {

std::vector<std::string> other_devices() {
  std::vector<std::string> devices = available_devices();
  std::erase(devices, "cpu");
  return devices;
}

TEST(Devices, ACudaDeviceIsThereToBeTested) {
  if (!other_devices().empty()) return;
  std::string reason;
  try {
    snn::Network net;
    net.add(snn::If{}, {1});
    snn::Simulation(net, {.device = "cuda"}).run_ticks(1);
  } catch (const snn::UnavailableError& error) {
    reason = error.what();
  }
  EXPECT_FALSE(reason.empty());
  GTEST_SKIP() << reason;
}

using Case = std::tuple<std::string, NamedScene>;

class AgainstTheCpu : public BackendTest, public testing::WithParamInterface<Case> {
 protected:
  void compare(const Scene& scene, const std::string& what) {
    const std::string& device = std::get<0>(GetParam());
    const Record expected = run(scene, "cpu", {.membranes = true});
    expect_same(run(scene, device, {.membranes = true}), expected, what);
  }
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(AgainstTheCpu);

TEST_P(AgainstTheCpu, EveryBitIsTheSame) {
  for (const std::int64_t size : {1, 31, 32, 33, 1000})
    compare(std::get<1>(GetParam()).make(size), std::to_string(size) + " neurons");
}

INSTANTIATE_TEST_SUITE_P(Scenes, AgainstTheCpu,
                         testing::Combine(testing::ValuesIn(other_devices()),
                                          testing::ValuesIn(scenes_of(snn::NeuronModels{},
                                                                      anything))),
                         case_name<Case>);

/// More neurons than any block or word of anything holds, and no multiple of one.
class LargeAgainstTheCpu : public AgainstTheCpu {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(LargeAgainstTheCpu);

TEST_P(LargeAgainstTheCpu, EveryBitIsTheSame) {
  Scene scene = std::get<1>(GetParam()).make(100003);
  scene.ticks = 12;
  compare(scene, "100,003 neurons");
}

std::vector<NamedScene> large_scenes() {
  return {
      {"Lif_delay_per_synapse",
       [](std::int64_t size) { return make_scene<snn::Lif>(Special::delay_per_synapse, size); }},
      {"LifCurrExp_drive",
       [](std::int64_t size) { return make_scene<snn::LifCurrExp<2>>(Special::drive, size); }}};
}
INSTANTIATE_TEST_SUITE_P(Scenes, LargeAgainstTheCpu,
                         testing::Combine(testing::ValuesIn(other_devices()),
                                          testing::ValuesIn(large_scenes())),
                         case_name<Case>);

/// Networks of one model alone run many ticks in one kernel, if no states are recorded.
template <class Model>
Scene one_model(std::int64_t size) {
  Scene scene{.net = {}, .dt_ms = 0.5, .ticks = 140};
  Random random(3);
  const Model model = parameters<Model>(Special::drive, 1.0);
  const double weight = weight_of(model);
  add_source(scene, random, 40, Special::nothing);
  const auto noise = scene.net.add(snn::PoissonSource{.rate_hz = 50}, {size}, "noise");
  const auto neurons = scene.net.add(model, {size}, "neurons");
  connect(scene, random, {0}, neurons, 8, weight, Special::delay_per_synapse, 1);
  connect(scene, random, noise, neurons, 4, 0.2 * weight, Special::nothing, 2);
  if constexpr (Model::output == snn::Output::spikes)
    connect(scene, random, neurons, neurons, 3, 0.5 * weight, Special::delay_per_synapse, 1);
  scene.net.drive(neurons, snn::PoissonDrive{.rate_hz = 900, .weight = 0.4 * weight});
  return scene;
}

template <class... Models>
std::vector<NamedScene> one_model_scenes(snn::ModelList<Models...>) {
  std::vector<NamedScene> all;
  const auto add = [&]<class Model>(Model) {
    if constexpr (Model::output != snn::Output::graded)
      all.push_back({std::string(Model::name), one_model<Model>});
  };
  (add(Models{}), ...);
  return all;
}

class ManyTicksAgainstTheCpu : public AgainstTheCpu {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ManyTicksAgainstTheCpu);

TEST_P(ManyTicksAgainstTheCpu, EverySpikeAndCountIsTheSame) {
  for (const std::int64_t size : {33, 300}) {
    const Scene scene = std::get<1>(GetParam()).make(size);
    const Record expected = run(scene, "cpu");
    EXPECT_FALSE(expected.spikes[1].tick.empty());
    expect_same(run(scene, std::get<0>(GetParam())), expected, std::to_string(size) + " neurons");
  }
}

INSTANTIATE_TEST_SUITE_P(Models, ManyTicksAgainstTheCpu,
                         testing::Combine(testing::ValuesIn(other_devices()),
                                          testing::ValuesIn(one_model_scenes(snn::NeuronModels{}))),
                         case_name<Case>);

/// A few ticks of a few neurons, for ThreadSanitizer, which makes the emulation slow.
class FewTicksAgainstTheCpu : public BackendTest,
                              public testing::WithParamInterface<std::string> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(FewTicksAgainstTheCpu);

TEST_P(FewTicksAgainstTheCpu, EveryBitIsTheSame) {
  std::vector<Scene> scenes{make_scene<snn::Lif>(Special::delay_per_synapse, 33),
                            make_scene<snn::LifCurrExp<2>>(Special::drive, 33),
                            one_model<snn::Lif>(33)};
  for (Scene& scene : scenes) {
    scene.ticks = 10;
    expect_same(run(scene, GetParam()), run(scene, "cpu"), "a few ticks");
  }
}

INSTANTIATE_TEST_SUITE_P(Devices, FewTicksAgainstTheCpu, testing::ValuesIn(other_devices()),
                         [](const auto& test) { return readable(test.param); });

/// Every rule of connectivity and format of synapses that the device delivers.
class RulesAgainstTheCpu : public BackendTest, public testing::WithParamInterface<std::string> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(RulesAgainstTheCpu);

TEST_P(RulesAgainstTheCpu, EveryBitIsTheSame) {
  struct Rule {
    const char* name;
    snn::Connectivity rule;
  };
  const std::vector<Rule> rules{{"all to all", snn::AllToAll{}},
                                {"one to one", snn::OneToOne{}},
                                {"probability", snn::FixedProbability{0.1}},
                                {"in-degree", snn::FixedInDegree{20}},
                                {"out-degree", snn::FixedOutDegree{20}},
                                {"total", snn::FixedTotalNumber{4000}}};
  const std::vector<std::pair<const char*, snn::Weight>> weights{{"equal", 1.5},
                                                                 {"drawn", snn::Normal{1.5, 0.5}}};
  for (const Rule& rule : rules) {
    for (const auto& [name, weight] : weights) {
      for (const std::int64_t size : {300, 3000}) {
        Scene scene{.net = {}, .dt_ms = 0.5, .ticks = 60};
        const auto source = scene.net.add(snn::PoissonSource{.rate_hz = 100}, {size}, "source");
        const auto target = scene.net.add(snn::Lif{.tau_m_ms = 10}, {size}, "target");
        if (rule.name == std::string("all to all") && size > 300) continue;
        scene.net.connect(source, target, rule.rule, {.weight = weight, .delay_ms = 1.5});
        const std::string what = std::string(rule.name) + ", " + name + ", " + std::to_string(size);
        for (const bool membranes : {false, true}) {
          expect_same(run(scene, GetParam(), {.membranes = membranes}),
                      run(scene, "cpu", {.membranes = membranes}), what);
        }
      }
    }
  }
}

/// Rows that are drawn again at each spike, with longer ones than one work item.
TEST_P(RulesAgainstTheCpu, ProceduralRowsAreTheSame) {
  const std::vector<snn::Connectivity> rules{snn::AllToAll{},
                                             snn::OneToOne{},
                                             snn::FixedProbability{0.07},
                                             snn::FixedProbability{1.0},
                                             snn::FixedOutDegree{1500},
                                             snn::FixedTotalNumber{4000}};
  const std::vector<snn::Weight> weights{0.4, snn::Normal{1.5, 0.5}};
  for (std::size_t r = 0; r < rules.size(); ++r) {
    for (const bool drawn : {false, true}) {
      if (drawn && r > 3) continue;
      for (const bool within : {false, true}) {
        const std::int64_t size = within ? 60 : r == 0 || r == 3 ? 1100 : 300;
        Scene scene{.net = {}, .dt_ms = 0.5, .ticks = 24};
        const auto source = scene.net.add(snn::PoissonSource{.rate_hz = 20}, {30}, "source");
        const auto target = scene.net.add(snn::Lif{.tau_m_ms = 10}, {size}, "target");
        const snn::Weight& weight = weights[drawn ? 1 : 0];
        if (within) {
          scene.net.connect(source, target, snn::AllToAll{}, {.weight = 8.0, .delay_ms = 1.0});
          snn::Connectivity rule = rules[r];
          if (auto* probable = std::get_if<snn::FixedProbability>(&rule))
            probable->allow_self = false;
          if (auto* out = std::get_if<snn::FixedOutDegree>(&rule)) *out = {20, false, true};
          scene.net.connect(
              target, target, rule,
              {.weight = weight, .delay_ms = 1.5, .storage = snn::Storage::procedural});
        } else {
          if (r == 1) continue;
          scene.net.connect(
              source, target, rules[r],
              {.weight = weight, .delay_ms = 1.5, .storage = snn::Storage::procedural});
        }
        for (const bool membranes : {false, true}) {
          expect_same(run(scene, GetParam(), {.membranes = membranes}),
                      run(scene, "cpu", {.membranes = membranes}), std::to_string(r));
        }
      }
    }
  }
}

TEST_P(RulesAgainstTheCpu, ProceduralRowsThatNeedSortingAreRefused) {
  Scene scene{.net = {}, .dt_ms = 0.5, .ticks = 4};
  const auto source = scene.net.add(snn::PoissonSource{.rate_hz = 900}, {30}, "source");
  const auto target = scene.net.add(snn::Lif{}, {300}, "target");
  scene.net.connect(
      source, target, snn::FixedOutDegree{20},
      {.weight = snn::Normal{1.5, 0.5}, .delay_ms = 1.5, .storage = snn::Storage::procedural});
  try {
    run(scene, GetParam());
    FAIL() << "it ran";
  } catch (const snn::UnavailableError& error) {
    EXPECT_NE(std::string(error.what()).find("source->target"), std::string::npos) << error.what();
  }
  run(scene, "cpu");
}

INSTANTIATE_TEST_SUITE_P(Devices, RulesAgainstTheCpu, testing::ValuesIn(other_devices()),
                         [](const auto& test) { return readable(test.param); });

}  // namespace
}  // namespace backend
