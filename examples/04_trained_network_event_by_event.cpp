// SPDX-License-Identifier: Apache-2.0
// Trains a network, saves it, loads it, and runs the loaded one event by event: the spikes are
// those of the trainer's forward pass.
//
// Run: build/release/bin/04_trained_network_event_by_event
#include <cstdio>
#include <filesystem>
#include <random>
#include <snn/snn.hpp>
#include <string>

namespace {

/// [tick][neuron], 0 or 1: what Trainer::trace gives.
std::vector<std::uint8_t> raster(const snn::SpikeTrain& spikes, int ticks, std::int64_t neurons) {
  std::vector<std::uint8_t> fired(static_cast<std::size_t>(ticks * neurons));
  for (std::size_t s = 0; s < spikes.tick.size(); ++s)
    fired[static_cast<std::size_t>(spikes.tick[s] * neurons + spikes.neuron[s])] = 1;
  return fired;
}

}  // namespace

int main() {
  const snn::LoadedData loaded = snn::load_digits(snn::find_example_data("digits.h5"));
  const snn::TrainOptions options{
      .ticks = 25, .epochs = 5, .batch = 32, .loss = snn::MeanMembraneCrossEntropy{}};
  snn::Trainer trainer(
      snn::classifier(loaded.data, {.hidden = {64, 32}, .encoding = snn::Encoding::rate},
                      options.dt_ms),
      options);
  trainer.train(loaded.data, loaded.split);

  const auto file = std::filesystem::temp_directory_path() /
                    ("snn_example_" + std::to_string(std::random_device{}()) + ".h5");
  snn::save_network(file, trainer.network(), options.dt_ms);
  const snn::SavedNetwork saved = snn::load_network(file);
  std::filesystem::remove(file);

  const snn::PopulationId input = saved.network.find("input");
  snn::Simulation simulation(saved.network, {.dt_ms = saved.dt_ms, .seed = options.seed});
  const snn::PopulationId hidden[] = {saved.network.find("hidden1"), saved.network.find("hidden2")};
  for (const snn::PopulationId population : hidden) simulation.record_spikes(population);

  int equal = 0;
  constexpr int samples = 20;
  for (int i = 0; i < samples; ++i) {
    const std::int64_t sample = loaded.split.test[static_cast<std::size_t>(i)];
    const snn::EncodedSample encoded =
        snn::encode_sample(saved.network[input].source(), loaded.data, sample, options.ticks,
                           saved.dt_ms, options.seed, 0);
    simulation.reset();
    simulation.set_spikes(input, encoded.begin, encoded.unit);
    simulation.run_ticks(options.ticks);
    const snn::Trainer::Trace trace = trainer.trace(loaded.data, sample);
    bool same = true;
    std::size_t spikes = 0;
    for (const snn::PopulationId population : hidden) {
      same &=
          raster(simulation.spikes(population), options.ticks, saved.network[population].size()) ==
          trace.spikes[static_cast<std::size_t>(population.index)];
      spikes += simulation.spikes(population).tick.size();
    }
    equal += same ? 1 : 0;
    std::printf("test sample %2d: %4zu input spikes, %4zu hidden spikes, %s\n", i,
                encoded.unit.size(), spikes, same ? "as in the trainer" : "a spike was flipped");
  }
  // The trainer's matrix products add floats, the simulation adds integers: a membrane within 1e-5
  // of the threshold may fall on either side. That is rare.
  std::printf("%d of %d samples equal, spike for spike\n", equal, samples);
  return equal >= samples - 1 ? 0 : 1;
}
