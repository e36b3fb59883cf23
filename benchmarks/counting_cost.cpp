// SPDX-License-Identifier: Apache-2.0
// One timing of a simulation, an evaluation or a training, for benchmarks/counting_cost.sh, which
// compares a build that counts with one that does not. Prints the seconds of processor time.
//   counting_cost WHAT [scale]      WHAT: brunel-busy, cuba, evaluate, evaluate-relu, train
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <numeric>
#include <string>

#include "snn/snn.hpp"

namespace {

/// Processor time: all work is done by one thread, and others on the machine do not count.
double seconds_of(const auto& work) {
  const std::clock_t start = std::clock();
  work();
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

double simulate(const snn::Network& net, double ms) {
  snn::Simulation run(net, {.dt_ms = 0.1, .seed = 1});
  run.run_ms(100);
  return seconds_of([&] { run.run_ms(ms); });
}

/// Images of 784 values of which about a quarter is not 0, in ten classes.
snn::Dataset images(std::int64_t samples) {
  snn::Images images;
  std::uint32_t state = 1;
  for (std::int64_t i = 0; i < samples * 784; ++i) {
    state = state * 1664525u + 1013904223u;
    images.values.push_back(static_cast<std::uint8_t>((state >> 30) == 0 ? (state >> 8) & 255 : 0));
  }
  snn::Dataset data;
  data.name = "noise";
  data.shape = {784};
  data.classes = 10;
  data.data = std::move(images);
  for (std::int64_t s = 0; s < samples; ++s)
    data.label.push_back(static_cast<std::int32_t>(s % 10));
  return data;
}

snn::Network classifier(bool relu) {
  snn::Network net;
  const auto in =
      relu ? net.add(snn::CurrentSource{}, {784}, "in") : net.add(snn::RateSource{}, {784}, "in");
  const auto hidden =
      relu ? net.add(snn::Relu{}, {512}, "hidden") : net.add(snn::Lif::unit(10), {512}, "hidden");
  const auto out = net.add(snn::Li{}, {10}, "out");
  net.connect(in, hidden, snn::AllToAll{}, {.weight = snn::KaimingUniform{}});
  net.connect(hidden, out, snn::AllToAll{}, {.weight = snn::KaimingUniform{}});
  return net;
}

double learn(bool relu, bool train, std::int64_t samples) {
  const snn::Dataset data = images(samples);
  snn::TrainOptions options;
  options.ticks = relu ? 1 : 25;
  options.epochs = 1;
  options.threads = 1;
  options.loss = snn::MeanMembraneCrossEntropy{};
  snn::Trainer trainer(classifier(relu), options);
  std::vector<std::int64_t> all(static_cast<std::size_t>(samples));
  std::iota(all.begin(), all.end(), 0);
  trainer.evaluate(data, all);
  if (!train) return seconds_of([&] { trainer.evaluate(data, all); });
  const std::vector<std::int64_t> last{samples - 1};
  all.pop_back();
  const snn::Split split{.train = all, .validation = last, .test = {}};
  return seconds_of([&] { trainer.train(data, split); });
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  const double scale = argc > 2 ? std::atof(argv[2]) : 1;
  const auto samples = [&](double most) { return static_cast<std::int64_t>(most * scale) + 1; };
  double seconds = 0;
  if (what == "brunel-busy") {
    seconds = simulate(snn::brunel(snn::brunel_busy), 1000 * scale);
  } else if (what == "cuba") {
    seconds = simulate(snn::cuba(), 20000 * scale);
  } else if (what == "evaluate" || what == "evaluate-relu") {
    const bool relu = what == "evaluate-relu";
    seconds = learn(relu, false, samples(relu ? 40000 : 4000));
  } else if (what == "train") {
    seconds = learn(false, true, samples(2000));
  } else {
    std::fprintf(stderr, "counting_cost brunel-busy|cuba|evaluate|evaluate-relu|train [scale]\n");
    return 2;
  }
  std::printf("%.6f\n", seconds);
  return 0;
}
