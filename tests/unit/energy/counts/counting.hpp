// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "snn/energy/counts/counts.hpp"
#include "snn/sim/simulation.hpp"
#include "snn/train/trainer.hpp"

/// Networks that are built, run and counted in tests of counts.
namespace counting {

/// Samples of one value per feature, given times `full_scale`.
inline snn::Dataset images(const std::vector<std::vector<std::uint8_t>>& samples, float full_scale,
                           std::int32_t classes) {
  snn::Images images;
  images.full_scale = full_scale;
  for (const auto& sample : samples)
    images.values.insert(images.values.end(), sample.begin(), sample.end());
  snn::Dataset data;
  data.name = "values";
  data.shape = {static_cast<std::int64_t>(samples.front().size())};
  data.classes = classes;
  data.data = std::move(images);
  data.label.assign(samples.size(), 0);
  return data;
}

/// One spike: its tick of 1 ms and its unit.
struct Spike {
  int tick = 0;
  std::uint32_t unit = 0;
};

/// Samples of spikes in order of time.
inline snn::Dataset events(const std::vector<std::vector<Spike>>& samples, std::int64_t features,
                           std::int32_t classes) {
  snn::Events events;
  events.begin.push_back(0);
  for (const auto& sample : samples) {
    for (const Spike& spike : sample) {
      events.time_s.push_back(static_cast<float>(spike.tick) * 1e-3f + 5e-4f);
      events.unit.push_back(spike.unit);
    }
    events.begin.push_back(static_cast<std::int64_t>(events.unit.size()));
  }
  snn::Dataset data;
  data.name = "spikes";
  data.shape = {features};
  data.classes = classes;
  data.data = std::move(events);
  data.label.assign(samples.size(), 0);
  return data;
}

/// A spike of every unit in every tick.
inline std::vector<Spike> ones(int ticks, std::uint32_t units) {
  std::vector<Spike> spikes;
  for (int tick = 0; tick < ticks; ++tick) {
    for (std::uint32_t unit = 0; unit < units; ++unit) spikes.push_back({tick, unit});
  }
  return spikes;
}

inline std::vector<std::int64_t> all_of(const snn::Dataset& data) {
  std::vector<std::int64_t> samples(static_cast<std::size_t>(data.size()));
  std::iota(samples.begin(), samples.end(), 0);
  return samples;
}

/// Options that suit the last population: a readout is judged by its membrane, others by spikes.
inline snn::TrainOptions options_for(const snn::Network& network, int ticks) {
  snn::TrainOptions options;
  options.ticks = ticks;
  options.threads = 1;
  const auto& last = network.populations().back().neurons();
  if (std::holds_alternative<snn::ParametersOf<snn::Li>>(last))
    options.loss = snn::MeanMembraneCrossEntropy{};
  return options;
}

/// What the trainer counts over all samples.
inline snn::RawCounts trainer_counts(const snn::Network& network, const snn::Dataset& data,
                                     int ticks) {
  snn::Trainer trainer(network, options_for(network, ticks));
  return trainer.evaluate(data, all_of(data)).counts;
}

/// What the event-driven run counts for one sample of spikes shown to population `source`.
inline snn::RawCounts simulation_counts(
    const snn::Network& network, snn::PopulationId source, const std::vector<Spike>& spikes,
    int ticks, snn::SimulationOptions::Update update = snn::SimulationOptions::Update::automatic) {
  snn::Simulation simulation(network, {.dt_ms = 1.0, .update = update});
  std::vector<std::int32_t> begin;
  std::vector<std::uint32_t> neurons;
  for (int tick = 0; tick <= ticks; ++tick) {
    begin.push_back(static_cast<std::int32_t>(neurons.size()));
    for (const Spike& spike : spikes) {
      if (spike.tick == tick) neurons.push_back(spike.unit);
    }
  }
  simulation.set_spikes(source, begin, neurons);
  return simulation.run_ticks(ticks).counts();
}

inline const snn::Counts& layer(const std::vector<snn::LayerCounts>& layers,
                                const std::string& name) {
  const auto at = std::find_if(layers.begin(), layers.end(),
                               [&](const snn::LayerCounts& l) { return l.name == name; });
  if (at == layers.end()) throw std::out_of_range("no layer " + name);
  return at->counts;
}

/// snnTorch's Leaky(beta = 0.9): threshold 1, the reset subtracts it.
inline snn::Lif leaky() {
  snn::Lif lif = snn::Lif::unit(10.0);
  lif.scheme = snn::Scheme::euler;  // decay 1 - 1 ms / 10 ms
  return lif;
}

}  // namespace counting
