// SPDX-License-Identifier: Apache-2.0
// A classifier in continuous operation: digits follow one another and nothing is reset between
// them. At every tick its answer is the class whose output neuron spiked most in a window of the
// last ticks. Accuracy, time to the answer and cost are printed beside those of digits that each
// meet a network at rest.
//
// Run: build/release/bin/09_continuous_inference [window in ticks]
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <snn/snn.hpp>

namespace {

constexpr std::int64_t shown_ticks = 25;  // of each digit, as in training

/// Output spikes of each class from the start to each tick, so that any window is a difference.
using History = std::vector<std::array<int, 10>>;

/// The class that spiked most in the `window` ticks before `tick`, the lowest of equals; -1: none.
int answer_at(const History& history, std::int64_t tick, std::int64_t window) {
  auto spikes = history[static_cast<std::size_t>(tick)];
  const auto& before = history[static_cast<std::size_t>(std::max<std::int64_t>(tick - window, 0))];
  for (std::size_t c = 0; c < spikes.size(); ++c) spikes[c] -= before[c];
  const auto most = std::max_element(spikes.begin(), spikes.end());
  return *most > 0 ? static_cast<int>(most - spikes.begin()) : -1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::int64_t window = argc > 1 ? std::atoi(argv[1]) : 15;
  const snn::LoadedData loaded = snn::load_digits(snn::find_example_data("digits.h5"));
  const snn::CountMse loss{.correct_rate = 0.6, .incorrect_rate = 0.05};
  const snn::TrainOptions options{
      .ticks = shown_ticks, .epochs = 15, .batch = 32, .learning_rate = 3e-3, .loss = loss};
  const snn::ClassifierOptions layers{
      .hidden = {128}, .encoding = snn::Encoding::rate, .spiking_readout = true};
  snn::Trainer trainer(snn::classifier(loaded.data, layers, options.dt_ms), options);
  trainer.train(loaded.data, loaded.split);
  const std::vector<std::int64_t>& digits = loaded.split.test;
  const auto n = static_cast<double>(digits.size());

  const snn::Network net = trainer.network();
  const snn::PopulationId input = net.find("input");
  snn::Simulation run(net, {.dt_ms = options.dt_ms, .seed = options.seed});
  History history(1);
  run.listen_to_spikes(net.find("output"), [&](std::int64_t, std::span<const std::int32_t> fired) {
    history.push_back(history.back());
    for (const std::int32_t c : fired) ++history.back()[static_cast<std::size_t>(c)];
  });

  struct Way {
    const char* name;
    bool alone;              // reset before every digit
    std::int64_t gap_ticks;  // without input, after every digit
    double accuracy = 0, ticks = 0;
  };
  Way ways[] = {{"alone, at rest", true, 0},
                {"stream, no gap", false, 0},
                {"stream, gap of 10", false, 10},
                {"stream, gap of 100", false, 100}};
  std::puts("digits of 25 ticks   accuracy  ticks to answer  spikes  synaptic events");
  for (Way& way : ways) {
    double spikes = 0, events = 0;
    for (const std::int64_t& digit : digits) {
      if (way.alone || &digit == &digits.front()) {
        run.reset();
        history.assign(1, {});
      }
      const snn::Counts before = snn::neurobench_counts(run.counts());
      const std::int64_t start = run.tick(), end = start + shown_ticks;
      const snn::EncodedSample code = snn::encode_sample(
          net[input].source(), loaded.data, digit, shown_ticks, options.dt_ms, options.seed, 0);
      run.set_spikes(input, code.begin, code.unit);
      run.run_ticks(shown_ticks);
      const int answer = answer_at(history, end, window);
      std::int64_t since = end;  // from here on the answer is what it is at the end
      while (since > start && answer_at(history, since - 1, window) == answer) --since;
      run.run_ticks(way.gap_ticks);
      const snn::Counts after = snn::neurobench_counts(run.counts());
      way.accuracy += (answer == loaded.data.label[static_cast<std::size_t>(digit)]) / n;
      way.ticks += static_cast<double>(since - start) / n;
      spikes += (after.spikes - before.spikes) / n;
      events += (after.synaptic_events - before.synaptic_events) / n;
    }
    std::printf("%-18s %8.1f %% %16.1f %7.1f %16.0f\n", way.name, 100 * way.accuracy, way.ticks,
                spikes, events);
  }
  // Chance is 10 %. What the digit before left behind costs time, not accuracy; a pause as long as
  // the membranes remember makes up for it.
  bool right = true;
  for (const Way& way : ways) right &= way.accuracy > 0.8;
  right &= ways[1].ticks > ways[0].ticks && ways[3].ticks < ways[1].ticks;
  std::puts(right ? "It works without resets." : "SOMETHING IS WRONG.");
  return right ? 0 : 1;
}
