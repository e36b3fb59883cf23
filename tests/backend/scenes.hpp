// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <functional>
#include <random>

#include "tests/backend/fixture.hpp"
#include "tests/backend/scene_parameters.hpp"

/// Small networks of every model, each with one thing that is special.
namespace backend {

/// Random numbers that are the same on every platform.
class Random {
 public:
  explicit Random(std::uint32_t seed) : engine_(seed) {}
  std::int64_t below(std::int64_t n) {
    return static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(n));
  }
  double real(double low, double high) {
    return low + (high - low) * static_cast<double>(engine_()) * 0x1p-32;
  }

 private:
  std::mt19937 engine_;
};

/// `each` synapses per target from random sources, or all; weights spread around `weight`.
inline void connect(Scene& scene, Random& random, snn::PopulationId from, snn::PopulationId to,
                    int each, double weight, Special special, std::int64_t least_delay,
                    int receptor = 0) {
  const std::int64_t sources = scene.net[from].size(), targets = scene.net[to].size();
  snn::Sparse sparse;
  std::vector<float> weights;
  snn::PerSource per_source;
  snn::PerSynapse per_synapse;
  const bool dense = special == Special::dense && sources * targets <= 40000;
  const std::int64_t count = dense ? sources * targets : each * targets;
  for (std::int64_t s = 0; s < count; ++s) {
    sparse.source.push_back(random.below(sources));
    sparse.target.push_back(s % targets);
    const double share = dense ? static_cast<double>(each) / static_cast<double>(sources) : 1.0;
    weights.push_back(
        random.below(8) == 0 ? 0.0f : static_cast<float>(share * weight * random.real(-0.4, 1.6)));
    per_synapse.ms.push_back(static_cast<double>(least_delay + random.below(6)) * scene.dt_ms);
  }
  for (std::int64_t k = 0; k < sources; ++k)
    per_source.ms.push_back(static_cast<double>(least_delay + random.below(70)) * scene.dt_ms);
  snn::Synapse synapse{.weight = weights,
                       .delay_ms = static_cast<double>(least_delay) * scene.dt_ms,
                       .receptor = receptor};
  if (special == Special::delay_per_source) synapse.delay_ms = per_source;
  if (special == Special::delay_per_synapse) synapse.delay_ms = per_synapse;
  if (special == Special::bias) {
    for (std::int64_t n = 0; n < targets; ++n)
      synapse.bias.push_back(static_cast<float>(0.2 * weight * random.real(-1, 1.5)));
  }
  scene.net.connect(
      from, to, dense ? snn::Connectivity{snn::AllToAll{}} : snn::Connectivity{sparse}, synapse);
}

/// Spikes of `neurons` sources over some ticks, about one in eight.
inline void add_source(Scene& scene, Random& random, std::int64_t neurons, Special special) {
  if (special == Special::graded) {
    scene.net.add(snn::CurrentSource{.max_abs = 0.5}, {neurons}, "in");
    for (std::int64_t n = 0; n < neurons; ++n)
      scene.values.push_back(random.below(4) == 0 ? 0.0f
                                                  : static_cast<float>(random.real(-0.1, 0.4)));
    return;
  }
  snn::SpikeSource source;
  source.times_ms.resize(static_cast<std::size_t>(neurons));
  scene.begin = {0};
  for (std::int64_t t = 0; t < scene.ticks; ++t) {
    for (std::int64_t n = 0; n < neurons; ++n) {
      if (random.below(8) != 0) continue;
      // Up to 0.4 of a tick beside it: times are rounded.
      const double off = t == 0 ? 0 : random.real(-0.4, 0.4);
      source.times_ms[static_cast<std::size_t>(n)].push_back((static_cast<double>(t) + off) *
                                                             scene.dt_ms);
      scene.neurons.push_back(static_cast<std::uint32_t>(n));
    }
    scene.begin.push_back(static_cast<std::int32_t>(scene.neurons.size()));
  }
  if (special == Special::presented) {
    scene.net.add(snn::EventSource{}, {neurons}, "in");
    return;
  }
  scene.begin.clear();
  scene.neurons.clear();
  scene.net.add(source, {neurons}, "in");
}

