// SPDX-License-Identifier: Apache-2.0
#include "spikes_kernel.hpp"

#include <random>

namespace emulation {

Network::Network(unsigned neurons_, unsigned fan_out_) : neurons(neurons_), fan_out(fan_out_) {
  std::mt19937 random(7);
  for (unsigned i = 0; i < neurons; ++i) {
    membrane.push_back(static_cast<float>(random() % 1024) / 1024.0f);
    input.push_back(static_cast<float>(random() % 16) / 16.0f);
    for (unsigned k = 0; k < fan_out; ++k) {
      targets.push_back(static_cast<unsigned>(random() % neurons));
      weights.push_back(static_cast<float>(static_cast<int>(random() % 9) - 3) / 16.0f);
    }
  }
}

Outcome expected(const Network& network, int steps) {
  Outcome outcome{.membrane = network.membrane, .input = network.input, .spikes = {}};
  for (int step = 0; step < steps; ++step) {
    std::vector<unsigned> spikes;
    for (unsigned i = 0; i < network.neurons; ++i) {
      float& v = outcome.membrane[i];
      v = 0.5f * v + outcome.input[i];
      outcome.input[i] = 0.0f;
      if (v >= 1.0f) {
        spikes.push_back(i);
        v = 0.0f;
      }
    }
    for (const unsigned id : spikes) {
      for (unsigned s = id * network.fan_out; s < (id + 1) * network.fan_out; ++s)
        outcome.input[network.targets[s]] += network.weights[s];
    }
    outcome.spikes.push_back(spikes);
  }
  return outcome;
}

}  // namespace emulation
