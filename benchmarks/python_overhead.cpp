// SPDX-License-Identifier: Apache-2.0
// The C++ side of python_overhead.py: prints seconds of a run and of training epochs, each measured
// inside the program.
#include <chrono>
#include <cstdio>

#include "snn/snn.hpp"

namespace {

double seconds_of(const auto& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

int main() {
  snn::Simulation simulation(snn::brunel({.scale = 0.4}), {.dt_ms = 0.1, .seed = 1, .threads = 1});
  simulation.run_ms(100);
  std::printf("run %.9f\n", seconds_of([&] { simulation.run_ms(1000); }));

  const snn::LoadedData digits = snn::load_digits(snn::find_example_data("digits.h5"));
  snn::TrainOptions options;
  options.epochs = 20;
  options.threads = 1;
  options.loss = snn::MeanMembraneCrossEntropy{};
  snn::Trainer trainer(snn::classifier(digits.data, {}, options.dt_ms), options);
  std::printf("train %.9f\n", seconds_of([&] { trainer.train(digits.data, digits.split); }));
}