/// Source, `size` neurons of the model with themselves recurrent if they spike, and a readout.
template <class Model>
Scene make_scene(Special special, std::int64_t size, std::uint32_t seed = 1) {
  Scene scene{.net = {}, .dt_ms = 0.5, .ticks = 120};
  Random random(seed);
  add_source(scene, random, 40, special);
  std::vector<Model> models{parameters<Model>(special, 1.0)};
  if (special == Special::heterogeneous) {
    models.clear();
    for (std::int64_t n = 0; n < size; ++n)
      models.push_back(parameters<Model>(special, random.real(0.8, 1.6)));
  }
  const snn::PopulationId in{0}, neurons = scene.net.add(models, {size}, "neurons");
  if (special == Special::initial_membrane) {
    for (std::int64_t n = 0; n < size; ++n)
      scene.net[neurons].v_init_mv.push_back(random.real(-80, -53));
  }
  // Far above: what subtracts spikes for some ticks on end.
  if (special == Special::above_threshold) {
    for (std::int64_t n = 0; n < size; ++n)
      scene.net[neurons].v_init_mv.push_back(random.real(-60, 60));
  }
  const bool now = special == Special::no_delay || special == Special::graded;
  const double weight = weight_of(models.front());
  connect(scene, random, in, neurons, 8, weight, special, now ? 0 : 1);
  // Currents of the inhibitory port are negative, conductances are not.
  constexpr int last_port = snn::receptors_of<Model> - 1;
  constexpr bool conductances = requires(Model m) {
    m.g_l_ns;
  };
  const double inhibitory = conductances ? weight : -weight;
  if constexpr (last_port > 0)
    connect(scene, random, in, neurons, 2, inhibitory, special, now ? 0 : 1, last_port);
  if (special == Special::drive) {
    scene.net.drive(neurons, snn::PoissonDrive{.rate_hz = 900, .weight = 0.4 * weight});
    scene.net.drive(
        neurons,
        snn::PoissonDrive{.rate_hz = 12000, .weight = 0.03 * inhibitory, .receptor = last_port});
  }
  if constexpr (Model::output == snn::Output::spikes) {
    connect(scene, random, neurons, neurons, 3, 0.5 * weight, special, 1);
    const auto readout = scene.net.add(snn::Li{.tau_m_ms = 7}, {5}, "readout");
    connect(scene, random, neurons, readout, 9, 1.0, special, now ? 0 : 2);
  }
  return scene;
}

/// A population that makes the network large enough for several workers, and does nothing: a worker
/// gets 1024 neurons at least.
inline Scene with_ballast(Scene scene) {
  scene.net.add(snn::PoissonSource{.rate_hz = 0}, {8 * 1024}, "ballast");
  return scene;
}

/// A scene by its name, for every model of the library's list that simulates.
struct NamedScene {
  std::string name;
  std::function<Scene(std::int64_t size)> make;
  friend std::ostream& operator<<(std::ostream& out, const NamedScene& scene) {
    return out << scene.name;
  }
};

inline bool anything(Special) {
  return true;
}
/// What concerns when and where work is done, and not only the numbers in it.
inline bool schedules(Special special) {
  return special != Special::offset && special != Special::euler &&
         special != Special::other_input && special != Special::initial_membrane;
}

template <class... Models>
std::vector<NamedScene> scenes_of(snn::ModelList<Models...>, bool (*wanted)(Special)) {
  std::vector<NamedScene> all;
  const auto add = [&]<class Model>(Model) {
    if constexpr (Model::output != snn::Output::graded) {
      for (const auto& [special, name] : specials) {
        if (!applies<Model>(special) || !wanted(special)) continue;
        all.push_back({std::string(Model::name) + "_" + name, [kind = special](std::int64_t size) {
                         return make_scene<Model>(kind, size);
                       }});
      }
    }
  };
  (add(Models{}), ...);
  return all;
}

/// A name that GoogleTest takes.
inline std::string readable(std::string name) {
  std::replace(name.begin(), name.end(), ':', '_');
  return name;
}
template <class Case>
std::string case_name(const testing::TestParamInfo<Case>& test) {
  return readable(std::get<0>(test.param) + "_" + std::get<1>(test.param).name);
}

}  // namespace backend
